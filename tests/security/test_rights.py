"""Whose rights end where: a suspended agency's, an outsider's on a panel, and those of an address with a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from marketplace.accounts.models import Person
from marketplace.challenges import commands as challenges
from marketplace.challenges.models import Challenge
from marketplace.core import database, workflow
from marketplace.core.access import Role
from marketplace.core.errors import NotAllowed, Refused
from marketplace.core.jobs import failures
from marketplace.core.mail import outbox
from marketplace.evaluations.scoring import commands as scoring
from marketplace.evaluations.scoring.commands import Given
from marketplace.organisations.models import Organisation, OrganisationState
from marketplace.organisations.queries import holders
from marketplace.proposals import commands as proposals
from marketplace.proposals import contents
from marketplace.proposals.models import Section
from tests.challenges import world as challenge_world
from tests.evaluations.conftest import PRICES
from tests.evaluations.stage import Stage, browser_of, build, reading_as
from tests.proposals import builder
from tests.proposals.test_files import upload


@pytest.fixture
def stage(db, now) -> Stage:
    """Two proposals are sent, the deadline has passed."""
    return build(now, dict(list(PRICES.items())[:2]))


def suspend(stage: Stage) -> Stage:
    """The host suspends the agency; its people come back with what is left of their rights."""
    agency = database.session.get_one(Organisation, stage.challenge.agency_id)
    with workflow._moving():
        agency.state = OrganisationState.SUSPENDED
    database.session.commit()
    for name in ("manager", "approver", "officer", "chair", "second", "third"):
        setattr(stage, name, replace(getattr(stage, name), is_verified=False))
    return stage


def test_a_suspended_agency_opens_no_proposals_and_no_notary_opens_them_for_it(stage: Stage):
    host = builder.organisation(builder.Kind.HOST, "The host")
    notary = builder.member(host, "Notary", Role.NOTARY, now=stage.now)
    suspend(stage)
    for officer in (stage.officer, notary):
        with pytest.raises(NotAllowed):
            proposals.open_proposals(officer, stage.challenge, stage.now)


def test_a_suspended_agencys_panel_stands_still(stage: Stage):
    suspend(stage.ready())
    given = {stage.criteria["Quality"]: Given(9)}
    with pytest.raises(NotAllowed):
        scoring.save_scores(stage.second, stage.evaluation, stage.proposals["Beta"], given, None, stage.now)
    with pytest.raises(NotAllowed):
        scoring.freeze(stage.chair, stage.evaluation, stage.now)


@pytest.mark.parametrize("deed", ["extend_deadline", "add_correction", "withdraw"])
def test_what_a_suspended_agency_has_published_stands_as_it_is(stage: Stage, now, deed: str):
    suspend(stage)
    options = {"extend_deadline": (stage.challenge.deadline + timedelta(days=9), "Asked for.")}.get(deed, ("Why.",))
    with pytest.raises(Refused, match="suspended"):
        getattr(challenges, deed)(stage.manager, stage.challenge, *options, now)


def test_an_outsider_on_a_panel_reads_no_draft_of_the_agency(stage: Stage, now):
    stage.open().name_panel()
    draft = challenge_world.draft(replace(stage.manager, at=now), now)
    database.session.commit()
    for viewer, sees in ((stage.second, False), (stage.officer, True)):
        with reading_as(viewer):
            seen = set(database.session.scalars(select(Challenge.id)))
            assert (draft.id in seen) is sees
            assert stage.challenge.id in seen


def test_a_page_whose_address_is_the_right_to_read_is_kept_by_no_cache(client):
    for path in ("/en/forgotten/junk/", "/en/organisations/invitations/junk/", "/en/sign-up/junk/"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


def test_the_form_of_the_documents_page_takes_no_file_out_of_the_draft(app, stage: Stage, now):
    agency = database.session.get_one(Organisation, stage.challenge.agency_id)
    challenge, owner = builder.challenge(agency, now), stage.owners["Alpha"]
    mine = proposals.start_proposal(owner, challenge, now)
    proposals.add_file(owner, mine, upload(), now)
    database.session.commit()
    browser = browser_of(app, owner, now)
    browser.get(f"/en/proposals/{mine.key}/edit/documents/")
    token = browser.page.root.one("input", name="csrf_token").attributes["value"]
    browser.post(f"/en/proposals/{mine.key}/edit/documents/", {"csrf_token": token})
    assert len(contents.file_ids(contents.draft_of(mine))) == 1
    assert contents.draft_of(mine)[Section.DOCUMENTS].number == 1


def test_a_failed_job_tells_no_row_of_the_database(db):
    class Refusal(Exception):
        pass

    refusal = Refusal('violates check constraint "ck"\nDETAIL:  Failing row contains (Our secret price).')
    failures.note(1, "a task", IntegrityError("INSERT", {"text": "Our secret price"}, refusal))
    failures.note(2, "a task", OperationalError("INSERT", {"text": "Our secret price"}, refusal))
    kept = db.scalars(select(failures.JobFailure.error)).all()
    assert len(kept) == 2
    assert "secret" not in " ".join(kept)
    assert all("violates" in words for words in kept)


def test_what_was_written_stands_in_no_failure_of_the_database(db):
    with pytest.raises(IntegrityError) as caught:
        db.execute(Organisation.__table__.insert().values(name="Our secret price"))
    assert "Our secret price" not in str(caught.value).partition("\nDETAIL")[0]
    db.rollback()


def test_a_suspended_person_is_neither_told_nor_chosen(stage: Stage):
    agency = stage.challenge.agency_id
    assert stage.second.person_id in holders(agency, Role.EVALUATOR, stage.now)
    database.session.get_one(Person, stage.second.person_id).suspended_at = stage.now
    database.session.commit()
    assert stage.second.person_id not in holders(agency, Role.EVALUATOR, stage.now)
    assert outbox._resolver is not None
    letter_to = outbox._resolver(stage.second.person_id, agency)
    assert letter_to is not None  # of the suspension itself he is told
    assert letter_to.viewer.organisation_id is None
