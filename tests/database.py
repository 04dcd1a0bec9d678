"""The databases of the tests: a server, a template migrated once, and a copy of it for each worker.

The server is the one that DATABASE_URL and MARKETPLACE_MIGRATION_URL name, else the embedded one in `var/test`,
which all workers share.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from marketplace.core import postgres
from marketplace.core.postgres.server import Role

ROOT = Path(__file__).parents[1]
# Read at import: the fixtures name each worker's own database in the same variables later.
_OUTSIDE_APP = os.environ.get("DATABASE_URL")
_OUTSIDE_OWNER = os.environ.get("MARKETPLACE_MIGRATION_URL")


class TestServer(Protocol):
    """What the tests need of a server, embedded or outside."""

    def url(self, database: str, role: Role = "app") -> str: ...
    def create_database(self, name: str, template: str | None = None) -> None: ...
    def drop_database(self, name: str) -> None: ...
    def databases(self) -> set[str]: ...


class OutsideServer:
    """A server of the operator's; the owner's role must be allowed to make databases."""

    def __init__(self, app_url: str, owner_url: str) -> None:
        self._urls = {"app": make_url(app_url), "owner": make_url(owner_url)}

    def url(self, database: str, role: Role = "app") -> str:
        url = self._urls[role].set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> None:
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        app = sql.Identifier(self._urls["app"].username or "")
        with self._as_owner() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), source))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), app))

    def drop_database(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        with self._as_owner() as connection:
            try:
                connection.execute(drop + sql.SQL(" WITH (FORCE)"))
            except psycopg.errors.InsufficientPrivilege:  # the role may not end the application's connections
                connection.execute(drop)

    def databases(self) -> set[str]:
        with self._as_owner() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = current_user"
            ).fetchall()
        return {name for (name,) in found}

    @contextmanager
    def _as_owner(self) -> Iterator[psycopg.Connection]:
        url = self._urls["owner"].set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


@lru_cache
def test_server() -> TestServer:
    """The server of this run; an embedded one is left at the end of the process."""
    if _OUTSIDE_APP and _OUTSIDE_OWNER:
        return OutsideServer(_OUTSIDE_APP, _OUTSIDE_OWNER)
    return postgres.join(_folder() / "postgres", durable=False)


test_server.__test__ = False  # type: ignore[attr-defined]  # a function of the tests, not a test


@lru_cache
def _folder() -> Path:
    """`var/test`, or a folder for temporary files where the server's user can't reach the checkout."""
    inside = ROOT / "var" / "test"
    try:
        postgres.join(inside / "postgres", durable=False).leave()
    except postgres.Unreachable:
        inside = Path(tempfile.gettempdir()) / f"marketplace-test-{_hash(str(ROOT))}"
        inside.mkdir(mode=0o711, exist_ok=True)
        if inside.lstat().st_uid != os.geteuid():
            raise
    return inside


@dataclass(frozen=True)
class WorkerDatabase:
    """A database of one test worker's own."""

    app_url: str
    owner_url: str


@contextmanager
def worker_database() -> Iterator[WorkerDatabase]:
    """A migrated, empty database for this process, removed at the end."""
    from marketplace.core import migrate

    def bring_to_head(owner_url: str) -> None:
        migrate.to_head(owner_url, make_url(test_server().url("postgres", "app")).username or "")

    with copy_of_template(bring_to_head) as made:
        yield made


@contextmanager
def copy_of_template(fill: Callable[[str], None]) -> Iterator[WorkerDatabase]:
    """A copy of the template, which is made once for each state of migrations and models.

    Args:
        fill: given the owner's address of an empty database, brings it to the head of the migrations.
    """
    server = test_server()
    name = f"test_{_machine()}_{os.getpid()}"
    with _one_at_a_time():
        template = _template(server, fill)
        server.drop_database(name)
        server.create_database(name, template)
    try:
        yield WorkerDatabase(server.url(name, "app"), server.url(name, "owner"))
    finally:
        server.drop_database(name)


def name_for_all(kind: str) -> str:
    """The name of a database that all workers of this run share; a later run removes it, for no worker knows
    that it is the last.
    """
    return f"test_{_machine()}_{os.getppid() if is_one_of_several() else os.getpid()}_{kind}"


def is_one_of_several() -> bool:
    """Whether this process is a worker of a run with several."""
    return "PYTEST_XDIST_WORKER" in os.environ


def _template(server: TestServer, fill: Callable[[str], None]) -> str:
    wanted = f"template_{_fingerprint()}"
    present = server.databases()
    for name in present:
        if (name.startswith("template_") and name != wanted) or _is_left(name):
            server.drop_database(name)
    if wanted not in present:
        # Made under another name first, so that a killed attempt is never taken for a whole template.
        server.create_database("template_unready")
        fill(server.url("template_unready", "owner"))
        server.create_database(wanted, "template_unready")
        server.drop_database("template_unready")
    return wanted


def _fingerprint() -> str:
    sources = [
        *(ROOT / "migrations").rglob("*.py"),
        *(ROOT / "marketplace").rglob("models.py"),
        ROOT / "marketplace" / "core" / "migrate.py",
    ]
    content = hashlib.sha256(version("procrastinate").encode())
    for path in sorted(sources):
        content.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:16]


def _is_left(name: str) -> bool:
    """Whether a worker of this machine that lives no more left the database."""
    kind, _, rest = name.partition("_")
    machine, process, *_ = f"{rest}_".split("_")
    if kind != "test" or machine != _machine() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    path = ROOT / "var" / "test"
    path.mkdir(parents=True, exist_ok=True)
    with (path / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _machine() -> str:
    return _hash(socket.gethostname())[:6]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
