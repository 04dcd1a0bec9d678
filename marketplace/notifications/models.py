"""Notices: what a person is told, in the application and by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model


class Notice(Model):
    """A notice in the application; its words are made when it is read, so it keeps no titles."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", "kind"),
        Index("ix_notice_person_id_read_at", "person_id", "read_at", "id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None]  # for which it is told
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    @property
    def event_ids(self) -> list[UUID]:
        """The event that it tells of, then those that it tells of too."""
        return [self.event_id, *(UUID(known) for known in self.data.get("with", ()))]


class Preference(Model):
    """Whether a person wants a kind of notice by mail too."""

    __tablename__ = "notice_preference"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    by_mail: Mapped[bool]
