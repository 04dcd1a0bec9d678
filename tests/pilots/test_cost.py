"""What pages cost: twelve statements at most, the same at ten rows and at two hundred."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from marketplace.challenges.models import ChallengeState
from marketplace.core import database, events
from marketplace.pilots import queries
from marketplace.pilots.models import Actual, EntryKind, Milestone, Pilot, RecordEntry
from marketplace.proposals.models import Proposal, ProposalState
from tests.pilots.world import World, reading_as
from tests.proposals import builder

TABS = ("", "agreement/", "milestones/", "results/", "record/", "payments/", "files/", "history/", "results/{kpi}/")


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(database.engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine(), "before_cursor_execute", note)


def fill(world: World, pilot: Pilot, count: int) -> None:
    """So many measurements of each measure, entries of the record and events."""
    for kpi in pilot.kpis:
        for number in range(count):
            actual = Actual(
                kpi_id=kpi.id,
                measured_on=world.today - timedelta(days=number + 1),
                value=Decimal(number),
                evidence="Log",
                reported_by=world.editor.person_id,
                reported_at=world.now,
            )
            if number % 2:
                actual.verified_by, actual.verified_at = world.manager.person_id, world.now
            database.session.add(actual)
    for number in range(count):
        kind = list(EntryKind)[number % 3]
        entry = RecordEntry(
            pilot_id=pilot.id,
            kind=kind,
            text=f"Entry {number}",
            by_id=world.editor.person_id,
            organisation_id=world.startup.id,
            at=world.now,
        )
        database.session.add(entry)
        events.record("pilot.note_added", world.editor, on=pilot, now=world.now)
    database.session.commit()


def statements_of(browser, address: str) -> int:
    with counted() as statements:
        assert browser.client.get(address).status_code == 200
    return len(statements)


def test_a_pilots_pages(world: World, as_person):
    pilot = world.active()
    browser = as_person(world.manager)
    places = [f"/en/pilots/{pilot.key}/" + tab.format(kpi=pilot.kpis[0].id) for tab in TABS]
    fill(world, pilot, 10)
    few = {place: statements_of(browser, place) for place in places}
    world.later(days=-300)
    fill(world, pilot, 190)
    many = {place: statements_of(browser, place) for place in places}
    assert many == few
    assert max(many.values()) <= 12, many


def more_pilots(world: World, count: int) -> None:
    for number in range(count):
        challenge = builder.challenge(world.agency, world.now, state=ChallengeState.AWARDED)
        proposal = Proposal(challenge_id=challenge.id, startup_id=world.startup.id, state=ProposalState.AWARDED)
        database.session.add(proposal)
        database.session.flush()
        pilot = Pilot(
            challenge_id=challenge.id,
            proposal_id=proposal.id,
            agency_id=world.agency.id,
            startup_id=world.startup.id,
            title=f"Pilot {number}",
            currency="EUR",
            zone="Europe/Paris",
        )
        pilot.milestones = [Milestone(position=1, title="Step", price_minor=100)]
        database.session.add(pilot)
    database.session.commit()


def test_the_list_and_the_dashboards_part(world: World, as_person):
    browser = as_person(world.manager)
    more_pilots(world, 10)

    def cost() -> tuple[int, int]:
        with reading_as(world.manager), counted() as statements:
            queries.needs(world.manager, world.now)
            queries.waiting(world.manager, world.now)
        return statements_of(browser, "/en/pilots/"), len(statements)

    few = cost()
    more_pilots(world, 190)
    assert cost() == few
    assert few[0] <= 12
    assert few[1] <= 6


def test_the_list_is_paged_to_its_end_without_a_gap(world: World, as_person):
    more_pilots(world, 45)
    browser = as_person(world.manager)
    page, seen = browser.get("/en/pilots/"), []
    while True:
        seen += [link.text for link in page.main.one("tbody").all("a")]
        following = page.main.all("a", rel="next")
        if not following:
            break
        page = browser.get(following[0].attributes["href"])
    assert sorted(seen) == sorted(f"Pilot {number}" for number in range(45))


@pytest.mark.parametrize("odd", ["x", "eyJ4", "%00", "9" * 3000, "é"])
def test_an_odd_cursor_is_the_first_page(world: World, as_person, odd):
    pilot = world.active()
    browser = as_person(world.manager)
    for address in ("/en/pilots/", f"/en/pilots/{pilot.key}/record/", f"/en/pilots/{pilot.key}/history/"):
        assert browser.get(f"{address}?after={odd}").status == 200
