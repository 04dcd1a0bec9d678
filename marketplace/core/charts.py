"""Where the parts of a chart lie: pure geometry; the macros of `components/charts.html` only draw it.

Across the page everything is in percent of the drawing's width, down the page in pixels, so that a chart grows
with its column and its text never scales.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

Number = int | float | Decimal

TARGET_AT = 80.0  # percent of a KPI bar's width at which the target stands; beyond is more than was asked
Verdict = Literal["met", "on the way", "no change", "worse", "unknown"]


@dataclass(frozen=True)
class KpiBar:
    """A KPI bar: how far an actual has come from the baseline (0) to the target (80 percent of the width)."""

    share: float  # of the way; 1 is the target, below 0 is worse than the baseline
    dot: float  # percent of the width
    verdict: Verdict

    @property
    def percent(self) -> int:
        """Whole percent of the way, rounded down: 99.6 is not yet 100."""
        return math.floor(self.share * 100 + 1e-9)


@dataclass(frozen=True)
class Mark:
    """A labelled place on the level axis."""

    at: float  # percent across
    label: str


@dataclass(frozen=True)
class Tick:
    """A value on the upright axis; the macro writes it as the reader's language does."""

    at: float  # pixels down
    value: float


@dataclass(frozen=True)
class Segment:
    """A straight piece of a line: percent across, pixels down."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class LineChart:
    """A line over time, its reference and its axes."""

    height: int
    bottom: float
    segments: tuple[Segment, ...]
    last: tuple[float, float] | None
    target_y: float | None
    y_marks: tuple[Tick, ...]
    x_marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Bar:
    """One bar: percent across, pixels down."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: Number
    hatched: bool


@dataclass(frozen=True)
class BarChart:
    """Bars side by side, from 0."""

    height: int
    bottom: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Part:
    """A part of a meter: where it begins and how wide it is, in percent."""

    x: float
    width: float


def kpi_bar(baseline: Number, target: Number, actual: Number | None) -> KpiBar:
    """Place an actual between baseline and target, whichever of the two is the larger number.

    Args:
        baseline, target, actual: in the KPI's own unit; actual None: nothing reported yet.
    Rule: visual language, "KPI bar".
    """
    if actual is None:
        return KpiBar(0.0, 0.0, "unknown")
    way = float(target) - float(baseline)
    if way == 0:
        # A KPI that only has to hold: it holds or it doesn't.
        met = float(actual) == float(target)
        return KpiBar(1.0 if met else 0.0, TARGET_AT if met else 0.0, "met" if met else "worse")
    share = (float(actual) - float(baseline)) / way
    dot = min(max(share, 0.0) * TARGET_AT, 100.0)
    if share >= 1:
        return KpiBar(share, dot, "met")
    if share < 0:
        return KpiBar(share, 0.0, "worse")
    return KpiBar(share, dot, "on the way" if share > 0 else "no change")


def nice_ticks(low: Number, high: Number, count: int = 4) -> list[float]:
    """Round numbers that cover low to high in about `count` steps of 1, 2 or 5 times a power of ten."""
    low, high = float(low), float(high)
    if high - low < max(1e-6, abs(low) * 1e-6):
        high = low + max(abs(low), 1.0)
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= raw * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def line_chart(
    points: Sequence[tuple[str, Number | None]],
    target: Number | None = None,
    height: int = 180,
    max_labels: int = 6,
) -> LineChart:
    """Lay out a line chart; a point without a value breaks the line.

    Args:
        points: label and value, oldest first.
        target: value of the dashed reference.
        height: of the plot in pixels; the labels below take 24 more.
        max_labels: at most so many labels along the bottom.
    """
    values = [float(value) for _label, value in points if value is not None]
    reach = values + ([float(target)] if target is not None else [])
    ticks = nice_ticks(min([0.0, *reach]), max(reach, default=1.0))
    bottom = float(height - 8)

    def y(value: float) -> float:
        return round(bottom - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (bottom - 16), 1)

    places = [_spread(index, len(points)) for index in range(len(points))]
    drawn = [
        (x, y(float(value)) if value is not None else None) for x, (_l, value) in zip(places, points, strict=True)
    ]
    segments = tuple(
        Segment(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(drawn) if y1 is not None and y2 is not None
    )
    known = [(x, at) for x, at in drawn if at is not None]
    every = max(1, math.ceil(len(points) / max_labels))
    return LineChart(
        height=height + 24,
        bottom=bottom,
        segments=segments,
        last=known[-1] if known else None,
        target_y=y(float(target)) if target is not None else None,
        y_marks=tuple(Tick(y(tick), tick) for tick in ticks),
        x_marks=tuple(Mark(places[i], points[i][0]) for i in range(0, len(points), every)),
    )


def _spread(index: int, count: int) -> float:
    """Points stand from 4 to 92 percent: room for the labels of the axis and of the last point."""
    return 48.0 if count == 1 else round(4 + 88 * index / (count - 1), 2)


def bar_chart(bars: Sequence[tuple[str, Number, bool]], height: int = 160) -> BarChart:
    """Lay out bars from 0.

    Args:
        bars: label, value (not negative), and whether its period is unfinished (hatched).
        height: of the tallest bar with the value above it, in pixels; the labels below take 24 more.
    """
    highest = max([float(value) for _label, value, _open in bars], default=0.0) or 1.0
    bottom = float(height)
    slot = 100 / max(len(bars), 1)
    placed = []
    for index, (label, value, unfinished) in enumerate(bars):
        tall = round(float(value) / highest * (bottom - 22), 1)
        placed.append(
            Bar(
                round(slot * (index + 0.22), 2),
                round(bottom - tall, 1),
                round(slot * 0.56, 2),
                tall,
                label,
                value,
                unfinished,
            )
        )
    return BarChart(height + 24, bottom, tuple(placed))


def parts(amounts: Sequence[Number], total: Number | None = None) -> tuple[Part, ...]:
    """The parts of a meter, one after another, in percent of the total (the sum, if left out)."""
    whole = float(total if total is not None else sum(amounts)) or 1.0
    at, placed = 0.0, []
    for amount in amounts:
        width = float(amount) / whole * 100
        placed.append(Part(round(at, 3), round(width, 3)))
        at += width
    return tuple(placed)
