"""The world of the pilots' tests, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.core import clock
from marketplace.core.access import Viewer
from tests.pages import Browser
from tests.pilots import world as worlds
from tests.pilots.world import World


@pytest.fixture
def world(db, now) -> World:
    """An awarded proposal; nobody has opened its pilot yet."""
    made = worlds.build(now)
    clock.set_to(made.now)
    return made


@pytest.fixture
def as_person(app: Flask, world: World) -> Callable[[Viewer], Browser]:
    """A browser in which somebody of the world is signed in."""
    return lambda viewer: worlds.browser_of(app, viewer, world.now)
