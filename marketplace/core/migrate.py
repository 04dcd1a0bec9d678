"""The schema: Alembic's revisions, then the job queue's own, then what the application's role may do."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from marketplace.core.database import normal_url
from marketplace.core.paths import data_folder

APPEND_ONLY = ("event", "event_anchor", "event_anchor_head")
_LOCK = 7_301_111  # an advisory lock's number: one migration at a time


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here so that no file names a database."""
    made = Config()
    made.set_main_option("script_location", str(data_folder("migrations")))
    made.attributes["connection"] = connection
    return made


@contextmanager
def owner_connection(url: str):
    """A connection as the owner of the tables; without a pool, for a pooled one would keep the lock."""
    engine = create_engine(normal_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def to_head(owner_url: str, application_role: str) -> None:
    """Bring the schema to its head and grant the application's role what it needs, no more.

    Args:
        owner_url: the database as the owner of the tables.
        application_role: the role that web and worker connect as.
    """
    with owner_connection(owner_url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        command.upgrade(config(connection), "head")
        connection.commit()
        _jobs_schema(connection)
        _grant(connection, application_role)
        connection.commit()


def _jobs_schema(connection: Connection) -> None:
    """Apply the job queue's packaged schema, or those of its migrations that are newer than the recorded one."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS job_schema (migration text PRIMARY KEY)"))
    done = set(connection.scalars(text("SELECT migration FROM job_schema")))
    folder = Path(SchemaManager.get_migrations_path())
    packaged = sorted(path.name for path in folder.glob("*.sql"))
    driver = connection.connection.driver_connection
    assert driver is not None
    if not done:
        driver.execute(SchemaManager.get_schema())
    else:
        for name in packaged:
            if name not in done:
                driver.execute((folder / name).read_text("utf-8"))
    for name in set(packaged) - done:
        connection.execute(text("INSERT INTO job_schema VALUES (:name)"), {"name": name})


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {quoted}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(APPEND_ONLY)} FROM {quoted}",
        f"REVOKE DELETE ON event_stream FROM {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version, job_schema, change FROM {quoted}",
    ):
        connection.execute(text(statement))


def role_of(url: str) -> str:
    """The role that an address connects as."""
    return make_url(url).username or ""
