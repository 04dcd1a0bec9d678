"""Every state × transition × role of pilots and milestones."""

from __future__ import annotations

import pytest

from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots.models import MilestoneState, PilotState
from marketplace.pilots.workflow import LIFECYCLE, MILESTONE
from tests.pilots.world import World

# Who may, said here anew and not read from the policy.
SIGNERS = {"owner", "approver", "startup_owner", "signatory"}
RUNNERS = {"owner", "manager", "second_manager"}
WORKERS = {"startup_owner", "editor", "signatory"}
PILOT_RIGHTS = {
    "activate": SIGNERS,
    "give_up": SIGNERS,
    "lapse": set(),  # nobody by hand
    "start_closing": RUNNERS,
    "reopen": RUNNERS,
    "complete": RUNNERS,
    "terminate": SIGNERS | RUNNERS,
}
MILESTONE_RIGHTS = {"deliver": WORKERS, "accept": RUNNERS, "return": RUNNERS}


def everybody(world: World) -> dict[str, Viewer]:
    return world.people | {"nobody": Viewer.anonymous(world.now)}


def test_the_tables_here_know_every_transition():
    assert {arrow.name for arrow in LIFECYCLE.transitions} == set(PILOT_RIGHTS)
    assert {arrow.name for arrow in MILESTONE.transitions} == set(MILESTONE_RIGHTS)


def tried(workflow, thing, arrow, viewer, now) -> str:
    """What became of it: "fired", "not allowed", or the reason; undone afterwards."""
    try:
        workflow.fire(thing, arrow.name, viewer, now)
        return "fired" if thing.state == arrow.target else f"went to {thing.state}"
    except NotAllowed:
        return "not allowed"
    except Refused as refused:
        return str(refused)
    finally:
        database.session.rollback()


@pytest.mark.parametrize("state", PilotState)
def test_a_pilot_moves_along_its_arrows_by_the_right_people_alone(world: World, state):
    pilot = world.pilot_in(state)
    for arrow in LIFECYCLE.transitions:
        for name, viewer in everybody(world).items():
            offer = LIFECYCLE.offer(pilot, arrow.name, viewer, world.now)
            what = tried(LIFECYCLE, pilot, arrow, viewer, world.now)
            assert pilot.state == state
            if state not in arrow.sources:
                assert what.startswith("This can't be done any more"), (arrow.name, name)
                assert offer is None
            elif name not in PILOT_RIGHTS[arrow.name]:
                assert what == "not allowed", (arrow.name, name)
                assert offer is None
            else:
                assert what == (" ".join(offer.reasons) or "fired"), (arrow.name, name)


@pytest.mark.parametrize("pilot_state", [PilotState.AGREEMENT, PilotState.ACTIVE])
@pytest.mark.parametrize("state", MilestoneState)
def test_a_milestone_moves_along_its_arrows_by_the_right_people_alone(world: World, state, pilot_state):
    pilot = world.pilot_in(pilot_state)
    step = pilot.milestones[0]
    step.__dict__.pop("state", None)
    database.session.execute(
        type(step).__table__.update().where(type(step).__table__.c.id == step.id).values(state=state)
    )
    database.session.commit()
    database.session.refresh(step)
    for arrow in MILESTONE.transitions:
        for name, viewer in everybody(world).items():
            what = tried(MILESTONE, step, arrow, viewer, world.now)
            assert step.state == state
            if state not in arrow.sources:
                assert what.startswith("This can't be done any more"), (arrow.name, name)
            elif name not in MILESTONE_RIGHTS[arrow.name]:
                assert what == "not allowed", (arrow.name, name)
            else:
                expected = "fired" if pilot_state == PilotState.ACTIVE else "The pilot is not running."
                assert what == expected, (arrow.name, name)


def test_a_state_is_not_set_by_hand(world: World):
    pilot = world.opened()
    with pytest.raises(RuntimeError):
        pilot.state = PilotState.COMPLETED
    with pytest.raises(RuntimeError):
        pilot.milestones[0].state = MilestoneState.ACCEPTED
