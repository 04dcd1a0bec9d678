"""Has anything changed that a page read? Asked of the database itself, before each answer from memory.

Every writing transaction leaves in the table `change`, by triggers, its number and the names of the tables it wrote.
A kept page has the snapshot from before its first statement. It is what a page made now would be exactly when no
transaction that wrote one of its tables lies outside of that snapshot and inside of the present one. Nothing is sent
about, no clock is compared, and nobody waits for a lock, so this holds for any number of processes, for transactions
that were open while the page was made, and for writers who know nothing of pages.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from psycopg import pq
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Engine, event

from marketplace.core import database

_STATEMENTS = {
    b"snapshot": b"SELECT pg_current_snapshot()::text",
    # The answer's own snapshot is the statement's: where nothing changed, the page is as good as made in that one.
    b"unchanged": b"""
        SELECT pg_current_snapshot()::text
        WHERE NOT EXISTS (
            SELECT FROM change
            WHERE xid >= pg_snapshot_xmin($1::pg_snapshot)
            AND table_name = ANY($2::text[])
            AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
        )""",
    b"tables": b"""
        SELECT relname, EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgfoid = 'record_change'::regproc
        )
        FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = 'public'::regnamespace""",
    b"home": b"""
        SELECT concat_ws(' ', pg_postmaster_start_time(), oid) FROM pg_database WHERE datname = current_database()""",
}
# Rows of `change` that were forgotten count as a change of this very table, so that no page outlives its witnesses.
_ALSO = "change"
_WORD = re.compile(r"\w+")
_MOST_STATEMENTS = 4096


class Lost(Exception):
    """The database did not answer, or is another one: what is kept can't be trusted."""


class Kept(Protocol):
    """What stands in memory.

    Attributes:
        at, until: the moments from and until which it is the same, if nothing changes.
        tables: those that it was read from, as `array_of` writes them; None: it was read from none.
        snapshot: one in which it was what it is.
    """

    @property
    def at(self) -> datetime: ...

    @property
    def until(self) -> datetime: ...

    @property
    def tables(self) -> bytes | None: ...

    snapshot: bytes


class Watch:
    """Asks the database, on connections of its own: one a thread that asks at the same time."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._idle: deque[PGconn] = deque()
        self._home: bytes | None = None
        self._watched: dict[str, bool] = {}
        self._tables: dict[str, frozenset[str] | None] = {}

    def snapshot(self) -> bytes:
        """What the database holds now.

        Raises:
            Lost: it does not answer, or is another one than before.
        """
        return self._ask(b"snapshot", []).get_value(0, 0) or b""

    def unchanged(self, snapshot: bytes, tables: bytes) -> bytes | None:
        """The present snapshot where no table changed since; None where one did.

        Args:
            tables: as `array_of` writes them.
        Raises:
            Lost: the database does not answer, or is another one than before.
        """
        found = self._ask(b"unchanged", [snapshot, tables])
        return found.get_value(0, 0) if found.ntuples else None

    def holds(self, kept: Kept, now: datetime) -> bool:
        """Whether it would be the same if it were made now; its snapshot is brought forward.

        Raises:
            Lost: the database does not answer, or is another one than before.
        """
        # Not before its making either: tests move the clock, and machines set theirs.
        if not kept.at <= now < kept.until:
            return False
        if kept.tables is None:
            return True
        found = self.unchanged(kept.snapshot, kept.tables)
        if found is None:
            return False
        kept.snapshot = found
        return True

    def tables_of(self, statements: Iterable[str]) -> frozenset[str] | None:
        """The tables that statements name; None where the changes of one of them are not noted."""
        found: set[str] = set()
        for statement in statements:
            tables = self._tables_in(statement)
            if tables is None:
                return None
            found |= tables
        return frozenset(found)

    def _tables_in(self, statement: str) -> frozenset[str] | None:
        if statement not in self._tables:
            if len(self._tables) >= _MOST_STATEMENTS:
                self._tables.clear()
            # To name one too many, a column of that name, costs a needless making and no more.
            named = self._watched.keys() & set(_WORD.findall(statement))
            self._tables[statement] = frozenset(named) if all(self._watched[name] for name in named) else None
        return self._tables[statement]

    def _ask(self, statement: bytes, values: list[bytes]) -> PGresult:
        # libpq's own calls: through the driver's cursor the question costs as much as the rest of the answer.
        engine = database.engine()
        if engine is not self._engine:
            self._begin_at(engine)
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connected(engine)
        found = connection.exec_prepared(statement, values)
        if found.status != ExecStatus.TUPLES_OK:
            connection.finish()
            raise Lost(found.error_message.decode("utf-8", "replace"))
        self._idle.append(connection)
        return found

    def _begin_at(self, engine: Engine) -> None:
        is_first = self._engine is None
        self._engine, self._home = engine, None
        self._close()
        event.listen(engine, "engine_disposed", lambda _engine: self._close())
        if not is_first:
            raise Lost("the process was connected to another database")

    def _close(self) -> None:
        while self._idle:
            self._idle.pop().finish()

    def _connected(self, engine: Engine) -> PGconn:
        url = engine.url.set(drivername="postgresql").update_query_dict({"application_name": "marketplace"})
        connection = pq.PGconn.connect(url.render_as_string(hide_password=False).encode())
        if connection.status != ConnStatus.OK:
            raise Lost(connection.error_message.decode("utf-8", "replace"))
        for name, statement in _STATEMENTS.items():
            connection.prepare(name, statement)
        home = connection.exec_prepared(b"home", []).get_value(0, 0)
        if self._home != home:
            moved, self._home = self._home is not None, home
            rows = connection.exec_prepared(b"tables", [])
            self._watched = {
                (rows.get_value(row, 0) or b"").decode(): rows.get_value(row, 1) == b"t"
                for row in range(rows.ntuples)
            }
            self._tables.clear()
            if moved:
                raise Lost("the server was started anew, or the database is another one")
        return connection


def array_of(tables: frozenset[str]) -> bytes:
    """The tables of a page as PostgreSQL reads an array."""
    return ("{" + ",".join(sorted({*tables, _ALSO})) + "}").encode()
