"""Geometry of charts: what stands where, at the edges too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import charts

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "verdict", "percent", "dot"),
    [
        (9, 1, 2.6, "on the way", 80, 64.0),  # less is better
        (0, 24, 9, "on the way", 37, 30.0),
        (264, 8, 6, "met", 100, 80.6),
        (0, 10, 10, "met", 100, 80.0),
        (0, 10, 1000, "met", 10000, 100.0),
        (5, 0, 7, "worse", -40, 0.0),
        (5, 0, 5, "no change", 0, 0.0),
        (5, 0, None, "unknown", 0, 0.0),
        (3, 3, 3, "met", 100, 80.0),
        (3, 3, 2, "worse", 0, 0.0),
        (0, 1000, 999.6, "on the way", 99, 80.0),
    ],
)
def test_a_kpi_stands_where_its_share_of_the_way_is(baseline, target, actual, verdict, percent, dot):
    bar = charts.kpi_bar(baseline, target, actual)
    assert (bar.verdict, bar.percent) == (verdict, percent)
    assert bar.dot == pytest.approx(dot, abs=0.1)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_kpi_never_leaves_its_bar(baseline, target, actual):
    assert 0 <= charts.kpi_bar(baseline, target, actual).dot <= 100


@given(NUMBERS, NUMBERS)
def test_ticks_cover_the_range_in_few_even_steps(low, high):
    low, high = min(low, high), max(low, high)
    ticks = charts.nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    # Nearer than a millionth of a step is on the line, as far as any eye can tell.
    unseen = (ticks[1] - ticks[0]) * 1e-6 + max(abs(low), abs(high)) * 1e-9
    assert ticks[0] <= low + unseen
    assert ticks[-1] >= high - unseen


def test_ticks_are_round():
    assert charts.nice_ticks(0, 41) == [0, 20, 40, 60]
    assert charts.nice_ticks(0, 9) == [0, 5, 10]


def test_a_line_breaks_where_a_value_is_missing():
    chart = charts.line_chart([("W1", 9), ("W2", 8), ("W3", None), ("W4", 4), ("W5", 3)], target=1)
    assert len(chart.segments) == 2
    assert chart.last == (92.0, chart.segments[-1].y2)
    assert chart.target_y is not None


@given(st.lists(st.one_of(st.none(), NUMBERS), max_size=40))
def test_a_line_stays_inside_its_plot(values):
    chart = charts.line_chart([(str(index), value) for index, value in enumerate(values)])
    for piece in chart.segments:
        assert 4 <= piece.x1 < piece.x2 <= 92
        assert 15 <= piece.y1 <= chart.bottom + 0.1
    assert len(chart.x_marks) <= 6 + 1


def test_bars_begin_at_zero_and_keep_their_ratio():
    chart = charts.bar_chart([("2024", 13, False), ("2025", 26, False), ("2026", 0, True)])
    first, second, third = chart.bars
    assert second.height == pytest.approx(2 * first.height, abs=0.2)
    assert third.height == 0
    assert all(bar.y + bar.height == pytest.approx(chart.bottom) for bar in chart.bars)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=6))
def test_the_parts_of_a_meter_fill_it_without_gaps(amounts):
    placed = charts.parts(amounts)
    at = 0.0
    for part in placed:
        assert part.x == pytest.approx(at, abs=0.02)
        at += part.width
    assert at == pytest.approx(100 if sum(amounts) else 0, abs=0.02)
