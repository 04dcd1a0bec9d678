"""The demo, loaded once into a database of its own; nothing in these tests changes it, but for new sign-ins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, PersonDetails
from marketplace.app import create_app
from marketplace.core import access, database, migrate
from marketplace.core.settings import Settings, settings
from marketplace.demo import cast
from tests import database as test_databases


@contextmanager
def demo_mode(url: str, configuration: Settings) -> Iterator[None]:
    """Connect the process to the demo's database, in demo mode, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARKETPLACE_DEMO", "true")
        settings.cache_clear()
        database.connect(url)
        yield
    settings.cache_clear()
    database.connect(configuration.database_url or "")


@pytest.fixture(scope="package")
def loaded(databases, configuration: Settings, app: Flask) -> Iterator[tuple[Flask, str]]:
    """The application in demo mode, and the address of a database that holds the demo alone."""
    server = test_databases.test_server()
    name = f"{make_url(databases.app_url).database}_demo"
    server.drop_database(name)
    server.create_database(name)
    url = server.url(name, "app")
    migrate.to_head(server.url(name, "owner"), migrate.role_of(url))
    with demo_mode(url, configuration):
        made = create_app(settings())
        made.config["TESTING"] = True
        made.test_client_class = app.test_client_class
        subprocess.run([sys.executable, "-m", "tests.demo.loading", url], check=True)
    yield made, url
    server.drop_database(name)


@pytest.fixture
def demo_app(loaded: tuple[Flask, str], configuration: Settings) -> Iterator[Flask]:
    """The application in demo mode on the demo's database."""
    made, url = loaded
    with demo_mode(url, configuration):
        yield made


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
    return demo.scalars(select(Person.created_at).join(PersonDetails).where(PersonDetails.email == cast.LAST)).one()
