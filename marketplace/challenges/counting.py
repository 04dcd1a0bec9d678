"""How many challenges each value of each facet of the public list would give, at a bounded cost.

Counts are exact to 1,000, then "1,000+". Where at most `COUNTED` rows fit they are read once and counted. Where more
do, each value is counted by itself in an index of `listed_challenge`, up to 1,001 entries. A search by words has no
such index: of what it finds the first 1,001 rows are counted, and where there are more a count says "at least".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from marketplace.challenges import narrowing
from marketplace.challenges.amounts import BANDS, LARGEST, UNSTATED
from marketplace.challenges.filters import CLOSING, STATUSES, Filters
from marketplace.challenges.listed import ListedChallenge
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Kind
from marketplace.core.paging import COUNTED_TO, count_words
from marketplace.core.vocabularies import topics
from marketplace.organisations.models import Organisation

COUNTED = 5000
MOST_AGENCIES = 12
FACETS = ("status", "closing", "topic", "budget", "country", "agency")
TOTAL = "total"

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class Counts:
    """How many rows each value of each facet would give.

    Attributes:
        by_value: facet -> value -> count.
        total: how many rows the list has, exact to 1,000; 1,001 stands for more.
        partial: facets whose rows were not all counted: counts are at least these.
    """

    by_value: Mapping[str, Mapping[str, int]]
    total: int
    partial: frozenset[str] = frozenset()

    def of(self, facet: str, value: str) -> int:
        """How many rows a value would give."""
        return self.by_value.get(facet, {}).get(value, 0)

    def words(self, facet: str, count: int) -> str:
        """A count as people read it: exact to 1,000; "at least" where not every row was counted."""
        is_least = facet in self.partial and count <= COUNTED_TO
        return f"{count_words(count)}+" if is_least else count_words(count)


def total(filters: Filters, now: datetime) -> int:
    """How many rows the list has, exact to 1,000; 1,001 stands for more. One statement."""
    return database.session.scalar(_counted(_all(filters, now), COUNTED_TO)) or 0


def ids(filters: Filters, now: datetime) -> Select[Any]:
    """The ids of a list's challenges where it has at most 1,000."""
    return _all(filters, now).limit(COUNTED_TO + 1)


def _all(filters: Filters, now: datetime) -> Select[Any]:
    if filters.q:
        return select(Challenge.id).where(*_found(filters, now))
    conditions = narrowing.conditions(filters, now, ListedChallenge).values()
    return select(ListedChallenge.challenge_id).where(ListedChallenge.is_first, *conditions)


def counts(filters: Filters, now: datetime) -> Counts:
    """What each value of each facet would give; two statements, one for a search by words."""
    return _of_search(filters, now) if filters.q else _of_all(filters, now)


def _bases(used: Mapping[str, ColumnElement[bool]]) -> list[tuple[tuple[str, ...], Conditions]]:
    """Facets that count the same rows: those that are not in use all of the list's, another one without itself."""
    free = tuple(facet for facet in FACETS if facet not in used)
    others = [((facet,), [each for name, each in used.items() if name != facet]) for facet in used]
    return [(free, list(used.values())), *others]


# --- of all that is public ---


def _of_all(filters: Filters, now: datetime) -> Counts:
    bases = _bases(narrowing.conditions(filters, now, ListedChallenge))
    # Narrowed by nothing but its status, a list is long or short, and an index has each value's share of it.
    most = COUNTED if filters.is_narrowed else COUNTED_TO
    sizes = database.session.execute(
        select(*(_counted(_entries(conditions), most).scalar_subquery() for _facets, conditions in bases))
    ).one()
    parts: list[Any] = []
    for number, ((facets, conditions), size) in enumerate(zip(bases, sizes, strict=True)):
        if size <= most:
            rows = _read(ListedChallenge, now).where(ListedChallenge.is_first, *conditions)
            parts += _grouped(rows.cte(f"rows_{number}"), facets)
        else:
            for facet in facets:
                parts += _each(facet, filters, conditions, now)
    return Counts(_fetched(parts), min(sizes[0], COUNTED_TO + 1))


def _entries(conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    return select(ListedChallenge.id).where(ListedChallenge.is_first, *conditions)


def _counted(rows: Select[Any], most: int) -> Select[Any]:
    return select(func.count()).select_from(rows.limit(most + 1).subquery())


def _each(facet: str, filters: Filters, conditions: Conditions, now: datetime) -> list[Any]:
    """Each value of a facet counted by itself."""
    if facet == "status":
        asked = {value: narrowing.status_is(value, now, ListedChallenge) for value in STATUSES}
    elif facet == "closing":
        asked = {value: narrowing.closes_within(int(value), now, ListedChallenge) for value in CLOSING}
    else:
        return [_by_index(facet, _values(facet, filters, conditions), conditions)]
    return [
        select(literal(facet), literal(value), _counted(_entries([*conditions, is_it]), COUNTED_TO).scalar_subquery())
        for value, is_it in asked.items()
    ]


def _by_index(facet: str, values: Any, conditions: Conditions) -> Any:
    column: Any = {
        "topic": ListedChallenge.topic,
        "budget": ListedChallenge.band,
        "country": ListedChallenge.country,
        "agency": ListedChallenge.agency_id,
    }[facet]
    entries = select(ListedChallenge.id).where(column == values.c.value, *conditions).limit(COUNTED_TO + 1)
    if facet != "topic":
        entries = entries.where(ListedChallenge.is_first)
    counted = select(func.count()).select_from(entries.correlate(values).lateral()).scalar_subquery()
    return select(literal(facet), cast(values.c.value, Text), counted).select_from(values)


def _values(facet: str, filters: Filters, conditions: Conditions) -> Any:
    """The values that are counted: all there are; of agencies the chosen ones and the most frequent of some rows."""
    if facet == "topic":
        return _listed(topics.CODES, facet)
    if facet == "budget":
        return _listed([UNSTATED, LARGEST, *(name for name, _most in BANDS)], facet)
    if facet == "country":
        return select(Organisation.country.label("value")).where(Organisation.kind == Kind.AGENCY).distinct().cte()
    some = select(ListedChallenge.agency_id.label("value")).where(ListedChallenge.is_first, *conditions)
    some_rows = some.limit(COUNTED_TO).subquery()
    frequent = (
        select(some_rows.c.value).group_by(some_rows.c.value).order_by(func.count().desc()).limit(MOST_AGENCIES)
    ).subquery()
    chosen = select(Organisation.id.label("value")).where(Organisation.key.in_(filters.agency))
    return union(select(frequent.c.value), chosen).cte()


def _listed(values: Iterable[str], name: str) -> Any:
    return select(func.unnest(cast(literal(list(values)), ARRAY(Text))).label("value")).cte(f"values_{name}")


# --- of a search ---


def _found(filters: Filters, now: datetime) -> Conditions:
    return [*narrowing.public(filters, now), *narrowing.conditions(filters, now).values()]


def _of_search(filters: Filters, now: datetime) -> Counts:
    parts: list[Any] = []
    bases = _bases(narrowing.conditions(filters, now))
    for number, (facets, conditions) in enumerate(bases):
        rows = (
            _read(Challenge, now)
            .join(Organisation, Organisation.id == Challenge.agency_id)
            .where(*narrowing.public(filters, now), *conditions)
            .order_by(*_first(filters, facets))
            .limit(COUNTED_TO + 1)
            .cte(f"rows_{number}")
        )
        parts += [
            *_grouped(rows, facets),
            select(literal(TOTAL), literal(str(number)), func.count()).select_from(rows),
        ]
    found = _fetched(parts)
    sizes = found.pop(TOTAL, {})
    partial = (
        facet
        for number, (facets, _) in enumerate(bases)
        if sizes.get(str(number), 0) > COUNTED_TO
        for facet in facets
    )
    return Counts(found, sizes.get("0", 0), frozenset(partial))


def _first(filters: Filters, facets: tuple[str, ...]) -> list[Any]:
    # Of what is open the deadlines' index finds the first quickly; else planners join two large indexes.
    return [Challenge.deadline, Challenge.id] if filters.is_open_only and facets != ("status",) else []


# --- rows, counted ---


def _read(of: narrowing.Columns, now: datetime) -> Any:
    """What facets are counted by, a row a challenge."""
    return select(
        narrowing.status(now, of).label("status"),
        of.topics.label("topic"),
        narrowing.band(of).label("budget"),
        (of.country if of is ListedChallenge else Organisation.country).label("country"),
        of.agency_id.label("agency"),
        *(narrowing.closes_within(int(days), now, of).label(f"closing_{days}") for days in CLOSING),
    )


def _grouped(rows: Any, facets: Iterable[str]) -> list[Any]:
    parts: list[Any] = []
    for facet in facets:
        if facet == "closing":
            parts += [
                select(literal(facet), literal(days), func.count()).where(rows.c[f"closing_{days}"])
                for days in CLOSING
            ]
            continue
        column = func.unnest(rows.c.topic) if facet == "topic" else rows.c[facet]
        value = select(column.label("value")).select_from(rows).subquery()
        parts.append(select(literal(facet), cast(value.c.value, Text), func.count()).group_by(value.c.value))
    return parts


def _fetched(parts: list[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for facet, value, count in database.session.execute(union_all(*parts)):
        if count:
            found.setdefault(facet, {})[str(value)] = count
    return found
