"""What the filters of the public list ask of the database: of challenges, or of the rows that are kept for counting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select

from marketplace.challenges import amounts
from marketplace.challenges.filters import Filters
from marketplace.challenges.listed import ListedChallenge
from marketplace.challenges.models import PUBLIC_STATES, Challenge, ChallengeState
from marketplace.core import search
from marketplace.organisations.models import Organisation

Columns = type[Challenge] | type[ListedChallenge]


def public(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """Of the public list, and with the words that are sought."""
    # Said besides the access rule: an agency's own drafts are its own business, not part of the public list.
    found = [Challenge.state.in_(PUBLIC_STATES), Challenge.publish_at <= now]
    return [*found, search.matches(Challenge.search, filters.q)] if filters.q else found


def conditions(filters: Filters, now: datetime, of: Columns = Challenge) -> dict[str, ColumnElement[bool]]:
    """One condition a facet that is in use."""
    found: dict[str, ColumnElement[bool]] = {}
    if filters.statuses:
        found["status"] = or_(*(status_is(status, now, of) for status in filters.statuses))
    if filters.topic:
        found["topic"] = of.topics.overlap(list(filters.topic))
    if filters.agency:
        found["agency"] = of.agency_id.in_(_organisations("key", filters.agency))
    if filters.country:
        found["country"] = (
            of.country.in_(filters.country)
            if of is ListedChallenge
            else of.agency_id.in_(_organisations("country", filters.country))
        )
    if filters.budget:
        found["budget"] = band(of).in_(filters.budget)
    if filters.closing:
        found["closing"] = closes_within(int(filters.closing[0]), now, of)
    return found


def _organisations(column: str, values: tuple[str, ...]) -> Any:
    return select(Organisation.id).where(getattr(Organisation, column).in_(values))


def band(of: Columns) -> Any:
    """The band of the budget or prize."""
    return of.band if of is ListedChallenge else amounts.band(Challenge.amount)


def status_is(status: str, now: datetime, of: Columns = Challenge) -> ColumnElement[bool]:
    """Whether a challenge has a status of the list: a state, or open or closed by the clock."""
    if status == "open":
        return and_(of.state == ChallengeState.PUBLISHED, of.deadline >= now)
    if status == "closed":
        # One that tells no deadline, from another site, can't be answered here either.
        over = or_(of.deadline < now, of.deadline.is_(None))
        return and_(of.state == ChallengeState.PUBLISHED, over)
    return of.state == ChallengeState(status)


def is_over(now: datetime) -> ColumnElement[bool]:
    """Whether it can't be answered now: the opposite of "open", said so that no NULL is left."""
    return or_(Challenge.state != ChallengeState.PUBLISHED, Challenge.deadline < now, Challenge.deadline.is_(None))


def status(now: datetime, of: Columns) -> ColumnElement[str]:
    """The status of the list."""
    return case((status_is("open", now, of), "open"), (status_is("closed", now, of), "closed"), else_=of.state)


def closes_within(days: int, now: datetime, of: Columns = Challenge) -> ColumnElement[bool]:
    """Whether it is open and closes in so many days."""
    return and_(status_is("open", now, of), of.deadline <= now + timedelta(days=days))
