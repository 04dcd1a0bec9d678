"""The table of files; their content lies in the storage under `place`."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import ids
from marketplace.core.database import Model


class File(Model):
    """A file that belongs to a thing of some feature and never changes: another version is another file."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_is_positive"),
        Index("ix_file_sha256", "sha256"),
        Index("ix_file_subject", "subject_kind", "subject_id"),
    )

    # Version 4: the address of a file tells nothing about when it was sent.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_random_id)
    name: Mapped[str]  # as its sender called it, cleaned, with an extension that fits the content
    content_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]  # of what is stored, in lower-case hexadecimal
    owner_organisation_id: Mapped[UUID | None] = mapped_column(index=True)
    uploaded_by: Mapped[UUID | None]
    subject_kind: Mapped[str]  # what the file belongs to: "challenge", "proposal", "milestone"
    subject_id: Mapped[UUID]

    @property
    def place(self) -> str:
        """Its path in the storage."""
        return place_of(self.id)

    @property
    def is_image(self) -> bool:
        """Whether browsers may show it in a page."""
        return self.content_type.startswith("image/")


def place_of(file_id: UUID) -> str:
    """The path of a file in the storage; two letters first, so that no folder grows without end."""
    return f"{file_id.hex[:2]}/{file_id.hex}"
