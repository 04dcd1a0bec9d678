"""What pages read of notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.events import Event
from marketplace.core.i18n import _l
from marketplace.core.lists import Asked, Choice, Filter, Listing, Sort
from marketplace.core.paging import Page
from marketplace.notifications.kinds import LABELS, NoticeKind
from marketplace.notifications.models import Notice, Preference
from marketplace.notifications.telling import TABLE
from marketplace.notifications.words import Thing, sentence_of, thing_of
from marketplace.pilots.naming import named_in

MOST_COUNTED = 99


def unread_count(viewer: Viewer) -> int:
    """How many notices the viewer has not read, counted to `MOST_COUNTED`. One statement."""
    if viewer.person_id is None:
        return 0
    unread = select(Notice.id).where(Notice.read_at.is_(None)).limit(MOST_COUNTED).subquery()
    return database.session.scalar(select(func.count()).select_from(unread)) or 0


@dataclass(frozen=True)
class Told:
    """A notice as its reader sees it; `thing` is None where it is not his to see any more."""

    notice: Notice
    sentence: str
    thing: Thing | None
    to_do: str


MINE = Listing(
    "notices",
    sorts=(
        Sort("newest", _l("Newest first"), [(Notice.created_at, "desc"), (Notice.id, "desc")]),
        Sort("oldest", _l("Oldest first"), [(Notice.created_at, "asc"), (Notice.id, "asc")]),
    ),
    filters=(
        Filter("shown", _l("Read or not"), (Choice("new", _l("New"), Notice.read_at.is_(None)),)),
        Filter(
            "kind", _l("About"), [Choice(kind.value, LABELS[kind], Notice.kind == kind.value) for kind in NoticeKind]
        ),
    ),
)


def notices(viewer: Viewer, asked: Asked | None = None, limit: int = 20) -> tuple[Page, list[Told]]:
    """The viewer's notices as they were asked for, by default the newest first, with their words."""
    found = (asked or MINE.asked()).page(select(Notice), limit)
    happened = events_of(found.items)
    named = named_in([event for several in happened.values() for event in several])
    return found, [_told(notice, happened[notice.id], viewer, named) for notice in found.items]


def _told(notice: Notice, happened: list[Event], viewer: Viewer, named: dict[UUID, str]) -> Told:
    reader = viewer if notice.organisation_id in {None, viewer.organisation_id} else None
    thing = thing_of(happened[0], viewer) if reader else None
    to_do = str(TABLE[happened[0].name].to_do)
    return Told(notice, sentence_of(happened, viewer, named if thing else {}), thing, to_do)


def events_of(notices: Sequence[Notice]) -> dict[UUID, list[Event]]:
    """The events that each notice tells of, by the notice's identifier. One statement."""
    wanted = {event_id for notice in notices for event_id in notice.event_ids}
    with reading_as_system("a notice tells of its events, whoever may read their rows"):
        known = {row.id: row for row in database.session.scalars(select(Event).where(Event.id.in_(wanted)))}
    return {notice.id: [known[event_id] for event_id in notice.event_ids] for notice in notices}


def mailed_kinds(viewer: Viewer) -> set[NoticeKind]:
    """Which kinds the viewer wants by mail: all, but for those that were declined. One statement."""
    refused = database.session.scalars(select(Preference.kind).where(Preference.by_mail.is_(False)))
    return set(NoticeKind) - {NoticeKind(kind) for kind in refused}
