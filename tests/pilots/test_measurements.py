"""Measurements: reported by one person, verified by another of the agency."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.core import database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots import commands, measures, queries
from marketplace.pilots.models import Actual
from tests.pilots.world import ALARMS, World, reading_as


def test_the_reporter_never_verifies_though_he_may_verify_others(world: World):
    kpi = world.active().kpis[0]
    own = world.report(kpi, 5, by=world.manager)
    with pytest.raises(NotAllowed):
        measures.verify(world.manager, own, world.now)
    with pytest.raises(NotAllowed):
        measures.refuse(world.manager, own, "Not mine to judge.", world.now)
    measures.verify(world.second_manager, own, world.now)
    assert own.verified_by == world.second_manager.person_id


@pytest.mark.parametrize("column", ["verified_by", "refused_by"])
def test_the_database_refuses_it_too(world: World, column):
    actual = world.report(world.active().kpis[0], 5)
    with pytest.raises(IntegrityError, match="is_not_reporter"):
        database.session.execute(update(Actual.__table__).values({column: actual.reported_by}))


def test_only_who_runs_pilots_for_the_agency_verifies(world: World):
    actual = world.report(world.active().kpis[0], 5)
    names = ("approver", "reader", "finance_officer", "startup_owner", "signatory", "editor", "rival", "stranger")
    for name in names:
        with pytest.raises(NotAllowed):
            measures.verify(world.people[name], actual, world.now)


def test_a_measurement_is_judged_once(world: World):
    actual = world.verified(world.active().kpis[0], 5)
    with pytest.raises(Refused, match="judged already"):
        measures.refuse(world.second_manager, actual, "On second thoughts.", world.now)


@pytest.mark.parametrize("is_good", [True, False])
def test_after_an_early_end_nothing_is_reported_but_what_was_is_still_judged(world: World, is_good):
    pilot = world.active()
    actual = world.report(pilot.kpis[0], 5)
    commands.terminate(world.signatory, pilot, "The stations were sold.", world.now)
    with pytest.raises(Refused, match="has ended"):
        world.report(pilot.kpis[0], 4)
    if is_good:
        measures.verify(world.manager, actual, world.now)
    else:
        measures.refuse(world.manager, actual, "The log is of another week.", world.now)
    assert world.now in (actual.verified_at, actual.refused_at)


def test_a_refused_day_is_reported_anew_and_a_standing_one_is_not(world: World):
    kpi = world.active().kpis[0]
    first = world.report(kpi, 5)
    with pytest.raises(IntegrityError, match="uq_kpi_actual_standing"):
        world.report(kpi, 4)
    database.session.rollback()
    measures.refuse(world.manager, first, "The log is of another week.", world.now)
    database.session.commit()
    assert world.report(kpi, 4).value == 4


def test_a_day_lies_within_the_pilot(world: World):
    kpi = world.active().kpis[0]
    with pytest.raises(Refused, match="not in the future"):
        world.report(kpi, 5, days=1)
    with pytest.raises(Refused, match="from the pilot's start"):
        world.report(kpi, 5, days=-1)


def test_today_is_the_pilots_own_day(world: World):
    kpi = world.active().kpis[0]
    world.later(hours=14)  # after 23:00 in UTC, past midnight in Paris
    assert kpi.pilot.today(world.now) == world.today + timedelta(days=1)
    assert world.report(kpi, 5, days=1)


def test_measurements_begin_with_the_pilot_and_end_with_it(world: World):
    with pytest.raises(Refused, match="begin with the pilot"):
        world.report(world.proposed().kpis[0], 5)


def test_a_pilot_does_not_close_over_an_unjudged_measurement(world: World):
    pilot = world.closing()
    commands.write_lessons(world.manager, pilot, "Much.", world.now)
    database.session.commit()
    with reading_as(world.manager):
        closing = queries.by_key(pilot.key)
        with reading_as(world.editor):
            kpi = queries.by_key(pilot.key).kpis[0]
            measures.report(world.editor, kpi, world.today, Decimal(5), "Log.", world.now)
            database.session.commit()
        with pytest.raises(Refused, match="not verified yet"):
            commands.complete(world.manager, closing, commands.Outcome.PARTIAL, "So.", world.now)


# --- as a person sees it ---


def test_it_is_reported_in_the_readers_digits_and_verified_by_another(world: World, as_person):
    pilot = world.active()
    kpi = pilot.kpis[0]
    startup, agency = as_person(world.editor), as_person(world.manager)
    startup.get(f"/en/pilots/{pilot.key}/results/{kpi.id}/report/")
    page = startup.press("Report the measurement", value="about five", evidence="Log")
    assert page.error_beside("Value (needed)") == "Enter a number, such as 1500.25."
    assert page.value_of("Value (needed)") == "about five"
    page = startup.press("Report the measurement", value="٢٫٦")
    assert page.says("2.6 alarms")
    assert page.says("You reported it, so somebody else of the agency verifies it.")
    page = agency.get(f"/en/pilots/{pilot.key}/")
    assert page.says("1 measurement waits for your verification.")
    actual = database.session.query(Actual).one()
    agency.get(f"/en/pilots/{pilot.key}/measurements/{actual.id}/verification/")
    assert agency.page.says("2.6 alarms")
    page = agency.press("Verify")
    assert page.says("Verified")
    assert page.says("80% of the way")


def test_the_same_day_twice_is_said_beside_the_day(world: World, as_person):
    pilot = world.active()
    kpi = pilot.kpis[0]
    world.report(kpi, 5)
    browser = as_person(world.manager)
    browser.get(f"/en/pilots/{pilot.key}/results/{kpi.id}/report/")
    page = browser.press("Report the measurement", value="4", evidence="Log")
    assert page.error_beside("Measured on (needed)") == "There is a measurement of that day already."
    assert page.value_of("Value (needed)") == "4"


def test_a_refusal_stands_with_its_reason(world: World, as_person):
    pilot = world.active()
    actual = world.report(pilot.kpis[0], 5)
    browser = as_person(world.manager)
    browser.get(f"/en/pilots/{pilot.key}/measurements/{actual.id}/refusal/")
    assert browser.press("Do not verify").error_beside("Reason (needed)") == "Say why."
    page = browser.press("Do not verify", reason="The log is of another week.")
    assert page.says("Not verified")
    assert page.says("The log is of another week.")
    assert page.says("The measurement is not verified. The day can be reported anew.")


def test_no_more_measures_than_a_page_shows(world: World):
    pilot = world.opened()
    for _number in range(measures.MAX_KPIS):
        measures.define(world.manager, pilot, ALARMS, world.now)
    with pytest.raises(Refused, match="at most 12"):
        measures.define(world.manager, pilot, ALARMS, world.now)
