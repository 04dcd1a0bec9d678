"""The public list: its rows, how many each facet's value would give, and the same rows for feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges.filters import CLOSING, Filters
from marketplace.challenges.models import PUBLIC_STATES, Challenge, ChallengeState, ChallengeText
from marketplace.core import caching, database, search
from marketplace.core.money import exponent
from marketplace.core.paging import COUNTED_TO, Key, Page, count_words, page
from marketplace.core.vocabularies import currencies
from marketplace.organisations.models import Organisation

PAGE = 20
FEED = 50
COUNTED = 5000  # rows that facets are counted over; beyond it a count says "at least"
MOST_AGENCIES = 12
BANDS = (("to-50k", 50_000), ("to-250k", 250_000), ("to-1m", 1_000_000))

_by_exponent: dict[int, list[str]] = {}
for _code in currencies.CODES:
    _by_exponent.setdefault(exponent(_code), []).append(_code)


@dataclass(frozen=True)
class Option:
    """One value of a facet, its words and how many rows it would give with all other filters as they are."""

    value: str
    label: str
    count: int
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

    def of(self, facet: str, value: str) -> int:
        """How many rows a value would give."""
        return self.by_value.get(facet, {}).get(value, 0)

    def words(self, count: int) -> str:
        """A count as people read it: exact to 1,000 where every row was counted, else "at least"."""
        return count_words(count) if self.is_whole or count > COUNTED_TO else f"{count_words(count)}+"


def listed(filters: Filters, now: datetime) -> Page[Challenge]:
    """The rows of the list for what is asked.

    Three statements: the rows with their agencies, their texts, the total.
    """
    note_turns(now)
    return page(_rows(filters, now), _keys(filters, now), after=filters.after or None, limit=PAGE)


def newest(filters: Filters, now: datetime, limit: int = FEED) -> list[Challenge]:
    """The same rows for a feed, the newest first; two statements."""
    note_turns(now)
    statement = (
        _rows(filters, now, ChallengeText.problem)
        .order_by(Challenge.publish_at.desc(), Challenge.id.desc())
        .limit(limit)
    )
    return list(database.session.scalars(statement).unique())


def note_turns(now: datetime) -> None:
    """Say when lists and counts turn by themselves; one statement where the page may be kept, else none."""
    if caching.moment() is None:
        return
    column = Challenge.__table__.c
    spans = [timedelta(days=int(days)) for days in ("0", *CLOSING)]
    nearest = [select(func.min(column.publish_at)).where(column.publish_at > now)]
    nearest += [select(func.min(column.deadline)).where(column.deadline >= now + span) for span in spans]
    # Past the session's hooks: what is scheduled is seen by nobody, but when it will be must be known.
    found = database.session.connection().execute(select(*(each.scalar_subquery() for each in nearest))).one()
    publication, *deadlines = found
    caching.turns_at(publication, *(moment - span for moment, span in zip(deadlines, spans, strict=True) if moment))


def _rows(filters: Filters, now: datetime, *more: Any) -> Select[Any]:
    columns = (ChallengeText.challenge_id, ChallengeText.language, ChallengeText.title, ChallengeText.summary, *more)
    return (
        select(Challenge)
        .where(*_public(filters, now), *_conditions(filters, now).values())
        .options(
            joinedload(Challenge.agency, innerjoin=True),
            # Rules of 60,000 letters stay where they are: a row shows title and summary.
            selectinload(Challenge.texts).load_only(*columns),
        )
    )


def _public(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    # Said besides the access rule: an agency's own drafts are its own business, not part of the public list.
    found = [Challenge.state.in_(PUBLIC_STATES), Challenge.publish_at <= now]
    return [*found, search.matches(Challenge.search, filters.q)] if filters.q else found


def _keys(filters: Filters, now: datetime) -> list[Key]:
    by_deadline: list[Key] = [(Challenge.deadline, "asc"), (Challenge.id, "asc")]
    # Among others those that are open still come first; alone, the index on the deadline serves.
    is_over = case((_status_is("open", now), 0), else_=1)
    keys: dict[str, list[Key]] = {
        "closing": by_deadline if filters.is_open_only else [(is_over, "asc"), *by_deadline],
        "newest": [(Challenge.publish_at, "desc"), (Challenge.id, "desc")],
        "budget": [(_amount(), "desc"), (Challenge.id, "desc")],
    }
    return keys[filters.order]


def _conditions(filters: Filters, now: datetime) -> dict[str, ColumnElement[bool]]:
    """One condition a facet that is in use."""
    found: dict[str, ColumnElement[bool]] = {}
    if filters.statuses:
        found["status"] = or_(*(_status_is(status, now) for status in filters.statuses))
    if filters.topic:
        found["topic"] = Challenge.topics.overlap(list(filters.topic))
    if filters.agency:
        found["agency"] = Challenge.agency_id.in_(_organisations("key", filters.agency))
    if filters.country:
        found["country"] = Challenge.agency_id.in_(_organisations("country", filters.country))
    if filters.budget:
        found["budget"] = _band().in_(filters.budget)
    if filters.closing:
        found["closing"] = _closes_within(int(filters.closing[0]), now)
    return found


def _organisations(column: str, values: tuple[str, ...]) -> Any:
    return select(Organisation.id).where(getattr(Organisation, column).in_(values))


def _status_is(status: str, now: datetime) -> ColumnElement[bool]:
    if status == "open":
        return and_(Challenge.state == ChallengeState.PUBLISHED, Challenge.deadline >= now)
    if status == "closed":
        # One that tells no deadline, from another site, can't be answered here either.
        over = or_(Challenge.deadline < now, Challenge.deadline.is_(None))
        return and_(Challenge.state == ChallengeState.PUBLISHED, over)
    return Challenge.state == ChallengeState(status)


def _status(now: datetime) -> ColumnElement[str]:
    return case((_status_is("open", now), "open"), (_status_is("closed", now), "closed"), else_=Challenge.state)


def _closes_within(days: int, now: datetime) -> ColumnElement[bool]:
    return and_(_status_is("open", now), Challenge.deadline <= now + timedelta(days=days))


def _amount() -> ColumnElement[int]:
    """Budget or prize in whole major units of its currency."""
    units = case(
        *((Challenge.currency.in_(codes), 10**digits) for digits, codes in _by_exponent.items() if digits != 2),
        else_=100,
    )
    return cast(func.coalesce(Challenge.budget_minor, Challenge.prize_minor) / units, BigInteger)


def _band() -> ColumnElement[str]:
    amount = _amount()
    return case((amount.is_(None), "unstated"), *((amount <= most, name) for name, most in BANDS), else_="over-1m")


def counts(filters: Filters, now: datetime) -> Counts:
    """What each value of each facet would give; one statement over at most `COUNTED` rows."""
    conditions = _conditions(filters, now)
    facets: dict[str, Any] = {
        "status": _status(now),
        "topic": Challenge.topics,
        "agency": Challenge.agency_id,
        "country": Organisation.country,
        "budget": _band(),
        "closing": cast(func.ceil(func.extract("epoch", Challenge.deadline - now) / 86_400), BigInteger),
    }
    rows = (
        select(
            *(column.label(name) for name, column in facets.items()),
            *(condition.label(f"has_{name}") for name, condition in conditions.items()),
            _status_is("open", now).label("is_open"),
        )
        .join(Organisation, Organisation.id == Challenge.agency_id)
        .where(*_public(filters, now))
        .limit(COUNTED)
        .cte("counted")
    )

    def others(name: str) -> ColumnElement[bool]:
        return and_(true(), *(rows.c[f"has_{other}"] for other in conditions if other != name))

    parts = [_grouped(rows, name, value, others(name)) for name, value in _values(rows).items()]
    closing = [
        select(literal("closing"), literal(days), func.count()).where(
            rows.c.is_open, rows.c.closing <= int(days), others("closing")
        )
        for days in CLOSING
    ]
    total = select(literal("total"), literal(""), func.count()).select_from(rows)
    found: dict[str, dict[str, int]] = {}
    for facet, value, count in database.session.execute(union_all(*parts, *closing, total)):
        found.setdefault(facet, {})[str(value)] = count
    return Counts(found, found["total"][""] < COUNTED)


def _values(rows: Any) -> dict[str, ColumnElement[Any]]:
    return {
        "status": rows.c.status,
        "topic": func.unnest(rows.c.topic),
        "agency": rows.c.agency,
        "country": rows.c.country,
        "budget": rows.c.budget,
    }


def _grouped(rows: Any, name: str, value: ColumnElement[Any], condition: ColumnElement[bool]) -> Any:
    inner = select(value.label("value")).select_from(rows).where(condition).subquery()
    return select(literal(name), cast(inner.c.value, Text), func.count()).group_by(inner.c.value)


def with_known_agencies(filters: Filters) -> Filters:
    """The filters less the agencies that there are none of; one statement, none where no agency is asked for."""
    if not filters.agency:
        return filters
    known = set(database.session.scalars(select(Organisation.key).where(Organisation.key.in_(filters.agency))).all())
    return replace(
        filters,
        agency=tuple(key for key in filters.agency if key in known),
        ignored=(*filters.ignored, *(key for key in filters.agency if key not in known)),
    )


def agency_options(filters: Filters, found: Counts) -> list[Option]:
    """The agencies that the facet offers, the chosen and the most frequent first; one statement."""
    by_id = found.by_value.get("agency", {})
    top = sorted(by_id, key=lambda each: (-by_id[each], each))[:MOST_AGENCIES]
    rows = database.session.scalars(
        select(Organisation).where(
            or_(Organisation.id.in_([UUID(each) for each in top]), Organisation.key.in_(filters.agency))
        )
    ).all()
    made = [Option(row.key, row.name, by_id.get(str(row.id), 0), row.key in filters.agency) for row in rows]
    return sorted(made, key=lambda option: (not option.is_chosen, -option.count, option.label))


def options(
    name: str, found: Counts, chosen: tuple[str, ...], labels: Mapping[str, Any] | Callable[[str], str]
) -> list[Option]:
    """The values of a facet with their counts.

    Args:
        labels: value -> words for a closed list, whose zeros stay; a function where only those that occur are shown.
    """
    if isinstance(labels, Mapping):
        return [Option(value, str(words), found.of(name, value), value in chosen) for value, words in labels.items()]
    values = set(found.by_value.get(name, {})) | set(chosen)
    made = [Option(value, labels(value), found.of(name, value), value in chosen) for value in values]
    return sorted(made, key=lambda option: option.label)
