"""An evaluation: the panel, its declarations, its scores, and the decision with its letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import Challenge, ChallengeState, Criterion
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


class Unsuccessful(StrEnum):
    """Why a challenge ends without an award; public."""

    NO_PROPOSALS = "no_proposals"
    NONE_ELIGIBLE = "none_eligible"
    NONE_ABOVE_MINIMUMS = "none_above_minimums"
    DECLINED = "declined"  # the winner declined and no reserve stepped up
    OTHER = "other"


class Evaluation(Stateful, Model):
    """The judging of one challenge's proposals, begun by the opening."""

    __tablename__ = "evaluation"

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id"), unique=True)
    state: Mapped[EvaluationState] = mapped_column(default=EvaluationState.SETTING_UP)
    due_at: Mapped[datetime | None]  # when scores are wanted
    scoring_began_at: Mapped[datetime | None]
    recommendation: Mapped[str] = mapped_column(default="")  # the chair's reasons
    recommends_award: Mapped[bool | None]
    unsuccessful_because: Mapped[Unsuccessful | None]
    public_reason: Mapped[str] = mapped_column(default="")  # what the public result and the letters say
    reserves: Mapped[int] = mapped_column(default=2)  # how many of the next ranks are kept in reserve
    recommended_by: Mapped[UUID | None]
    recommended_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approval_note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # the ranking as it was recommended and decided upon

    challenge: Mapped[Challenge] = relationship()
    members: Mapped[list[PanelMember]] = relationship(back_populates="evaluation", order_by="PanelMember.created_at")

    @property
    def is_frozen(self) -> bool:
        """The panel no longer scores."""
        return self.state in FROZEN_STATES

    @property
    def was_cancelled(self) -> bool:
        """Its challenge was cancelled: nobody goes on, what was done stays on record."""
        return self.challenge.state == ChallengeState.CANCELLED

    @property
    def event_stream(self) -> Stream:
        return Stream("challenge", self.challenge_id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.challenge.agency_id]


FROZEN_STATES = (
    EvaluationState.CONSENSUS,
    EvaluationState.RECOMMENDED,
    EvaluationState.APPROVED,
    EvaluationState.DECIDED,
)


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


class Exemption(Model):
    """A proposal that a seat does not score, from a moment until another. Without one a seat scores them all."""

    __tablename__ = "exemption"
    __table_args__ = (
        Index(
            "uq_exemption_current",
            "member_id",
            "proposal_id",
            unique=True,
            postgresql_where=text("ends_at IS NULL"),
        ),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("panel_member.id"))
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), index=True)
    starts_at: Mapped[datetime]
    starts_by: Mapped[UUID]
    ends_at: Mapped[datetime | None]
    ends_by: Mapped[UUID | None]


class Acquaintance(Model):
    """That somebody took part in a pilot of an agency and a startup: learnt from the pilots' events."""

    __tablename__ = "acquaintance"
    __table_args__ = (UniqueConstraint("startup_id", "agency_id", "person_id"),)

    startup_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


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


class NoteKind(StrEnum):
    """What needs its reason written down."""

    UNLOCKED = "unlocked"
    CONFLICT_FOUND = "conflict_found"
    MEMBER_LEFT = "member_left"
    CHANGES_REQUESTED = "changes_requested"
    REOPENED = "reopened"
    PROPOSAL_DISQUALIFIED = "proposal_disqualified"


class EvaluationNote(Model):
    """The dated reason of a deed that is out of the ordinary; the decision record prints them."""

    __tablename__ = "evaluation_note"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"), index=True)
    kind: Mapped[NoteKind]
    at: Mapped[datetime]
    by_id: Mapped[UUID]
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("panel_member.id"))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    text: Mapped[str]


class Succession(Model):
    """A winner goes: the next reserve steps up, or nobody does. Proposed by one person, confirmed by another."""

    __tablename__ = "succession"
    __table_args__ = (
        Index("uq_succession_one_open", "evaluation_id", unique=True, postgresql_where=text("confirmed_at IS NULL")),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
    )

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation.id"))
    leaving_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"))
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))  # none: unsuccessful
    reason: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class PublicResult(Model):
    """What everybody may know of a decision. A later one (a reserve stepped up) joins it; the latest stands."""

    __tablename__ = "public_result"
    __table_args__ = (Index("ix_public_result_challenge_id_at", "challenge_id", "at"),)

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id"))
    at: Mapped[datetime]
    unsuccessful_because: Mapped[Unsuccessful | None]
    reason: Mapped[str] = mapped_column(default="")
    received: Mapped[int]  # proposals
    winners: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # organisations' identifiers
    ranking: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # [{rank, total, startup_id of winners}]
