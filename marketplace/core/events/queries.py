"""What pages read of the record of events."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from marketplace.core import database
from marketplace.core.events.models import Event, EventAnchor
from marketplace.core.paging import Page, page


def latest(after: str | None, limit: int = 50) -> Page[Event]:
    """Events that the viewer may read, the latest first. Two statements."""
    return page(select(Event), [(Event.at, "desc"), (Event.id, "desc")], after, limit)


def last_anchor() -> EventAnchor | None:
    """The newest link of the chain that holds all streams' heads."""
    newest = select(EventAnchor).order_by(EventAnchor.number.desc()).limit(1)
    return database.session.scalars(newest).one_or_none()


def published_anchors(limit: int = 400) -> Sequence[EventAnchor]:
    """The last anchor of each day (UTC), the newest first: what outsiders keep a copy of."""
    last_of_day = select(func.max(EventAnchor.number)).group_by(func.date(EventAnchor.at))
    newest = (
        select(EventAnchor)
        .where(EventAnchor.number.in_(last_of_day))
        .order_by(EventAnchor.number.desc())
        .limit(limit)
    )
    return database.session.scalars(newest).all()
