"""Somebody who works for both sides of a pilot acts for one of them: what needs both sides needs two people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots import agreements, milestones
from marketplace.pilots.models import MilestoneState, PilotState
from tests.pilots.world import World


def as_person_of(viewer: Viewer, seat: Viewer) -> Viewer:
    """The seat of one side, taken by a person of the other."""
    return replace(seat, person_id=viewer.person_id)


def test_nobody_signs_for_both_sides(world: World):
    pilot = world.signed_by(world.approver, world.proposed())
    both = as_person_of(world.approver, world.signatory)
    with pytest.raises(Refused, match="Somebody else signs it for yours"):
        agreements.sign(both, pilot, pilot.last_version.sha256, world.now)
    assert pilot.state == PilotState.AGREEMENT
    world.signed_by(world.signatory, pilot)
    assert pilot.state == PilotState.ACTIVE


def test_nobody_accepts_or_returns_what_he_delivered(world: World):
    step = world.deliver(world.active().milestones[0])
    both = as_person_of(world.editor, world.manager)
    with pytest.raises(NotAllowed):
        milestones.accept(both, step, "Seen on site.", world.now)
    database.session.rollback()
    with pytest.raises(NotAllowed):
        milestones.send_back(both, step, "Not yet.", world.now)
    database.session.rollback()
    milestones.accept(world.manager, step, "Seen on site.", world.now)
    assert step.state == MilestoneState.ACCEPTED


def test_nobody_confirms_a_payment_that_he_recorded(world: World):
    step = world.accept(world.active().milestones[0])
    milestones.record_payment(world.finance_officer, step, world.today, "TR-1", world.now)
    both = as_person_of(world.finance_officer, world.finance)
    with pytest.raises(Refused, match="Somebody else confirms it for the startup"):
        milestones.confirm_payment(both, step, world.now)
    milestones.confirm_payment(world.finance, step, world.now)
    assert step.payment_confirmed_by == world.finance.person_id
