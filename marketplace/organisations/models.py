"""Organisations of the four kinds, dated memberships in roles, and invitations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.access import Kind, Role
from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key
from marketplace.core.workflow import Stateful


class OrganisationState(StrEnum):
    """Verification by a host administrator."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Organisation(Stateful, Model):
    """An agency, a startup, a partner or the host."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("ix_organisation_kind_folded_name", "kind", "folded_name", "id"),
        Index("ix_organisation_search", "search", postgresql_using="gin"),
    )

    kind: Mapped[Kind]
    state: Mapped[OrganisationState] = mapped_column(default=OrganisationState.PENDING)
    key: Mapped[str] = mapped_column(unique=True, default=new_key)
    slug: Mapped[str]
    name: Mapped[str]
    folded_name: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    country: Mapped[str]  # ISO 3166-1 alpha-2
    zone: Mapped[str] = mapped_column(default="UTC")
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")  # Markdown
    website: Mapped[str | None]
    founded_year: Mapped[int | None]
    sectors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    is_claimed: Mapped[bool] = mapped_column(default=True)  # false: made by an import, nobody acts for it yet
    state_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]  # of the present state
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")

    @property
    def is_verified(self) -> bool:
        return self.state == OrganisationState.VERIFIED

    @property
    def event_stream(self) -> Stream:
        return Stream("organisation", self.id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.id]


class Membership(Model):
    """A person's role in an organisation, from a moment until another. Never overwritten."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        Index(
            "uq_membership_current",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_where=text("ends_at IS NULL"),
        ),
        Index("ix_membership_organisation_id_person_id", "organisation_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[Role]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[UUID | None]
    ended_by: Mapped[UUID | None]

    organisation: Mapped[Organisation] = relationship()


class Invitation(Model):
    """An offer of a role to a mail address: single use, expiring, bound to that address."""

    __tablename__ = "invitation"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str]
    role: Mapped[Role]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
