"""Keeping and removing files."""

from __future__ import annotations

import hashlib
from uuid import UUID

from werkzeug.datastructures import FileStorage

from marketplace.core import database, ids
from marketplace.core.access import Viewer
from marketplace.core.files import checks, scanning, storage
from marketplace.core.files.models import File, place_of
from marketplace.core.settings import settings


def store(
    actor: Viewer,
    upload: FileStorage,
    subject_kind: str,
    subject_id: UUID,
    *,
    field: str | None = None,
    only: frozenset[str] | None = None,
    owner_organisation_id: UUID | None = None,
) -> File:
    """Keep a file that somebody sent. Whether the actor may add it to the thing is checked by the caller.

    Args:
        subject_kind: what the file belongs to, as registered with `readers`.
        field: the form's field that a refusal belongs beside.
        only: extensions that are taken here, such as `checks.IMAGES`.
        owner_organisation_id: whose file it is; the organisation that the actor acts for when left out.
    Raises:
        Refused: too large, of a type that is not taken, not what its name says, or harmful.
    """
    most = settings().max_file_bytes
    sent = upload.stream.read(most + 1)
    scanning.scan(sent, field)
    return keep(
        checks.check(upload.filename or "", sent, max_bytes=most, field=field, only=only),
        subject_kind,
        subject_id,
        owner_organisation_id=owner_organisation_id or actor.organisation_id,
        uploaded_by=actor.person_id,
    )


def keep(
    checked: checks.Checked,
    subject_kind: str,
    subject_id: UUID,
    *,
    owner_organisation_id: UUID | None = None,
    uploaded_by: UUID | None = None,
) -> File:
    """Keep a file that was checked, or made by the program itself.

    The content is written first: should the transaction fail, `sweeping` removes it; the other way round a row
    would point at nothing.
    """
    file_id = ids.new_random_id()
    storage.write(place_of(file_id), checked.content)
    file = File(
        id=file_id,
        name=checked.name,
        content_type=checked.content_type,
        size_bytes=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        owner_organisation_id=owner_organisation_id,
        uploaded_by=uploaded_by,
        subject_kind=subject_kind,
        subject_id=subject_id,
    )
    database.session.add(file)
    return file


def copy(actor: Viewer, file: File, subject_kind: str, subject_id: UUID, *, owner_organisation_id: UUID) -> File:
    """Keep the same bytes for another thing, with a row and readers of their own.

    Args:
        file: one that the actor may read; its content was checked when it came.
    """
    return keep(
        checks.Checked(file.name, file.content_type, storage.read(file.place)),
        subject_kind,
        subject_id,
        owner_organisation_id=owner_organisation_id,
        uploaded_by=actor.person_id,
    )


def remove(file: File) -> None:
    """Remove a file; its content follows within two days, when nothing can bring the row back."""
    database.session.delete(file)
