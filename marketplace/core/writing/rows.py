"""Buttons that change the rows of a form without JavaScript: add, remove, move.

A button's value says what to do: `add:points`, `remove:2`, `up:2`, `down:2`, `unlabel:2:0`. Whatever else it says
means to save and do nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Deed:
    """What a button asks for."""

    verb: str
    what: str = ""
    place: int = -1
    inner: int = -1

    def row_after(self, count: int) -> int | None:
        """The row on which the writer goes on; None where the button was of no row, or no row is left.

        Args:
            count: of the rows before.
        """
        if self.verb == "add":
            return count
        if not 0 <= self.place < count:
            return None
        last = count - 2 if self.verb == "remove" else count - 1
        step = {"up": -1, "down": 1}.get(self.verb, 0)
        return max(0, min(self.place + step, last)) if last >= 0 else None


SAVE = Deed("")


def read(value: str) -> Deed:
    """A button's value as a deed; an unknown one is a plain save."""
    verb, *rest = value.split(":")[:3]
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 4 else -1 for part in rest]
    return Deed(verb, rest[0] if rest else "", numbers[0] if numbers else -1, numbers[1] if len(numbers) > 1 else -1)


def moved(rows: list[T], deed: Deed) -> list[T]:
    """Rows after one was removed or moved by a place."""
    rows = list(rows)
    if not 0 <= deed.place < len(rows):
        return rows
    if deed.verb == "remove":
        del rows[deed.place]
    step = {"up": -1, "down": 1}.get(deed.verb, 0)
    if step and 0 <= deed.place + step < len(rows):
        rows.insert(deed.place + step, rows.pop(deed.place))
    return rows
