"""What the dashboard is told: what needs a person, and whom the person waits for."""

from __future__ import annotations

from marketplace.casestudies import queries
from marketplace.casestudies.models import EditionState
from tests.casestudies.world import reading_as


def needs(world, name: str) -> list[str]:
    viewer = getattr(world, name)
    with reading_as(viewer):
        return [need.title for need in queries.needs(viewer, world.now)]


def waits(world, name: str) -> list[tuple[str, str]]:
    viewer = getattr(world, name)
    with reading_as(viewer):
        return [(wait.whom, wait.about) for wait in queries.waiting(viewer, world.now)]


def test_a_pilot_that_ended_wants_its_case_study(world):
    assert needs(world, "manager") == ["Draft the case study of the pilot"]
    assert needs(world, "editor") == ["Draft the case study of the pilot"]
    assert needs(world, "reader") == needs(world, "rival") == []
    world.drafted()
    assert needs(world, "manager") == ["Finish the case study"]


def test_frozen_words_want_each_side_that_has_not_cleared_them(world):
    edition = world.in_clearance()
    assert needs(world, "approver") == needs(world, "signatory") == ["Clear the case study for your side"]
    assert needs(world, "manager") == []
    world.clear(edition, world.approver)
    assert needs(world, "approver") == []
    assert needs(world, "signatory") == ["Clear the case study for your side"]
    about = "clearance of “How a port stopped paying for fake invoices”"
    assert waits(world, "manager") == [("Tidewatch Labs", about)]
    assert waits(world, "editor") == []


def test_cleared_words_want_to_be_published(world):
    edition = world.cleared()
    assert needs(world, "manager") == ["Publish the cleared case study"]
    about = "publication of “How a port stopped paying for fake invoices”"
    assert waits(world, "editor") == [("National Water Authority", about)]
    world.publish(edition)
    assert needs(world, "manager") == waits(world, "editor") == []
    assert edition.state == EditionState.PUBLISHED


def test_outsiders_are_told_nothing(world):
    world.cleared()
    for name in ("rival", "stranger", "administrator", "evaluator"):
        assert needs(world, name) == waits(world, name) == []
