"""A challenge: its texts by language, its criteria, dates, and what was said after publication."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges import amounts
from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key
from marketplace.core.money import Money
from marketplace.core.text import slugify
from marketplace.core.workflow import Stateful
from marketplace.core.writing.history import Revision
from marketplace.organisations.models import Organisation


class ChallengeState(StrEnum):
    """Stored states; open and closed are derived from the clock."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    EDITS_REQUESTED = "edits_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    EVALUATION = "evaluation"
    AWARDED = "awarded"
    UNSUCCESSFUL = "unsuccessful"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


PUBLIC_STATES = (
    ChallengeState.PUBLISHED,
    ChallengeState.EVALUATION,
    ChallengeState.AWARDED,
    ChallengeState.UNSUCCESSFUL,
    ChallengeState.WITHDRAWN,
    ChallengeState.CANCELLED,
)


class TieBreak(StrEnum):
    """What decides between equal totals; chosen at authoring, frozen at publication."""

    CRITERION = "criterion"
    LOWER_PRICE = "lower_price"
    EARLIER_RECEIPT = "earlier_receipt"
    PANEL_VOTE = "panel_vote"
    SHARED = "shared"


class Challenge(Stateful, Model):
    """A need that an agency publishes and startups answer with proposals."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint(
            "publish_at IS NULL OR deadline IS NULL OR publish_at < deadline", name="opens_before_deadline"
        ),
        CheckConstraint("budget_minor IS NULL OR budget_minor >= 0", name="budget_not_negative"),
        CheckConstraint("prize_minor IS NULL OR prize_minor >= 0", name="prize_not_negative"),
        UniqueConstraint("source", "source_id"),
        Index("ix_challenge_search", "search", postgresql_using="gin"),
        Index("ix_challenge_topics", "topics", postgresql_using="gin"),
        Index("ix_challenge_publish_at_id", "publish_at", "id"),
        Index("ix_challenge_deadline_id", "deadline", "id"),
        Index("ix_challenge_amount_id", "amount", "id"),
        Index("ix_challenge_state_amount_id", "state", "amount", "id"),
        Index("ix_challenge_agency_id_state", "agency_id", "state"),
    )

    key: Mapped[str] = mapped_column(unique=True, default=new_key)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    author_id: Mapped[UUID | None]  # none: imported
    state: Mapped[ChallengeState] = mapped_column(default=ChallengeState.DRAFT)
    language: Mapped[str] = mapped_column(default="en")  # of the original text
    zone: Mapped[str] = mapped_column(default="UTC")  # IANA name: dates are printed in it
    currency: Mapped[str] = mapped_column(default="EUR")
    publish_at: Mapped[datetime | None]  # visible from then on; no job is needed
    deadline: Mapped[datetime | None]
    decision_due: Mapped[datetime | None]
    pilot_starts: Mapped[datetime | None]
    pilot_months: Mapped[int | None]
    budget_minor: Mapped[int | None]
    prize_minor: Mapped[int | None]
    prize_words: Mapped[str | None]  # as a foreign site worded it
    amount: Mapped[int] = mapped_column(Computed(amounts.AMOUNT, persisted=True), deferred=True)
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sectors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    proposal_languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=lambda: ["en", "ar", "fr"])
    tie_break: Mapped[TieBreak] = mapped_column(default=TieBreak.LOWER_PRICE)
    tie_break_criterion_id: Mapped[UUID | None]
    criteria_hash: Mapped[str | None]  # set at publication
    published_hash: Mapped[str | None]  # of all texts, dates and money at publication
    published_by: Mapped[UUID | None]
    outcome_reason: Mapped[str | None]  # public: withdrawn, cancelled, unsuccessful
    editors_since_review: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    preview_hash: Mapped[str | None]  # of the secret preview link's token
    external_url: Mapped[str | None]  # lives on another site: no proposals here
    source: Mapped[str | None]  # "challenge-gov"
    source_id: Mapped[str | None]
    source_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)
    cloned_from: Mapped[UUID | None]
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    agency: Mapped[Organisation] = relationship()
    texts: Mapped[list[ChallengeText]] = relationship(back_populates="challenge", cascade="all, delete-orphan")
    criteria: Mapped[list[Criterion]] = relationship(
        order_by="Criterion.position", back_populates="challenge", cascade="all, delete-orphan"
    )
    stages: Mapped[list[StageDate]] = relationship(order_by="StageDate.position", cascade="all, delete-orphan")
    notices: Mapped[list[ChallengeNotice]] = relationship(order_by="ChallengeNotice.at", cascade="all, delete-orphan")

    @hybrid_method
    def is_open(self, now: datetime) -> bool:
        """Published, visible and before its deadline, to the microsecond."""
        if self.state != ChallengeState.PUBLISHED or self.publish_at is None or self.deadline is None:
            return False
        return self.publish_at <= now <= self.deadline

    @is_open.inplace.expression  # type: ignore[attr-defined]  # mypy takes the hybrid for a method
    @classmethod
    def _is_open_sql(cls, now: datetime) -> ColumnElement[bool]:
        return and_(cls.state == ChallengeState.PUBLISHED, cls.publish_at <= now, cls.deadline >= now)

    @property
    def is_external(self) -> bool:
        """Answered on another site, or imported: no proposals are taken here."""
        return self.external_url is not None or self.source is not None

    @property
    def budget(self) -> Money | None:
        return None if self.budget_minor is None else Money(self.budget_minor, self.currency)

    @property
    def prize(self) -> Money | None:
        return None if self.prize_minor is None else Money(self.prize_minor, self.currency)

    def text(self, language: str) -> ChallengeText:
        """The texts in that language, else in the original's; the caller says which it got."""
        found = self.text_in(language)
        return found if found is not None and found.title else self.original

    def text_in(self, language: str) -> ChallengeText | None:
        """The texts that were begun in that language, or None."""
        return next((text for text in self.texts if text.language == language), None)

    @property
    def original(self) -> ChallengeText:
        """The texts in the language that the challenge was written in."""
        return self.text_in(self.language) or self.texts[0]

    @property
    def languages(self) -> list[str]:
        """The languages in which a reader finds this challenge, the original's first."""
        others = [text.language for text in self.texts if text.title and text.language != self.language]
        return [self.language, *sorted(others)]

    @property
    def title(self) -> str:
        """The title in the original's language, for where no reader's language is known."""
        return self.original.title

    def slug(self, language: str) -> str:
        """The readable part of its address, in the words of the language that the reader gets."""
        return slugify(self.text(language).title)

    @property
    def decision_expected(self) -> datetime | None:
        """When the decision is due; none once an extension has overtaken that date."""
        return (
            self.decision_due if self.decision_due and self.deadline and self.decision_due > self.deadline else None
        )

    @property
    def pilot_expected(self) -> datetime | None:
        """When the pilot starts; none once an extension has overtaken that date."""
        return (
            self.pilot_starts if self.pilot_starts and self.deadline and self.pilot_starts > self.deadline else None
        )

    @property
    def moments(self) -> list[datetime]:
        """Every moment at which its page turns by itself: its publication, its deadline, its stages."""
        stages = [moment for stage in self.stages for moment in (stage.starts_at, stage.ends_at)]
        dates = (self.publish_at, self.deadline, self.decision_expected, self.pilot_expected, *stages)
        return [moment for moment in dates if moment is not None]

    @property
    def public_notices(self) -> list[ChallengeNotice]:
        """What readers are told since publication: corrections and extensions, oldest first."""
        return [notice for notice in self.notices if notice.kind != NoticeKind.EDITS_REQUESTED]

    def is_visible(self, now: datetime) -> bool:
        """Whether the public sees it."""
        return self.state in PUBLIC_STATES and self.publish_at is not None and self.publish_at <= now

    def is_scheduled(self, now: datetime) -> bool:
        """Frozen, and waiting for its moment."""
        return self.state == ChallengeState.PUBLISHED and self.publish_at is not None and self.publish_at > now

    def is_closed(self, now: datetime) -> bool:
        """Past its deadline, and nothing has been opened yet."""
        return self.state == ChallengeState.PUBLISHED and self.deadline is not None and now > self.deadline

    @property
    def event_stream(self) -> Stream:
        return Stream("challenge", self.id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.agency_id]


class ChallengeText(Model):
    """The words of a challenge in one language. Markdown, but for title and summary."""

    __tablename__ = "challenge_text"
    __table_args__ = (UniqueConstraint("challenge_id", "language"),)

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"))
    language: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    outcomes: Mapped[str] = mapped_column(default="")
    context: Mapped[str] = mapped_column(default="")
    eligibility: Mapped[str] = mapped_column(default="")
    judging: Mapped[str] = mapped_column(default="")
    stages_note: Mapped[str] = mapped_column(default="")
    budget_note: Mapped[str] = mapped_column(default="")
    intellectual_property: Mapped[str] = mapped_column(default="")
    data_security: Mapped[str] = mapped_column(default="")
    adoption_route: Mapped[str] = mapped_column(default="")
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)  # section -> number, for autosave conflicts

    challenge: Mapped[Challenge] = relationship(back_populates="texts")


class CriterionKind(StrEnum):
    """How a criterion is scored; product rules, "Evaluation", ranking."""

    POINTS = "points"
    RATING = "rating"
    YES_NO = "yes_no"
    PRICE = "price"


class Criterion(Model):
    """One thing that proposals are judged by. Frozen at publication."""

    __tablename__ = "criterion"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_in_percent"),
        CheckConstraint("scale > 0", name="scale_positive"),
        UniqueConstraint("challenge_id", "position", deferrable=True, initially="DEFERRED"),
    )

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[CriterionKind]
    name: Mapped[str]
    guidance: Mapped[str] = mapped_column(default="")
    translations: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> {name, guidance, labels}
    weight: Mapped[int] = mapped_column(default=0)  # of 100; 0 only informs
    scale: Mapped[int] = mapped_column(default=10)  # highest points that can be given
    labels: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # rating: [{"label": …, "points": …}]
    minimum: Mapped[int | None]  # on the scale; a panel score below it knocks out
    is_required: Mapped[bool] = mapped_column(default=False)  # yes/no: "no" knocks out
    comment_required: Mapped[bool] = mapped_column(default=False)

    challenge: Mapped[Challenge] = relationship(back_populates="criteria")

    def name_in(self, language: str) -> str:
        """The name in that language, else in the challenge's own."""
        return self.translations.get(language, {}).get("name") or self.name

    def guidance_in(self, language: str) -> str:
        """The guidance in that language, else in the challenge's own."""
        return self.translations.get(language, {}).get("guidance") or self.guidance

    def labels_in(self, language: str) -> list[dict[str, Any]]:
        """A rating's labels with their points, the words in that language where they are given."""
        words = self.translations.get(language, {}).get("labels") or []
        return [
            {
                "label": (words[place] if place < len(words) else "") or label["label"],
                "points": label["points"],
            }
            for place, label in enumerate(self.labels)
        ]


class StageDate(Model):
    """A dated step that readers are told of: information day, decision, start of the pilot …"""

    __tablename__ = "stage_date"

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    translations: Mapped[dict[str, Any]] = mapped_column(default=dict)  # language -> {name, note}

    def name_in(self, language: str) -> str:
        """The name in that language, else in the challenge's own."""
        return self.translations.get(language, {}).get("name") or self.name

    def note_in(self, language: str) -> str:
        """The note in that language, else in the challenge's own."""
        return self.translations.get(language, {}).get("note") or self.note


class NoticeKind(StrEnum):
    """What may be added after publication."""

    CORRECTION = "correction"
    EXTENSION = "extension"
    EDITS_REQUESTED = "edits_requested"  # before publication, inside the agency


class ChallengeNotice(Model):
    """A dated word on a challenge: a public correction, an extension, or the reviewer's message."""

    __tablename__ = "challenge_notice"

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NoticeKind]
    at: Mapped[datetime]
    by_id: Mapped[UUID]
    text: Mapped[str]
    old_deadline: Mapped[datetime | None]
    new_deadline: Mapped[datetime | None]


class SectionRevision(Revision, Model):
    """What somebody wrote in a section, kept so that no text is lost when two write at once."""

    __tablename__ = "challenge_section_revision"
    __table_args__ = (Index("ix_challenge_section_revision_place", "challenge_id", "section", "language", "at"),)

    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"))
