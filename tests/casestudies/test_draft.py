"""Drafting a case study from a pilot's record."""

from __future__ import annotations

import pytest

from marketplace.casestudies import commands, drafting
from marketplace.casestudies.evidence import thaw
from marketplace.core.errors import NotAllowed, Refused
from marketplace.pilots.models import Outcome
from tests.pilots import world as pilot_world


def test_a_draft_takes_its_words_from_challenge_proposal_and_pilot(world):
    text = world.drafted().editions[0].original
    assert text.title == "Setpoint watch, 24 stations"
    assert "Passive taps" in text.solution
    assert "60" in text.cost
    assert "Ask the operators first." in text.lessons
    assert "Bring spare taps." in text.lessons
    assert text.replication.startswith("1. **")


def test_each_claim_of_a_draft_stands_on_the_last_verified_measurement(world):
    claims = world.drafted().editions[0].claims
    assert [claim.words["en"] for claim in claims] == [
        "False alarms a month went from 9 to 1 alarms; the target of 1 was met.",
        "Stations listening went from 0 to 20 stations; the target was 24.",
    ]
    found = thaw(claims[0].evidence)
    assert found is not None
    assert [str(value) for _day, value in found.series] == ["6", "3", "1"]
    assert found.verified_by == world.manager.person_id


def test_the_figures_of_a_draft_are_a_change_a_cost_and_a_time(world):
    figures = world.drafted().editions[0].original.figures
    assert [bool(one["before"]) for one in figures] == [True, False, False]
    assert figures[0]["value"] == "1"


def test_a_pilot_that_was_terminated_is_told_of_too(db, now):
    pilots = pilot_world.build(now)
    study = drafting.draft_from_pilot(pilots.editor, pilots.terminated(), pilots.now)
    assert study.outcome is None
    assert study.editions[0].claims == []
    assert "The stations were sold." in study.editions[0].original.lessons


def test_a_failure_is_told_of_as_a_success_is(world):
    assert world.drafted().outcome == Outcome.PARTIAL


def test_a_running_pilot_has_no_case_study(db, now):
    pilots = pilot_world.build(now)
    with pytest.raises(Refused, match="has ended"):
        drafting.draft_from_pilot(pilots.manager, pilots.active(), pilots.now)


def test_a_pilot_has_one_case_study(world, db):
    from sqlalchemy.exc import IntegrityError

    from marketplace.core.errors import as_refused

    world.drafted()
    with pytest.raises(IntegrityError) as caught:
        world.drafted()
    assert str(as_refused(caught.value)) == "This pilot has its case study already."


@pytest.mark.parametrize("name", ["reader", "finance", "rival", "stranger", "administrator"])
def test_only_those_who_run_the_pilot_draft_it(world, name):
    with pytest.raises(NotAllowed):
        drafting.draft_from_pilot(getattr(world, name), world.pilot, world.now)


def test_what_a_draft_says_can_be_saved_again(world):
    edition = world.written()
    commands.ask_clearance(world.editor, edition, world.now)
    assert edition.sha256 is not None
