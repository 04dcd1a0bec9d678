"""Every state × transition × person: a transition fires from its sources alone, by those entitled, in its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.core.errors import NotAllowed, Refused
from marketplace.proposals.models import Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE

S = ProposalState
WRITERS = {"writer", "colleague"}
BINDING = {"colleague"}
OPENERS = {"officer", "notary"}
DECIDERS = {"manager"}
ENTITLED = {
    "submit": WRITERS,
    "replace": WRITERS,
    "replace_opened": WRITERS,
    "withdraw": WRITERS,
    "open": OPENERS,
    "screen_out": DECIDERS,
    "admit": DECIDERS,
    "award": DECIDERS,
    "reserve": DECIDERS,
    "reject": DECIDERS,
    "decline": BINDING,
    "release": DECIDERS,
    "disqualify": DECIDERS,
}
PEOPLE = (
    "writer",
    "colleague",
    "bookkeeper",
    "rival",
    "newcomer",
    "officer",
    "manager",
    "evaluator",
    "stranger",
    "notary",
    "administrator",
    "auditor",
)


def moment(scene, name):
    return scene.after if name in ("open",) else scene.now


@pytest.fixture
def proposal_in(scene, db):
    def make(state: ProposalState) -> Proposal:
        made = Proposal(challenge_id=scene.challenge.id, startup_id=scene.writer.organisation_id, state=state)
        db.add(made)
        db.flush()
        return made

    return make


def test_the_table_names_every_transition_that_is_tried():
    assert {arrow.name for arrow in LIFECYCLE.transitions} == set(ENTITLED)


@pytest.mark.parametrize("state", ProposalState)
def test_a_transition_fires_from_its_sources_by_its_people_alone(scene, db, proposal_in, state):
    proposal = proposal_in(state)
    db.commit()
    for arrow in LIFECYCLE.transitions:
        for person in PEOPLE:
            actor, now = getattr(scene, person), moment(scene, arrow.name)
            expected = state in arrow.sources and person in ENTITLED[arrow.name]
            try:
                LIFECYCLE.fire(proposal, arrow.name, actor, now)
                fired = True
            except (NotAllowed, Refused):
                fired = False
            assert fired == expected, (arrow.name, person)
            assert proposal.state == (arrow.target if fired else state)
            db.rollback()
            db.refresh(proposal)


@pytest.mark.parametrize("name", ["submit", "replace", "withdraw"])
def test_what_the_team_does_is_bound_to_the_deadline(scene, db, proposal_in, name):
    arrow = next(each for each in LIFECYCLE.transitions if each.name == name)
    proposal = proposal_in(next(iter(arrow.sources)))
    late = scene.challenge.deadline + timedelta(microseconds=1)
    assert LIFECYCLE.offer(proposal, name, scene.writer, scene.challenge.deadline).is_ready
    assert not LIFECYCLE.offer(proposal, name, scene.writer, late).is_ready


def test_nothing_is_opened_before_the_deadline(scene, proposal_in):
    proposal = proposal_in(S.SUBMITTED)
    assert not LIFECYCLE.offer(proposal, "open", scene.officer, scene.challenge.deadline).is_ready
    assert LIFECYCLE.offer(proposal, "open", scene.officer, scene.after).is_ready


def test_a_state_is_moved_by_its_workflow_alone(scene, proposal_in):
    with pytest.raises(RuntimeError, match="firing a transition"):
        proposal_in(S.DRAFT).state = S.AWARDED
