"""Notices and mails of what was loaded: written at the moment of their event, quicker than by the queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from marketplace.core import clock, database, jobs
from marketplace.core.access import Viewer
from marketplace.core.events import Event
from marketplace.core.mail.models import OutgoingMail
from marketplace.demo import mailbox
from marketplace.notifications import commands

# What is older was told and read long ago: nobody scrolls there, and the loading stays short.
TOLD_SINCE = timedelta(days=40)
READ_UNTIL = timedelta(days=4)
PORTION = 100


def tell_all(now: datetime) -> Iterator[int]:
    """Tell people of the events of the last weeks, and write the mails; yields how many more are done."""
    happened = _waiting_events(now - TOLD_SINCE)
    older = [event for event in happened if event.at < now - READ_UNTIL]
    newer = [event for event in happened if event.at >= now - READ_UNTIL]
    yield from _tell(older)
    commands.read_all(Viewer(at=now, person_id=UUID(int=0)), now - READ_UNTIL)
    database.session.commit()
    yield from _tell(newer)
    yield from _write_mails()


def _jobs(name: str) -> list[Any]:
    statement = text(
        "SELECT id, args FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo' ORDER BY id"
    )
    return list(database.session.connection().execute(statement, {"name": name}))


def _done(ids: list[int]) -> None:
    database.session.connection().execute(text("DELETE FROM procrastinate_jobs WHERE id = ANY(:ids)"), {"ids": ids})


def _waiting_events(since: datetime) -> list[Event]:
    """The events whose telling waits, in the order of their moments; the jobs of older ones are taken away."""
    waiting = _jobs("notifications.tell")
    _done([row.id for row in waiting])
    wanted = [UUID(row.args["event_id"]) for row in waiting]
    found = database.session.scalars(
        select(Event).where(Event.id.in_(wanted), Event.at >= since).order_by(Event.at, Event.id)
    ).all()
    database.session.commit()
    return list(found)


def _tell(happened: list[Event]) -> Iterator[int]:
    for start in range(0, len(happened), PORTION):
        portion = happened[start : start + PORTION]
        for event in portion:
            with clock.at(event.at):
                commands.tell(event, event.at)
        database.session.commit()
        yield len(portion)


def _write_mails() -> Iterator[int]:
    for row in _jobs("mail.deliver"):
        mail_id = UUID(row.args["mail_id"])
        written = database.session.scalar(select(OutgoingMail.created_at).where(OutgoingMail.id == mail_id))
        database.session.commit()  # the job works in a session of its own
        with clock.at(written or clock.now()):
            jobs.run_here("mail.deliver", **row.args)
            mailbox.date_back(mail_id, clock.now())
            _done([row.id])
        yield 1
    database.session.commit()
