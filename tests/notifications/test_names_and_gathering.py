"""A notice names the measure it tells of, and what one person does several times in a day is told once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.events.record import known_types
from marketplace.core.i18n import in_language
from marketplace.core.mail import OutgoingMail
from marketplace.notifications import commands, queries
from marketplace.notifications.jobs import notice_letter
from marketplace.notifications.models import Notice
from marketplace.notifications.telling import TABLE
from marketplace.pilots import measures
from marketplace.pilots.models import Pilot
from tests.pilots.conftest import as_person as as_person  # the fixture
from tests.pilots.conftest import world as world  # the fixture
from tests.pilots.world import World, reading_as

FIRST, SECOND = "False alarms a month", "Stations listening"


@pytest.fixture
def pilot(world: World) -> Pilot:
    """A pilot that runs, with two measures."""
    made = world.active()
    assert [kpi.name for kpi in made.kpis] == [FIRST, SECOND]
    return made


def bare(words: str) -> str:
    """Without the marks that isolate names."""
    return words.replace("\u2068", "").replace("\u2069", "")


def told_to(viewer: Viewer) -> list[str]:
    """What a person is told of measurements, the newest first."""
    with reading_as(viewer):
        _page, told = queries.notices(viewer, None)
    return [bare(one.sentence) for one in told if "measurement" in one.sentence]


def test_a_notice_names_the_measure(world: World, pilot, run_jobs):
    world.report(pilot.kpis[1], 5)
    run_jobs()
    (sentence,) = told_to(world.manager)
    assert sentence.endswith(f"reported a measurement of “{SECOND}”.")


def test_the_history_of_the_pilot_names_it_too(world: World, pilot, as_person):
    world.report(pilot.kpis[1], 5)
    page = as_person(world.manager).get(f"/en/pilots/{pilot.key}/history/")
    assert f"reported a measurement of “{SECOND}”." in bare(page.text)
    assert f"defined the measure “{FIRST}”." in bare(page.text)


def test_measurements_of_one_day_are_told_in_one_notice_and_one_mail(world: World, pilot, run_jobs, db):
    world.report(pilot.kpis[0], 5)
    run_jobs()
    mails = db.scalar(select(func.count(OutgoingMail.id)))
    world.report(pilot.kpis[1], 5)
    run_jobs()
    (sentence,) = told_to(world.manager)
    assert sentence.endswith(f"reported 2 measurements: {FIRST} and {SECOND}.")
    db.rollback()
    assert db.scalar(select(func.count(OutgoingMail.id))) == mails


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_several_are_told_in_every_language(world: World, pilot, run_jobs, db, language):
    world.report(pilot.kpis[0], 5)
    world.report(pilot.kpis[1], 5)
    run_jobs()
    db.rollback()
    with reading_as(world.manager), in_language(language):
        _page, told = queries.notices(world.manager, None)
        letter = notice_letter(str(told[0].notice.id))
    assert FIRST in told[0].sentence
    assert SECOND in told[0].sentence
    assert letter is not None
    assert SECOND in letter.lines[1]


def test_after_it_was_read_the_next_is_told_anew(world: World, pilot, run_jobs):
    world.report(pilot.kpis[0], 5)
    run_jobs()
    with reading_as(world.manager):
        commands.read_all(world.manager, world.now)
        database.session.commit()
    world.report(pilot.kpis[1], 5)
    run_jobs()
    assert len(told_to(world.manager)) == 2


def test_telling_twice_tells_no_more(world: World, pilot, run_jobs, db):
    world.report(pilot.kpis[0], 5)
    world.report(pilot.kpis[1], 5)
    run_jobs()
    db.rollback()
    notices = db.scalars(select(Notice).where(Notice.person_id == world.manager.person_id)).all()
    gathered = next(one for one in notices if len(one.event_ids) == 2)
    for event in queries.events_of([gathered])[gathered.id]:
        assert commands.tell(event, world.now) == 0
    assert len(gathered.event_ids) == 2


def test_what_is_gathered_has_words_for_several():
    types = {kind.name: kind for kind in known_types()}
    assert {name for name, telling in TABLE.items() if telling.gathered} == {
        name for name, kind in types.items() if kind.together
    }


def test_a_refused_measurement_is_named_to_the_startup(world: World, pilot, run_jobs):
    measures.refuse(world.manager, world.report(pilot.kpis[0], 5), "Of another week.", world.now)
    database.session.commit()
    run_jobs()
    assert told_to(world.startup_owner)[0].endswith(f"did not verify a measurement of “{FIRST}”.")
