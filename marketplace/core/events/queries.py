"""What pages read of the record of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from marketplace.core import caching, database
from marketplace.core.events.models import Event, EventAnchor
from marketplace.core.i18n import _l
from marketplace.core.lists import Asked, Column, Listing, Sort
from marketplace.core.paging import Page


def _found_by(text: str) -> ColumnElement[bool]:
    """An event by a part of its name, or by a whole identifier of its stream, its subject or its actor."""
    try:
        wanted = UUID(text)
    except ValueError:
        return Event.name.icontains(text, autoescape=True)
    return or_(Event.stream_id == wanted, Event.subject_id == wanted, Event.actor_id == wanted)


RECORD = Listing(
    "events",
    sorts=(
        Sort("latest", _l("Latest first"), [(Event.at, "desc"), (Event.id, "desc")]),
        Sort("earliest", _l("Earliest first"), [(Event.at, "asc"), (Event.id, "asc")]),
    ),
    search=_found_by,
    search_label=_l("Name of the event, or an identifier"),
    columns=(
        Column(_l("Event"), lambda event: event.name),
        Column(_l("When"), lambda event: event.at),
        Column(_l("Stream"), lambda event: event.stream_id),
        Column(_l("Number"), lambda event: event.number),
        Column(_l("On"), lambda event: event.subject_kind),
        Column(_l("Hash"), lambda event: event.hash),
    ),
)


def latest(asked: Asked) -> Page[Event]:
    """Events that the viewer may read, as they were asked for. Two statements."""
    return asked.page(select(Event), 50)


def last_anchor() -> EventAnchor | None:
    """The newest link of the chain that holds all streams' heads."""
    newest = select(EventAnchor).order_by(EventAnchor.number.desc()).limit(1)
    return database.session.scalars(newest).one_or_none()


def published_anchors(now: datetime, limit: int = 400) -> Sequence[EventAnchor]:
    """The last anchor of each day (UTC) that has ended, the newest first: what outsiders keep a copy of.

    An anchor is made in each minute in which something happened; those of today would tell when somebody bids.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    caching.turns_at(today + timedelta(days=1))
    last_of_day = (
        select(func.max(EventAnchor.number)).where(EventAnchor.at < today).group_by(func.date(EventAnchor.at))
    )
    newest = (
        select(EventAnchor)
        .where(EventAnchor.number.in_(last_of_day))
        .order_by(EventAnchor.number.desc())
        .limit(limit)
    )
    return database.session.scalars(newest).all()
