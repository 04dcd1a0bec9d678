"""One rule for every path: a slow oracle in Python equals the SQL for every reader, edition and moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from marketplace.casestudies import policy
from marketplace.casestudies.models import (
    OPEN_STATES,
    PUBLIC_STATES,
    CaseStudy,
    Claim,
    Clearance,
    Edition,
    EditionRevision,
    EditionState,
    EditionText,
)
from marketplace.core import access, database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.database import Model
from tests.casestudies.world import reading_as
from tests.pages import Browser

NOW = datetime(2027, 3, 1, tzinfo=UTC)
ROLES = {
    Kind.AGENCY: list(Role)[:7],
    Kind.STARTUP: [Role.OWNER, Role.EDITOR, Role.SIGNATORY, Role.FINANCE, Role.READER],
    Kind.PARTNER: [Role.OWNER, Role.READER, Role.ADOPTER],
    Kind.HOST: [Role.ADMINISTRATOR, Role.MODERATOR, Role.NOTARY, Role.AUDITOR],
}
BELOW = (EditionText, Claim, Clearance, EditionRevision)


def readers(world) -> list[Viewer]:
    """Every role of both sides and of outsiders, each kind, verified or not, and nobody."""
    organisations = [
        (world.agency.id, Kind.AGENCY),
        (world.startup.id, Kind.STARTUP),
        (world.rival.organisation_id, Kind.STARTUP),
        (world.stranger.organisation_id, Kind.AGENCY),
        (world.administrator.organisation_id, Kind.HOST),
        (uuid4(), Kind.PARTNER),
    ]
    made = [
        Viewer(world.now, world.manager.person_id, organisation, kind, frozenset({role}), is_verified)
        for (organisation, kind), role, is_verified in product(organisations, Role, (True, False))
        if role in ROLES[kind]
    ]
    return [*made, Viewer.anonymous(world.now)]


def works(viewer: Viewer, study: CaseStudy) -> bool:
    """The oracle's own words for a working role: an agency's all but evaluators, a startup's all."""
    if viewer.organisation_id == study.agency_id and viewer.organisation_kind == Kind.AGENCY:
        return bool(
            viewer.roles
            & {
                Role.OWNER,
                Role.CHALLENGE_MANAGER,
                Role.APPROVER,
                Role.OPENING_OFFICER,
                Role.FINANCE_OFFICER,
                Role.VIEWER,
            }
        )
    if viewer.organisation_id == study.startup_id and viewer.organisation_kind == Kind.STARTUP:
        return bool(viewer.roles & {Role.OWNER, Role.EDITOR, Role.SIGNATORY, Role.FINANCE})
    return False


def may_read(viewer: Viewer, edition: Edition, states) -> bool:
    """The rule, slowly."""
    if works(viewer, edition.case_study):
        return True
    is_out = edition.published_at is not None and edition.published_at <= viewer.at
    return is_out and edition.label == "CLEAR" and edition.state in states


@pytest.fixture
def editions(world, db) -> list[Edition]:
    """An old, a present and a draft edition of one case study."""
    old, new = world.corrected()
    return [old, new, world.correction_of(new)]


def seen(viewer: Viewer, model: type) -> set:
    """The ids of what a viewer reads of a table."""
    with reading_as(viewer):
        return set(database.session.scalars(select(model.id)).all())


def assert_rule(viewer: Viewer, editions: list[Edition]) -> None:
    """Whatever is read is what the oracle allows, of the edition and of each row below it."""
    visible = {edition.id for edition in editions if may_read(viewer, edition, PUBLIC_STATES)}
    worded = {edition.id for edition in editions if may_read(viewer, edition, OPEN_STATES)}
    own = {edition.id for edition in editions if works(viewer, edition.case_study)}
    with reading_as(viewer) as reading:
        assert set(reading.scalars(select(Edition.id))) == visible
        assert bool(reading.scalars(select(CaseStudy.id)).all()) == bool(visible)
        for model in (EditionText, Claim):
            assert set(reading.scalars(select(model.edition_id))) == worded
        for model in (Clearance, EditionRevision):
            assert set(reading.scalars(select(model.edition_id))) <= own


def test_the_oracle_equals_the_sql_on_every_reader_edition_and_time(world, editions):
    moments = [editions[0].published_at, editions[1].published_at]
    times = [moment + step for moment in moments for step in (-timedelta(seconds=1), timedelta(0))]
    for viewer, at in product(readers(world), times):
        assert_rule(viewer.later(at), editions)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    states=st.lists(st.sampled_from(EditionState), min_size=3, max_size=3),
    labels=st.lists(st.sampled_from(["CLEAR", "GREEN", "AMBER", "RED", "clear", ""]), min_size=3, max_size=3),
    spans=st.lists(st.none() | st.integers(-2, 2), min_size=3, max_size=3),
    place=st.integers(0, 64),
)
def test_the_oracle_equals_the_sql_in_random_worlds(world, editions, db, states, labels, spans, place):
    present = [index for index, state in enumerate(states) if state == EditionState.PUBLISHED][1:]
    working = [i for i, s in enumerate(states) if s in (EditionState.DRAFT, EditionState.CLEARANCE)][1:]
    for index in (*present, *working):
        states[index] = EditionState.SUPERSEDED
    db.execute(text("UPDATE edition SET state = 'superseded'"))
    for edition, state, label, span in zip(editions, states, labels, spans, strict=True):
        at = None if span is None else world.now + timedelta(seconds=span)
        db.execute(
            text("UPDATE edition SET state = :state, label = :label, published_at = :at WHERE id = :id"),
            {"state": state.value, "label": label, "at": at, "id": edition.id},
        )
    db.commit()
    for edition in editions:
        db.refresh(edition)
    everybody = readers(world)
    assert_rule(everybody[place % len(everybody)], editions)
    assert_rule(Viewer.anonymous(world.now), editions)


def test_the_rule_in_the_policy_is_the_oracles(world, editions):
    for viewer, edition, states in product(readers(world), editions, (PUBLIC_STATES, OPEN_STATES)):
        said = policy.can_read(viewer, edition, edition.case_study, states)
        assert said == may_read(viewer, edition, states)


def test_fewer_roles_never_show_more(world, editions):
    everything = frozenset(Role)
    for name, roles in (("manager", ROLES[Kind.AGENCY]), ("editor", ROLES[Kind.STARTUP])):
        for role in roles:
            viewer: Viewer = getattr(world, name)
            fewer = Viewer(
                viewer.at, viewer.person_id, viewer.organisation_id, viewer.organisation_kind, frozenset({role}), True
            )
            more = Viewer(
                viewer.at, viewer.person_id, viewer.organisation_id, viewer.organisation_kind, everything, True
            )
            assert seen(fewer, Edition) <= seen(more, Edition)


def test_a_retracted_edition_shows_its_tombstone_and_not_a_word(world):
    edition = world.retract(world.published())
    nobody = Viewer.anonymous(world.now)
    assert seen(nobody, Edition) == {edition.id}
    assert seen(nobody, EditionText) == seen(nobody, Claim) == set()


def test_every_model_with_an_edition_foreign_key_is_guarded():
    below = {
        mapper.class_
        for mapper in Model.registry.mappers
        if any(key.column.table.name in ("edition", "case_study") for key in mapper.local_table.foreign_keys)
    }
    assert below == {Edition, *BELOW}
    assert below | {CaseStudy} <= access.declared()
    for model in below:
        assert access.visible(model, Viewer.anonymous(NOW)) is not None


def test_counts_aliases_and_joins_are_limited_too(world):
    from sqlalchemy.orm import aliased

    world.written()
    with reading_as(world.rival):
        other = aliased(Edition)
        assert database.session.scalar(select(func.count()).select_from(Edition)) == 0
        assert database.session.scalars(select(other)).all() == []
        assert database.session.scalars(select(CaseStudy).join(CaseStudy.editions)).all() == []


PATHS = (
    "/en/case-studies/",
    "/en/case-studies/?q=invoices&topic=data-protection",
    "/ar/case-studies/",
    "/feeds/case-studies.atom",
    "/feeds/case-studies.json",
    "/en/case-studies/mine/",
    "/en/",
)


def test_a_draft_changes_nothing_that_a_stranger_gets(world, app, db):
    published = world.published()
    paths = (*PATHS, f"/en/case-studies/how-a-port-stopped-paying-for-fake-invoices-{published.case_study.key}/")

    def answers(viewer) -> list[bytes]:
        browser = Browser(app) if viewer is None else world.browser(app, viewer)
        return [_steady(browser.client.get(path)) for path in paths]

    before = [answers(viewer) for viewer in (None, world.rival, world.administrator)]
    made = world.correction_of(published, "A secret that is not out yet.")
    world.clear(world.ask(made), world.approver)
    after = [answers(viewer) for viewer in (None, world.rival, world.administrator)]
    assert before == after


def _steady(response) -> bytes:
    """An answer without what differs each time: the token of forms."""
    import re

    return re.sub(rb'(name="csrf_token"[^>]*value=")[^"]*', rb"\1", response.get_data())


@pytest.mark.parametrize("state", [EditionState.DRAFT, EditionState.CLEARANCE])
def test_work_pages_are_as_nothing_to_outsiders(world, app, state):
    edition = world.edition_in(state)
    key = edition.case_study.key
    for viewer in (world.rival, world.stranger, world.evaluator, world.administrator):
        browser = world.browser(app, viewer)
        for page in ("manage/", "preview/", "clearance/", "publication/", "edit/problem/", "edit/problem/history/"):
            assert browser.get(f"/en/case-studies/{key}/{page}").status == 404, page
