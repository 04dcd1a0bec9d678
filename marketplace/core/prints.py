"""Documents and pictures that the program makes of what it holds: made once, by a job, and kept beside the files.

A print is kept under the hash of all its words and of its template. Whatever changes one of them, such as a name or a
newer version, asks for another print; so an old one is never given, and whoever may read all the words may be given
the print of them. A request that comes before the job makes the print itself, once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import blocks as parts
from marketplace.core import database, files, pdf
from marketplace.core.access import reading_as_system
from marketplace.core.files import File
from marketplace.core.files.checks import TYPES, Checked
from marketplace.core.files.commands import keep
from marketplace.core.paths import data_folder


def document(
    kind: str, subject_id: UUID, title: str, blocks: Sequence[parts.Block], *, language: str, **options: Any
) -> bytes:
    """`pdf.document`, made once for the same words.

    Args:
        kind: what it is a print of, such as "print of a receipt"; files of that kind have no other readers.
        subject_id: of the thing; a newer print of it in the same language takes the older one's place.
    """
    words = {"title": title, "blocks": list(blocks), **options}

    def make() -> bytes:
        return pdf.document(title, blocks, language=language, **options)

    file = once(kind, subject_id, language, words, "pdf", make)
    try:
        return files.content(file)
    except FileNotFoundError:
        return make()


def once(kind: str, subject_id: UUID, language: str, words: Any, extension: str, make: Callable[[], bytes]) -> File:
    """The print of these words; made and kept, in a transaction of its own, where there is none yet."""
    found = kept(kind, subject_id, language, words, extension)
    if found is not None:
        return found
    content = make()
    with database.session_scope() as session, reading_as_system("an older print gives way to a newer one"):
        for older in session.scalars(_of(kind, [subject_id]).where(File.name.startswith(f"{language}-"))):
            files.remove(older)
        name = _name(language, words, extension)
        made = keep(Checked(name, TYPES[extension], content), kind, subject_id)
        session.commit()
        session.expunge(made)
    return made


def kept(kind: str, subject_id: UUID, language: str, words: Any, extension: str) -> File | None:
    """The print of these words, where it was made already. One statement."""
    wanted = _of(kind, [subject_id]).where(File.name == _name(language, words, extension))
    with reading_as_system("whoever may read the words may be given the print of them"):
        return database.session.scalars(wanted.limit(1)).one_or_none()


def discard(kind: str, subject_ids: Collection[UUID] | None = None) -> None:
    """Remove prints: of these things, or all of the kind; those that are wanted again are made again."""
    wanted = select(File).where(File.subject_kind == kind) if subject_ids is None else _of(kind, subject_ids)
    with reading_as_system("prints are removed, whoever could read them"):
        for file in database.session.scalars(wanted):
            files.remove(file)


def _of(kind: str, subject_ids: Collection[UUID]) -> Any:
    return select(File).where(File.subject_kind == kind, File.subject_id.in_(subject_ids))


def _name(language: str, words: Any, extension: str) -> str:
    told = json.dumps([_templates(), words], ensure_ascii=False, sort_keys=True, default=str)
    return f"{language}-{hashlib.sha256(told.encode()).hexdigest()[:32]}.{extension}"


@lru_cache(maxsize=1)
def _templates() -> str:
    """A hash of the templates: a new version of the program sets everything anew."""
    sources = sorted((data_folder("templates") / "pdf").glob("*.typ"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
