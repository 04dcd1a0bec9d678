"""Every page of a pilot opens for both sides, whatever the state."""

from __future__ import annotations

import pytest

from marketplace.pilots.models import PilotState
from tests.pilots.world import World

TABS = ("", "agreement/", "milestones/", "results/", "record/", "payments/", "files/", "history/")


@pytest.mark.parametrize("state", PilotState)
def test_every_tab_opens_for_both_sides_in_every_state(world: World, as_person, state):
    pilot = world.pilot_in(state)
    for viewer in (world.manager, world.editor):
        browser = as_person(viewer)
        for tab in TABS:
            page = browser.get(f"/en/pilots/{pilot.key}/{tab}")
            assert page.status == 200, tab
            assert page.title == pilot.title
        assert browser.get("/en/pilots/").says(pilot.title)
