"""A pilot together makes a conflict likely, where the next panel meets the startup again."""

from __future__ import annotations

from marketplace.core import database
from marketplace.evaluations.panel import conflicts
from tests.pilots.world import World


def likely(world: World, who: str) -> list[str]:
    """Beside the domain, which all addresses of this world share."""
    found = conflicts.likely(world.people[who].person_id, [world.startup.id]).get(world.startup.id, [])
    return [str(reason) for reason in found if reason != conflicts.SAME_DOMAIN]


def test_before_the_pilot_nothing_is_known(world: World):
    assert likely(world, "manager") == likely(world, "evaluator") == []


def test_who_took_part_and_who_is_of_the_agency_are_told_apart(world: World):
    world.active()
    database.session.commit()
    assert likely(world, "manager") == likely(world, "approver") == [str(conflicts.PILOT)]
    assert likely(world, "evaluator") == [str(conflicts.PILOT_OF_AGENCY)]


def test_a_stranger_and_another_startup_are_not_concerned(world: World):
    world.active()
    database.session.commit()
    assert likely(world, "stranger") == []
    rival = world.rival.organisation_id
    assert conflicts.likely(world.manager.person_id, [rival]).get(rival) in (None, [conflicts.SAME_DOMAIN])
