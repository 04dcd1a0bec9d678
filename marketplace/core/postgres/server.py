"""The running server, as web, worker, commands and tests hold it."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from sqlalchemy import URL

from marketplace.core.postgres import seats
from marketplace.core.postgres.cluster import APP, OWNER, Cluster
from marketplace.core.postgres.places import prepare

Role = Literal["app", "owner"]
_ROLES = {"app": APP, "owner": OWNER}


class Server:
    """This process's use of an embedded server, until `leave` or the end of the process."""

    def __init__(self, cluster: Cluster, seat: seats.Seat) -> None:
        self._cluster = cluster
        self._seat: seats.Seat | None = seat
        self._process = os.getpid()
        atexit.register(self.leave)

    def leave(self) -> None:
        """Stop using the server; the last to leave stops it. A forked child leaves nothing: it sits on its parent's."""
        if self._seat is None or os.getpid() != self._process:
            return
        seat, self._seat = self._seat, None
        atexit.unregister(self.leave)
        if not self._cluster.place.folder.exists():
            return  # the data folder was removed; the server ends itself
        with seats.start_and_stop(self._cluster.place):
            seat.leave()
            if seats.taken(self._cluster.place) == 0:
                self._cluster.stop()

    def url(self, database: str = "marketplace", role: Role = "app") -> str:
        """The address of a database in SQLAlchemy's form, password included.

        Args:
            role: `app` reads and writes rows; `owner` owns databases and tables. Neither is a superuser.
        """
        name = _ROLES[role]
        made = URL.create(
            "postgresql+psycopg",
            username=name,
            password=self._cluster.passwords()[name],
            database=database,
            query={"host": str(self._cluster.place.socket_folder)},
        )
        return made.render_as_string(hide_password=False)

    def libpq(self, database: str = "marketplace", role: Role = "app") -> str:
        """The same as a connection string of libpq."""
        return self._cluster.conninfo(database, _ROLES[role])

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database that the owner's role owns and the application's may connect to.

        Args:
            template: a database of the owner's to copy, which nobody is connected to.
        """
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with self._as_owner() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), source))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APP))
            )

    def ensure_database(self, name: str) -> None:
        """Make the database unless it is there; safe when several processes start at once."""
        with seats.start_and_stop(self._cluster.place):
            if name not in self.databases():
                self.create_database(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there, and end the connections to it."""
        with self._as_owner() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def databases(self) -> set[str]:
        """The names of the databases that the owner's role owns."""
        with self._as_owner() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = current_user"
            ).fetchall()
        return {name for (name,) in found}

    @contextmanager
    def _as_owner(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.libpq("postgres", "owner"), autocommit=True) as connection:
            yield connection


def join(data_folder: Path, *, durable: bool = True) -> Server:
    """Use the embedded server of a data folder, started now if it does not run.

    Args:
        data_folder: made if missing.
        durable: False for tests: a crash of the machine loses data. Whoever starts the server decides.
    Raises:
        Unreachable: the folder can't be used; the message names the remedy.
    """
    place = prepare(data_folder)
    cluster = Cluster(place, durable)
    with seats.start_and_stop(place):
        seat = seats.Seat(place)
        try:
            cluster.ensure_running()
        except BaseException:
            seat.leave()
            raise
    return Server(cluster, seat)


@contextmanager
def running(data_folder: Path, *, durable: bool = True) -> Iterator[Server]:
    """The embedded server for the time of a block; see `join`."""
    server = join(data_folder, durable=durable)
    try:
        yield server
    finally:
        server.leave()
