"""The demo's data: TOML files beside this module, and the moments that they name relative to now."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]

_SPAN = re.compile(r"([+-]\d+(?:\.\d+)?)([dhm])(?:@(\d\d):(\d\d))?")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@cache
def file(name: str) -> Record:
    """A file of the data by its name, such as `people`."""
    return tomllib.loads((resources.files(__package__) / "data" / f"{name}.toml").read_text("utf-8"))


def stories() -> list[Record]:
    """Every challenge with what became of it, in the order of loading."""
    found: list[Record] = []
    for name in file("stories")["files"]:
        found += file(name)["challenge"]
    return found


@dataclass(frozen=True)
class Calendar:
    """Moments relative to the one at which the demo is loaded.

    Attributes:
        now: UTC, without seconds, so that deadlines read as people set them.
    """

    now: datetime

    def moment(self, words: str, zone: str) -> datetime:
        """A moment as the data writes it.

        Args:
            words: `-12d` (days from now, at nine in the morning there), `+3d@17:00`, `+1h`, `-30m`.
            zone: IANA name, of the wall clock that is meant.
        """
        match = _SPAN.fullmatch(words)
        if match is None:
            raise ValueError(f"{words} is no moment; write -12d, +3d@17:00 or +1h")
        amount, unit, hour, minute = match.groups()
        there = (self.now + timedelta(**{_UNITS[unit]: float(amount)})).astimezone(ZoneInfo(zone))
        if unit == "d":
            there = datetime.combine(there.date(), time(int(hour or 9), int(minute or 0)), there.tzinfo)
        return there.astimezone(self.now.tzinfo)
