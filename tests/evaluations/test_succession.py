"""A winner goes: the next reserve steps up, or nobody does; two people decide it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.challenges.models import ChallengeState
from marketplace.core import database
from marketplace.core.access import Role
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.evaluations.decision import succession
from marketplace.evaluations.models import Letter, PublicResult
from marketplace.proposals.models import ProposalState
from tests.evaluations.stage import Stage
from tests.proposals import builder

SCORES = {"Alpha": (9, 1), "Beta": (8, 1), "Gamma": (6, 1)}


@pytest.fixture
def decided(stage: Stage) -> Stage:
    """Beta, the second cheapest, wins; Alpha is in reserve, Gamma has nothing."""
    return stage.ready().score_all(SCORES).freeze().recommend(reserves=1).approve().decide()


def order(stage: Stage) -> list[str]:
    names = {str(proposal.id): name for name, proposal in stage.proposals.items()}
    return [names[row["proposal"]] for row in stage.evaluation.result["placed"]]


def test_the_next_reserve_steps_up_by_two_people(decided: Stage):
    winner, reserve, _rest = order(decided)
    succession.decline(decided.owners[winner], decided.proposals[winner], "We were bought.", decided.now)
    database.session.commit()
    succession.propose(
        decided.manager, decided.evaluation, decided.proposals[winner].id, True, "It declined.", decided.now
    )
    database.session.commit()
    with pytest.raises(NotAllowed):
        succession.confirm(decided.manager, decided.evaluation, decided.now)
    database.session.rollback()
    succession.confirm(decided.approver, decided.evaluation, decided.now)
    database.session.commit()
    assert decided.state_of(winner) == ProposalState.DECLINED
    assert decided.state_of(reserve) == ProposalState.AWARDED
    assert decided.challenge.state == ChallengeState.AWARDED
    results = database.session.scalars(select(PublicResult).order_by(PublicResult.id)).all()
    assert [len(result.winners) for result in results] == [1, 1]
    assert results[1].winners == [str(decided.proposals[reserve].startup_id)]
    letters = {letter.proposal_id: letter.content["outcome"] for letter in database.session.scalars(select(Letter))}
    assert letters[decided.proposals[reserve].id] == "awarded"
    assert letters[decided.proposals[winner].id] == "declined"


def test_nobody_steps_up_and_the_challenge_ends_unsuccessful(decided: Stage):
    winner, reserve, _rest = order(decided)
    succession.propose(
        decided.approver, decided.evaluation, decided.proposals[winner].id, False, "No budget.", decided.now
    )
    database.session.commit()
    with pytest.raises(NotAllowed):
        succession.confirm(decided.approver, decided.evaluation, decided.now)
    database.session.rollback()
    agency = decided.challenge.agency
    second = builder.member(agency, "Leïla Sassi", Role.APPROVER, now=decided.now)
    succession.confirm(second, decided.evaluation, decided.now)
    database.session.commit()
    assert decided.state_of(winner) == ProposalState.DECLINED
    assert decided.state_of(reserve) == ProposalState.NOT_AWARDED
    assert decided.challenge.state == ChallengeState.UNSUCCESSFUL
    assert decided.challenge.outcome_reason == "No budget."


def test_a_proposed_succession_can_be_dropped_and_only_one_waits(decided: Stage):
    winner, *_others = order(decided)
    leaving = decided.proposals[winner].id
    succession.propose(decided.manager, decided.evaluation, leaving, True, "Not signed.", decided.now)
    database.session.commit()
    with pytest.raises(Refused, match="waits for its confirmation"):
        succession.propose(decided.manager, decided.evaluation, leaving, True, "Again.", decided.now)
    database.session.rollback()
    succession.refuse(decided.manager, decided.evaluation, decided.now)
    database.session.commit()
    assert succession.open_one(decided.evaluation) is None
    assert decided.state_of(winner) == ProposalState.AWARDED


def test_only_a_winner_can_leave_and_only_the_startup_declines(decided: Stage):
    winner, _reserve, rest = order(decided)
    with pytest.raises(NotFound):
        succession.propose(
            decided.manager, decided.evaluation, decided.proposals[rest].id, True, "Why not.", decided.now
        )
    database.session.rollback()
    for who in (decided.owners[rest], decided.manager, decided.approver):
        with pytest.raises((NotAllowed, NotFound)):
            succession.decline(who, decided.proposals[winner], "Not mine.", decided.now)
        database.session.rollback()


def test_a_winner_is_followed_once(decided: Stage):
    winner, reserve, _rest = order(decided)
    leaving = decided.proposals[winner].id
    succession.propose(decided.manager, decided.evaluation, leaving, True, "Not signed.", decided.now)
    succession.confirm(decided.approver, decided.evaluation, decided.now)
    database.session.commit()
    with pytest.raises(NotFound):
        succession.propose(decided.manager, decided.evaluation, leaving, False, "Once more.", decided.now)
    assert decided.state_of(reserve) == ProposalState.AWARDED


def test_a_reserve_that_declined_leaves_no_place_to_step_into(stage: Stage):
    decided = stage.ready().score_all(SCORES).freeze().recommend(reserves=2).approve().decide()
    winner, reserve, rest = order(decided)
    succession.decline(decided.owners[reserve], decided.proposals[reserve], "We were bought.", decided.now)
    database.session.commit()
    with pytest.raises(NotFound):
        succession.propose(
            decided.manager, decided.evaluation, decided.proposals[reserve].id, True, "It declined.", decided.now
        )
    assert [decided.state_of(winner), decided.state_of(rest)] == [ProposalState.AWARDED, ProposalState.RESERVE]
