"""The job that tells people of an event, and the letter that it sends."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from sqlalchemy import select

from marketplace.core import clock, database, jobs, mail
from marketplace.core.access import reading_as_system, viewer_of
from marketplace.core.events import Event
from marketplace.core.i18n import _
from marketplace.notifications import commands, queries
from marketplace.notifications.models import Notice
from marketplace.notifications.telling import TABLE
from marketplace.notifications.words import sentence_of, thing_of
from marketplace.pilots.naming import named_in


@jobs.task("notifications.tell")
def tell(event_id: str) -> None:
    """Tell everybody whom an event concerns."""
    with database.session_scope() as session, reading_as_system("who is told is not the actor's to know"):
        event = session.scalars(select(Event).where(Event.id == UUID(event_id))).one()
        commands.tell(event, clock.now())
        session.commit()


def tell_later(event: Event) -> None:
    """The reaction to every event that is told: a job in the same transaction."""
    jobs.defer(tell, event_id=str(event.id))


@mail.letter("notifications.notice")
def notice_letter(notice_id: str, organisation_id: str | None = None) -> mail.Letter | None:
    """The mail twin of a notice, with its reader's eyes; nothing where the thing is not his to see any more."""
    session = database.session
    notice = session.scalars(select(Notice).where(Notice.id == UUID(notice_id))).one_or_none()
    if notice is None:
        return None
    several = queries.events_of([notice])[notice.id]
    event, viewer = several[0], viewer_of(session)
    thing = thing_of(event, viewer, absolute=True) if viewer else None
    if thing is None or viewer is None:
        return None
    happened, telling = sentence_of(several, viewer, named_in(several)), TABLE[event.name]
    return mail.Letter(
        subject=_("%(thing)s: %(happened)s", thing=thing.title, happened=happened.rstrip(".")),
        lines=[str(telling.to_do), happened, *(telling.more(event) if telling.more else ())],
        link=url_for("notifications.open_notice", notice_id=notice.id, _external=True),
        link_label=_("Open it in the marketplace"),
    )
