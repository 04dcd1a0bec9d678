"""Files of a proposal: part of its contents, closed and opened with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from marketplace.proposals.models import Proposal


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


def pinned(proposal: Proposal, wanted: Sequence[UUID]) -> list[PinnedFile]:
    """Files of this proposal, in the order asked for. One statement."""
    return []
