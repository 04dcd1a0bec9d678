"""The form of a section: what was typed, and the version that its writer started from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField

from marketplace.core.forms import Form
from marketplace.core.writing.sections import Section


class SectionForm(Form):
    """A section of an editor. Nothing is required while writing: what is missing is told by the task list.

    Attributes:
        row_list: the field whose rows can be added, moved and removed.
        has_conflict: somebody else had saved when it was sent.
    """

    version = HiddenField()
    row_list = "rows"
    has_conflict = False

    @property
    def base_version(self) -> int:
        """The version that the writer started from; one that can't be is treated as the first."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0

    @property
    def row_count(self) -> int:
        return len(self[self.row_list].entries) if self.row_list in self else 0

    def start_from(self, version: int) -> None:
        """Let the next save take the place of the version that stands now."""
        self.version.raw_data = None
        self.version.data = str(version)

    def values(self, section: Section) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: self[name].data for name in (*section.texts, *section.facts) if name in self}


def known_id(typed: str | None) -> UUID | None:
    """An identifier as a page sent it; None for a new row and for what is none."""
    try:
        return UUID(typed or "")
    except ValueError:
        return None
