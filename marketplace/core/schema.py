"""Which schema this version of the program was written for; without Alembic, which only migrating needs."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, inspect, text

from marketplace.core.paths import data_folder


def is_at_head(connection: Connection) -> bool:
    """Whether the database's schema is this program's."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [head()]


@lru_cache(maxsize=1)
def head() -> str:
    """The last revision: they are numbered, and each file is named as its revision."""
    return max(path.stem for path in (data_folder("migrations") / "versions").glob("[0-9]*.py"))
