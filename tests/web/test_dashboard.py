"""The desk: what needs each kind of person, whom they wait for, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from marketplace.core import clock, database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.organisations.members import seat
from marketplace.organisations.models import Organisation
from marketplace.web import dashboard
from tests.evaluations import stage
from tests.organisations.world import PASSWORD, a_person
from tests.pages import Browser
from tests.proposals import builder
from tests.proposals.conftest import reading_as
from tests.proposals.conftest import scene as scene  # the fixture

MOST_ON_DASHBOARD = 25
MOST_ELSEWHERE = 12


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine(), "before_cursor_execute", note)


def desk_of(viewer: Viewer, now) -> dashboard.Desk:
    with reading_as(viewer.later(now)):
        return dashboard.of(viewer.later(now), now)


def titles(desk: dashboard.Desk) -> set[str]:
    return {row.need.title for row in desk.rows}


def signed_in(app, db, now, organisation: Organisation, *roles: Role) -> Browser:
    """A browser of a new member."""
    person = a_person(db, "Newcomer Here", now, password=PASSWORD)
    for role in roles:
        seat(organisation, person.id, role, now, by=None)
    db.commit()
    visitor = Browser(app)
    visitor.sign_in("newcomer.here@example.org", PASSWORD)
    return visitor


def test_everybody_gets_a_desk_and_a_stranger_an_empty_one(db, scene):
    scene.sent()
    db.commit()
    for viewer in (scene.writer, scene.rival, scene.manager, scene.officer, scene.administrator, scene.auditor):
        assert desk_of(viewer, scene.now).sentence
    nobody = Viewer(at=scene.now, person_id=scene.writer.person_id)
    assert desk_of(nobody, scene.now).rows == []


def test_a_draft_needs_its_team_until_it_is_sent_and_nobody_else_ever(db, scene):
    draft = scene.draft()
    db.commit()
    about = {row.need.about for row in desk_of(scene.writer, scene.now).rows}
    assert any("Detect tampered setpoints" in words for words in about)
    for outsider in scene.outsiders().values():
        if outsider.is_signed_in:
            found = desk_of(outsider, scene.now)
            assert not any(draft.key in row.need.url for row in found.rows)
            assert not any(draft.key in wait.url for wait in found.waiting)


def test_the_opening_needs_the_officer_once_the_deadline_has_passed(db, scene):
    scene.sent()
    db.commit()
    key = scene.challenge.key
    before = {row.need.url for row in desk_of(scene.officer, scene.now).rows}
    after = {row.need.url for row in desk_of(scene.officer, scene.after).rows}
    assert any(key in url for url in after - before)


def test_the_administrator_has_to_verify_who_waits(db, scene):
    assert any("verif" in title.lower() for title in titles(desk_of(scene.administrator, scene.now)))
    assert not any("verif" in title.lower() for title in titles(desk_of(scene.auditor, scene.now)))


def test_evaluators_have_to_declare_then_to_score(db, now):
    made = stage.build(now, {"Tidewatch Labs": 10_000, "Halyard Mail": 12_000}).open().name_panel()
    with clock.at(made.now):
        first = titles(desk_of(made.second, made.now))
        made.screen().declare().start()
        second = titles(desk_of(made.second, made.now))
    assert first
    assert second
    assert first != second
    assert desk_of(made.stranger, made.now).rows == []


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        (Kind.AGENCY, (Role.OWNER, Role.CHALLENGE_MANAGER, Role.APPROVER, Role.EVALUATOR, Role.OPENING_OFFICER)),
        (Kind.STARTUP, (Role.OWNER, Role.EDITOR, Role.SIGNATORY)),
        (Kind.PARTNER, (Role.OWNER,)),
        (Kind.HOST, (Role.ADMINISTRATOR, Role.AUDITOR)),
    ],
)
def test_a_page_costs_a_bounded_number_of_statements(app, db, scene, kind, roles):
    scene.sent()
    own = {Kind.AGENCY: scene.manager, Kind.STARTUP: scene.writer, Kind.HOST: scene.administrator}
    organisation = (
        db.get(Organisation, own[kind].organisation_id) if kind in own else builder.organisation(kind, "A nation")
    )
    visitor = signed_in(app, db, scene.now, organisation, *roles)
    with counted() as asked:
        assert visitor.get("/en/dashboard/").status == 200
    assert len(asked) <= MOST_ON_DASHBOARD, len(asked)
    for address in ("/en/", "/en/search/?q=setpoints", "/en/decisions/", "/en/notices/", "/en/notices/preferences/"):
        with counted() as asked:
            assert visitor.get(address).status == 200, address
        assert len(asked) <= MOST_ELSEWHERE, (address, len(asked))


def test_the_desk_costs_the_same_with_many_challenges(db, scene):
    with counted() as few:
        desk_of(scene.manager, scene.now)
    agency = db.get(Organisation, scene.manager.organisation_id)
    for _number in range(30):
        builder.challenge(agency, scene.now)
    db.commit()
    with counted() as many:
        desk_of(scene.manager, scene.now)
    assert len(many) <= len(few) + 3


@pytest.mark.parametrize(("hour", "words"), [(6, "Good morning"), (13, "Good afternoon"), (20, "Good evening")])
def test_the_greeting_goes_by_the_persons_own_clock(app, now, hour, words):
    with app.test_request_context("/en/"):
        assert dashboard.greeting(now.replace(hour=hour), "UTC", "Nadia Farouk") == f"{words}, Nadia"
