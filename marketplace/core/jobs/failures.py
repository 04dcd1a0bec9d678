"""Jobs that gave up: what failed, why, and another try."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import DBAPIError

from marketplace.core import clock, database
from marketplace.core.access import Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotFound
from marketplace.core.jobs.models import JobFailure

LONGEST_ERROR = 1000
MAX_INTEGER = 2**63 - 1
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]*")


@dataclass(frozen=True)
class FailedJob:
    """A job that is tried no more, until somebody runs it again."""

    id: int
    task: str
    attempts: int
    at: datetime | None
    error: str


def note(job_id: int, task: str, error: BaseException) -> None:
    """Keep why a try failed, in a transaction of its own: the job's was rolled back."""
    place = traceback.extract_tb(error.__traceback__)[-1:] or []
    where = "".join(f" ({frame.name}, line {frame.lineno})" for frame in place)
    words = f"{type(error).__name__}: {_reason(error)}"[:LONGEST_ERROR]
    with database.session_scope() as session:
        session.add(JobFailure(job_id=job_id, task=task, at=clock.now(), error=words + where))
        session.commit()


def _reason(error: BaseException) -> str:
    """What went wrong; of the database's refusals no more than the first line, for the next ones quote the row."""
    words = str(error.orig).partition("\n")[0] if isinstance(error, DBAPIError) else str(error)
    # Kept for ever, so of a mail address (or a server's password before its @) nothing.
    return _ADDRESS.sub("[…]", words)


def failed(before_id: int | None, limit: int = 50) -> list[FailedJob]:
    """Jobs that gave up, the latest first; two statements.

    Args:
        before_id: only older ones, for the next page.
    """
    if before_id is not None and abs(before_id) > MAX_INTEGER:
        before_id = None
    rows = database.session.execute(
        text(
            "SELECT id, task_name, attempts FROM procrastinate_jobs WHERE status = 'failed'"
            " AND (CAST(:before AS bigint) IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit"
        ),
        {"before": before_id, "limit": limit},
    ).all()
    with reading_as_system("the host's administrator reads why jobs failed"):
        reasons = database.session.scalars(
            select(JobFailure)
            .ext(distinct_on(JobFailure.job_id))
            .where(JobFailure.job_id.in_([row.id for row in rows]))
            .order_by(JobFailure.job_id, JobFailure.at.desc())
        )
        last = {reason.job_id: reason for reason in reasons}
    return [_failed(row, last.get(row.id)) for row in rows]


def _failed(row: Any, reason: JobFailure | None) -> FailedJob:
    at, error = (reason.at, reason.error) if reason else (None, "")
    return FailedJob(row.id, row.task_name, row.attempts, at, error)


def run_again(actor: Viewer, job_id: int) -> None:
    """Give a job that gave up another try.

    Raises:
        NotAllowed: the actor is no administrator of the host.
        NotFound: there is no failed job of that number.
    """
    require(actor.is_host(Role.ADMINISTRATOR))
    if job_id > MAX_INTEGER:
        raise NotFound
    found = database.session.execute(
        text("SELECT id FROM procrastinate_jobs WHERE id = :id AND status = 'failed' FOR UPDATE"), {"id": job_id}
    ).one_or_none()
    if found is None:
        raise NotFound
    # The queue keeps the database's time, as its workers do.
    database.session.execute(text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)"), {"id": job_id})
