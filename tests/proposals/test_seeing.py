"""Who sees what of a proposal: until the opening its team alone, afterwards the agency's officers too."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.core import access, database
from marketplace.core.events import Event
from marketplace.core.files import File
from marketplace.proposals import commands, contents, queries
from marketplace.proposals.models import Comment, DraftRevision, DraftSection, Proposal, Section, Submission
from tests.proposals import builder
from tests.proposals.browser import Browser
from tests.proposals.conftest import reading_as
from tests.proposals.test_files import upload

TABLES = (Proposal, DraftSection, DraftRevision, Comment, Submission, File, Event)


def seen(viewer, model, proposal) -> int:
    """How many rows of this proposal the viewer finds."""
    column = {Proposal: "id", Event: "stream_id", File: "subject_id"}.get(model, "proposal_id")
    with reading_as(viewer):
        return database.session.scalar(select(func.count(model.id)).where(getattr(model, column) == proposal.id))


@pytest.fixture
def whole(scene, db):
    """A sent proposal with everything that a proposal can have."""
    proposal = scene.draft()
    commands.add_file(scene.writer, proposal, upload(), scene.now)
    commands.comment(scene.colleague, proposal, Section.SUMMARY, "Shorter?", scene.now)
    builder.write(scene.colleague, proposal, scene.now, title="Rewritten")
    commands.submit(scene.writer, proposal, scene.now)
    db.commit()
    return proposal


def test_the_team_sees_all_of_it(scene, whole):
    assert [seen(scene.bookkeeper, model, whole) > 0 for model in TABLES] == [True] * len(TABLES)


def test_nobody_else_sees_any_of_it_before_the_opening(scene, whole):
    found = {
        (name, model.__name__): seen(viewer, model, whole)
        for name, viewer in scene.outsiders().items()
        for model in TABLES
    }
    assert [where for where, count in found.items() if count] == []


def test_a_member_without_a_working_role_sees_nothing(scene, whole, db):
    from marketplace.core.access import Role

    reader = builder.member(whole.startup, "Visitor", Role.VIEWER, now=scene.now)
    db.commit()
    assert [seen(reader, model, whole) for model in (Proposal, DraftSection, Submission)] == [0, 0, 0]


def test_from_the_opening_on_the_agencys_officers_read_what_stood(scene, whole, db):
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    for officer in (scene.officer, scene.manager):
        assert seen(officer, Proposal, whole) == seen(officer, Submission, whole) == seen(officer, File, whole) == 1
        assert seen(officer, DraftSection, whole) == seen(officer, Comment, whole) == 0
    for name in ("rival", "stranger", "evaluator", "notary", "administrator", "auditor"):
        assert seen(getattr(scene, name), Submission, whole) == 0


def test_what_changes_after_the_sending_stays_with_the_team(scene, whole, db):
    builder.write(scene.writer, whole, scene.now, title="Afterwards")
    db.commit()
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    with reading_as(scene.officer):
        assert contents.read(whole).title == "Rewritten"


def test_a_withdrawn_proposal_tells_the_agency_nothing(scene, whole, db):
    commands.withdraw(scene.writer, whole, scene.now)
    db.commit()
    opening = commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    assert opening.count == 0
    for viewer in (scene.officer, scene.manager, scene.auditor, scene.notary):
        assert [seen(viewer, model, whole) for model in TABLES] == [0] * len(TABLES)


def test_the_panels_own_steps_are_not_told_to_the_team(scene, whole, db):
    from marketplace.proposals import policy
    from marketplace.proposals.workflow import LIFECYCLE

    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    LIFECYCLE.fire(whole, "screen_out", scene.manager, scene.after)
    db.commit()
    assert policy.state_as_seen(scene.writer, whole) == "opened"
    assert policy.state_as_seen(scene.manager, whole) == "screened_out"
    with reading_as(scene.writer):
        assert "screened" not in " ".join(each.sentence for each in queries.history(whole))


PAGES = (
    "/en/challenges/{key}/opening/",
    "/en/challenges/",
    "/en/proposals/",
    "/en/receipts/",
    "/en/organisations/",
)


@pytest.mark.parametrize("name", ["rival", "officer", "manager", "notary", "administrator", "auditor"])
def test_no_page_of_others_changes_by_a_byte_with_a_proposal(app, scene, db, name):
    def crawl():
        browser = Browser(app, getattr(scene, name))
        paths = [*(page.format(key=scene.challenge.key) for page in PAGES)]
        return {path: browser.get(path).steady for path in paths}

    without = crawl()
    proposal = scene.draft()
    commands.add_file(scene.writer, proposal, upload(), scene.now)
    db.commit()
    assert crawl() == without
    commands.submit(scene.writer, proposal, scene.now)
    db.commit()
    assert crawl() == without


@pytest.mark.parametrize(
    "page",
    ["", "edit/", "edit/summary/", "edit/summary/history/", "submission/", "withdrawal/", "receipt/"],
)
def test_unknown_and_forbidden_are_one_page(app, scene, whole, page):
    for viewer in (scene.rival, scene.officer, scene.administrator):
        browser = Browser(app, viewer)
        forbidden = browser.get(f"/en/proposals/{whole.key}/{page}")
        unknown = browser.get(f"/en/proposals/aaaaaaaaaaaaa/{page}")
        assert forbidden.status == unknown.status == 404
        assert forbidden.steady.replace(whole.key.encode(), b"") == unknown.steady.replace(b"aaaaaaaaaaaaa", b"")


def test_the_rule_is_declared_for_every_table():
    assert set(TABLES) <= access.declared()
