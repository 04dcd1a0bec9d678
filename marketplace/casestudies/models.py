"""A case study: one thread of work, and its editions, which are what anybody reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key, new_random_id
from marketplace.core.workflow import Stateful
from marketplace.core.writing.history import Revision
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
    country: Mapped[str]  # of the agency, ISO 3166-1 alpha-2

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


OPEN_STATES = (EditionState.PUBLISHED, EditionState.SUPERSEDED)  # their words are read
PUBLIC_STATES = (*OPEN_STATES, EditionState.RETRACTED)  # of a retracted one the tombstone alone
WORKING_STATES = (EditionState.DRAFT, EditionState.CLEARANCE)


class Edition(Stateful, Model):
    """One version of a case study as a whole text. What is below it has no access rule of its own.

    Its own columns hold facts and its lifecycle; its words stand in `EditionText`, so that a tombstone has none.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("case_study_id", "number"),
        Index("ix_edition_search", "search", postgresql_using="gin"),
        Index("ix_edition_state_published_at_id", "state", "published_at", "id"),
        Index(
            "uq_edition_one_published",
            "case_study_id",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_edition_one_in_work",
            "case_study_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'clearance')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_random_id)
    case_study_id: Mapped[UUID] = mapped_column(ForeignKey("case_study.id"))
    number: Mapped[int]
    state: Mapped[EditionState] = mapped_column(default=EditionState.DRAFT)
    label: Mapped[str] = mapped_column(default="CLEAR")  # TLP 2.0
    language: Mapped[str]  # of the original text
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    functions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # NIST CSF 2.0, of the topics
    sectors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    licence: Mapped[str] = mapped_column(default="CC-BY-4.0")  # SPDX
    version: Mapped[int] = mapped_column(default=0)  # counts saves; a clearance names the one that it is for
    sha256: Mapped[str | None]  # of the words in clearance
    asked_at: Mapped[datetime | None]  # when both sides were last asked to clear it
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    retraction_reason: Mapped[str] = mapped_column(default="")
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    case_study: Mapped[CaseStudy] = relationship(back_populates="editions")
    texts: Mapped[list[EditionText]] = relationship(cascade="all, delete-orphan")
    claims: Mapped[list[Claim]] = relationship(order_by="Claim.position", cascade="all, delete-orphan")
    clearances: Mapped[list[Clearance]] = relationship(order_by="Clearance.at")

    def text_in(self, language: str) -> EditionText | None:
        """The words in exactly that language."""
        return next((words for words in self.texts if words.language == language), None)

    @property
    def original(self) -> EditionText:
        """The words in the language that they were written in."""
        found = self.text_in(self.language)
        if found is None:
            raise LookupError("an edition has its original text")
        return found

    def text_for(self, language: str) -> EditionText:
        """What a reader of that language gets: the translation once it has a title, else the original."""
        found = self.text_in(language)
        return found if found is not None and found.title.strip() else self.original

    @property
    def languages(self) -> list[str]:
        """The languages it can be read in, the original's first."""
        others = sorted(words.language for words in self.texts if words.title.strip())
        return [self.language, *(code for code in others if code != self.language)]

    @property
    def is_old(self) -> bool:
        """A newer one has taken its place."""
        return self.state == EditionState.SUPERSEDED

    @property
    def is_in_work(self) -> bool:
        """Not published yet."""
        return self.state in WORKING_STATES

    @property
    def event_stream(self) -> Stream:
        return Stream("case_study", self.case_study_id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.case_study.agency_id, self.case_study.startup_id]


class EditionText(Model):
    """The words of an edition in one language. Markdown, but for title, summary and figures."""

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
    correction: Mapped[str] = mapped_column(default="")  # what this edition corrects in the one before
    figures: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # up to three: {before, value, words}
    translated_by: Mapped[str] = mapped_column(default="")
    translated_from: Mapped[int | None]  # the number of the edition whose original was translated
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)  # section -> number, for conflicts of autosave


class Claim(Model):
    """A sentence of the results, tied to a verified measurement of the pilot.

    The evidence is frozen beside it: the edition is one text, cleared as it stands and read without the pilot.
    """

    __tablename__ = "claim"

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    words: Mapped[dict[str, Any]]  # language -> sentence
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> where the measurement is from
    actual_id: Mapped[UUID | None] = mapped_column(ForeignKey("kpi_actual.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)  # see evidence.py; empty without a measurement

    def sentence(self, language: str, original: str) -> str:
        """The sentence in a language, else in the original's."""
        return str(self.words.get(language) or self.words.get(original) or "")

    def source(self, language: str, original: str) -> str:
        """Where the measurement is from, in a language, else in the original's."""
        return str(self.sources.get(language) or self.sources.get(original) or "")


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


class EditionRevision(Revision, Model):
    """A section as somebody saved it, or tried to after somebody else had: no text is lost."""

    __tablename__ = "edition_revision"
    __table_args__ = (
        Index("ix_edition_revision_edition_id_section_language_at", "edition_id", "section", "language", "at"),
    )

    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    organisation_id: Mapped[UUID]
