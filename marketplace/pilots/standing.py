"""How a pilot stands: its months, money, results and next date. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta

from marketplace.core import charts
from marketplace.core.money import Money, total
from marketplace.pilots.models import Actual, AgreementVersion, Kpi, Milestone, MilestoneState, Pilot


def month_of(pilot: Pilot, today: date) -> tuple[int, int]:
    """Which month of how many a running pilot is in; the first month is 1, and a begun month counts.

    Args:
        today: a day from the pilot's start to its end.
    """
    assert pilot.starts_on
    assert pilot.ends_on
    months = max(1, _months(pilot.starts_on, pilot.ends_on, begun=True))
    return min(months, _months(pilot.starts_on, today) + 1), months


def _months(first: date, last: date, *, begun: bool = False) -> int:
    span = relativedelta(last, first)
    return span.years * 12 + span.months + int(begun and span.days > 0)


def is_late(milestone: Milestone, now: datetime) -> bool:
    """Whether a milestone's day has passed and nothing was delivered, in a pilot that runs on."""
    return (
        milestone.state in {MilestoneState.PLANNED, MilestoneState.RETURNED}
        and milestone.due_on is not None
        and milestone.due_on < milestone.pilot.today(now)
        and not milestone.pilot.has_ended
    )


def next_due(milestones: Iterable[Milestone]) -> Milestone | None:
    """The milestone to deliver next: the earliest day among those that are not delivered."""
    ahead = [
        milestone
        for milestone in milestones
        if milestone.state in {MilestoneState.PLANNED, MilestoneState.RETURNED} and milestone.due_on
    ]
    return min(ahead, key=lambda milestone: (milestone.due_on, milestone.position), default=None)


@dataclass(frozen=True)
class Paid:
    """A pilot's money, all of it paid outside the marketplace.

    Attributes:
        confirmed: recorded by the agency and confirmed by the startup.
        recorded: recorded by the agency alone.
        unpaid: the rest of what was agreed.
    """

    agreed: Money
    confirmed: Money
    recorded: Money
    unpaid: Money


def paid(pilot: Pilot, milestones: Sequence[Milestone]) -> Paid:
    """What of the agreed price was paid; the three parts make the whole."""

    def of(chosen: Iterable[Milestone]) -> Money:
        return total((Money(milestone.price_minor, pilot.currency) for milestone in chosen), pilot.currency)

    return Paid(
        of(milestones),
        of(one for one in milestones if one.payment_confirmed_at),
        of(one for one in milestones if one.payment_recorded_at and not one.payment_confirmed_at),
        of(one for one in milestones if not one.payment_recorded_at),
    )


@dataclass(frozen=True)
class Reading:
    """A measure with its measurements, oldest first; refused ones included."""

    kpi: Kpi
    actuals: Sequence[Actual]

    @property
    def verified(self) -> Sequence[Actual]:
        """Those that count."""
        return [actual for actual in self.actuals if actual.verified_at is not None]

    @property
    def last(self) -> Actual | None:
        """The latest verified measurement."""
        return self.verified[-1] if self.verified else None

    @property
    def waiting(self) -> Sequence[Actual]:
        """Those that nobody has judged yet."""
        return [actual for actual in self.actuals if actual.is_open]

    @property
    def is_met(self) -> bool:
        """Whether the latest verified measurement reaches the target."""
        last = self.last
        return last is not None and charts.kpi_bar(self.kpi.baseline, self.kpi.target, last.value).verdict == "met"


@dataclass(frozen=True)
class Standing:
    """What is needed to say what waits for whom in a pilot.

    Attributes:
        version: number of the agreement's last version; None where there is none.
        signers: the organisations that signed it.
        open_actuals: measurements that nobody has judged.
    """

    pilot: Pilot
    milestones: Sequence[Milestone]
    kpi_count: int
    version: int | None
    signers: frozenset[UUID]
    open_actuals: Sequence[Actual]
    version_at: datetime | None

    @classmethod
    def of(
        cls, pilot: Pilot, kpi_count: int, last: AgreementVersion | None, open_actuals: Sequence[Actual]
    ) -> Standing:
        """How a pilot stands.

        Args:
            last: the agreement's last version with its signatures.
        """
        signers = frozenset(one.organisation_id for one in last.signatures) if last else frozenset()
        number, at = (last.number, last.at) if last else (None, None)
        return cls(pilot, pilot.milestones, kpi_count, number, signers, open_actuals, at)
