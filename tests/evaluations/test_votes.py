"""A vote between equal totals counts only while its voter may cast it."""

from __future__ import annotations

import pytest

from marketplace.challenges.models import TieBreak
from marketplace.core import database
from marketplace.evaluations import standing
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.decision import consensus
from marketplace.evaluations.panel import commands as panel
from tests.evaluations.stage import Stage, build


@pytest.fixture
def voted(db, now) -> Stage:
    """Alpha and Beta are equal; of three votes Beta has two."""
    stage = build(now, {"Alpha": 100, "Beta": 100}, tie_break=TieBreak.PANEL_VOTE).ready()
    stage.score_all({"Alpha": (8, 1), "Beta": (8, 1)}).freeze()
    for voter, name in ((stage.chair, "Alpha"), (stage.second, "Beta"), (stage.third, "Beta")):
        consensus.vote(voter, stage.evaluation, stage.proposals[name].id, stage.now)
    database.session.commit()
    assert ranks(stage) == {"Beta": 1, "Alpha": 2}
    return stage


def ranks(stage: Stage) -> dict[str, int]:
    names = {proposal.id: name for name, proposal in stage.proposals.items()}
    return {names[placed.entry.key]: placed.rank for placed in standing.of(stage.evaluation).ranking.placed}


def test_the_vote_of_one_who_turns_out_to_have_a_conflict_falls(voted: Stage):
    seat, alpha = voted.seat(voted.third).id, voted.proposals["Alpha"].id
    panel.recuse(voted.third, voted.evaluation, seat, alpha, "My sister works there.", voted.now)
    database.session.commit()
    assert ranks(voted) == {"Alpha": 1, "Beta": 1}
    assert seat not in standing.of(voted.evaluation).votes


def test_the_vote_of_one_who_left_falls(voted: Stage):
    seat = voted.seat(voted.third).id
    decision.reopen(voted.chair, voted.evaluation, "Alpha was read in the wrong version.", voted.now)
    panel.remove_member(voted.chair, voted.evaluation, seat, True, "Moved to another office.", voted.now)
    database.session.commit()
    voted.freeze()
    assert ranks(voted) == {"Alpha": 1, "Beta": 1}
