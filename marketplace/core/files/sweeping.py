"""Removing contents that no row points at: of uploads that were rolled back, and of removed files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import select

from marketplace.core import access, clock, database, jobs
from marketplace.core.files import storage
from marketplace.core.files.models import File

# Long after any transaction that may still write the row.
AGE = timedelta(days=1)


@jobs.periodic("17 3 * * *", "files.sweep")
def sweep() -> None:
    """Once a night."""
    with database.session_scope(), access.reading_as_system("find contents without a file, whoever's they were"):
        sweep_until(clock.now() - AGE)


def sweep_until(moment: datetime) -> int:
    """Remove contents without a row that were written before the moment; how many. One statement a thousand."""
    removed = 0
    for portion in storage.listing():
        old = {kept["path"]: _id_in(kept["path"]) for kept in portion if kept["last_modified"] < moment}
        known = _known(file_id for file_id in old.values() if file_id is not None)
        # What has no name of ours was put there by somebody else: left alone.
        left = [path for path, file_id in old.items() if file_id is not None and file_id not in known]
        if left:
            storage.delete(left)
        removed += len(left)
    return removed


def _id_in(path: str) -> UUID | None:
    try:
        return UUID(hex=PurePosixPath(path).name)
    except ValueError:
        return None


def _known(file_ids: Iterable[UUID]) -> set[UUID]:
    return set(database.session.scalars(select(File.id).where(File.id.in_(list(file_ids)))))
