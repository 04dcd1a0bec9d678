"""Fixtures that every test may use: a real database, the application, the clock, one small world."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401  # early: its plugin's own import, at the very end, upset Python 3.11's parser
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from marketplace.accounts import passwords
from marketplace.core import access, clock, database, jobs, migrate
from marketplace.core.database import Model
from marketplace.core.settings import Settings, settings
from tests import browser_setup
from tests import database as test_databases

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def databases() -> Iterator[test_databases.WorkerDatabase]:
    """This worker's own database, made from the migrated template."""
    with test_databases.worker_database() as made:
        yield made


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the tests: files and mail land there."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def configuration(databases: test_databases.WorkerDatabase, data_folder: Path) -> Iterator[Settings]:
    """The settings of the tests."""
    os.environ.update(
        DATABASE_URL=databases.app_url,
        MARKETPLACE_MIGRATION_URL=databases.owner_url,
        MARKETPLACE_DATA=str(data_folder),
        MARKETPLACE_BASE_URL="http://localhost",
        MARKETPLACE_SECURE_COOKIES="false",
        MARKETPLACE_SECRET_KEY="a key of the tests alone, long enough",
        MARKETPLACE_ZONE="Europe/Paris",
    )
    settings.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        # Thousands of people sign in: each at the real cost, the tests would mostly hash.
        patch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(CHEAPEST))
        yield settings()
    settings.cache_clear()


class OwnContextClient(FlaskClient):
    """Each request in a context of its own, as on a server.

    Inside the test's own application context Flask would share `g` between all requests, and the request's session
    would stay the test's after it: a page could show what the one before had found out.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(lambda: super(OwnContextClient, self).open(*args, **kwargs))


@pytest.fixture(scope="session")
def app(configuration: Settings) -> Iterator[Flask]:
    """The whole application on this worker's database."""
    from marketplace.app import create_app

    database.connect(configuration.database_url or "")
    made = create_app(configuration)
    made.config["TESTING"] = True
    made.test_client_class = OwnContextClient
    jobs.within(lambda: made.test_request_context("/", base_url=configuration.base_url))
    yield made
    database.disconnect()


@pytest.fixture(scope="session")
def _emptying(databases: test_databases.WorkerDatabase):
    engine = create_engine(database.normal_url(databases.owner_url))
    yield engine
    engine.dispose()


@pytest.fixture
def now() -> Iterator[datetime]:
    """A fixed moment, at which the clock stands for the test."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def db(app: Flask, now: datetime, _emptying) -> Iterator[Session]:
    """An empty, migrated database and a session that reads as the system; emptied again afterwards."""
    app.extensions["pages"].pages.clear()  # made by another test, perhaps of changed settings or templates
    with (
        app.test_request_context("/en/"),
        database.session_scope() as session,
        access.reading_as_system("a test"),
    ):
        yield session
        session.rollback()
    with _emptying.begin() as connection:
        connection.execute(text(_emptying_block()))


@cache
def _emptying_block() -> str:
    """Delete what the test wrote, where it wrote: much quicker than truncating fifty tables that are empty."""
    jobs_tables = [
        "procrastinate_periodic_defers",
        "procrastinate_events",
        "procrastinate_jobs",
        "procrastinate_workers",
    ]
    names = [table.name for table in reversed(Model.metadata.sorted_tables)] + jobs_tables
    guarded = [f"ALTER TABLE {name} %s TRIGGER {name}_is_append_only;" for name in migrate.APPEND_ONLY]
    deletions = [f"IF EXISTS (SELECT FROM {name}) THEN DELETE FROM {name}; END IF;" for name in names]
    off, on = (" ".join(line % word for line in guarded) for word in ("DISABLE", "ENABLE"))
    # Not deferred: a table with events of triggers that still wait can't be altered.
    return f"DO $$ BEGIN SET CONSTRAINTS ALL IMMEDIATE; {off} {' '.join(deletions)} {on} END $$"


@pytest.fixture
def client(app: Flask, db: Session) -> FlaskClient:
    """A browser without JavaScript that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def run_jobs(db: Session, configuration: Settings):
    """Run every job that waits, as a worker would, and those that they enqueue."""

    def run() -> None:
        jobs.run_pending(configuration.database_url or "")

    return run


@pytest.fixture
def later(now: datetime):
    """Move the clock: `with later(days=3) as moment:`."""

    def move(**span: float):
        return clock.at(now + timedelta(**span))

    return move


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium a test worker; without one these tests fail, they are not skipped."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_setup.path(), args=list(browser_setup.ARGUMENTS))
        yield browser
        browser.close()
