"""The house for the tests of organisations."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.organisations import world


@pytest.fixture
def house(db: Session, now: datetime) -> world.House:
    """The host with its officers, and a stranger's startup."""
    return world.build(db, now)
