"""Paging by keyset: a page starts after the last row of the one before, at any depth at the same cost."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from marketplace.core.i18n import current_language
from marketplace.core.session import session

LIMIT = 20
COUNTED_TO = 1000
MAX_CURSOR = 2000  # letters
MAX_INTEGER = 2**63 - 1

Item = TypeVar("Item")
Key = tuple[Any, str]  # a column or expression with its type, and "asc" or "desc"


@dataclass(frozen=True)
class Present:
    """A column that the statement's own conditions keep from being NULL, so that its index answers for the order.

    Said of one that is NULL after all, its rows are missing on later pages.
    """

    column: Any


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A page of a list.

    Attributes:
        next: the cursor of the page after, for the address's `after`; None on the last page.
        previous: the cursor of the page before, for the same parameter; None on the first page.
        total: how many there are, exact to 1,000; 1,001 stands for more. None where it was not asked for.
    """

    items: Sequence[Item]
    next: str | None
    previous: str | None
    total: int | None = None

    @property
    def total_words(self) -> str:
        """The total as people read it: "143", or "1,000+" beyond 1,000."""
        return "" if self.total is None else count_words(self.total)


def count_words(count: int) -> str:
    """A count, exact to 1,000: "143", "1,000+"."""
    from babel.numbers import format_decimal

    shown = format_decimal(min(count, COUNTED_TO), locale=current_language())
    return shown + "+" if count > COUNTED_TO else shown


def page(
    statement: Select[Any],
    keys: Sequence[Key],
    after: str | None = None,
    limit: int = LIMIT,
    *,
    counted: bool = True,
    parts: Sequence[Select[Any]] = (),
    within: Session | None = None,
) -> Page[Any]:
    """One page of a statement; two statements with the count, one without.

    Args:
        statement: a select without order or limit; of one entity, or of several columns, then items are tuples.
        keys: what to sort by, the last one unique, such as `[(Challenge.deadline, "asc"), (Challenge.id, "asc")]`.
            NULLs come last, in either direction. Expressions need a type. `Present` says of a column that its
            conditions leave no NULL.
        after: a cursor of `Page.next` or `Page.previous`; one that is broken, or of another sorting, means the
            first page.
        limit: items a page.
        counted: whether the total is wanted.
        parts: where the first key is the number of a part of the list (0, 1, …, upwards), the same statement of each
            part, selecting ids alone. No index sorts by such an expression, but each part by the other keys.
        within: another session than the present one.
    """
    reading = within or session
    cursor = _decoded(after, keys)
    rows = _rows(reading, statement, keys, cursor, limit, parts)
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > limit
    rows = rows[:limit]
    if cursor is not None and (not rows or (backwards and not more)):
        # Back at the start, or past an end that has moved: the first page, whole.
        return page(statement, keys, None, limit, counted=counted, parts=parts, within=within)
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    values = [row[len(row) - len(keys) :] for row in rows]
    return Page(
        items=[_item(row, len(keys)) for row in rows],
        next=_encoded(keys, values[-1], backwards=False) if rows and has_next else None,
        previous=_encoded(keys, values[0], backwards=True) if rows and has_previous else None,
        total=count(statement, within=within) if counted else None,
    )


def count(statement: Select[Any], *, within: Session | None = None) -> int:
    """How many rows a statement has, exact to 1,000; 1,001 stands for more."""
    # An outer count of a limited select: what the viewer may not see is left out inside as everywhere.
    inner = statement.order_by(None).limit(COUNTED_TO + 1).subquery()
    return (within or session).execute(select(func.count()).select_from(inner)).scalar_one()


def _rows(
    reading: Session,
    statement: Select[Any],
    keys: Sequence[Key],
    cursor: _Cursor | None,
    limit: int,
    parts: Sequence[Select[Any]],
) -> list[Any]:
    backwards = cursor is not None and cursor.backwards
    if parts:
        found = [_begun(part, number, keys[1:], cursor, limit) for number, part in enumerate(parts)]
        statement = statement.where(_column(keys[-1]).in_(union_all(*(each for each in found if each is not None))))
    if cursor is not None:
        statement = statement.where(_beyond(keys, cursor))
    order = [_ordered(key, backwards) for key in keys]
    labelled = [_column(key).label(f"page_key_{place}") for place, key in enumerate(keys)]
    statement = statement.add_columns(*labelled).order_by(None).order_by(*order).limit(limit + 1)
    return list(reading.execute(statement).unique().all())


def _begun(
    part: Select[Any], number: int, keys: Sequence[Key], cursor: _Cursor | None, limit: int
) -> Select[Any] | None:
    """The ids of as many rows of a part as a page can hold; None where the part lies before the page."""
    backwards = cursor is not None and cursor.backwards
    if cursor is not None and number != cursor.values[0] and (number > cursor.values[0]) == backwards:
        return None
    if cursor is not None and number == cursor.values[0]:
        part = part.where(_beyond(keys, _Cursor(cursor.values[1:], backwards)))
    begun = part.order_by(*(_ordered(key, backwards) for key in keys)).limit(limit + 1).subquery()
    return select(*begun.c)


def _item(row: Any, keys: int) -> Any:
    own = tuple(row)[: len(row) - keys]
    return own[0] if len(own) == 1 else own


# --- order ---


def _column(key: Key) -> Any:
    return key[0].column if isinstance(key[0], Present) else key[0]


def _nullable(key: Key) -> bool:
    return not isinstance(key[0], Present) and bool(getattr(key[0], "nullable", True))


def _ordered(key: Key, backwards: bool) -> ColumnElement[Any]:
    descending = (key[1] == "desc") != backwards
    ordered: ColumnElement[Any] = _column(key).desc() if descending else _column(key).asc()
    if not _nullable(key):
        return ordered  # as an index has it
    return ordered.nulls_first() if backwards else ordered.nulls_last()


def _beyond(keys: Sequence[Key], cursor: _Cursor) -> ColumnElement[bool]:
    """Rows on the far side of a cursor: lexicographic, each key in its own direction."""
    ways = {way for _key, way in keys}
    if len(ways) == 1 and not any(_nullable(key) for key in keys):
        # One row comparison, which an index answers.
        here, there = tuple_(*map(_column, keys)), tuple_(*cursor.values)
        return here > there if (ways == {"asc"}) != cursor.backwards else here < there
    choices = []
    for place, key in enumerate(keys):
        same = [_same(_column(one), value) for one, value in zip(keys[:place], cursor.values[:place], strict=True)]
        choices.append(and_(*same, _further(key, cursor.values[place], cursor.backwards)))
    return or_(*choices)


def _same(column: Any, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _further(key: Key, value: Any, backwards: bool) -> ColumnElement[bool]:
    column = _column(key)
    if value is None:  # NULLs are last: nothing comes after, all others come before
        return column.is_not(None) if backwards else false()
    further: ColumnElement[bool] = column > value if (key[1] == "asc") != backwards else column < value
    return or_(further, column.is_(None)) if _nullable(key) and not backwards else further


# --- cursors ---


@dataclass(frozen=True)
class _Cursor:
    values: list[Any]
    backwards: bool


def _sorting(keys: Sequence[Key]) -> str:
    """A short name of a sorting: a cursor of another one is not for us."""
    return f"{zlib.crc32(';'.join(f'{_column(key)} {key[1]}' for key in keys).encode()):x}"


def _encoded(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> str:
    written = [value if value is None or isinstance(value, bool | int) else str(_portable(value)) for value in values]
    packed = json.dumps([_sorting(keys), int(backwards), *written], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _portable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


def _decoded(text: str | None, keys: Sequence[Key]) -> _Cursor | None:
    if not text or len(text) > MAX_CURSOR:
        return None
    try:
        packed = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        sorting, backwards, *values = packed
        if sorting != _sorting(keys) or backwards not in (0, 1):
            return None
        typed = [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, binascii.Error, InvalidOperation, RecursionError, OverflowError):
        return None
    return _Cursor(typed, bool(backwards))


def _typed(value: Any, key: Key) -> Any:
    """A cursor's value as its column's type, or an error where it can't be one."""
    if value is None:
        if not _nullable(key):
            raise ValueError("a value is missing")
        return None
    wanted = _column(key).type.python_type
    if wanted is bool or wanted is int:
        if type(value) is not wanted or abs(value) > MAX_INTEGER:
            raise ValueError("another type")
        return value
    if type(value) is not str or "\0" in value:
        raise ValueError("another type")
    value.encode("utf-8")
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else _refuse()
    if wanted is date:
        return date.fromisoformat(value)
    if wanted is Decimal or wanted is float:
        number = Decimal(value)
        return wanted(number) if number.is_finite() and abs(number.adjusted()) < 100 else _refuse()
    if wanted is UUID:
        return UUID(value)
    return wanted(value)


def _refuse() -> Any:
    raise ValueError("no such value")
