"""Jobs: work after the answer, enqueued in the transaction of the change that causes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

import procrastinate
from procrastinate import PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

from marketplace.core import database
from marketplace.core.jobs import failures
from marketplace.core.settings import settings

# Eleven tries over about a day, then a person decides on the page of failed jobs.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=3)
MOST_LOSSES = 10  # a job that kills its worker each time is not tried for ever

_context: Callable[[], AbstractContextManager[Any]] = nullcontext

_functions: dict[str, Callable[..., None]] = {}

app = procrastinate.App(connector=SyncPsycopgConnector(), import_paths=[])
_blocking = JobManager(SyncPsycopgConnector())


def task(name: str, *, queue: str = "default", retry: RetryStrategy = RETRY) -> Callable[[Callable[..., None]], Task]:
    """Declare a job: a thin function that opens its own session with an explicit reader.

    Its effect must be the same when it runs twice: a killed worker's job is run again.
    """

    def declare(function: Callable[..., None]) -> Task:
        _functions[name] = function

        @app.task(name=name, queue=queue, retry=retry, pass_context=True)
        @wraps(function)
        def run(context: procrastinate.JobContext, **arguments: Any) -> None:
            _try(context, lambda: function(**arguments))

        return run

    return declare


def periodic(cron: str, name: str) -> Callable[[Callable[[], None]], Task]:
    """Declare a job that the clock starts; of several workers one runs it."""

    def declare(function: Callable[[], None]) -> Task:
        @app.periodic(cron=cron)
        @app.task(name=name, queue="periodic", queueing_lock=name, lock=name, pass_context=True)
        @wraps(function)
        def run(context: procrastinate.JobContext, timestamp: int) -> None:
            _try(context, function)

        return run

    return declare


def _try(context: procrastinate.JobContext, work: Callable[[], None]) -> None:
    with _context():
        try:
            work()
        except Exception as error:
            failures.note(context.job.id or 0, context.job.task_name, error)
            raise


def defer(job: Task, **arguments: Any) -> None:
    """Enqueue a job in the present transaction: it exists if and only if the change is committed."""
    deferred = job.configure(connection=database.driver_connection())
    # A worker's own connector is asynchronous, the connection of a transaction never is: a job that enqueues
    # another one would fail on it.
    deferred.job_manager = _blocking
    deferred.defer(**arguments)


def within(context: Callable[[], AbstractContextManager[Any]]) -> None:
    """Let every job run inside a context: the application's, so that it can render and make addresses."""
    global _context
    _context = context


def libpq(url: str) -> str:
    """An address in SQLAlchemy's form as libpq understands it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


async def _run(url: str, **options: Any) -> None:
    configuration = settings()
    connector = PsycopgConnector(conninfo=libpq(url), kwargs={"application_name": "marketplace worker"})
    with app.replace_connector(connector) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                update_heartbeat_interval=configuration.worker_heartbeat_s,
                stalled_worker_timeout=configuration.worker_lost_after_s,
                delete_jobs="successful",
                **options,
            )


def run_worker(url: str, *, concurrency: int = 2) -> None:
    """Run jobs until the process is told to stop; those under way are finished first.

    Args:
        url: the database, as the application's role.
        concurrency: jobs at once in this process.
    """
    asyncio.run(_run(url, concurrency=concurrency, shutdown_graceful_timeout=30))


def run_pending(url: str) -> None:
    """Run every job that is due, then return; for tests and for the loading of the demo."""
    options = {"wait": False, "concurrency": 1, "listen_notify": False, "install_signal_handlers": False}
    # In a thread of its own: the caller's may run a loop already, as a browser's does.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _run(url, **options)).result()


def run_here(name: str, **arguments: Any) -> None:
    """Do what a job does in this process and at this clock's time, past the queue; for the loading of the demo.

    Args:
        name: the job's, as it was declared.
    """
    with _context():
        _functions[name](**arguments)


# Every ten seconds: the last column holds seconds. It takes no lock, which a killed run of its own would keep.
@app.periodic(cron="* * * * * */10")
@app.task(name="core.retry_stalled", queue="periodic", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give the jobs of a killed worker to another one."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings().worker_lost_after_s):
        if job.attempts >= MOST_LOSSES:
            await asyncio.to_thread(_note_loss, job.id, job.task_name)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
            continue
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # The same periodic job waits already and will do the work; this one must not keep the lock from it.
            await manager.finish_job(job, Status.ABORTED, delete_job=True)


def _note_loss(job_id: int | None, task_name: str) -> None:
    with _context():
        failures.note(job_id or 0, task_name, RuntimeError("its worker was lost each time that it ran"))
