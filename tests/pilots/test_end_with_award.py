"""A pilot follows its award: unsigned it ends with it, running it holds it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.core import database, events
from marketplace.core.errors import Refused
from marketplace.evaluations.decision import succession
from marketplace.pilots.models import PilotState


def test_a_declined_award_ends_the_pilot_that_nobody_signed(world):
    pilot = world.opened()
    succession.decline(world.startup_owner, world.proposal, "We were bought.", world.now)
    database.session.commit()
    database.session.refresh(pilot)
    assert pilot.state == PilotState.NOT_SIGNED
    happened = database.session.scalars(select(events.Event).where(events.Event.name == "pilot.lapsed")).one()
    assert happened.actor_id is None


def test_an_award_whose_pilot_runs_is_not_declined(world):
    pilot = world.active()
    succession.decline(world.startup_owner, world.proposal, "We were bought.", world.now)
    with pytest.raises(Refused, match="running"):
        database.session.commit()
    database.session.rollback()
    database.session.refresh(pilot)
    assert pilot.state == PilotState.ACTIVE
