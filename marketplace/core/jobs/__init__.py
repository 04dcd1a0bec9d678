"""Jobs: work after the answer, enqueued in the transaction of the change that causes it."""

from marketplace.core.jobs.models import JobFailure
from marketplace.core.jobs.queue import (
    app,
    defer,
    libpq,
    periodic,
    run_here,
    run_pending,
    run_worker,
    task,
    within,
)

__all__ = [
    "JobFailure",
    "app",
    "defer",
    "libpq",
    "periodic",
    "run_here",
    "run_pending",
    "run_worker",
    "task",
    "within",
]
