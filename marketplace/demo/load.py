"""Loading the demo: every deed by the real commands, at its own moment in the past."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import exists, select, text

from marketplace.accounts.models import Person, PersonDetails
from marketplace.challenges.models import Challenge
from marketplace.core import clock, database
from marketplace.core.access import Role, reading_as_system
from marketplace.demo import casestudies, cast, challenges, evaluations, notices, pilots, proposals, reading
from marketplace.demo.cast import Cast
from marketplace.demo.reading import Calendar, Record
from marketplace.evaluations.models import Evaluation
from marketplace.proposals.models import Proposal

MOST_PROCESSES = 3


class Interrupted(RuntimeError):
    """An earlier loading did not come to its end."""


def is_loaded() -> bool:
    """Whether the whole demo is in the database."""
    return _has_account(cast.LAST)


def has_real_accounts() -> bool:
    """Whether people have accounts here although no demo was ever loaded."""
    with database.session_scope() as session, reading_as_system("whether this database is the demo's own"):
        return bool(session.scalar(select(exists().where(Person.id.is_not(None))))) and not _has_account(cast.FIRST)


def everything(app_url: str) -> None:
    """Load the demo into an empty database; a bar on a terminal, one line where it is piped.

    Args:
        app_url: the database, as the application's role.
    Raises:
        Interrupted: an earlier loading stopped half-way.
    """
    if _has_account(cast.FIRST):
        raise Interrupted("An earlier loading of the demo was interrupted. Start it again with --reset.")
    calendar = Calendar(clock.now().replace(second=0, microsecond=0))
    stories = reading.stories()
    with _progress(len(stories) + 2) as advance:
        with _own_session():
            people = cast.assemble(calendar)
        advance()
        for _told in _tell_all(people, stories):
            advance()
        with _own_session():
            for _portion in notices.tell_all(calendar.now):
                pass
            cast.close(people)
        advance()


def _tell_all(people: Cast, stories: list[Record]) -> Iterator[None]:
    """Tell the stories on several processors: none knows of another, and each has a clock of its own."""
    count = min(os.cpu_count() or 1, MOST_PROCESSES)
    if sys.platform != "linux" or count == 1:
        for record in stories:
            with _own_session():
                tell(people, record)
            yield
        return
    _told_of.update(people=people, stories=stories)
    with get_context("fork").Pool(count, _begin_process) as pool:
        yield from pool.imap_unordered(_tell_one, range(len(stories)))


# What a forked process finds: it needs no copy to be sent.
_told_of: dict[str, Any] = {}


def _begin_process() -> None:
    # The parent's connections are the parent's: forgotten here without a word to the server.
    database.engine().dispose(close=False)


def _tell_one(number: int) -> None:
    with _own_session():
        tell(_told_of["people"], _told_of["stories"][number])


def tell(people: Cast, record: Record) -> None:
    """One challenge, from its first draft to the case study of its pilot."""
    challenge = challenges.tell(people, record)
    sent = proposals.tell(people, record, challenge) if "bids" in record or "drafts" in record else {}
    if "withdrawn" in record:
        challenges.withdraw(people, record, challenge)
    evaluation = None
    if "evaluation" in record:
        evaluation = evaluations.tell(people, record, challenge, sent)
    if "cancelled" in record:
        challenges.cancel(people, record, challenge)
    if evaluation is None or evaluation.decided_at is None:
        return
    if "declined" in record:
        evaluations.decline(people, record, evaluation, sent[record["declined"]["startup"]])
    for told in record.get("pilot", ()):
        _tell_pilot(people, record, told, evaluation, challenge, sent[told["startup"]])


def _tell_pilot(
    people: Cast, record: Record, told: Record, evaluation: Evaluation, challenge: Challenge, proposal: Proposal
) -> None:
    decided = evaluation.decided_at
    assert decided is not None
    pilot = pilots.tell(people, record, told, proposal, _awarded_at(record, told, decided))
    if told["state"] == "not_signed" and "successor" in told:
        assert pilot.closed_at is not None
        manager = people.holder(record["agency"], Role.CHALLENGE_MANAGER, decided, number=record.get("author", 0))
        following = {"reserve": True, "reason": told["successor"]}
        evaluations.follow(people, record, evaluation, proposal, manager, following, pilot.closed_at)
    if "study" in told:
        casestudies.tell(people, record, told, pilot)


def _awarded_at(record: Record, told: Record, decided: datetime) -> datetime:
    """The decision; for who stepped up, some days after it."""
    return decided + timedelta(days=told.get("after", 0))


def _has_account(email: str) -> bool:
    with database.session_scope() as session, reading_as_system("whether the demo was loaded"):
        return bool(session.scalar(select(exists().where(PersonDetails.email == email))))


@contextmanager
def _own_session() -> Iterator[None]:
    """A session a story: what it has read is forgotten with it."""
    with database.session_scope() as session, reading_as_system("the demo does what each of its people did"):
        # Nobody waits for the disk: a loading that is cut short begins anew in any case.
        session.execute(text("SET synchronous_commit TO off"))
        yield


@contextmanager
def _progress(steps: int) -> Iterator:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None  # one line is enough for a file
        sys.stderr.write("The demo's data is loaded.\n")
        return
    columns = (TextColumn("Loading the demo"), BarColumn(), MofNCompleteColumn())
    # Drawn by hand: a thread that draws must not be there when processes are forked.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        task = progress.add_task("", total=steps)
        progress.refresh()

        def advance() -> None:
            progress.advance(task)
            progress.refresh()

        yield advance
