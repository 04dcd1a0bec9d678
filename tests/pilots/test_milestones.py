"""Milestones: delivered, returned with reasons, accepted; and paid outside the marketplace."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from marketplace.core import database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.core.files import File
from marketplace.pilots import commands, milestones, queries
from marketplace.pilots.models import MilestoneReturn, MilestoneState
from tests.pilots.world import World, reading_as


def picture() -> bytes:
    """A small PNG."""
    kept = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(kept, "PNG")
    return kept.getvalue()


def test_what_was_returned_is_kept_with_its_reasons(world: World):
    step = world.deliver(world.active().milestones[0])
    milestones.send_back(world.manager, step, "The replay is missing.", world.now)
    milestones.deliver(world.editor, step, "With the replay.", world.now)
    milestones.accept(world.manager, step, "", world.now)
    database.session.commit()
    assert step.state == MilestoneState.ACCEPTED
    assert step.times_returned == 1
    kept = database.session.scalars(select(MilestoneReturn)).one()
    assert (kept.delivery_note, kept.reasons) == ("Two stations **listen**.", "The replay is missing.")


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_nothing_is_delivered_or_returned_without_a_word(world: World, blank):
    step = world.active().milestones[0]
    with pytest.raises(Refused):
        milestones.deliver(world.editor, step, blank, world.now)
    world.deliver(step)
    with pytest.raises(Refused):
        milestones.send_back(world.manager, step, blank, world.now)


def test_a_delivery_and_a_closing_at_once_leave_nothing_behind(world: World):
    pilot = world.active()
    with reading_as(world.manager):
        closing = queries.by_key(pilot.key)
        assert closing.milestones[0].state == MilestoneState.PLANNED
        with reading_as(world.editor):
            delivered = queries.by_key(pilot.key).milestones[0]
            milestones.deliver(world.editor, delivered, "Done.", world.now)
            database.session.commit()
        with pytest.raises(Refused, match="Milestone 1 is delivered"):
            commands.start_closing(world.manager, closing, world.now)


# --- payments ---


def test_a_payment_is_recorded_by_the_agency_and_confirmed_by_the_startup(world: World):
    step = world.accept(world.active().milestones[0])
    for name in ("manager", "approver", "reader", "finance", "startup_owner", "stranger"):
        with pytest.raises(NotAllowed):
            milestones.record_payment(world.people[name], step, world.today, "TT-1", world.now)
    milestones.record_payment(world.finance_officer, step, world.today, "TT-1", world.now)
    for name in ("editor", "signatory", "finance_officer", "owner", "rival"):
        with pytest.raises(NotAllowed):
            milestones.confirm_payment(world.people[name], step, world.now)
    milestones.confirm_payment(world.finance, step, world.now)
    with pytest.raises(Refused, match="confirmed this payment already"):
        milestones.record_payment(world.finance_officer, step, world.today, "TT-2", world.now)
    with pytest.raises(Refused, match="confirmed already"):
        milestones.confirm_payment(world.finance, step, world.now)


def test_a_mistaken_reference_is_corrected_until_it_is_confirmed(world: World):
    step = world.accept(world.active().milestones[0])
    milestones.record_payment(world.finance_officer, step, world.today, "TT-1", world.now)
    milestones.record_payment(world.finance_officer, step, world.today, "TT-2", world.now)
    assert step.payment_reference == "TT-2"


def test_only_accepted_work_with_a_price_is_paid_and_not_in_the_future(world: World):
    pilot = world.active()
    first, _second, free = pilot.milestones
    with pytest.raises(Refused, match="after it is accepted"):
        milestones.record_payment(world.finance_officer, first, world.today, "TT-1", world.now)
    world.accept(first)
    with pytest.raises(Refused, match="not in the future"):
        milestones.record_payment(world.finance_officer, first, world.today + timedelta(days=1), "TT-1", world.now)
    with pytest.raises(Refused, match="not recorded a payment"):
        milestones.confirm_payment(world.finance, first, world.now)
    world.accept(free)
    with pytest.raises(Refused, match="costs nothing"):
        milestones.record_payment(world.finance_officer, free, world.today, "TT-1", world.now)


def test_accepted_work_is_paid_after_an_early_end_too(world: World):
    pilot = world.active()
    step = world.accept(pilot.milestones[0])
    commands.terminate(world.owner, pilot, "No more budget.", world.now)
    milestones.record_payment(world.finance_officer, step, world.today, "TT-1", world.now)
    milestones.confirm_payment(world.finance, step, world.now)


# --- as a person sees it ---


def test_the_startup_delivers_with_evidence_and_the_agency_returns_then_accepts(world: World, as_person):
    pilot = world.active()
    step = pilot.milestones[0]
    startup, agency = as_person(world.editor), as_person(world.manager)
    address = f"/en/pilots/{pilot.key}/milestones/{step.id}/"
    startup.get(address + "delivery/")
    assert startup.press("Deliver").error_beside("What you deliver (needed)") == (
        "Say what you deliver and where its evidence stands."
    )
    page = startup.press("Deliver", note="Two stations **listen**.", files=[(io.BytesIO(picture()), "station.png")])
    assert page.says("Milestone 1 is delivered.")
    assert page.says("station.png")
    assert agency.get(f"/en/pilots/{pilot.key}/").says("Milestone 1 waits for your decision.")
    agency.get(address + "return/")
    assert agency.page.says("station.png")
    assert agency.press("Return with reasons", reasons="Which stations?").says("Which stations?")
    assert startup.get(f"/en/pilots/{pilot.key}/").says("Milestone 1 was returned.")
    startup.get(address + "delivery/")
    assert startup.page.says("Which stations?")
    startup.press("Deliver", note="Stations 3 and 14.")
    agency.get(address + "acceptance/")
    page = agency.press("Accept", note="Seen.")
    assert page.says("Accepted")
    assert page.says(", returned once")
    assert agency.get(f"/ar/pilots/{pilot.key}/").says("، أُعيدت مرة واحدة"), "Arabic has a comma of its own"
    assert page.says("Which stations?")


def test_a_form_that_is_sent_twice_delivers_once(world: World, as_person):
    pilot = world.active()
    address = f"/en/pilots/{pilot.key}/milestones/{pilot.milestones[0].id}/delivery/"
    first, second = as_person(world.editor), as_person(world.editor)
    for browser in (first, second):
        browser.get(address)
    first.press("Deliver", note="Once.")
    page = second.press("Deliver", note="Twice.")
    assert page.errors == ["This can't be done any more: somebody else has changed it meanwhile."]
    assert page.value_of("What you deliver (needed)") == "Twice."


def test_a_lying_file_is_refused_and_nothing_is_delivered(world: World, as_person):
    pilot = world.active()
    step = pilot.milestones[0]
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/milestones/{step.id}/delivery/")
    page = browser.press("Deliver", note="Look.", files=[(io.BytesIO(b"MZ\x90\0 program"), "report.pdf")])
    assert page.error_beside("Evidence")
    assert page.value_of("What you deliver (needed)") == "Look."
    database.session.expire_all()
    assert step.state == MilestoneState.PLANNED
    assert database.session.query(File).count() == 0


def test_evidence_is_read_by_both_sides_alone(world: World, as_person):
    pilot = world.active()
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/milestones/{pilot.milestones[0].id}/delivery/")
    browser.press("Deliver", note="Look.", files=[(io.BytesIO(picture()), "station.png")])
    file = database.session.query(File).one()
    for name in ("manager", "reader", "editor", "finance"):
        assert as_person(world.people[name]).client.get(f"/files/{file.id}").status_code == 303, name
    for name in ("evaluator", "rival", "stranger", "administrator"):
        assert as_person(world.people[name]).client.get(f"/files/{file.id}").status_code == 404, name


def test_the_payment_goes_from_page_to_page(world: World, as_person):
    pilot = world.active()
    step = world.accept(pilot.milestones[0])
    agency, startup = as_person(world.finance_officer), as_person(world.finance)
    assert agency.get(f"/en/pilots/{pilot.key}/").says("Milestone 1 is accepted and not paid yet.")
    agency.get(f"/en/pilots/{pilot.key}/milestones/{step.id}/payment/")
    page = agency.press("Record the payment", paid_on="2099-01-01", reference="TT-2027-0091")
    assert page.error_beside("Paid on (needed)") == "Enter a day that is not in the future."
    assert page.value_of("Reference (needed)") == "TT-2027-0091"
    page = agency.press("Record the payment", paid_on=str(world.today))
    assert page.says("€24,000 recorded as paid, not confirmed")
    assert startup.get(f"/en/pilots/{pilot.key}/").says("The agency recorded that milestone 1 is paid.")
    startup.get(f"/en/pilots/{pilot.key}/milestones/{step.id}/payment/confirmation/")
    assert startup.page.says("TT-2027-0091")
    page = startup.press("Confirm the payment")
    assert page.says("€24,000 paid and confirmed")
    assert page.says("paid outside the marketplace")
