"""Dates as people type them into one text field, read as moments.

A date is month/day/year, year/month/day, ISO 8601, or has the month's name. A time has twelve hours or
twenty-four, "noon", "midnight", or is absent. What is no date is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

ZONE = "America/New_York"  # the site states its times in Washington's
EARLIEST, LATEST = 1990, 2100  # a year beyond is a slip of the keyboard

# A person who writes EST in July means the clock on the wall, so standard and summer time are one.
ZONES = {
    **dict.fromkeys(("et", "est", "edt", "eastern", "eastern time", "eastern standard time"), ZONE),
    **dict.fromkeys(("eastern daylight time", "us/eastern", "america/new_york"), ZONE),
    **dict.fromkeys(("ct", "cst", "cdt", "central", "central time"), "America/Chicago"),
    **dict.fromkeys(("mt", "mst", "mdt", "mountain", "mountain time"), "America/Denver"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific", "pacific time"), "America/Los_Angeles"),
    **dict.fromkeys(("utc", "gmt", "z"), "UTC"),
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DATES = tuple(
    re.compile(rf"{_WEEKDAY}{pattern}(?=t\d|[^\w/]|$)")
    for pattern in (
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4})(?P<rule>[/-])(?P<month>\d{1,2})(?P=rule)(?P<day>\d{1,2})",
        rf"(?P<name>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<name>{_MONTH})\.?,?\s+(?P<year>\d{{4}})",
    )
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>am|pm)?"
    r"\s*(?P<zone>[a-z][a-z/_ ]*|[+-]\d{2}:?\d{2})?"
)


class NotADate(ValueError):
    """The text tells no date; the message says why."""


@dataclass(frozen=True)
class Moment:
    """A moment as read, and what of the text had to be left.

    Attributes:
        at: UTC.
        doubt: why the time of day was not taken; None where all was.
    """

    at: datetime
    doubt: str | None = None


def read_opening(text: str, zone: str = ZONE) -> Moment:
    """The moment from which something is open; without a time of day, the day's first.

    Args:
        zone: IANA name, for times that name none.
    Raises:
        NotADate: no date can be read.
    """
    return _read(text, zone, is_end=False)


def read_deadline(text: str, zone: str = ZONE) -> Moment:
    """The last moment that counts; without a time of day, the day's last second.

    Args:
        zone: IANA name, for times that name none.
    Raises:
        NotADate: no date can be read.
    """
    return _read(text, zone, is_end=True)


def _read(text: str, zone: str, is_end: bool) -> Moment:
    plain = _plain(text)
    if not plain:
        raise NotADate("It is empty.")
    day, rest = _day(plain)
    try:
        seconds, clock_zone = _time_of_day(rest, is_end)
    except NotADate as doubt:
        edge = "end" if is_end else "beginning"
        return Moment(_moment(day, _edge(is_end), ZoneInfo(zone), is_end), f"{doubt} Taken as the {edge} of the day.")
    return Moment(_moment(day, seconds, clock_zone or ZoneInfo(zone), is_end))


def _plain(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\u200b", "")).strip().lower()
    text = re.sub(r"\b([ap])\.?\s?m\b\.?", r"\1m", text)
    return re.sub(r"(\d)([ap]m)\b", r"\1 \2", text)


def _day(plain: str) -> tuple[date, str]:
    for pattern in _DATES:
        if found := pattern.match(plain):
            return _date(found.groupdict()), plain[found.end() :]
    if re.fullmatch(r"[\d/.-]+(\s.*)?", plain):
        raise NotADate("It is no date: write month/day/year or year/month/day.")
    raise NotADate("It names no date.")


def _date(parts: dict[str, str]) -> date:
    year, day = int(parts["year"]), int(parts["day"])
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts["month"])
    if year < 100:
        year += 2000
    if not EARLIEST <= year <= LATEST:
        raise NotADate(f"There can be no year {year} here.")
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate(f"There is no day {day} in a month {month} of {year}.") from None


def _time_of_day(rest: str, is_end: bool) -> tuple[int, tzinfo | None]:
    """Seconds from the day's midnight, 86,400 for 24:00; and the zone that the text names, if it names one."""
    rest = re.sub(r"^(?:t(?=\d)|[\s,@–-]|at\b|by\b)+", "", rest).strip(" .,()")
    rest = rest.replace("(", "").replace(")", "")
    word = re.match(r"(?:12 )?(noon|midnight)\b\s*", rest)
    if word:
        zone = _zone(rest[word.end() :])
        # Midnight of a day ends it where it is a deadline: nobody sets one for a day's first second by that word.
        return (43_200 if word[1] == "noon" else _edge(is_end)), zone
    if not rest or rest in ZONES:
        return _edge(is_end), _zone(rest)
    found = _TIME.fullmatch(rest)
    if found is None:
        raise NotADate("Its time of day can't be read.")
    return _seconds(found), _zone((found["zone"] or "").strip())


def _seconds(found: re.Match[str]) -> int:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = found["half"]
    if half is None and found["minute"] is None:
        raise NotADate("Its hour does not say whether before or after noon.")
    if (half == "pm" and hour == 0) or (half == "am" and hour > 12):
        raise NotADate(f"Hour {hour} and {half.upper()} contradict each other.")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    total = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or total > 86_400:
        raise NotADate("There is no such time of day.")
    return total


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    if name[0] in "+-":
        return _offset(name)
    if name not in ZONES:
        raise NotADate(f"Its zone “{name}” is not known.")
    return ZoneInfo(ZONES[name])


def _offset(name: str) -> tzinfo:
    offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
    if offset > timedelta(hours=14) or int(name[-2:]) > 59:
        raise NotADate(f"There is no zone at {name}.")
    return timezone(-offset if name[0] == "-" else offset)


def _edge(is_end: bool) -> int:
    return 86_399 if is_end else 0


def _moment(day: date, seconds: int, zone: tzinfo, is_end: bool) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    # An hour that the zone skips or doubles has two readings: the earlier for an opening, the later for a deadline.
    readings = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(readings) if is_end else min(readings)
