"""The one clock, the time of receipt, and time zones.

Moments are aware datetimes in UTC. A zone is an IANA name beside them, and matters only when a person reads
or types a time. Tests move the clock with `at`, `set_to` and `reset`, for every thread of the process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from marketplace.core import caching
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, current_language, ngettext
from marketplace.core.session import session
from marketplace.core.text import fold

SOON = timedelta(hours=96)
LAST_HOUR = timedelta(hours=1)
DATE_PATTERN = {"en": "d MMMM y", "ar": "d MMMM y", "fr": "d MMMM y"}
MOMENT_PATTERN = {"en": "EEEE d MMMM y, HH:mm", "ar": "EEEE d MMMM y، HH:mm", "fr": "EEEE d MMMM y, HH:mm"}
LINE_PATTERN = {"en": "EEE d MMM y, HH:mm", "ar": "EEEE d MMMM y، HH:mm", "fr": "EEE d MMM y, HH:mm"}
SHORT_PATTERN = {"en": "d MMM y, HH:mm", "ar": "d MMMM y، HH:mm", "fr": "d MMM y, HH:mm"}


@dataclass(frozen=True)
class _Override:
    """A clock moved by tests: it stands at a moment, or runs on with an offset."""

    moment: datetime | None = None
    offset: timedelta = timedelta()


# One name, replaced as a whole: a server in another thread reads the old or the new, never a mixture.
_override = _Override()


def _real_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def now() -> datetime:
    """The present moment, in UTC."""
    moved = _override
    return moved.moment or _real_now() + moved.offset


def receipt(within: Session | Connection | None = None) -> datetime:
    """The database's clock, read now: the moment by which a deadline judges what has arrived.

    Read it once the whole request is here and before waiting for any lock (product rules, "Challenge").

    Args:
        within: another session or connection than the present one.
    """
    moved = _override
    if moved.moment:
        return moved.moment
    # Past the session's own hooks: a clock has no viewer.
    connection = within if isinstance(within, Connection) else (within or session).connection()
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC) + moved.offset


def set_to(moment: datetime, *, running: bool = False) -> None:
    """Move the clock, for tests and the demo's browser tests, until `reset`.

    Args:
        moment: aware; where the clock shall stand.
        running: whether it runs on from there, or stands still.
    """
    global _override
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    moment = moment.astimezone(UTC)
    _override = _Override(offset=moment - _real_now()) if running else _Override(moment=moment)


def reset() -> None:
    """Give the clock back to the world."""
    global _override
    _override = _Override()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at a moment within a block, in all threads."""
    global _override
    before = _override
    set_to(moment)
    try:
        yield moment
    finally:
        _override = before


def _zone_table() -> dict[str, str]:
    """Zones with their country's code, from the time zone database's own `zone.tab`."""
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


COUNTRY_OF_ZONE = _zone_table()
ZONES = ("UTC", *sorted(COUNTRY_OF_ZONE))
_KNOWN = available_timezones()


def zone_exists(name: str) -> bool:
    """Whether a name is a zone of the IANA database."""
    return name in _KNOWN


def city(zone: str, language: str | None = None) -> str:
    """The zone's city in the reader's words: `Paris`, `باريس`; `UTC` for itself."""
    return _city(zone, language or current_language())


@lru_cache(maxsize=4096)
def _city(zone: str, language: str) -> str:
    # CLDR still knows some by their older name, America/Buenos_Aires.
    area, _slash, last = zone.partition("/")
    older = f"{area}/{last.rpartition('/')[2]}"
    named = Locale.parse(language).time_zones
    found = named.get(zone, {}).get("city") or named.get(older, {}).get("city")
    name: str = found or get_timezone_location(zone, locale=language, return_city=True)
    return name.rpartition("/")[2]


@lru_cache(maxsize=8)
def zone_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Every zone as (name, "Paris, France"), sorted as that language reads."""
    countries = Locale.parse(language).territories
    comma = "، " if language == "ar" else ", "
    named = [
        (zone, f"{_city(zone, language)}{comma}{countries.get(country, country)}")
        for zone, country in COUNTRY_OF_ZONE.items()
    ]
    return (("UTC", "UTC"), *sorted(named, key=lambda choice: fold(choice[1])))


def readings(local: datetime, zone: str) -> list[datetime]:
    """The moments that a wall clock's time can mean: one; none where it is skipped; two where it comes twice.

    Args:
        local: naive, as the wall clock of `zone` shows it.
    """
    there = ZoneInfo(zone)
    found = []
    for fold_ in (0, 1):
        moment = local.replace(tzinfo=there, fold=fold_).astimezone(UTC)
        if moment.astimezone(there).replace(tzinfo=None) == local.replace(fold=0) and moment not in found:
            found.append(moment)
    return found


def to_utc(local: datetime, zone: str, field: str | None = None) -> datetime:
    """The moment that a wall clock's time means in a zone; of a time that comes twice, the first.

    Args:
        local: naive.
        zone: IANA name.
        field: the form's field to name in a refusal.
    Raises:
        Refused: the zone skips that time, or the year lies outside of what can be reckoned with.
    """
    if not 1900 <= local.year < 2200:  # far from the ends of time, where shifting a zone overflows
        raise Refused(_("Enter a year between 1900 and 2199."), field)
    found = readings(local, zone)
    if not found:
        skipped, place = local.strftime("%H:%M"), city(zone)
        message = _(
            "%(time)s does not exist on %(date)s in %(city)s: the clocks go forward. Enter another time.",
            time=skipped,
            date=date_words(local.date()),
            city=place,
        )
        raise Refused(message, field)
    return found[0]


def in_zone(moment: datetime, zone: str, language: str | None = None) -> str:
    """A moment in words with its place: "Friday 27 November 2026, 17:00 (Paris)"."""
    language = language or current_language()
    return f"{_format(moment, zone, MOMENT_PATTERN[language], language)} ({_city(zone, language)})"


def in_zone_short(moment: datetime, zone: str, language: str | None = None) -> str:
    """A moment for tables and timelines, without weekday and place: "27 Nov 2026, 17:00"."""
    language = language or current_language()
    return _format(moment, zone, SHORT_PATTERN[language], language)


def deadline_line(moment: datetime, zone: str, language: str | None = None) -> str:
    """A deadline for the end of a list's line: "Fri 27 Nov 2026, 17:00 Paris"."""
    language = language or current_language()
    return f"{_format(moment, zone, LINE_PATTERN[language], language)} {_city(zone, language)}"


def time_in_zone(moment: datetime, zone: str, language: str | None = None) -> str:
    """The time of day with seconds, "21:42:07": for "Saved at"."""
    return _format(moment, zone, "HH:mm:ss", language or current_language())


def day_in_zone(moment: datetime, zone: str, language: str | None = None) -> str:
    """The day in words that a moment falls on in a zone: "27 November 2026"."""
    return date_words(moment.astimezone(ZoneInfo(zone)).date(), language)


def hour_in_zone(moment: datetime, zone: str) -> int:
    """The hour that a wall clock of the zone shows, 0 to 23."""
    return moment.astimezone(ZoneInfo(zone)).hour


def date_words(day: date, language: str | None = None) -> str:
    """A day in words: "27 November 2026", "27 نوفمبر 2026"."""
    language = language or current_language()
    return format_date(day, DATE_PATTERN[language], locale=language)


def _format(moment: datetime, zone: str, pattern: str, language: str) -> str:
    return format_datetime(moment.astimezone(ZoneInfo(zone)), pattern, locale=language)


class Urgency(StrEnum):
    """How a countdown looks: calm, saffron from 96 hours, garnet in the last hour, or over."""

    CALM = "calm"
    SOON = "soon"
    LAST_HOUR = "last-hour"
    OVER = "over"


@dataclass(frozen=True)
class TimeLeft:
    """A countdown in words and its urgency."""

    words: str
    urgency: Urgency


def time_left(deadline: datetime, at_moment: datetime) -> TimeLeft:
    """How long until a deadline, in the current language: "3 days, 7 hours left".

    The deadline's own moment is still in time. Rounded down: nobody is promised a minute that isn't there.

    Args:
        deadline, at_moment: aware.
    """
    left = deadline - at_moment
    caching.turns_at(deadline, deadline - _whole_units(left))
    if left < timedelta():
        return TimeLeft(_("The time is over"), Urgency.OVER)
    urgency = Urgency.LAST_HOUR if left < LAST_HOUR else Urgency.SOON if left < SOON else Urgency.CALM
    if left < timedelta(minutes=1):
        return TimeLeft(_("Less than a minute left"), urgency)
    parts = span_parts(left)
    if len(parts) == 1:
        return TimeLeft(_("%(span)s left", span=parts[0]), urgency)
    return TimeLeft(_("%(first)s, %(second)s left", first=parts[0], second=parts[1]), urgency)


def _whole_units(left: timedelta) -> timedelta:
    """A time left, rounded down to the smaller of the two units in which it is told."""
    unit = timedelta(hours=1) if left >= timedelta(days=1) else timedelta(minutes=1)
    return left // unit * unit


def span_parts(span: timedelta) -> list[str]:
    """A length of time in its one or two largest units, as words: ["3 days", "7 hours"]."""
    minutes = int(span.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return [days_words(days)] + ([hours_words(hours)] if hours else [])
    if hours:
        return [hours_words(hours)] + ([minutes_words(minutes)] if minutes else [])
    return [minutes_words(minutes)]


def days_words(count: int) -> str:
    """ "3 days" in the current language."""
    return ngettext("%(num)d day", "%(num)d days", count)


def hours_words(count: int) -> str:
    """ "7 hours" in the current language."""
    return ngettext("%(num)d hour", "%(num)d hours", count)


def minutes_words(count: int) -> str:
    """ "12 minutes" in the current language."""
    return ngettext("%(num)d minute", "%(num)d minutes", count)
