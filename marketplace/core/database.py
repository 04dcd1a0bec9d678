"""The database: declarative base, engine and the session of the present request, job or command."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Engine, Enum, MetaData, Table, Text, Uuid, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from marketplace.core import access, clock, ids
from marketplace.core.session import NoSession, current_session, session

__all__ = ["Model", "NoSession", "connect", "engine", "session", "session_scope"]

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """A table: a time-ordered UUID and the moment of its making."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text,
        int: BigInteger,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    __table__: ClassVar[Table]  # no model of ours is mapped to a join

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


# Each statement is planned for its own values: a plan for whatever word or state may be asked reads a million rows for
# a common one, or sorts them. For one process: a page's statements are bounded, and other pages wait. For memory and
# solid disks: to follow an index from row to row costs little more than to read all in their order.
_PLANNING = "-c plan_cache_mode=force_custom_plan -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
_OPTIONS = f"-c timezone=utc -c lock_timeout=15000 {_PLANNING}"
_OUTER = "marketplace.outer"
_factory: sessionmaker[Session] | None = None
_engine: Engine | None = None


def connect(url: str, *, pool_size: int = 8) -> Engine:
    """Make the process's engine for the application's role.

    Args:
        url: SQLAlchemy's form, `postgresql+psycopg://…`.
        pool_size: connections kept; a web process needs one a thread.
    """
    global _engine, _factory
    if _engine is not None:
        _engine.dispose()
    _engine = create_engine(
        normal_url(url),
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        # A failure's words go into the log and to the host's page of failed jobs: never with what was written.
        hide_parameters=True,
        connect_args={"options": _OPTIONS, "application_name": "marketplace"},
    )
    _factory = sessionmaker(_engine, expire_on_commit=False)
    return _engine


def disconnect() -> None:
    """Close the process's connections."""
    global _engine, _factory
    if _engine is not None:
        _engine.dispose()
    _engine = _factory = None


def normal_url(url: str) -> str:
    """The same address with the driver named, as operators write plain `postgresql://` or `postgres://`."""
    head, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if head in {"postgres", "postgresql"} else url


def engine() -> Engine:
    """The process's engine."""
    if _engine is None:
        raise NoSession("no database is connected")
    return _engine


def open_session() -> Session:
    """Open the session of a request; it reads nothing until it has a viewer."""
    if _factory is None:
        raise NoSession("no database is connected")
    fresh = _factory()
    # In a test a request happens inside of the test's own session, which stands again afterwards.
    fresh.info[_OUTER] = current_session.get()
    current_session.set(fresh)
    return fresh


def close_session() -> None:
    """Roll back what was not committed and give the connection back."""
    found = current_session.get()
    if found is not None:
        current_session.set(found.info.pop(_OUTER, None))
        found.close()


@contextmanager
def session_scope(viewer: access.Viewer | None = None) -> Iterator[Session]:
    """A session of its own for a job, a command or a test.

    Args:
        viewer: who reads; without one only `reading_as_system` reads.
    """
    if _factory is None:
        raise NoSession("no database is connected")
    fresh = _factory()
    if viewer is not None:
        access.set_viewer(fresh, viewer)
    token = current_session.set(fresh)
    try:
        yield fresh
    finally:
        current_session.reset(token)
        fresh.close()


def driver_connection() -> Any:
    """The psycopg connection of the present transaction, for jobs that are enqueued with the change."""
    return session.connection().connection.driver_connection
