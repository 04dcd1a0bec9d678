"""A case study: one thread of work, and its editions, which are what anybody reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key, new_random_id
from marketplace.core.workflow import Stateful
from marketplace.organisations.models import Organisation
from marketplace.pilots.models import Outcome, Pilot


class CaseStudy(Model):
    """What a pilot taught; its editions carry the words."""

    __tablename__ = "case_study"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_random_id)
    key: Mapped[str] = mapped_column(unique=True, default=new_key)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"), unique=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    startup_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    outcome: Mapped[Outcome | None]  # none: the pilot was terminated
    country: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sectors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)

    pilot: Mapped[Pilot] = relationship()
    agency: Mapped[Organisation] = relationship(foreign_keys=[agency_id])
    startup: Mapped[Organisation] = relationship(foreign_keys=[startup_id])
    editions: Mapped[list[Edition]] = relationship(order_by="Edition.number", back_populates="case_study")


class EditionState(StrEnum):
    """Product rules, "Case study"."""

    DRAFT = "draft"
    CLEARANCE = "clearance"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"


READABLE_STATES = (EditionState.PUBLISHED, EditionState.SUPERSEDED)


class Edition(Stateful, Model):
    """One version of a case study as a whole text. What is below it has no access rule of its own."""

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("case_study_id", "number"),
        Index("ix_edition_search", "search", postgresql_using="gin"),
        Index("ix_edition_state_published_at_id", "state", "published_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_random_id)
    case_study_id: Mapped[UUID] = mapped_column(ForeignKey("case_study.id"))
    number: Mapped[int]
    state: Mapped[EditionState] = mapped_column(default=EditionState.DRAFT)
    label: Mapped[str] = mapped_column(default="CLEAR")  # TLP 2.0
    language: Mapped[str]  # of the original text
    figures: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # up to three: {value, words}
    version: Mapped[int] = mapped_column(default=0)  # counts saves; a clearance names the one that it is for
    sha256: Mapped[str | None]  # of the words in clearance
    published_at: Mapped[datetime | None]
    correction: Mapped[str] = mapped_column(default="")  # what this edition corrects in the one before
    retracted_at: Mapped[datetime | None]
    retraction_reason: Mapped[str] = mapped_column(default="")
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    case_study: Mapped[CaseStudy] = relationship(back_populates="editions")
    texts: Mapped[list[EditionText]] = relationship(cascade="all, delete-orphan")
    claims: Mapped[list[Claim]] = relationship(order_by="Claim.position", cascade="all, delete-orphan")
    clearances: Mapped[list[Clearance]] = relationship(order_by="Clearance.at")

    @property
    def event_stream(self) -> Stream:
        return Stream("case_study", self.case_study_id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.case_study.agency_id, self.case_study.startup_id]


class EditionText(Model):
    """The words of an edition in one language. Markdown, but for title and summary."""

    __tablename__ = "edition_text"
    __table_args__ = (UniqueConstraint("edition_id", "language"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    language: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    solution: Mapped[str] = mapped_column(default="")
    cost: Mapped[str] = mapped_column(default="")
    lessons: Mapped[str] = mapped_column(default="")
    replication: Mapped[str] = mapped_column(default="")
    translated_by: Mapped[str] = mapped_column(default="")


class Claim(Model):
    """A sentence of the results, tied to a verified measurement of the pilot."""

    __tablename__ = "claim"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    words: Mapped[dict[str, Any]]  # language -> sentence
    actual_id: Mapped[UUID | None] = mapped_column(ForeignKey("kpi_actual.id"))


class Clearance(Model):
    """A side's word that one exact version may be published."""

    __tablename__ = "clearance"
    __table_args__ = (UniqueConstraint("edition_id", "organisation_id", "version"),)

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int]
    sha256: Mapped[str]
    by_id: Mapped[UUID]
    at: Mapped[datetime]
