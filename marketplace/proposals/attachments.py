"""Files of a proposal: part of its contents, closed and opened with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from werkzeug.datastructures import FileStorage

from marketplace.core import files
from marketplace.core.access import Viewer
from marketplace.core.i18n import _, current_language
from marketplace.proposals.models import Proposal

SUBJECT = "proposal"
MAX_FILES = 20


@dataclass(frozen=True)
class PinnedFile:
    """A file as it was when the proposal was sent: named, and held to its hash."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """For the bundle."""
        return asdict(self) | {"id": str(self.id)}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> PinnedFile:
        """From the bundle."""
        return cls(**row | {"id": UUID(row["id"])})

    @property
    def type_words(self) -> str:
        """The type as its name's ending says it: "PDF"."""
        return PurePosixPath(self.name).suffix.lstrip(".").upper()

    @property
    def size_words(self) -> str:
        """ "2.1 MB" in the reader's language."""
        kilobytes = max(1, round(self.size_bytes / 1_000))
        if kilobytes < 1_000:
            return _("%(size)s kB", size=format_decimal(kilobytes, locale=current_language()))
        megabytes = format_decimal(round(self.size_bytes / 1_000_000, 1), locale=current_language())
        return _("%(size)s MB", size=megabytes)


def pinned(proposal: Proposal, wanted: Sequence[UUID]) -> list[PinnedFile]:
    """Files of this proposal, in the order asked for. One statement; none where none is asked for."""
    found = files.with_ids(wanted) if wanted else []
    return [
        PinnedFile(file.id, file.name, file.content_type, file.size_bytes, file.sha256)
        for file in found
        if file.subject_kind == SUBJECT and file.subject_id == proposal.id
    ]


def keep(actor: Viewer, proposal: Proposal, upload: FileStorage) -> UUID:
    """Store a file of the draft.

    Raises:
        Refused: too large, of a type that is not taken, or not what its name says.
    """
    stored = files.store(actor, upload, SUBJECT, proposal.id, field="file", owner_organisation_id=proposal.startup_id)
    return stored.id


def discard(file_id: UUID) -> None:
    """Remove a file that no sent version holds."""
    for file in files.with_ids([file_id]):
        files.remove(file)
