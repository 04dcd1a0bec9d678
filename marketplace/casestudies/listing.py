"""The public list: its rows, how many each facet's value would give, and the same rows for feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, select, true, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.casestudies.filters import FACETS, KNOWN, OUTCOMES, TERMINATED, Filters, words_of
from marketplace.casestudies.models import CaseStudy, Edition, EditionState
from marketplace.core import caching, database, search
from marketplace.core.paging import COUNTED_TO, Key, Page, count_words, page
from marketplace.core.vocabularies import csf, sectors, topics

PAGE = 20
FEED = 50
COUNTED = 5000  # rows that facets are counted over; beyond it a count says "at least"


@dataclass(frozen=True)
class Option:
    """One value of a facet, its words and how many rows it would give with all other filters as they are."""

    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True)
class Counts:
    """How many rows each value of each facet would give.

    Attributes:
        by_value: facet -> value -> count.
        is_whole: every row was counted; otherwise counts are at least these.
    """

    by_value: Mapping[str, Mapping[str, int]]
    is_whole: bool

    def words(self, facet: str, value: str) -> str:
        """A count as people read it: exact to 1,000 where every row was counted, else "at least"."""
        count = self.by_value.get(facet, {}).get(value, 0)
        return count_words(count) if self.is_whole or count > COUNTED_TO else f"{count_words(count)}+"


def listed(filters: Filters) -> Page[Edition]:
    """The rows of the list for what is asked.

    Three statements: the editions with their studies and organisations, their texts, the total.
    """
    note_turns()
    return page(_rows(filters), _keys(filters), after=filters.after or None, limit=PAGE)


def newest(filters: Filters, limit: int = FEED) -> list[Edition]:
    """The same rows for a feed, the newest first; two statements."""
    note_turns()
    statement = _rows(filters).order_by(Edition.published_at.desc(), Edition.id.desc()).limit(limit)
    return list(database.session.scalars(statement).unique())


def note_turns() -> None:
    """Say when lists turn by themselves; one statement where the page may be kept, else none.

    Nothing is published for later, but by the clock of another machine it may be.
    """
    now = caching.moment()
    if now is not None:
        moment = Edition.__table__.c.published_at
        # Past the session's hooks: an edition of later is seen by nobody yet.
        caching.turns_at(database.session.connection().scalar(select(func.min(moment)).where(moment > now)))


def _rows(filters: Filters) -> Select[Any]:
    study = CaseStudy
    return (
        select(Edition)
        .join(Edition.case_study)
        .where(*_public(filters), *_conditions(filters).values())
        .options(
            contains_eager(Edition.case_study).options(
                joinedload(study.agency, innerjoin=True), joinedload(study.startup, innerjoin=True)
            ),
            selectinload(Edition.texts),
        )
    )


def _public(filters: Filters) -> list[ColumnElement[bool]]:
    # Said besides the access rule: what one's own side is still writing is no part of the public list.
    found: list[ColumnElement[bool]] = [Edition.state == EditionState.PUBLISHED]
    return [*found, search.matches(Edition.search, filters.q)] if filters.q else found


def _keys(filters: Filters) -> list[Key]:
    keys: dict[str, list[Key]] = {
        "newest": [(Edition.published_at, "desc"), (Edition.id, "desc")],
        "oldest": [(Edition.published_at, "asc"), (Edition.id, "asc")],
        "match": [(search.rank(Edition.search, filters.q), "desc"), (Edition.id, "desc")],
    }
    return keys[filters.order]


def _outcome() -> ColumnElement[str]:
    return func.coalesce(cast(CaseStudy.outcome, Text), TERMINATED)


def _conditions(filters: Filters) -> dict[str, ColumnElement[bool]]:
    """One condition a facet that is in use."""
    made: dict[str, Any] = {
        "topic": lambda chosen: Edition.topics.overlap(chosen),
        "function": lambda chosen: Edition.functions.overlap(chosen),
        "sector": lambda chosen: Edition.sectors.overlap(chosen),
        "country": lambda chosen: CaseStudy.country.in_(chosen),
        "outcome": lambda chosen: _outcome().in_(chosen),
    }
    return {name: made[name](list(getattr(filters, name))) for name in FACETS if getattr(filters, name)}


def counts(filters: Filters) -> Counts:
    """What each value of each facet would give; one statement over at most `COUNTED` rows."""
    conditions = _conditions(filters)
    rows = (
        select(
            Edition.topics.label("topic"),
            Edition.functions.label("function"),
            Edition.sectors.label("sector"),
            CaseStudy.country.label("country"),
            _outcome().label("outcome"),
            *(condition.label(f"has_{name}") for name, condition in conditions.items()),
        )
        .join(Edition.case_study)
        .where(*_public(filters))
        .limit(COUNTED)
        .cte("counted")
    )

    def others(name: str) -> ColumnElement[bool]:
        return and_(true(), *(rows.c[f"has_{other}"] for other in conditions if other != name))

    values: dict[str, Any] = {
        "topic": func.unnest(rows.c.topic),
        "function": func.unnest(rows.c.function),
        "sector": func.unnest(rows.c.sector),
        "country": rows.c.country,
        "outcome": rows.c.outcome,
    }
    parts = [_grouped(rows, name, value, others(name)) for name, value in values.items()]
    total = select(literal("total"), literal(""), func.count()).select_from(rows)
    found: dict[str, dict[str, int]] = {}
    for row in database.session.execute(union_all(*parts, total)):
        facet, value, count = tuple(row)
        found.setdefault(facet, {})[str(value)] = count
    return Counts(found, found["total"][""] < COUNTED)


def _grouped(rows: Any, name: str, value: Any, condition: ColumnElement[bool]) -> Any:
    inner = select(value.label("value")).select_from(rows).where(condition).subquery()
    return select(literal(name), cast(inner.c.value, Text), func.count()).group_by(inner.c.value)


def options(facet: str, filters: Filters, found: Counts) -> list[Option]:
    """The values of a facet with their counts; of a closed list zeros stay, countries are those that occur."""
    closed = {
        "topic": [code for code, _words in topics.choices()],
        "function": list(csf.FUNCTIONS.codes),
        "sector": list(sectors.CODES),
        "outcome": list(OUTCOMES),
    }
    chosen = getattr(filters, facet)
    known = KNOWN[facet]
    occurring = {value for value in (*found.by_value.get(facet, {}), *chosen) if known(value)}
    values = closed.get(facet) or sorted(occurring, key=lambda value: words_of(facet, value))
    return [Option(value, words_of(facet, value), found.words(facet, value), value in chosen) for value in values]
