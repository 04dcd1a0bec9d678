"""Jobs: work after the answer, enqueued in the transaction of the change that causes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import procrastinate
from procrastinate import PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.tasks import Task

from marketplace.core import database

# Ten tries over about 17 hours, then a person decides on the page of failed jobs.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=3)

app = procrastinate.App(connector=SyncPsycopgConnector(), import_paths=[])


def task(name: str, *, queue: str = "default", retry: RetryStrategy = RETRY) -> Callable[[Callable[..., None]], Task]:
    """Declare a job: a thin function that opens its own session with an explicit reader.

    Its effect must be the same when it runs twice: a killed worker's job is run again.
    """

    def declare(function: Callable[..., None]) -> Task:
        @app.task(name=name, queue=queue, retry=retry)
        @wraps(function)
        def run(**arguments: Any) -> None:
            function(**arguments)

        return run

    return declare


def periodic(cron: str, name: str) -> Callable[[Callable[[], None]], Task]:
    """Declare a job that the clock starts; of several workers one runs it."""

    def declare(function: Callable[[], None]) -> Task:
        @app.periodic(cron=cron)
        @app.task(name=name, queue="periodic", queueing_lock=name, lock=name, pass_context=False)
        @wraps(function)
        def run(timestamp: int) -> None:
            function()

        return run

    return declare


def defer(job: Task, **arguments: Any) -> None:
    """Enqueue a job in the present transaction: it exists if and only if the change is committed."""
    job.configure(connection=database.driver_connection()).defer(**arguments)


def open_app(url: str) -> procrastinate.App:
    """The app with connections of its own, for a worker.

    Args:
        url: libpq's form of the database's address.
    """
    return app.with_connector(PsycopgConnector(conninfo=url, kwargs={"application_name": "marketplace worker"}))


@app.periodic(cron="* * * * *")
@app.task(name="core.retry_stalled", queue="periodic", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give the jobs of a killed worker to another one."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(job)
