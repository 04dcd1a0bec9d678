"""Enqueueing a mail with the change that causes it, and the job that delivers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import clock, database, ids, jobs
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.i18n import in_language
from marketplace.core.mail import delivery
from marketplace.core.mail.letters import letter_of
from marketplace.core.mail.models import OutgoingMail

# A job gives up after a day; then the host's administrator has this long to mend it and run it again.
UNSENT_STAYS = timedelta(days=7)


@dataclass(frozen=True)
class Recipient:
    """Where a person's mail goes, and how that person reads."""

    address: str
    name: str
    viewer: Viewer


_resolver: Callable[[UUID, UUID | None], Recipient | None] | None = None


def resolve_people_by(resolver: Callable[[UUID, UUID | None], Recipient | None]) -> None:
    """Let a higher floor say a person's address and viewer; None: gone, suspended or erased meanwhile."""
    global _resolver
    _resolver = resolver


def send(name: str, to: UUID | str, language: str, **data: Any) -> OutgoingMail:
    """Send a letter once the present transaction is committed.

    Args:
        name: the letter's kind, declared with `mail.letter`.
        to: a person's id, or the address of somebody who is no person here.
        language: of the receiver: `en`, `ar` or `fr`.
        data: JSON values for the letter's builder; `organisation_id` also says for whom the receiver reads.
    """
    letter_of(name)
    row = OutgoingMail(
        id=ids.new_random_id(),
        letter=name,
        language=language,
        person_id=to if isinstance(to, UUID) else None,
        address=to if isinstance(to, str) else None,
        data={key: str(value) if isinstance(value, UUID) else value for key, value in data.items()},
    )
    database.session.add(row)
    database.session.flush()
    jobs.defer(deliver, mail_id=str(row.id))
    return row


def forget(address: str) -> None:
    """Let no mail that waits for its sending go to an address any more."""
    with reading_as_system("whatever waits for one address"):
        for row in database.session.scalars(select(OutgoingMail).where(OutgoingMail.address == address)):
            _empty(row)


@jobs.periodic("47 * * * *", "mail.sweep")
def sweep() -> None:
    """Forget the addresses that no server would take a mail for."""
    forget_stale(clock.now())


def forget_stale(now: datetime) -> None:
    """Empty mails to mere addresses that could not be sent for a week, in a session of its own."""
    with database.session_scope() as session, reading_as_system("what was never sent names people"):
        stale = select(OutgoingMail).where(
            OutgoingMail.address.is_not(None), OutgoingMail.created_at < now - UNSENT_STAYS
        )
        for row in session.scalars(stale):
            _empty(row)
        session.commit()


def _empty(row: OutgoingMail) -> None:
    row.sent_at, row.address, row.data = row.sent_at or clock.now(), None, {}


@jobs.task("mail.deliver", queue="mail")
def deliver(mail_id: str) -> None:
    """Write the letter for its reader and hand it to the mail server; at least once, under one Message-ID."""
    with database.session_scope() as session, reading_as_system("deliver a mail that was enqueued"):
        row = session.scalars(
            select(OutgoingMail).where(OutgoingMail.id == UUID(mail_id)).with_for_update()
        ).one_or_none()
        if row is None or row.sent_at is not None:
            return
        recipient = _recipient(row)
        if recipient is not None:
            _write_and_hand_over(row, recipient)
        _empty(row)
        session.commit()


def _recipient(row: OutgoingMail) -> Recipient | None:
    if row.address is not None:
        return Recipient(row.address, "", Viewer.anonymous(clock.now()))
    assert _resolver is not None
    assert row.person_id is not None
    organisation = row.data.get("organisation_id")
    return _resolver(row.person_id, UUID(organisation) if organisation else None)


def _write_and_hand_over(row: OutgoingMail, recipient: Recipient) -> None:
    # A session of its own: the letter reads with its receiver's eyes, not the system's.
    with database.session_scope(recipient.viewer), in_language(row.language):
        written = letter_of(row.letter)(**row.data)
        if written is not None:
            delivery.hand_over(delivery.compose(written, row, recipient.address, recipient.name))
