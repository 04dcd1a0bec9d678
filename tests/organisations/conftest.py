"""The house for the tests of organisations."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisations import world
from tests.pages import Browser


@pytest.fixture
def house(db: Session, now: datetime) -> world.House:
    """The host with its officers, and a stranger's startup."""
    return world.build(db, now)


@pytest.fixture
def browser(app: Flask, db: Session) -> Browser:
    """A browser that nobody has signed in with."""
    return Browser(app)
