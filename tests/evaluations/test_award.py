"""The whole way from the opening to the letters, by commands."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.challenges.models import ChallengeState
from marketplace.core import database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.models import EvaluationState, Letter, PublicResult
from marketplace.proposals.models import ProposalState
from tests.evaluations.stage import Stage

EXAMPLE = {"Alpha": (8, 1), "Beta": (9, 0), "Gamma": (4, 1)}


def letters_of(stage: Stage) -> dict[str, dict]:
    by_proposal = {letter.proposal_id: letter for letter in database.session.scalars(select(Letter))}
    return {name: by_proposal[proposal.id].content for name, proposal in stage.proposals.items()}


def test_an_award_makes_winner_reserve_and_others_in_one_transaction_with_all_letters(stage: Stage):
    stage.ready().score_all(EXAMPLE).freeze().recommend().approve()
    assert database.session.scalars(select(Letter)).all() == []
    stage.decide()
    # 60 × 8/10 + 15 + 25 × 100/120 = 83.83; 60 × 9/10 + 0 + 25 = 79; Gamma is under the minimum of 5.
    assert stage.state_of("Alpha") == ProposalState.AWARDED
    assert stage.state_of("Beta") == ProposalState.RESERVE
    assert stage.state_of("Gamma") == ProposalState.NOT_AWARDED
    assert stage.challenge.state == ChallengeState.AWARDED
    assert stage.evaluation.state == EvaluationState.DECIDED
    letters = letters_of(stage)
    assert [letters[name]["rank"] for name in stage.proposals] == [1, 2, None]
    assert letters["Gamma"]["failed"][0]["score"] == "4"
    assert all(letter["winners"] == [str(stage.proposals["Alpha"].startup_id)] for letter in letters.values())


def test_the_public_result_names_the_winner_and_no_loser(stage: Stage):
    stage.ready().score_all(EXAMPLE).freeze().recommend().approve().decide()
    result = database.session.scalars(select(PublicResult)).one()
    assert result.received == 3
    assert result.winners == [str(stage.proposals["Alpha"].startup_id)]
    assert [row["winner"] is None for row in result.ranking] == [False, True]
    losers = {str(stage.proposals[name].startup_id) for name in ("Beta", "Gamma")}
    assert not any(loser in str(result.ranking) for loser in losers)


def test_a_failure_half_way_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.ready().score_all(EXAMPLE).freeze().recommend().approve()

    def fail(*_args):
        raise RuntimeError("the power went")

    monkeypatch.setattr(decision.letters, "send_all", fail)
    with pytest.raises(RuntimeError):
        decision.decide(stage.manager, stage.evaluation, stage.now)
    database.session.rollback()
    assert stage.evaluation.state == EvaluationState.APPROVED
    assert stage.state_of("Alpha") == ProposalState.UNDER_EVALUATION
    assert stage.challenge.state == ChallengeState.EVALUATION


@pytest.mark.parametrize("who", ["chair", "second", "manager", "officer", "stranger"])
def test_nobody_of_the_panel_and_no_other_role_approves(stage: Stage, who: str):
    stage.ready().score_all(EXAMPLE).freeze().recommend()
    with pytest.raises(NotAllowed):
        decision.approve(getattr(stage, who), stage.evaluation, "", stage.now)


def test_changes_that_are_asked_for_go_back_to_the_chair(stage: Stage):
    stage.ready().score_all(EXAMPLE).freeze().recommend()
    with pytest.raises(Refused):
        decision.ask_changes(stage.approver, stage.evaluation, "", stage.now)
    database.session.rollback()
    decision.ask_changes(stage.approver, stage.evaluation, "Say more of Beta.", stage.now)
    database.session.commit()
    assert stage.evaluation.state == EvaluationState.CONSENSUS
    stage.recommend(reasons="Beta lacks the second answer.").approve().decide()
    assert stage.challenge.state == ChallengeState.AWARDED


def test_none_above_the_minimums_ends_unsuccessful_with_its_reason(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (2, 1))).freeze()
    with pytest.raises(Refused, match="No proposal is in the ranking"):
        stage.recommend()
    database.session.rollback()
    with pytest.raises(Refused, match="does not fit"):
        stage.recommend(award=False, unsuccessful_because="none_eligible")
    database.session.rollback()
    stage.recommend(award=False, unsuccessful_because="none_above_minimums").approve().decide()
    assert stage.challenge.state == ChallengeState.UNSUCCESSFUL
    assert {proposal.state for proposal in stage.proposals.values()} == {ProposalState.NOT_AWARDED}
    assert database.session.scalars(select(PublicResult)).one().winners == []


def test_none_eligible_ends_without_scoring_and_the_screened_out_stay_so(stage: Stage):
    stage.open().name_panel().screen(**dict.fromkeys(stage.proposals, "Not a startup"))
    stage.recommend(award=False, unsuccessful_because="none_eligible").approve().decide()
    assert {proposal.state for proposal in stage.proposals.values()} == {ProposalState.SCREENED_OUT}
    assert {letter["reason"] for letter in letters_of(stage).values()} == {"Not a startup"}


def test_an_approval_falls_when_scores_are_voided_after_the_recommendation(stage: Stage):
    from marketplace.evaluations.panel import commands as panel

    stage.ready().score_all(EXAMPLE)
    stage.freeze().recommend()
    for viewer in stage.evaluators:
        panel.recuse(
            viewer, stage.evaluation, stage.seat(viewer).id, stage.proposals["Alpha"].id, "Bought shares", stage.now
        )
    database.session.commit()
    with pytest.raises(Refused, match="has changed since"):
        decision.approve(stage.approver, stage.evaluation, "", stage.now)
