"""What proves a claim: a verified measurement, frozen as plain values when the claim is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marketplace.pilots.models import Actual, Direction, Kpi

MOST_POINTS = 120  # of a chart


def plain(value: Decimal) -> str:
    """A measured value without trailing zeros."""
    return f"{value.normalize() + 0:f}"


def verified(kpi: Kpi) -> list[Actual]:
    """The verified measurements of a measure, oldest first."""
    proven = [actual for actual in kpi.actuals if actual.verified_at is not None]
    return sorted(proven, key=lambda actual: (actual.measured_on, actual.id))


def last_verified(kpi: Kpi) -> Actual | None:
    """The latest measurement of a measure that was verified."""
    return next(reversed(verified(kpi)), None)


def is_met(kpi: Kpi, value: Decimal) -> bool:
    """Whether a value reaches the target in the measure's direction."""
    return value >= kpi.target if kpi.direction == Direction.UP else value <= kpi.target


def freeze(kpi: Kpi, actual: Actual) -> dict[str, Any]:
    """A measurement with its measure as JSON, and those before it for a chart; people by their ids alone."""
    before = [known for known in verified(kpi) if known.measured_on <= actual.measured_on]
    return {
        "kpi": kpi.name,
        "unit": kpi.unit,
        "direction": kpi.direction.value,
        "baseline": plain(kpi.baseline),
        "target": plain(kpi.target),
        "value": plain(actual.value),
        "measured_on": actual.measured_on.isoformat(),
        "verified_by": str(actual.verified_by) if actual.verified_by else None,
        "verified_at": actual.verified_at.isoformat() if actual.verified_at else None,
        "series": [[known.measured_on.isoformat(), plain(known.value)] for known in before[-MOST_POINTS:]],
    }


@dataclass(frozen=True)
class Evidence:
    """Frozen evidence, read again."""

    kpi: str
    unit: str
    direction: Direction
    baseline: Decimal
    target: Decimal
    value: Decimal
    measured_on: date
    verified_by: UUID | None
    verified_at: datetime | None
    series: Sequence[tuple[date, Decimal]]

    @property
    def is_met(self) -> bool:
        """Whether the target was reached."""
        return self.value >= self.target if self.direction == Direction.UP else self.value <= self.target


def thaw(frozen: dict[str, Any]) -> Evidence | None:
    """Evidence from its JSON; None of a claim without any."""
    if not frozen:
        return None
    return Evidence(
        kpi=frozen["kpi"],
        unit=frozen["unit"],
        direction=Direction(frozen["direction"]),
        baseline=Decimal(frozen["baseline"]),
        target=Decimal(frozen["target"]),
        value=Decimal(frozen["value"]),
        measured_on=date.fromisoformat(frozen["measured_on"]),
        verified_by=UUID(frozen["verified_by"]) if frozen["verified_by"] else None,
        verified_at=datetime.fromisoformat(frozen["verified_at"]) if frozen["verified_at"] else None,
        series=[(date.fromisoformat(day), Decimal(value)) for day, value in frozen["series"]],
    )
