"""What waits for whom: the same on the pilot's page and on the dashboard."""

from __future__ import annotations

import pytest

from marketplace.core import database
from marketplace.pilots import commands, milestones, queries
from marketplace.pilots.models import PilotState
from tests.pilots.world import World, reading_as


def needs(world: World, name: str) -> list[str]:
    with reading_as(world.people[name]):
        return [need.title for need in queries.needs(world.people[name], world.now)]


def waits(world: World, name: str) -> list[tuple[str, str]]:
    with reading_as(world.people[name]):
        found = queries.waiting(world.people[name], world.now)
        return [(wait.whom, wait.about.partition(":")[0]) for wait in found]


def test_the_agreement_goes_round(world: World):
    pilot = world.opened()
    assert needs(world, "manager") == ["Define how success is measured"]
    world_defined(world, pilot)
    assert needs(world, "editor") == ["Write the agreement"]
    agree(world, pilot)
    assert needs(world, "signatory") == ["Version 1 of the agreement waits for your signature"]
    assert needs(world, "manager") == []
    world.signed_by(world.signatory, pilot)
    assert needs(world, "signatory") == []
    assert waits(world, "signatory") == [("National Water Authority", "signature under the agreement")]
    assert needs(world, "approver") == ["Version 1 of the agreement waits for your signature"]


def world_defined(world, pilot):
    from marketplace.pilots import measures
    from tests.pilots.world import ALARMS

    measures.define(world.manager, pilot, ALARMS, world.now)
    database.session.commit()


def agree(world, pilot):
    from marketplace.pilots import agreements

    agreements.propose(world.manager, pilot, "Terms", world.now)
    database.session.commit()


def test_work_is_asked_for_two_weeks_before_its_day_and_told_late_after_it(world: World):
    pilot = world.active()
    step = pilot.milestones[0]
    assert needs(world, "editor") == []
    world.later(days=20)
    with reading_as(world.editor):
        need = queries.needs(world.editor, world.now)[0]
    assert need.title == "Milestone 1 is to be delivered"
    assert need.due is not None
    assert need.due.date() == step.due_on
    assert need.zone == pilot.zone
    world.later(days=20)
    assert needs(world, "manager") == []


def test_delivered_work_waits_for_the_agency_and_returned_work_for_the_startup(world: World):
    step = world.deliver(world.active().milestones[0])
    assert needs(world, "manager") == ["Milestone 1 waits for your decision"]
    assert waits(world, "editor") == [("National Water Authority", "decision on milestone 1")]
    milestones.send_back(world.manager, step, "Which?", world.now)
    database.session.commit()
    assert needs(world, "editor") == ["Milestone 1 was returned"]
    assert waits(world, "manager") == [("Tidewatch Labs", "milestone 1 anew")]


def test_a_measurement_waits_for_whoever_may_verify_it(world: World):
    kpi = world.active().kpis[0]
    world.report(kpi, 5, by=world.manager)
    assert needs(world, "manager") == []
    assert needs(world, "second_manager") == ["1 measurement waits for your verification"]
    assert waits(world, "editor") == [("National Water Authority", "verification of 1 measurement")]


def test_money_waits_for_those_who_answer_for_it(world: World):
    step = world.accept(world.active().milestones[0])
    assert needs(world, "finance_officer") == ["Milestone 1 is accepted and not paid yet"]
    assert needs(world, "finance") == []
    assert ("National Water Authority", "payment of milestone 1") in waits(world, "finance")
    milestones.record_payment(world.finance_officer, step, world.today, "TT-1", world.now)
    database.session.commit()
    assert needs(world, "finance") == ["The agency recorded that milestone 1 is paid"]
    milestones.confirm_payment(world.finance, step, world.now)
    database.session.commit()
    assert needs(world, "finance") == []


def test_when_all_is_accepted_the_agency_closes(world: World):
    pilot = world.active()
    for step in pilot.milestones:
        world.accept(step)
    assert needs(world, "manager") == ["All milestones are accepted"]
    commands.start_closing(world.manager, pilot, world.now)
    database.session.commit()
    assert needs(world, "manager") == ["Write down what your side learnt"]
    commands.write_lessons(world.manager, pilot, "Much.", world.now)
    database.session.commit()
    assert needs(world, "manager") == ["The pilot waits for its outcome"]


@pytest.mark.parametrize("state", PilotState)
def test_nothing_is_asked_of_who_may_do_nothing(world: World, state):
    world.pilot_in(state)
    for name in ("reader", "evaluator", "rival", "stranger", "administrator"):
        assert needs(world, name) == [], name


def test_what_is_asked_leads_to_a_page_that_can_do_it(world: World, as_person):
    pilot = world.active()
    world.deliver(pilot.milestones[0])
    world.report(pilot.kpis[0], 5)
    world.accept(pilot.milestones[1])
    world.later(days=40)
    for name in ("manager", "editor", "finance_officer", "signatory", "owner"):
        viewer = world.people[name]
        with reading_as(viewer):
            asked = queries.needs(viewer, world.now)
        browser = as_person(viewer)
        for need in asked:
            assert browser.get(need.url).status == 200, need
            assert browser.page.main.all("button", **{"aria-disabled": "true"}) == [], need
