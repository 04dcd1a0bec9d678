"""People: an account, what names it (erasable), how it signs in and where it is signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.events import Stream


class Person(Model):
    """An account. Events point here; who it was stands in `PersonDetails`, which can be erased."""

    __tablename__ = "person"

    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str | None]
    erased_at: Mapped[datetime | None]

    details: Mapped[PersonDetails | None] = relationship(back_populates="person", uselist=False)

    @property
    def may_sign_in(self) -> bool:
        """Neither suspended nor erased."""
        return self.suspended_at is None and self.erased_at is None

    @property
    def event_stream(self) -> Stream:
        return Stream("person", self.id)

    @property
    def event_readers(self) -> list[UUID]:
        return []


class PersonDetails(Model):
    """What names a person: the row that an erasure removes."""

    __tablename__ = "person_details"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(unique=True)  # folded to lower case
    email_confirmed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="details")


class OfficerName(Model):
    """The name alone of an erased person who decided something in a public office: it stays on the decision."""

    __tablename__ = "officer_name"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str]


class Credential(Model):
    """A person's password, as argon2id."""

    __tablename__ = "credential"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignIn(Model):
    """A browser in which a person is signed in, and the organisation that the person acts for there."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person_id_ended_at", "person_id", "ended_at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID | None]  # acting as; organisations stand on a higher floor
    last_seen_at: Mapped[datetime]
    agent: Mapped[str]
    place: Mapped[str]  # network address cut to its prefix
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class TicketKind(StrEnum):
    """What a mailed, single-use link is for."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    CHANGE_EMAIL_OLD = "change_email_old"
    CHANGE_EMAIL_NEW = "change_email_new"
    FIRST_ADMINISTRATOR = "first_administrator"


class Ticket(Model):
    """A mailed link: works once, until it expires; only the hash of its token is kept."""

    __tablename__ = "ticket"

    kind: Mapped[TicketKind]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Attempt(Model):
    """A try that counts towards a limit, by what and by whom (hashed)."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_created_at", "key", "created_at"),)

    key: Mapped[str]


class KeptForm(Model):
    """What somebody typed when the session had expired; it waits for the sign-in of the same person."""

    __tablename__ = "kept_form"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str]
    fields: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)
