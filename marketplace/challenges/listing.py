"""The public list: its rows, the values that its facets offer, and the same rows for feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges import counting, narrowing
from marketplace.challenges.counting import MOST_AGENCIES, Counts
from marketplace.challenges.filters import CLOSING, Filters
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.core import caching, database
from marketplace.core.caching import results
from marketplace.core.paging import COUNTED_TO, Key, Page, Present, page
from marketplace.organisations.models import Organisation

PAGE = 20
FEED = 50


@dataclass(frozen=True)
class Option:
    """One value of a facet, its words and how many rows it would give with all other filters as they are."""

    value: str
    label: str
    count: int
    is_chosen: bool


def listed(filters: Filters, now: datetime, total: int | None = None) -> Page[Challenge]:
    """The rows of the list for what is asked.

    Three statements: the rows with their agencies, their texts, the total where it is not known.
    """
    note_turns(now)
    if total is None:
        total = counting.total(filters, now)
    rows = _rows(filters, now)
    if total <= COUNTED_TO and (filters.q or filters.is_narrowed):
        # All of them, then sorted: few rows may lie together where no sort comes soon.
        rows = rows.where(Challenge.id.in_(counting.ids(filters, now)))
    found = page(
        rows,
        _keys(filters, now),
        after=filters.after or None,
        limit=PAGE,
        counted=False,
        parts=_parts(filters, now),
    )
    return replace(found, total=total)


def counts(filters: Filters, now: datetime) -> Counts:
    """What each value of each facet would give; two statements, none where nothing changed since they were asked.

    Public rows alone are counted, so the same holds for every reader. A search by words is not remembered: there are
    as many as readers.
    """
    if filters.q:
        return counting.counts(filters, now)

    def found() -> Counts:
        note_turns(now)
        return counting.counts(filters, now)

    asked = repr(replace(filters, sort="", after="", ignored=()))
    return results.remembered(("challenges.counts", asked), now, found)


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
        .where(*_asked(filters, now))
        .options(
            joinedload(Challenge.agency, innerjoin=True),
            # Rules of 60,000 letters stay where they are: a row shows title and summary.
            selectinload(Challenge.texts).load_only(*columns),
        )
    )


def _asked(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    return [*narrowing.public(filters, now), *narrowing.conditions(filters, now).values()]


def _keys(filters: Filters, now: datetime) -> list[Key]:
    # Whatever is open has a deadline; among others those that are open still come first.
    by_deadline: list[Key] = [(Present(Challenge.deadline), "asc"), (Challenge.id, "asc")]
    open_first: list[Key] = [
        (case((narrowing.is_over(now), 1), else_=0), "asc"),
        (Challenge.deadline, "asc"),
        (Challenge.id, "asc"),
    ]
    keys: dict[str, list[Key]] = {
        "closing": by_deadline if filters.is_open_only else open_first,
        "newest": [(Present(Challenge.publish_at), "desc"), (Challenge.id, "desc")],
        "budget": [(Challenge.amount, "desc"), (Challenge.id, "desc")],
    }
    return keys[filters.order]


def _parts(filters: Filters, now: datetime) -> list[Select[Any]]:
    """The open ones and the others, where the list has both, one after the other."""
    if filters.order != "closing" or filters.is_open_only:
        return []
    ids = select(Challenge.id).where(*_asked(filters, now))
    return [ids.where(narrowing.status_is("open", now)), ids.where(narrowing.is_over(now))]


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
