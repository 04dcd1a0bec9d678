"""An evaluation: the panel, its declarations, its scores, and the decision with its letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import Challenge, Criterion
from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.workflow import Stateful
from marketplace.proposals.models import Proposal


class EvaluationState(StrEnum):
    """How far a panel is. Screening and declarations run beside each other before scoring."""

    SETTING_UP = "setting_up"  # panel and chair are named, screening, declarations
    SCORING = "scoring"
    CONSENSUS = "consensus"  # the panel is frozen, the chair settles differences
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    DECIDED = "decided"  # awarded or unsuccessful


class Evaluation(Stateful, Model):
    """The judging of one challenge's proposals, begun by the opening."""

    __tablename__ = "evaluation"

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id"), unique=True)
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.SETTING_UP)
    due_at: Mapped[datetime | None]  # when scores are wanted
    recommendation: Mapped[str] = mapped_column(default="")  # the chair's reasons
    recommends_award: Mapped[bool | None]
    recommended_by: Mapped[UUID | None]
    recommended_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approval_note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # the ranking as it was decided upon

    challenge: Mapped[Challenge] = relationship()
    members: Mapped[list[PanelMember]] = relationship(back_populates="evaluation")

    @property
    def event_stream(self) -> Stream:
        return Stream("challenge", self.challenge_id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.challenge.agency_id]


class PanelMember(Model):
    """An evaluator on a panel, from a moment until another."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("evaluation_id", "person_id"),)

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    is_chair: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[UUID]
    left_at: Mapped[datetime | None]
    left_reason: Mapped[str | None]
    keeps_scores: Mapped[bool | None]  # of who left: kept or void, recorded

    evaluation: Mapped[Evaluation] = relationship(back_populates="members")


class Interest(StrEnum):
    """What an evaluator declares about one bidder."""

    NONE = "none"
    CONFLICT = "conflict"


class Declaration(Model):
    """An evaluator's declaration of interests on one proposal. A conflict recuses and closes it."""

    __tablename__ = "declaration"
    __table_args__ = (UniqueConstraint("member_id", "proposal_id"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("panel_member.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    interest: Mapped[Interest]
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]


class Screening(Model):
    """Whether a proposal is eligible, with the reason."""

    __tablename__ = "screening"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    is_eligible: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID]
    at: Mapped[datetime]


class ScoreSheet(Model):
    """One evaluator's scores of one proposal: open until locked."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("member_id", "proposal_id"),
        Index("ix_score_sheet_proposal_id", "proposal_id"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("panel_member.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    version: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]  # a conflict found later: kept on record, counts for nothing
    void_reason: Mapped[str | None]

    scores: Mapped[list[Score]] = relationship(back_populates="sheet", cascade="all, delete-orphan")


class Score(Model):
    """A score on one criterion; none and *not applicable* differ from zero."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("value IS NULL OR value >= 0", name="value_not_negative"),
        CheckConstraint("NOT (is_not_applicable AND value IS NOT NULL)", name="value_or_not_applicable"),
    )

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("score_sheet.id", ondelete="CASCADE"))
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"))
    value: Mapped[int | None]  # points; a rating's points; yes 1, no 0
    is_not_applicable: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(default="")
    is_comment_released: Mapped[bool] = mapped_column(default=False)  # by the chair, into the letter

    sheet: Mapped[ScoreSheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Consensus(Model):
    """The chair's score where the panel's differ; it stands for the panel."""

    __tablename__ = "consensus"
    __table_args__ = (UniqueConstraint("proposal_id", "criterion_id"),)

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"))
    value: Mapped[int]
    reason: Mapped[str]
    by_id: Mapped[UUID]
    at: Mapped[datetime]


class TieVote(Model):
    """A panel member's vote between proposals of equal total."""

    __tablename__ = "tie_vote"
    __table_args__ = (UniqueConstraint("evaluation_id", "member_id"),)

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("panel_member.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))


class Letter(Model):
    """What a proposer is told after the decision: own scores, released comments, rank, the winner's name."""

    __tablename__ = "letter"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    content: Mapped[dict[str, Any]]  # scores, comments, rank; words are made in the reader's language
    sent_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
