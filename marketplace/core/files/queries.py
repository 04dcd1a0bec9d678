"""Reading files; the session adds what the viewer may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.files import storage
from marketplace.core.files.models import File
from marketplace.core.i18n import _, current_language

MAX_FILES = 500
CARDS = "card of "  # how the kinds of share cards begin


def one(file_id: UUID) -> File:
    """A file that the viewer may read. One statement.

    Raises:
        NotFound: there is none, or it is not this viewer's to read.
    """
    file = database.session.scalars(select(File).where(File.id == file_id)).one_or_none()
    if file is None:
        raise NotFound
    return file


def one_card(digest: str) -> File:
    """The share card with that hash: whoever knows it has the picture, or a public page that shows it. One statement.

    Raises:
        NotFound: there is none.
    """
    wanted = select(File).where(File.sha256 == digest, File.subject_kind.startswith(CARDS)).limit(1)
    with reading_as_system("a share card is for everybody who was given its address"):
        file = database.session.scalars(wanted).one_or_none()
    if file is None:
        raise NotFound
    return file


def of(subject_kind: str, subject_ids: Collection[UUID]) -> dict[UUID, list[File]]:
    """The files of several things that the viewer may read, oldest first, `MAX_FILES` at most. One statement."""
    statement = (
        select(File)
        .where(File.subject_kind == subject_kind, File.subject_id.in_(subject_ids))
        .order_by(File.created_at, File.id)
        .limit(MAX_FILES)
    )
    found: dict[UUID, list[File]] = {subject_id: [] for subject_id in subject_ids}
    for file in database.session.scalars(statement):
        found[file.subject_id].append(file)
    return found


def with_ids(file_ids: Collection[UUID]) -> Sequence[File]:
    """Those of the named files that the viewer may read, in the order of the names. One statement."""
    found = {file.id: file for file in database.session.scalars(select(File).where(File.id.in_(file_ids)))}
    return [found[file_id] for file_id in file_ids if file_id in found]


def content(file: File) -> bytes:
    """The whole content, for documents and seals."""
    return storage.read(file.place)


def size_words(file: File) -> str:
    """How large a file is, as people say it: "2.1 MB", "340 kB"."""
    from babel.numbers import format_decimal

    if file.size_bytes >= 1_000_000:
        return _("%(size)s MB", size=format_decimal(round(file.size_bytes / 1e6, 1), locale=current_language()))
    kilobytes = max(1, round(file.size_bytes / 1000))
    return _("%(size)s kB", size=format_decimal(kilobytes, locale=current_language()))


def address(file: File) -> str:
    """Where pages link a file: stable, and checked at each visit."""
    return url_for("files.show", file_id=file.id)
