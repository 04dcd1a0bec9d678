"""Fixtures that every test may use: a real database, the application, the clock, one small world."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from marketplace.core import access, clock, database, jobs
from marketplace.core.settings import Settings, settings
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
    yield settings()
    settings.cache_clear()


@pytest.fixture(scope="session")
def app(configuration: Settings) -> Iterator[Flask]:
    """The whole application on this worker's database."""
    from marketplace.app import create_app

    database.connect(configuration.database_url or "")
    made = create_app(configuration)
    made.config["TESTING"] = True
    jobs.within(lambda: made.test_request_context("/", base_url=configuration.base_url))
    yield made
    database.disconnect()


@pytest.fixture(scope="session")
def _emptying(databases: test_databases.WorkerDatabase):
    engine = create_engine(database.normal_url(databases.owner_url), isolation_level="AUTOCOMMIT")
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
    with (
        app.test_request_context("/en/"),
        database.session_scope() as session,
        access.reading_as_system("a test"),
    ):
        yield session
        session.rollback()
    with _emptying.connect() as connection:
        names = connection.scalars(
            text(
                "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN"
                " ('alembic_version', 'job_schema', 'procrastinate_version')"
            )
        ).all()
        connection.execute(text(f"TRUNCATE {', '.join(names)} CASCADE"))


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
