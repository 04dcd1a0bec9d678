"""Sweeping: what has expired leaves the tables."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from marketplace.accounts import limits
from marketplace.accounts.models import Attempt, KeptForm, Ticket
from marketplace.core import clock, database, jobs
from marketplace.core.access import reading_as_system

# Kept a while longer: a link that was used says so, rather than that it never was.
TICKETS_STAY = timedelta(days=7)


@jobs.periodic("17 * * * *", "accounts.sweep")
def sweep() -> None:
    """Delete what has expired."""
    forget_expired(clock.now())


def forget_expired(now: datetime) -> None:
    """Delete expired links, kept forms and counted tries, in a session of its own."""
    with database.session_scope() as session, reading_as_system("expired rows are nobody's"):
        session.execute(delete(Attempt).where(Attempt.created_at < now - limits.LONGEST))
        session.execute(delete(Ticket).where(Ticket.expires_at < now - TICKETS_STAY))
        session.execute(delete(KeptForm).where(KeptForm.expires_at < now))
        session.commit()
