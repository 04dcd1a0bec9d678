"""A pilot is opened from an award, once, with what was proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.core import database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots import commands, queries
from marketplace.pilots.models import Pilot, PilotState
from marketplace.proposals.models import Proposal, ProposalState
from tests.pilots.world import World
from tests.proposals import builder


def test_it_takes_milestones_prices_and_days_from_the_proposal(world: World):
    pilot = world.opened()
    assert pilot.state == PilotState.AGREEMENT
    assert [step.price_minor for step in pilot.milestones] == [2_400_000, 3_600_000, 0]
    assert [step.title for step in pilot.milestones] == ["Step 1", "Step 2", "Step 3"]
    assert pilot.milestones[0].due_on == world.today + timedelta(days=30)
    assert pilot.currency == "EUR"


def test_only_who_runs_pilots_for_the_agency_opens_one(world: World):
    for name in (
        "approver",
        "reader",
        "finance_officer",
        "evaluator",
        "editor",
        "startup_owner",
        "rival",
        "stranger",
    ):
        with pytest.raises(NotAllowed):
            commands.open_pilot(world.people[name], world.proposal, "Ours", world.now)
    assert commands.open_pilot(world.owner, world.proposal, "Ours", world.now).title == "Ours"


def test_a_proposal_has_one_pilot(world: World):
    world.opened()
    with pytest.raises(Refused, match="has its pilot already"):
        commands.open_pilot(world.manager, world.proposal, "Again", world.now)


def test_an_award_alone_becomes_a_pilot(world: World):
    other = builder.challenge(world.agency, world.now)
    proposal = builder.sent(world.startup_owner, other, world.now)
    assert proposal.state == ProposalState.SUBMITTED
    with pytest.raises(Refused, match="Only an awarded proposal"):
        commands.open_pilot(world.manager, proposal, "Too early", world.now)


def test_the_agency_sees_its_award_waiting_and_opens_it_in_the_browser(world: World, as_person):
    browser = as_person(world.manager)
    assert browser.get("/en/pilots/").says("Awards that wait for their pilot")
    browser.get(f"/en/pilots/new/{world.proposal.key}/")
    assert browser.page.value_of("Title of the pilot (needed)") == "Setpoint watch"
    assert browser.press("Open the pilot", title="").error_beside("Title of the pilot (needed)") == "Enter a title."
    page = browser.press("Open the pilot", title="24 stations")
    assert page.title == "24 stations"
    assert page.says("The pilot is open.")
    assert not browser.get("/en/pilots/").says("Awards that wait")


def test_opened_twice_from_two_tabs_there_is_one_pilot_and_a_reason(world: World, as_person):
    first, second = as_person(world.manager), as_person(world.owner)
    for browser in (first, second):
        browser.get(f"/en/pilots/new/{world.proposal.key}/")
    first.press("Open the pilot", title="Mine")
    page = second.press("Open the pilot", title="Also mine")
    assert page.errors == ["This proposal has its pilot already."]
    assert page.value_of("Title of the pilot (needed)") == "Also mine"
    assert database.session.query(Pilot).count() == 1


def test_no_pilot_is_opened_from_an_address_that_others_have(world: World, as_person):
    for viewer in (world.reader, world.editor, world.stranger, world.rival):
        assert as_person(viewer).get(f"/en/pilots/new/{world.proposal.key}/").status == 404
    assert as_person(world.manager).get("/en/pilots/new/aaaaaaaaaaaaa/").status == 404


def test_the_dashboard_asks_for_it(world: World):
    assert [need.title for need in queries.needs(world.manager, world.now)] == ["Open the pilot"]
    assert queries.needs(world.editor, world.now) == []
    assert database.session.query(Proposal).count() == 1
