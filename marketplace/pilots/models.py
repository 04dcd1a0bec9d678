"""A pilot: its agreement, milestones, KPIs and the record that a case study is drafted from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.challenges.models import Challenge
from marketplace.core.database import Model
from marketplace.core.events import Stream
from marketplace.core.ids import new_key
from marketplace.core.money import Money
from marketplace.core.workflow import Stateful
from marketplace.organisations.models import Organisation
from marketplace.proposals.models import Proposal


class PilotState(StrEnum):
    """Product rules, "Pilot"."""

    AGREEMENT = "agreement"
    ACTIVE = "active"
    CLOSING = "closing"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    NOT_SIGNED = "not_signed"  # a side did not sign: the next reserve steps up, or nobody


ENDED = frozenset({PilotState.COMPLETED, PilotState.TERMINATED, PilotState.NOT_SIGNED})


class Outcome(StrEnum):
    """How a completed pilot ended."""

    SUCCESS = "success"
    PARTIAL = "partial"
    NO_SUCCESS = "no_success"


class Pilot(Stateful, Model):
    """A paid trial of an awarded proposal."""

    __tablename__ = "pilot"
    __table_args__ = (
        Index("ix_pilot_agency_id_state", "agency_id", "state"),
        Index("ix_pilot_startup_id_state", "startup_id", "state"),
    )

    key: Mapped[str] = mapped_column(unique=True, default=new_key)
    challenge_id: Mapped[UUID] = mapped_column(ForeignKey("challenge.id"), index=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    startup_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[PilotState] = mapped_column(default=PilotState.AGREEMENT)
    title: Mapped[str]
    currency: Mapped[str]
    zone: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    activated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    outcome_reason: Mapped[str] = mapped_column(default="")
    lessons_agency: Mapped[str] = mapped_column(default="")
    lessons_startup: Mapped[str] = mapped_column(default="")

    challenge: Mapped[Challenge] = relationship()
    proposal: Mapped[Proposal] = relationship()
    agency: Mapped[Organisation] = relationship(foreign_keys=[agency_id])
    startup: Mapped[Organisation] = relationship(foreign_keys=[startup_id])
    agreements: Mapped[list[AgreementVersion]] = relationship(
        order_by="AgreementVersion.number", back_populates="pilot"
    )
    milestones: Mapped[list[Milestone]] = relationship(order_by="Milestone.position", back_populates="pilot")
    kpis: Mapped[list[Kpi]] = relationship(order_by="Kpi.position", back_populates="pilot")

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def last_version(self) -> AgreementVersion | None:
        """The version of the agreement that can be signed."""
        return max(self.agreements, key=lambda version: version.number, default=None)

    def today(self, now: datetime) -> date:
        """The day in the pilot's zone."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def event_stream(self) -> Stream:
        return Stream("pilot", self.id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return [self.agency_id, self.startup_id]


class AgreementVersion(Model):
    """The agreement's text as one of its versions; each signature is over one version's hash."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("pilot_id", "number"),)

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"))
    number: Mapped[int]
    terms: Mapped[str]  # Markdown: what the sides wrote
    text: Mapped[str]  # the terms with the annex of milestones and measures: what is signed
    sha256: Mapped[str]
    by_id: Mapped[UUID]
    at: Mapped[datetime]

    pilot: Mapped[Pilot] = relationship(back_populates="agreements")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.at")

    def signature_of(self, organisation_id: UUID | None) -> Signature | None:
        """A side's signature under this version."""
        return next((one for one in self.signatures if one.organisation_id == organisation_id), None)


class Signature(Model):
    """A side's signature under one version."""

    __tablename__ = "agreement_signature"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID]
    sha256: Mapped[str]  # of the text that was signed
    at: Mapped[datetime]


class MilestoneState(StrEnum):
    """Product rules, "Pilot"; returned work is delivered again."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Milestone(Stateful, Model):
    """A step of the pilot with its deliverable, its price and its payment outside the marketplace."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint(
            "payment_confirmed_at IS NULL OR payment_recorded_at IS NOT NULL", name="confirmed_after_recorded"
        ),
        UniqueConstraint("pilot_id", "position"),
    )

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"))
    position: Mapped[int]
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PLANNED)
    title: Mapped[str]
    deliverable: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    price_minor: Mapped[int]
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[UUID | None]
    delivery_note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision_note: Mapped[str] = mapped_column(default="")
    times_returned: Mapped[int] = mapped_column(default=0)
    payment_reference: Mapped[str | None]  # paid outside the marketplace, recorded by the agency
    paid_on: Mapped[date | None]
    payment_recorded_at: Mapped[datetime | None]
    payment_recorded_by: Mapped[UUID | None]
    payment_confirmed_at: Mapped[datetime | None]  # by the startup
    payment_confirmed_by: Mapped[UUID | None]

    pilot: Mapped[Pilot] = relationship(back_populates="milestones")
    returns: Mapped[list[MilestoneReturn]] = relationship(order_by="MilestoneReturn.returned_at")

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.pilot.currency)

    @property
    def event_stream(self) -> Stream:
        return Stream("pilot", self.pilot_id)

    @property
    def event_readers(self) -> Iterable[UUID]:
        return self.pilot.event_readers


class MilestoneReturn(Model):
    """A delivery that was returned, with the reasons: kept when the milestone is delivered anew."""

    __tablename__ = "milestone_return"

    milestone_id: Mapped[UUID] = mapped_column(ForeignKey("milestone.id"), index=True)
    delivered_at: Mapped[datetime]
    delivered_by: Mapped[UUID]
    delivery_note: Mapped[str]
    returned_at: Mapped[datetime]
    returned_by: Mapped[UUID]
    reasons: Mapped[str]


class Direction(StrEnum):
    """Whether more or less is better."""

    UP = "up"
    DOWN = "down"


class Kpi(Model):
    """A measure of success: unit, direction, baseline and target."""

    __tablename__ = "kpi"
    __table_args__ = (CheckConstraint("baseline <> target", name="target_differs_from_baseline"),)

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str]
    direction: Mapped[Direction]
    baseline: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    target: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    method: Mapped[str] = mapped_column(default="")

    pilot: Mapped[Pilot] = relationship(back_populates="kpis")
    actuals: Mapped[list[Actual]] = relationship(order_by="Actual.measured_on", back_populates="kpi")


class Actual(Model):
    """A dated measurement, reported by one person and verified by another."""

    __tablename__ = "kpi_actual"
    __table_args__ = (
        CheckConstraint("verified_by IS NULL OR verified_by <> reported_by", name="verifier_is_not_reporter"),
        CheckConstraint("refused_by IS NULL OR refused_by <> reported_by", name="refuser_is_not_reporter"),
        CheckConstraint("verified_at IS NULL OR refused_at IS NULL", name="verified_or_refused"),
        Index("ix_kpi_actual_kpi_id_measured_on", "kpi_id", "measured_on"),
        Index(
            "uq_kpi_actual_standing",
            "kpi_id",
            "measured_on",
            unique=True,
            postgresql_where=text("refused_at IS NULL"),
        ),
    )

    kpi_id: Mapped[UUID] = mapped_column(ForeignKey("kpi.id"))
    measured_on: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    evidence: Mapped[str] = mapped_column(default="")
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    refused_by: Mapped[UUID | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")

    kpi: Mapped[Kpi] = relationship(back_populates="actuals")

    @property
    def is_open(self) -> bool:
        """Whether nobody has verified it, or said that it is not."""
        return self.verified_at is None and self.refused_at is None


class EntryKind(StrEnum):
    """What is written into a pilot's record beside its milestones."""

    NOTE = "note"
    DECISION = "decision"
    RISK = "risk"


class RecordEntry(Model):
    """A note, a decision or a risk; a risk has an owner and a next step, and is closed with a word."""

    __tablename__ = "pilot_record"
    __table_args__ = (Index("ix_pilot_record_pilot_id_kind_at", "pilot_id", "kind", "at"),)

    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"))
    kind: Mapped[EntryKind]
    text: Mapped[str]
    owner: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    closing_word: Mapped[str] = mapped_column(default="")
