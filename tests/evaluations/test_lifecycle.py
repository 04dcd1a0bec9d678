"""Every state × transition × role of an evaluation: fires from its sources alone, by whom it belongs to alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from uuid import uuid4

import pytest

from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.errors import NotAllowed, Refused
from marketplace.evaluations import policy
from marketplace.evaluations.models import EvaluationState as S
from marketplace.evaluations.workflow import LIFECYCLE
from tests.evaluations.stage import Stage

AGENCY = uuid4()
PEOPLE = ("manager", "approver", "chair", "evaluator", "recommender", "stranger", "startup")
# Who may fire what, in words of the product rules; everybody else may not.
MAY = {
    "start_scoring": {"manager", "chair"},
    "freeze": {"chair"},
    "reopen": {"chair"},
    "recommend": {"manager", "chair"},  # the manager only where nothing was scored
    "ask_changes": {"approver"},
    "ask_changes_early": {"approver"},
    "approve": {"approver"},
    "decide": {"manager"},
}
WAYS = {
    ("start_scoring", S.SETTING_UP, S.SCORING),
    ("freeze", S.SCORING, S.CONSENSUS),
    ("reopen", S.CONSENSUS, S.SCORING),
    ("recommend", S.SETTING_UP, S.RECOMMENDED),
    ("recommend", S.CONSENSUS, S.RECOMMENDED),
    ("ask_changes", S.RECOMMENDED, S.CONSENSUS),
    ("ask_changes", S.APPROVED, S.CONSENSUS),
    ("ask_changes_early", S.RECOMMENDED, S.SETTING_UP),
    ("ask_changes_early", S.APPROVED, S.SETTING_UP),
    ("approve", S.RECOMMENDED, S.APPROVED),
    ("decide", S.APPROVED, S.DECIDED),
}


def viewers(now) -> dict[str, Viewer]:
    def of(*roles: Role, organisation=AGENCY, kind=Kind.AGENCY) -> Viewer:
        return Viewer(now, uuid4(), organisation, kind, frozenset(roles), is_verified=True)

    return {
        "manager": of(Role.CHALLENGE_MANAGER),
        "approver": of(Role.APPROVER),
        "chair": of(Role.EVALUATOR, Role.APPROVER),
        "evaluator": of(Role.EVALUATOR, Role.APPROVER),
        "recommender": of(Role.APPROVER),
        "stranger": of(*Role, organisation=uuid4()),
        "startup": of(*Role, organisation=uuid4(), kind=Kind.STARTUP),
    }


def evaluation_in(state: S, people: dict[str, Viewer], *, scored: bool):
    def seat(who: str):
        return SimpleNamespace(person_id=people[who].person_id, is_chair=who == "chair", left_at=None)

    return SimpleNamespace(
        state=state,
        challenge=SimpleNamespace(agency_id=AGENCY),
        members=[seat("chair"), seat("evaluator")],
        recommended_by=people["recommender"].person_id,
        scoring_began_at=people["manager"].at if scored else None,
        is_frozen=state in (S.CONSENSUS, S.RECOMMENDED, S.APPROVED, S.DECIDED),
    )


def test_the_table_is_the_ways_of_the_product_rules():
    table = {(arrow.name, source, arrow.target) for arrow in LIFECYCLE.transitions for source in arrow.sources}
    assert table == WAYS


@pytest.mark.parametrize("scored", [True, False])
@pytest.mark.parametrize("arrow", LIFECYCLE.transitions, ids=lambda arrow: arrow.name)
def test_each_arrow_belongs_to_its_people_alone(arrow, scored, now):
    people = viewers(now)
    for state, who in product(arrow.sources, PEOPLE):
        expected = who in MAY[arrow.name]
        if arrow.name == "recommend":
            expected = who == "chair" or (who == "manager" and state == S.SETTING_UP)
        if arrow.name == "ask_changes":
            expected = expected and scored
        if arrow.name == "ask_changes_early":
            expected = expected and not scored
        evaluation = evaluation_in(state, people, scored=scored)
        assert bool(arrow.who(people[who], evaluation)) == expected, (state, who)


def test_an_unverified_agency_moves_nothing_on(now):
    people = viewers(now)
    evaluation = evaluation_in(S.RECOMMENDED, people, scored=True)
    assert not policy.can_approve(replace(people["approver"], is_verified=False), evaluation)
    assert not policy.is_manager(replace(people["manager"], is_verified=False), evaluation)


MOMENTS = {
    S.SETTING_UP: lambda stage: stage.open().name_panel().screen().declare(),
    S.SCORING: lambda stage: stage.start(),
    S.CONSENSUS: lambda stage: stage.score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze(),
    S.RECOMMENDED: lambda stage: stage.recommend(),
    S.APPROVED: lambda stage: stage.approve(),
    S.DECIDED: lambda stage: stage.decide(),
}


def test_an_arrow_fires_from_no_other_state(stage: Stage):
    actors = {"chair": stage.chair, "manager": stage.manager, "approver": stage.approver}
    for state, bring in MOMENTS.items():
        bring(stage)
        assert stage.evaluation.state == state
        for arrow, who in product(LIFECYCLE.transitions, actors):
            if state not in arrow.sources:
                with pytest.raises((Refused, NotAllowed)):
                    LIFECYCLE.fire(stage.evaluation, arrow.name, actors[who], stage.now)
                assert stage.evaluation.state == state


def test_what_is_missing_is_said_in_peoples_words(stage: Stage):
    stage.open()
    offer = LIFECYCLE.offer(stage.evaluation, "start_scoring", stage.manager, stage.now)
    assert offer is not None
    assert offer.reasons[:2] == ("Name a chair.", "3 proposals are not screened yet.")
    stage.name_panel().screen()
    offer = LIFECYCLE.offer(stage.evaluation, "start_scoring", stage.manager, stage.now)
    assert offer is not None
    assert "3 evaluators have not declared interests yet." in offer.reasons
