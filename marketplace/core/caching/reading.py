"""What a page read while it was made: the statements, and the moments that its words depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, event

_INSTANT = timedelta(microseconds=1)
_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass
class Reading:
    """One making of a page.

    Attributes:
        snapshot: what the database held when it began, as PostgreSQL writes snapshots; None: it is not to be kept.
        at: the moment by which the page judges time.
        until: the page reads as it does from `at` until before this moment, if nothing changes.
        statements: the SQL that it sent.
    """

    take_snapshot: Callable[[], bytes | None]
    snapshot: bytes | None = None
    at: datetime = _ALWAYS
    until: datetime = _ALWAYS
    statements: set[str] = field(default_factory=set)

    def turn_at(self, moment: datetime) -> None:
        """Note a moment at which the page reads otherwise."""
        if moment >= self.at:
            self.until = min(self.until, max(moment, self.at + _INSTANT))

    def include(self, statements: Iterable[str], until: datetime) -> None:
        """Note what a part of the page read, that was found before."""
        self.statements.update(statements)
        self.turn_at(until)


making: ContextVar[Reading | None] = ContextVar("reading of the page that is made", default=None)

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def kept(view: ViewT) -> ViewT:
    """Let the pages of a public view be kept for visitors who have not signed in."""
    view.is_kept = True  # type: ignore[attr-defined]
    return view


def begin(view: Any, at: datetime) -> None:
    """Note from now on what the page reads; before its first statement.

    Args:
        view: only one that is marked, and public, is kept.
        at: the moment by which the page judges time.
    """
    reading = making.get()
    declared = getattr(view, "route_policy", None)
    if reading is None or declared is None or declared.audience != "public" or not getattr(view, "is_kept", False):
        return
    reading.at = at
    reading.snapshot = reading.take_snapshot()


def moment() -> datetime | None:
    """The moment by which the page that is made now judges time, where it may be kept; else None."""
    reading = making.get()
    return reading.at if reading is not None and reading.snapshot is not None else None


def turns_at(*moments: datetime | None) -> None:
    """Say when the page reads otherwise though nothing changes: a deadline, an opening, a countdown's next word.

    A page holds between two such moments, and each moment stands for itself: whether it belongs to what comes before
    it (a deadline) or after it (a publication) need not be said.
    """
    reading = making.get()
    if reading is None:
        return
    for moment in moments:
        if moment is not None:
            reading.turn_at(moment)


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    reading = making.get()
    if reading is not None:
        reading.statements.add(statement)
