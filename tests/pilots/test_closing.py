"""The record, and how a pilot ends."""

from __future__ import annotations

import pytest

from marketplace.core import database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots import commands
from marketplace.pilots.models import EntryKind, Outcome, PilotState, RecordEntry
from tests.pilots.world import World


def entry(kind: EntryKind, text: str = "Winter access") -> RecordEntry:
    return RecordEntry(kind=kind, text=text, owner="Hicham", next_step="Install early")


def test_both_sides_write_and_others_do_not(world: World):
    pilot = world.active()
    for name in ("manager", "owner", "editor", "signatory"):
        commands.write_down(world.people[name], pilot, entry(EntryKind.NOTE), world.now)
    for name in ("approver", "reader", "finance_officer", "evaluator", "finance", "rival", "stranger"):
        with pytest.raises(NotAllowed):
            commands.write_down(world.people[name], pilot, entry(EntryKind.NOTE), world.now)


def test_a_risk_is_closed_once_with_a_word(world: World):
    pilot = world.active()
    risk = commands.write_down(world.editor, pilot, entry(EntryKind.RISK), world.now)
    commands.close_risk(world.manager, pilot, risk, "Installed in time.", world.now)
    with pytest.raises(Refused, match="closed already"):
        commands.close_risk(world.manager, pilot, risk, "Again.", world.now)


def test_a_note_is_no_risk(world: World):
    pilot = world.active()
    note = commands.write_down(world.editor, pilot, entry(EntryKind.NOTE), world.now)
    with pytest.raises(Refused):
        commands.close_risk(world.manager, pilot, note, "What?", world.now)


@pytest.mark.parametrize("state", [PilotState.COMPLETED, PilotState.TERMINATED, PilotState.NOT_SIGNED])
def test_the_record_of_an_ended_pilot_is_closed(world: World, state):
    pilot = world.pilot_in(state)
    with pytest.raises(Refused, match="its record is closed"):
        commands.write_down(world.editor, pilot, entry(EntryKind.NOTE), world.now)


def test_success_needs_all_work_and_a_verified_measurement_of_every_measure(world: World):
    pilot = world.active()
    for step in pilot.milestones[:2]:
        world.accept(step)
    world.verified(pilot.kpis[0], 1)
    commands.start_closing(world.manager, pilot, world.now)
    commands.write_lessons(world.manager, pilot, "Much.", world.now)
    database.session.commit()

    def complete() -> None:
        commands.complete(world.manager, pilot, Outcome.SUCCESS, "It works.", world.now)

    with pytest.raises(Refused, match="Stations listening"):
        complete()
    database.session.rollback()
    world.verified(pilot.kpis[1], 24)
    with pytest.raises(Refused, match="milestone 3 accepted"):
        complete()
    database.session.rollback()
    commands.reopen(world.manager, pilot, world.now)
    world.accept(pilot.milestones[2])
    commands.start_closing(world.manager, pilot, world.now)
    complete()
    assert (pilot.state, pilot.outcome) == (PilotState.COMPLETED, Outcome.SUCCESS)


def test_lessons_are_each_sides_own_and_stand_after_the_end(world: World):
    pilot = world.closing()
    commands.write_lessons(world.manager, pilot, "Ask the operators.", world.now)
    commands.complete(world.manager, pilot, Outcome.NO_SUCCESS, "It did not work.", world.now)
    commands.write_lessons(world.editor, pilot, "Bring spare taps.", world.now)
    assert (pilot.lessons_agency, pilot.lessons_startup) == ("Ask the operators.", "Bring spare taps.")
    for viewer in (world.manager, world.editor):
        with pytest.raises(Refused, match="its record is closed"):
            commands.write_lessons(viewer, pilot, "Better words.", world.now)


@pytest.mark.parametrize("blank", ["", " \n"])
def test_an_early_end_needs_a_reason(world: World, blank):
    with pytest.raises(Refused, match="Say why"):
        commands.terminate(world.owner, world.active(), blank, world.now)


# --- as a person sees it ---


def test_a_pilot_is_closed_in_the_browser(world: World, as_person):
    pilot = world.active()
    agency, startup = as_person(world.manager), as_person(world.editor)
    address = f"/en/pilots/{pilot.key}/"
    agency.get(address + "closing/")
    agency.press("Begin to close")
    assert agency.page.says("Write down what your side learnt.")
    agency.get(address + "completion/")
    assert agency.page.says("Write down what the agency learnt.")
    agency.get(address + "lessons/")
    agency.press("Write the lessons down", lessons="Ask the **operators** first.")
    assert agency.page.says("Ask the operators first.")
    startup.get(address + "lessons/")
    startup.press("Write the lessons down", lessons="Bring spare taps.")
    agency.get(address + "completion/")
    page = agency.press("Close the pilot", reason="Half was reached.")
    assert page.errors == ["Choose the outcome."]
    page = agency.press("Close the pilot", outcome="success")
    assert page.errors == ["A success needs a verified measurement of “False alarms a month”."]
    assert page.value_of("Why (needed)") == "Half was reached."
    page = agency.press("Close the pilot", outcome="partial")
    assert page.says("Partial success")
    assert page.says("Bring spare taps.")
    assert page.says("Half was reached.")


def test_the_startup_ends_a_pilot_early_and_both_still_say_what_they_learnt(world: World, as_person):
    pilot = world.active()
    browser = as_person(world.signatory)
    browser.get(f"/en/pilots/{pilot.key}/termination/")
    assert browser.press("End the pilot early").error_beside("Reason (needed)") == "Say why."
    page = browser.press("End the pilot early", reason="Our pumps were sold.")
    assert page.says("Ended early")
    assert page.says("Our pumps were sold.")
    assert page.says("Write down what your side learnt.")


def test_a_note_that_is_sent_twice_stands_once(world: World, as_person):
    pilot = world.active()
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/record/new-note/")
    form = browser.page.form("Put it into the record")[0]
    values = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")} | {"text": "Once"}
    browser.post(f"/en/pilots/{pilot.key}/record/new-note/", values)
    page = browser.post(f"/en/pilots/{pilot.key}/record/new-note/", values)
    assert page.errors == ["This stands in the record already."]
    assert database.session.query(RecordEntry).count() == 1


def test_risks_stand_on_the_first_page_until_they_are_closed(world: World, as_person):
    pilot = world.active()
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/record/new-risk/")
    page = browser.press("Put it into the record", text="Winter access")
    assert page.error_beside("In charge (needed)") == "Name who looks after it."
    browser.press("Put it into the record", owner="Hicham", next_step="Install early")
    assert browser.get(f"/en/pilots/{pilot.key}/").says("Winter access")
    risk = database.session.query(RecordEntry).one()
    browser.get(f"/en/pilots/{pilot.key}/record/{risk.id}/closing/")
    browser.press("Close the risk", word="Installed in time.")
    assert browser.page.says("Installed in time.")
    assert browser.get(f"/en/pilots/{pilot.key}/").says("No risk is open.")
