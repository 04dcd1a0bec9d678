"""A proposal: a frame that others may learn of, and contents that stay closed until the opening."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import Challenge
from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key, new_random_id
from marketplace.core.workflow import Stateful
from marketplace.organisations.models import Organisation


class ProposalState(StrEnum):
    """Product rules, "Proposal"."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    SCREENED_OUT = "screened_out"
    UNDER_EVALUATION = "under_evaluation"
    RESERVE = "reserve"
    AWARDED = "awarded"
    NOT_AWARDED = "not_awarded"
    DECLINED = "declined"
    DISQUALIFIED = "disqualified"


LIVE_STATES = tuple(state for state in ProposalState if state != ProposalState.WITHDRAWN)
OPENED_STATES = (
    ProposalState.OPENED,
    ProposalState.SCREENED_OUT,
    ProposalState.UNDER_EVALUATION,
    ProposalState.RESERVE,
    ProposalState.AWARDED,
    ProposalState.NOT_AWARDED,
    ProposalState.DECLINED,
    ProposalState.DISQUALIFIED,
)
# Steps of the panel: the proposer learns of them with everybody's letters, not before.
INTERNAL_STATES = (ProposalState.SCREENED_OUT, ProposalState.UNDER_EVALUATION)


class Proposal(Stateful, Model):
    """The frame: whose answer to which challenge, and how far it is."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_one_live",
            "challenge_id",
            "startup_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_proposal_startup_id_state", "startup_id", "state"),
        Index("ix_proposal_challenge_id_state", "challenge_id", "state"),
    )

    # Version 4: a time-ordered id would tell when, and with others how many.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_random_id)
    key: Mapped[str] = mapped_column(unique=True, default=new_key)
    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id"))
    startup_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.DRAFT)
    last_saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]  # receipt of the version that stands
    opened_at: Mapped[datetime | None]
    price_minor: Mapped[int | None]  # sum of the milestones; written at the opening
    state_reason: Mapped[str | None]  # screened out, disqualified, declined

    challenge: Mapped[Challenge] = relationship()
    startup: Mapped[Organisation] = relationship()

    @property
    def event_stream(self) -> Stream:
        return Stream("proposal", self.id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        if self.state in INTERNAL_STATES:
            return [self.challenge.agency_id]
        if self.state in OPENED_STATES:
            return [self.startup_id, self.challenge.agency_id]
        return [self.startup_id]


class Section(StrEnum):
    """The parts of a proposal's text, in their order."""

    SUMMARY = "summary"
    APPROACH = "approach"
    EVIDENCE = "evidence"
    TEAM = "team"
    DATA_SECURITY = "data_security"
    PRICE = "price"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    DOCUMENTS = "documents"


class DraftSection(Model):
    """What the team is writing in one section. Only `proposals/contents.py` reads or writes it."""

    __tablename__ = "proposal_section"
    __table_args__ = (UniqueConstraint("proposal_id", "section"),)

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    section: Mapped[Section]
    number: Mapped[int] = mapped_column(default=0)  # counts the saves: a form names the one it began from
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the fields of `sections.py`
    by_id: Mapped[UUID]
    at: Mapped[datetime]


class DraftRevision(Model):
    """What a section said before it was saved over, or what could not take its place: no text is lost."""

    __tablename__ = "proposal_revision"
    __table_args__ = (Index("ix_proposal_revision_proposal_id_section", "proposal_id", "section", "at"),)

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    section: Mapped[Section]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    by_id: Mapped[UUID]
    at: Mapped[datetime]
    is_aside: Mapped[bool] = mapped_column(default=False)  # typed while somebody else saved; never stood


class Comment(Model):
    """A word between members of the team, beside a section."""

    __tablename__ = "proposal_comment"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    section: Mapped[Section]
    by_id: Mapped[UUID]
    at: Mapped[datetime]
    text: Mapped[str]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]


class Submission(Model):
    """A sent version: its exact bytes, their hash and the receipt. The last one that stands counts."""

    __tablename__ = "proposal_submission"
    __table_args__ = (
        CheckConstraint("replaced_at IS NULL OR replaced_at >= received_at", name="replaced_after_receipt"),
        UniqueConstraint("receipt_code"),
        Index("uq_submission_standing", "proposal_id", unique=True, postgresql_where=text("replaced_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_random_id)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    receipt_code: Mapped[str]
    received_at: Mapped[datetime]
    sha256: Mapped[str]
    bundle: Mapped[bytes] = mapped_column(deferred=True)  # the exact bytes that were hashed
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)  # pinned to this version
    submitted_by: Mapped[UUID]
    replaced_at: Mapped[datetime | None]  # by a later version or a withdrawal
