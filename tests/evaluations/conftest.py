"""The stage of the evaluations' tests."""

from __future__ import annotations

import pytest

from tests.evaluations.stage import Stage, build

PRICES = {"Alpha": 12_000_000, "Beta": 10_000_000, "Gamma": 8_000_000}


@pytest.fixture
def stage(db, now) -> Stage:
    """Three startups have sent proposals; the deadline has passed."""
    return build(now, PRICES)
