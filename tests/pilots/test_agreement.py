"""The agreement: versions, their hash, and two signatures over the same text."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import database, i18n
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots import agreements, measures, milestones, queries
from marketplace.pilots.models import Pilot, PilotState, Signature
from tests.pilots.world import ALARMS, World, reading_as


def test_a_version_holds_the_terms_and_everything_that_was_settled(world: World):
    last = world.proposed().last_version
    assert last.number == 1
    assert last.text.startswith("# Terms\n\nBoth keep what they bring.")
    assert "1. **Step 1** (10 April 2027, €24,000.00). A report" in last.text
    assert "- **False alarms a month**: from 9 to 1 alarms." in last.text
    assert last.sha256 == hashlib.sha256(last.text.encode()).hexdigest()


def test_the_annex_speaks_the_challenges_language_whoever_changes_it(world: World):
    pilot = world.proposed()
    with i18n.in_language("ar"):
        assert (
            agreements.propose(world.manager, pilot, "# Terms\n\nBoth keep what they bring.", world.now).number == 1
        )


def test_a_line_break_makes_no_second_milestone(world: World):
    pilot = world.defined()
    milestones.plan(world.editor, pilot.milestones[0], "A report\n\n2. **Step 2** (free)", world.today, world.now)
    assert "A report 2. **Step 2** (free)" in agreements.annex(pilot)


def test_both_sign_and_the_pilot_begins(world: World):
    pilot = world.proposed()
    world.signed_by(world.approver, pilot)
    assert pilot.state == PilotState.AGREEMENT
    world.signed_by(world.signatory, pilot)
    assert pilot.state == PilotState.ACTIVE
    assert pilot.starts_on == world.today
    assert pilot.ends_on == max(step.due_on for step in pilot.milestones)
    assert [one.sha256 for one in pilot.last_version.signatures] == [pilot.last_version.sha256] * 2
    assert {one.person_id for one in pilot.last_version.signatures} == {
        world.approver.person_id,
        world.signatory.person_id,
    }


def test_only_those_who_bind_a_side_sign(world: World):
    pilot = world.proposed()
    for name in ("manager", "reader", "finance_officer", "evaluator", "editor", "finance", "rival", "stranger"):
        with pytest.raises(NotAllowed):
            agreements.sign(world.people[name], pilot, pilot.last_version.sha256, world.now)


def test_a_side_signs_once(world: World):
    pilot = world.signed_by(world.approver, world.proposed())
    with pytest.raises(Refused, match="Your side has signed this version already"):
        agreements.sign(world.owner, pilot, pilot.last_version.sha256, world.now)


def test_a_text_that_changed_since_it_was_read_is_not_signed(world: World):
    pilot = world.proposed()
    read = pilot.last_version.sha256
    agreements.propose(world.manager, pilot, "# Terms\n\nThe agency keeps all.", world.now)
    with pytest.raises(Refused, match="The text has changed since you read it"):
        agreements.sign(world.signatory, pilot, read, world.now)


@pytest.mark.parametrize("what", ["a measure", "a milestone", "the dates", "a new measure", "a removed measure"])
def test_a_change_of_what_was_settled_makes_a_version_that_nobody_has_signed(world: World, what):
    pilot = world.signed_by(world.approver, world.proposed())
    before = pilot.last_version
    deeds = {
        "a measure": lambda: measures.redefine(
            world.editor,
            pilot.kpis[0],
            measures.Definition(**(vars(ALARMS) | {"target": ALARMS.target * 2})),
            world.now,
        ),
        "a milestone": lambda: milestones.plan(world.editor, pilot.milestones[0], "More", world.today, world.now),
        "the dates": lambda: agreements.plan_dates(
            world.editor, pilot, world.today, world.today + timedelta(days=90), world.now
        ),
        "a new measure": lambda: measures.define(world.editor, pilot, ALARMS, world.now),
        "a removed measure": lambda: measures.remove(world.editor, pilot.kpis[0], world.now),
    }
    deeds[what]()
    database.session.commit()
    assert pilot.last_version.number == before.number + 1
    assert pilot.last_version.signatures == []
    assert len(before.signatures) == 1
    world.signed_by(world.signatory, pilot)
    assert pilot.state == PilotState.AGREEMENT


def test_the_same_text_again_is_no_new_version(world: World):
    pilot = world.proposed()
    assert agreements.propose(world.manager, pilot, pilot.last_version.terms, world.now).number == 1


def test_an_agreement_needs_a_measure(world: World):
    pilot = world.opened()
    with pytest.raises(Refused, match="at least one measure"):
        agreements.propose(world.manager, pilot, "Terms", world.now)
    kpi = measures.define(world.manager, pilot, ALARMS, world.now)
    agreements.propose(world.manager, pilot, "Terms", world.now)
    with pytest.raises(Refused, match="one measure at least"):
        measures.remove(world.manager, kpi, world.now)


def test_nothing_changes_after_both_have_signed(world: World):
    pilot = world.active()
    deeds = (
        lambda: agreements.propose(world.editor, pilot, "Other terms", world.now),
        lambda: agreements.plan_dates(world.editor, pilot, None, None, world.now),
        lambda: milestones.plan(world.editor, pilot.milestones[0], "Less", None, world.now),
        lambda: measures.define(world.editor, pilot, ALARMS, world.now),
        lambda: measures.redefine(world.editor, pilot.kpis[0], ALARMS, world.now),
        lambda: measures.remove(world.editor, pilot.kpis[0], world.now),
        lambda: agreements.sign(world.owner, pilot, pilot.last_version.sha256, world.now),
    )
    for deed in deeds:
        with pytest.raises(Refused, match="Both sides have signed"):
            deed()


def test_who_signs_sees_the_other_signature_though_the_page_was_read_before_it(world: World):
    pilot = world.proposed()
    with reading_as(world.signatory):
        mine = queries.by_key(pilot.key)
        assert mine.last_version.signatures == []
        with reading_as(world.approver):
            theirs = queries.by_key(pilot.key)
            agreements.sign(world.approver, theirs, theirs.last_version.sha256, world.now)
            database.session.commit()
        agreements.sign(world.signatory, mine, mine.last_version.sha256, world.now)
        database.session.commit()
        assert mine.state == PilotState.ACTIVE


def test_two_who_sign_at_once_begin_the_pilot(world: World):
    key = world.proposed().key
    start, failures = threading.Barrier(2), []

    def sign(viewer):
        try:
            with reading_as(viewer):
                pilot = queries.by_key(key)
                start.wait(10)
                agreements.sign(viewer, pilot, pilot.last_version.sha256, world.now)
                database.session.commit()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=sign, args=[viewer]) for viewer in (world.approver, world.signatory)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    database.session.expire_all()
    assert database.session.scalars(select(Pilot)).one().state == PilotState.ACTIVE
    assert len(database.session.scalars(select(Signature)).all()) == 2


# --- as a person sees it ---


def test_the_signer_reads_the_text_and_its_hash_and_signs(world: World, as_person):
    pilot = world.proposed()
    browser = as_person(world.signatory)
    page = browser.get(f"/en/pilots/{pilot.key}/")
    assert page.says("Version 1 of the agreement waits for your signature.")
    page = browser.get(f"/en/pilots/{pilot.key}/agreement/signature/")
    assert page.says("You sign for Tidewatch Labs, with National Water Authority.")
    assert page.says(pilot.last_version.sha256)
    assert page.says("Both keep what they bring.")
    page = browser.press("Sign for Tidewatch Labs")
    assert page.says("Your side has signed.")
    assert page.says("Tidewatch Labs , Signatory")
    assert not page.says("waits for your signature")


def test_a_changed_text_is_said_on_the_page_and_the_new_one_is_shown(world: World, as_person):
    pilot = world.proposed()
    browser = as_person(world.signatory)
    browser.get(f"/en/pilots/{pilot.key}/agreement/signature/")
    agreements.propose(world.manager, pilot, "# Terms\n\nThe agency keeps all.", world.now)
    database.session.commit()
    page = browser.press("Sign for Tidewatch Labs")
    assert page.errors == ["The text has changed since you read it. Read the new version, then sign."]
    assert page.says("The agency keeps all.")
    assert browser.press("Sign for Tidewatch Labs").says("Your side has signed.")


def test_the_text_is_proposed_with_what_was_typed_kept(world: World, as_person):
    pilot = world.opened()
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/agreement/text/")
    assert browser.page.says("Define at least one measure of success first.")
    page = browser.press("Propose this version", terms="Our terms")
    assert page.errors == ["Define at least one measure of success first."]
    assert page.value_of("Text of the agreement (needed)") == "Our terms"
    measures.define(world.manager, pilot, ALARMS, world.now)
    database.session.commit()
    assert browser.press("Propose this version").says("Version 1 stands now.")


def test_a_measure_is_defined_in_the_readers_own_numbers_once(world: World, as_person):
    pilot = world.opened()
    browser = as_person(world.editor)
    browser.get(f"/ar/pilots/{pilot.key}/agreement/measures/new/")
    form = next(one for one in browser.page.main.all("form") if one.all("input", name="baseline"))
    once = form.one("input", name="once").attributes["value"]
    token = form.one("input", name="csrf_token").attributes["value"]
    typed = {
        "once": once,
        "csrf_token": token,
        "name": "إنذارات كاذبة",
        "unit": "إنذار",
        "direction": "down",
        "baseline": "٩٫٥",
        "target": "١",
        "method": "من السجل",
    }
    address = f"/ar/pilots/{pilot.key}/agreement/measures/new/"
    browser.post(address, typed)
    browser.post(address, typed)
    database.session.expire_all()
    assert [(str(kpi.baseline), kpi.name) for kpi in pilot.kpis] == [("9.5000", "إنذارات كاذبة")]


@pytest.mark.parametrize(
    ("field", "label", "typed", "message"),
    [
        ("target", "Target (needed)", "10", "The target does not lie in the direction that you chose."),
        ("target", "Target (needed)", "9", "Enter a target that differs from the baseline."),
        ("baseline", "Baseline (needed)", "much", "Enter a number, such as 1500.25."),
        ("baseline", "Baseline (needed)", "9" * 16, "Enter a smaller number."),
        ("baseline", "Baseline (needed)", "9" * 15, None),
        ("unit", "Unit (needed)", "", "Enter the unit."),
        ("name", "Name (needed)", "x" * 121, "Shorten this to 120 characters or fewer. It has 121 now."),
    ],
)
def test_a_measures_mistake_is_said_beside_its_field(world: World, as_person, field, label, typed, message):
    pilot = world.opened()
    browser = as_person(world.manager)
    browser.get(f"/en/pilots/{pilot.key}/agreement/measures/new/")
    right = {"name": "Alarms", "unit": "alarms", "direction": "down", "baseline": "9", "target": "1", "method": "Log"}
    page = browser.press("Define the measure", **(right | {field: typed}))
    assert page.status == 200
    assert page.error_beside(label) if message is None else page.error_beside(label) == message
    assert page.value_of(label) == typed
    database.session.expire_all()
    assert pilot.kpis == []


def test_the_end_of_a_pilot_lies_after_its_start(world: World, as_person):
    pilot = world.proposed()
    browser = as_person(world.editor)
    browser.get(f"/en/pilots/{pilot.key}/agreement/dates/")
    page = browser.press("Plan the dates", starts_on="2027-06-01", ends_on="2027-05-01")
    assert page.error_beside("Last day") == "Enter a day after the start."
    assert page.value_of("Last day") == "2027-05-01"
    page = browser.press("Plan the dates", ends_on="2027-09-01")
    assert page.says("The pilot runs from 1 June 2027 to 1 September 2027.")


def test_a_side_gives_up_with_a_reason_that_both_read(world: World, as_person):
    pilot = world.proposed()
    browser = as_person(world.signatory)
    browser.get(f"/en/pilots/{pilot.key}/agreement/end/")
    assert browser.press("Give the agreement up").error_beside("Reason (needed)") == "Say why."
    browser.press("Give the agreement up", reason="The liability is too large.")
    page = as_person(world.manager).get(f"/en/pilots/{pilot.key}/")
    assert page.says("Not signed")
    assert page.says("The liability is too large.")


def test_an_old_version_says_so(world: World, as_person):
    pilot = world.proposed()
    agreements.propose(world.manager, pilot, "New terms", world.now)
    database.session.commit()
    browser = as_person(world.editor)
    page = browser.get(f"/en/pilots/{pilot.key}/agreement/?version=1")
    assert page.says("This version was replaced. Version 2 stands.")
    assert browser.get(f"/en/pilots/{pilot.key}/agreement/?version=99").status == 404
    for odd in ("-1", "x", "٣", "9" * 30, "%00"):
        assert browser.get(f"/en/pilots/{pilot.key}/agreement/?version={odd}").status in {200, 404}
