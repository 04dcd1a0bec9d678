"""Telling people of an event, and what they do with their notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import queries as accounts
from marketplace.core import database, ids, mail
from marketplace.core.access import Viewer, require
from marketplace.core.errors import NotFound
from marketplace.core.events import Event
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.models import Notice, Preference
from marketplace.notifications.recipients import Addressee
from marketplace.notifications.telling import TABLE, Telling

ONE_DAY = timedelta(days=1)


def tell(event: Event, now: datetime) -> int:
    """Write a notice for everybody whom an event concerns, and a mail for those who want one.

    The caller reads as the system. Doing it twice tells nobody twice.

    Returns:
        How many were told now.
    """
    telling = TABLE[event.name]
    count = 0
    for addressee in sorted(set(telling.whom(event)), key=str):
        if addressee[0] == event.actor_id and not telling.actor_too:
            continue
        count += _tell_one(event, telling, addressee, now)
    return count


def _tell_one(event: Event, telling: Telling, addressee: Addressee, now: datetime) -> int:
    person_id, organisation_id = addressee
    if telling.gathered and _joins_another(event, addressee, now):
        return 0
    notice_id = ids.new_id()
    written = database.session.execute(
        insert(Notice)
        .values(
            id=notice_id,
            created_at=now,
            person_id=person_id,
            organisation_id=organisation_id,
            event_id=event.id,
            kind=telling.kind.value,
            subject_id=event.subject_id,
            data={},
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    ).scalar_one_or_none()
    if written is None:
        return 0
    if wants_mail(person_id, telling.kind):
        language = accounts.language_of(person_id)
        mail.send("notifications.notice", person_id, language, notice_id=notice_id, organisation_id=organisation_id)
    return 1


def _joins_another(event: Event, addressee: Addressee, now: datetime) -> bool:
    """Let an unread notice of the same deed by the same person on the same day tell of this event too."""
    known = database.session.scalars(
        select(Notice)
        .join(Event, Event.id == Notice.event_id)
        .where(
            Notice.person_id == addressee[0],
            Notice.organisation_id == addressee[1],
            Notice.read_at.is_(None),
            Notice.created_at > now - ONE_DAY,
            Event.name == event.name,
            Event.stream_id == event.stream_id,
            Event.actor_id == event.actor_id,
        )
        .order_by(Notice.id)
        .limit(1)
        .with_for_update(of=Notice)
    ).one_or_none()
    if known is None:
        return False
    if event.id not in known.event_ids:
        known.data = {"with": [*known.data.get("with", ()), str(event.id)]}
    return True


def wants_mail(person_id: UUID, kind: NoticeKind) -> bool:
    """By mail too, unless the person said no. The caller reads as the system, or is that person."""
    said = database.session.scalar(
        select(Preference.by_mail).where(Preference.person_id == person_id, Preference.kind == kind.value)
    )
    return True if said is None else said


def prefer(actor: Viewer, wanted: set[NoticeKind], now: datetime) -> None:
    """Keep which kinds of notices a person wants by mail."""
    require(actor.is_signed_in)
    for kind in NoticeKind:
        values = {"by_mail": kind in wanted}
        database.session.execute(
            insert(Preference)
            .values(id=ids.new_id(), created_at=now, person_id=actor.person_id, kind=kind.value, **values)
            .on_conflict_do_update(index_elements=["person_id", "kind"], set_=values)
        )


def read(actor: Viewer, notice_id: UUID, now: datetime) -> Notice:
    """Mark a notice as read.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    notice = database.session.scalars(select(Notice).where(Notice.id == notice_id)).one_or_none()
    if notice is None:
        raise NotFound
    notice.read_at = notice.read_at or now
    return notice


def read_all(actor: Viewer, now: datetime) -> None:
    """Mark every notice of the actor as read."""
    require(actor.is_signed_in)
    for notice in database.session.scalars(select(Notice).where(Notice.read_at.is_(None))):
        notice.read_at = now
