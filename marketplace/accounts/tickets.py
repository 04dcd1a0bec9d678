"""Mailed links: each works once, until it expires."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Ticket, TicketKind
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.core.errors import Refused
from marketplace.core.i18n import _

LASTS = {
    TicketKind.CONFIRM_EMAIL: timedelta(days=1),
    TicketKind.RESET_PASSWORD: timedelta(hours=1),
    TicketKind.CHANGE_EMAIL_OLD: timedelta(days=1),
    TicketKind.CHANGE_EMAIL_NEW: timedelta(days=1),
    TicketKind.FIRST_ADMINISTRATOR: timedelta(days=1),
}


def issue(kind: TicketKind, now: datetime, person_id: UUID | None = None, **data: Any) -> str:
    """Make a link's token.

    Args:
        data: what the link will do, kept until it is used or has expired.
    """
    token = new_token()
    ticket = Ticket(
        kind=kind,
        person_id=person_id,
        token_hash=token_hash(token),
        data=data,
        expires_at=now + LASTS[kind],
        created_at=now,
    )
    database.session.add(ticket)
    return token


def read(kind: TicketKind, token: str, now: datetime) -> Ticket:
    """The ticket of a link that still works, locked.

    Raises:
        Refused: it was used, has expired, or never was; one answer for all three.
    """
    with reading_as_system("a mailed link is its own right"):
        ticket = database.session.scalars(
            select(Ticket).where(Ticket.token_hash == token_hash(token), Ticket.kind == kind).with_for_update()
        ).one_or_none()
    if ticket is None or ticket.used_at is not None or ticket.expires_at <= now:
        raise Refused(_("This link was used already or has expired. Ask for a new one."))
    return ticket


def works(kind: TicketKind, token: str, now: datetime) -> bool:
    """Whether a link still works, for the page that it opens."""
    try:
        read(kind, token, now)
    except Refused:
        return False
    return True


def use(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Use a ticket up; what it carried leaves the table with it."""
    data, ticket.data, ticket.used_at = ticket.data, {}, now
    return data


def cancel_all(person_id: UUID, now: datetime, *kinds: TicketKind) -> None:
    """Make a person's open links of these kinds void."""
    with reading_as_system("the links of one person"):
        found = database.session.scalars(
            select(Ticket).where(Ticket.person_id == person_id, Ticket.kind.in_(kinds), Ticket.used_at.is_(None))
        )
        for ticket in found:
            use(ticket, now)
