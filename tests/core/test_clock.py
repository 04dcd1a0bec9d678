"""Time: one clock, zones that skip and double hours, and words for it."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, in_language

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
zones = st.sampled_from(clock.ZONES)


@pytest.fixture(autouse=True)
def _clock_given_back():
    yield
    clock.reset()


def test_the_clock_stands_still_in_every_thread():
    seen = []
    with clock.at(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        with clock.at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == clock.receipt() == NOON
    assert seen == [NOON]
    assert clock.now() > NOON - timedelta(days=10_000)
    assert clock.now() != NOON


def test_a_clock_set_to_run_goes_on():
    clock.set_to(NOON, running=True)
    assert NOON <= clock.now() <= clock.now() < NOON + timedelta(minutes=1)


def test_a_moment_without_a_zone_sets_no_clock():
    with pytest.raises(ValueError, match="zone"):
        clock.set_to(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_deadline_at_the_end_of_a_line_names_weekday_and_place():
    at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert clock.deadline_line(at, "Asia/Amman", "en") == "Fri 27 Nov 2026, 12:00 Amman"
    assert clock.deadline_line(at, "Asia/Amman", "ar") == "الجمعة 27 نوفمبر 2026، 12:00 عمّان"


def test_a_time_that_the_zone_skips_is_refused_by_name():
    with in_language("en"), pytest.raises(Refused) as refused:
        clock.to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Paris", field="deadline")  # noqa: DTZ001
    assert str(refused.value).startswith("02:30 does not exist on 29 March 2026 in Paris")
    assert refused.value.field == "deadline"


def test_of_a_time_that_comes_twice_the_first_is_meant():
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    assert clock.readings(twice, "Europe/Paris") == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]
    assert clock.to_utc(twice, "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), zones)  # noqa: DTZ001
def test_every_moment_is_one_of_the_readings_of_its_own_wall_clock(naive, zone):
    moment = naive.replace(tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = clock.readings(local, zone)
    assert moment in found
    assert clock.to_utc(local, zone) == min(found)


def test_the_ends_of_time_are_refused():
    for year in (1, 1899, 2200, 9999):
        with in_language("en"), pytest.raises(Refused, match="Enter a year between"):
            clock.to_utc(datetime(year, 12, 31, 23, 59), "Pacific/Niue")  # noqa: DTZ001


def test_moments_are_said_in_words_with_their_city():
    moment = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert clock.in_zone(moment, "Europe/Paris", "en") == "Friday 27 November 2026, 17:00 (Paris)"
    assert clock.in_zone(moment, "Europe/Paris", "fr") == "vendredi 27 novembre 2026, 17:00 (Paris)"
    assert clock.in_zone(moment, "Europe/Paris", "ar") == "الجمعة 27 نوفمبر 2026، 17:00 (باريس)"
    assert clock.in_zone(moment, "America/Argentina/Buenos_Aires", "ar").endswith("(بوينوس أيرس)")
    assert clock.date_words(date(2026, 11, 27), "ar") == "27 نوفمبر 2026"
    assert clock.time_in_zone(moment, "UTC", "ar") == "16:00:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_zone_has_a_name_in_every_language(language):
    choices = dict(clock.zone_choices(language))
    assert set(choices) == set(clock.ZONES)
    assert all(clock.zone_exists(zone) and label.strip() for zone, label in choices.items())
    assert not clock.zone_exists("Mars/Olympus")
    assert not clock.zone_exists("../../etc/passwd")


@pytest.mark.parametrize(
    ("left", "words", "urgency"),
    [
        (timedelta(days=5, hours=7, minutes=3), "5 days, 7 hours left", "calm"),
        (timedelta(hours=96), "4 days left", "calm"),
        (timedelta(hours=96, seconds=-1), "3 days, 23 hours left", "soon"),
        (timedelta(hours=1), "1 hour left", "soon"),
        (timedelta(minutes=59, seconds=59), "59 minutes left", "last-hour"),
        (timedelta(seconds=59), "Less than a minute left", "last-hour"),
        (timedelta(), "Less than a minute left", "last-hour"),
        (timedelta(microseconds=-1), "The time is over", "over"),
    ],
)
def test_time_left_is_said_in_words(left, words, urgency):
    with in_language("en"):
        assert clock.time_left(NOON + left, NOON) == clock.TimeLeft(words, clock.Urgency(urgency))


def test_arabic_counts_in_its_six_forms():
    with in_language("ar"):
        said = [clock.days_words(count) for count in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6
    assert said[1:3] == ["يوم واحد", "يومان"]


def test_a_receipt_has_the_time_of_the_databases_clock_not_of_the_transaction(db):
    clock.reset()
    first = clock.receipt(db)
    db.execute(text("SELECT pg_sleep(0.01)"))
    second = clock.receipt(db.connection())
    assert second - first >= timedelta(milliseconds=10)
    assert abs(second - clock.now()) < timedelta(seconds=5)
    clock.set_to(NOON, running=True)
    assert timedelta() <= clock.receipt() - NOON < timedelta(seconds=5)
