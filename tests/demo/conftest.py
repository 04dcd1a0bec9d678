"""The demo, loaded once into a database of its own; nothing in these tests changes it, but for new sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core import access, clock, database
from marketplace.core.settings import Settings
from marketplace.demo import cast, load
from tests import database as test_databases


@pytest.fixture(scope="package")
def demo_app(databases, configuration: Settings, app: Flask) -> Iterator[Flask]:
    """The application in demo mode on a database that holds the demo alone."""
    from marketplace.app import create_app
    from marketplace.core import migrate
    from marketplace.core.settings import settings

    server = test_databases.test_server()
    name = f"{test_databases.make_url(databases.app_url).database}_demo"
    server.drop_database(name)
    server.create_database(name)
    migrate.to_head(server.url(name, "owner"), migrate.role_of(server.url(name, "app")))
    database.connect(server.url(name, "app"))
    patch = pytest.MonkeyPatch()
    patch.setenv("MARKETPLACE_DEMO", "true")
    settings.cache_clear()
    made = create_app(settings())
    made.config["TESTING"] = True
    with made.test_request_context("/en/"):
        load.everything(server.url(name, "app"))
    yield made
    patch.undo()
    settings.cache_clear()
    database.connect(configuration.database_url or "")
    server.drop_database(name)


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session that reads all of the demo."""
    with (
        demo_app.test_request_context("/en/"),
        database.session_scope() as session,
        access.reading_as_system("a test"),
    ):
        yield session


@pytest.fixture
def loaded_at(demo: Session) -> datetime:
    """When the demo was loaded: its last account was opened then."""
    from marketplace.accounts.models import Person, PersonDetails

    return demo.scalars(select(Person.created_at).join(PersonDetails).where(PersonDetails.email == cast.LAST)).one()


@contextmanager
def the_real_clock() -> Iterator[None]:
    """The clock as the world has it."""
    clock.reset()
    yield
