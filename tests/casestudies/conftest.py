"""The world of the case studies' tests."""

from __future__ import annotations

import pytest

from tests.casestudies.world import World, build


@pytest.fixture
def world(db, now) -> World:
    """A pilot that ended with verified measurements; no case study yet."""
    return build(now)
