"""The demo, loaded once into a database of its own; nothing in these tests changes it, but for new sign-ins."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, PersonDetails
from marketplace.app import create_app
from marketplace.core import access, database, migrate
from marketplace.core.settings import Settings
from marketplace.demo import cast
from tests import database as test_databases


@contextmanager
def demo_mode(url: str, data: Path, configuration: Settings) -> Iterator[None]:
    """Connect the process to the demo's database and files, in demo mode, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("demo", True), ("data", data)):
            patch.setenv(f"MARKETPLACE_{name.upper()}", str(value))
            # The settings themselves: other tests hold them, and change them for a while.
            patch.setattr(configuration, name, value)
        database.connect(url)
        yield
    database.connect(configuration.database_url or "")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files, of all test workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if test_databases.is_one_of_several() else folder) / "demo"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def loaded(app: Flask, configuration: Settings, demo_folder: Path) -> tuple[Flask, str]:
    """The application in demo mode, and the address of a database that holds the demo alone.

    The first worker that asks for it loads it, for all.
    """
    server, name = test_databases.test_server(), test_databases.name_for_all("demo")
    url = server.url(name, "app")
    with (demo_folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (demo_folder / "loaded").exists():
            server.drop_database(name)
            server.create_database(name)
            migrate.to_head(server.url(name, "owner"), migrate.role_of(url))
            with demo_mode(url, demo_folder, configuration):
                subprocess.run([sys.executable, "-m", "tests.demo.loading", url], check=True)
            (demo_folder / "loaded").touch()
    with demo_mode(url, demo_folder, configuration):
        made = create_app(configuration)
    made.config["TESTING"] = True
    made.test_client_class = app.test_client_class
    return made, url


@pytest.fixture
def demo_app(loaded: tuple[Flask, str], demo_folder: Path, configuration: Settings) -> Iterator[Flask]:
    """The application in demo mode on the demo's database."""
    made, url = loaded
    with demo_mode(url, demo_folder, configuration):
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
