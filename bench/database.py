"""The databases of the benches, on an embedded server of their own in `var/bench`; kept for the next run."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from marketplace import models
from marketplace.core import access, database, migrate, postgres

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var" / "bench"
Fill = Callable[[Session], None]


@dataclass(frozen=True)
class Place:
    """A filled database."""

    app_url: str
    owner_url: str

    def environment(self) -> dict[str, str]:
        """What a server on this database needs to know."""
        return {
            "DATABASE_URL": self.app_url,
            "MARKETPLACE_MIGRATION_URL": self.owner_url,
            "MARKETPLACE_DATA": str(FOLDER),
            "MARKETPLACE_SECURE_COOKIES": "false",
            "MARKETPLACE_SECRET_KEY": "a key of the benches alone, long enough",
            "MARKETPLACE_ZONE": "Europe/Paris",
        }


@lru_cache
def _server() -> postgres.Server:
    return postgres.join(FOLDER / "postgres", durable=False)


def filled(name: str, fill: Fill) -> Place:
    """The database of that name, made and filled unless it is there since an earlier run.

    Args:
        fill: given a session that reads as the system; what it adds is committed. A change of its module, of the
            models or of the migrations makes the database anew.
    """

    def by_session(place: Place) -> None:
        with writing(place) as session:
            fill(session)
            session.commit()

    return _kept(name, fill, by_session)


def filled_in_bulk(name: str, fill: Callable[[str], None]) -> Place:
    """The same, filled by the owner of its tables, whose address `fill` is given: for a million rows."""
    models.load_all()
    return _kept(name, fill, lambda place: fill(place.owner_url))


def _kept(name: str, fill: Callable[..., None], put: Callable[[Place], None]) -> Place:
    server = _server()
    wanted = f"{name}_{_fingerprint(fill)}"
    place = Place(server.url(wanted, "app"), server.url(wanted, "owner"))
    present = server.databases()
    if wanted in present:
        return place
    unready = f"{name}_unready"
    for old in present:
        if old.rpartition("_")[0] == name:
            server.drop_database(old)
    server.create_database(unready)
    made = Place(server.url(unready, "app"), server.url(unready, "owner"))
    migrate.to_head(made.owner_url, make_url(made.app_url).username or "")
    put(made)
    with migrate.owner_connection(made.owner_url) as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    # Filled under another name first, so that an attempt that was ended is never taken for a whole one.
    server.create_database(wanted, unready)
    server.drop_database(unready)
    return place


@contextmanager
def writing(place: Place) -> Iterator[Session]:
    """A session of this process on a database, reading as the system."""
    models.load_all()
    database.connect(place.app_url)
    try:
        with database.session_scope() as session, access.reading_as_system("a bench fills its database"):
            yield session
    finally:
        database.disconnect()


def _fingerprint(fill: Callable[..., None]) -> str:
    sources = [*(ROOT / "migrations").rglob("*.py"), *(ROOT / "marketplace").rglob("models.py")]
    content = hashlib.sha256(fill.__qualname__.encode())
    for path in [*sorted(sources), Path(inspect.getfile(fill)), Path(__file__).parent / "filling.py"]:
        content.update(path.read_bytes())
    return content.hexdigest()[:12]
