"""What queries found, kept in memory while they would find the same now.

For pages that many readers see with something of their own beside it: the page can't be kept, its costly part can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import current_app

from marketplace.core.caching.memory import Key, Memory
from marketplace.core.caching.reading import Reading, making
from marketplace.core.caching.watch import Lost, Watch, array_of

ValueT = TypeVar("ValueT")


@dataclass(slots=True)
class Result:
    """A value, and what a page that shows it depends on."""

    value: Any
    at: datetime
    until: datetime
    statements: frozenset[str]
    tables: bytes | None
    snapshot: bytes
    is_used: bool = False


class Results:
    """The results that a process keeps."""

    def __init__(self, watch: Watch, most_bytes: int) -> None:
        self._watch = watch
        self._results: Memory[Result] = Memory(most_bytes)

    def get(self, key: Key, at: datetime, find: Callable[[], ValueT]) -> ValueT:
        """A result from memory where it still holds, else found anew."""
        try:
            result = self._results.get(key)
            if result is None or not self._watch.holds(result, at):
                result = self._found(key, at, find)
        except Lost:
            self.clear()
            return find()
        outer = making.get()
        if outer is not None:
            outer.include(result.statements, result.until)
        return cast(ValueT, result.value)

    def clear(self) -> None:
        """Forget everything."""
        self._results.clear()

    def _found(self, key: Key, at: datetime, find: Callable[[], Any]) -> Result:
        reading = Reading(self._watch.snapshot, at=at)
        reading.snapshot = snapshot = self._watch.snapshot()
        token = making.set(reading)
        try:
            value = find()
        finally:
            making.reset(token)
        tables = self._watch.tables_of(reading.statements)
        statements = frozenset(reading.statements)
        named = array_of(tables) if tables else None
        result = Result(value, at, reading.until, statements, named, snapshot)
        if named is not None:
            self._results.put(key, result, len(repr(value)) + sum(map(len, statements)))
        return result


def remembered(key: Key, at: datetime, find: Callable[[], ValueT]) -> ValueT:
    """What `find` finds, from memory where the database and the clock say that it would find the same.

    Args:
        key: all that the result depends on besides the database: never less than what the reader may see of it.
        at: UTC, the moment by which `find` judges time; it says by `turns_at` when it would find otherwise.
        find: reads, and changes nothing; what it returns is never changed afterwards.
    """
    results = current_app.extensions.get("results")
    return find() if results is None else cast(Results, results).get(key, at, find)
