"""A cancelled challenge ends its evaluation where it stands: nothing of the panel goes on, and the pages say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from marketplace.challenges import commands as challenges
from marketplace.core import clock, database
from marketplace.core.errors import Refused
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.decision import consensus
from marketplace.evaluations.panel import assignment
from marketplace.evaluations.panel import commands as panel
from marketplace.evaluations.panel.commands import Declared
from marketplace.evaluations.scoring import commands as scoring
from tests.evaluations.stage import Stage, browser_of

ENDED = "The challenge was cancelled: this evaluation goes no further."


def cancel(stage: Stage) -> Stage:
    challenges.cancel(replace(stage.approver, at=stage.now), stage.challenge, "The budget was cut.", stage.now)
    database.session.commit()
    return stage


def alpha(stage: Stage):
    return stage.proposals["Alpha"]


Deed = Callable[[Stage], object]
SETTING_UP: dict[str, Deed] = {
    "give a seat": lambda s: panel.add_member(s.manager, s.evaluation, s.third.person_id, s.now),
    "name the chair": lambda s: panel.name_chair(s.manager, s.evaluation, s.seat(s.second).id, s.now),
    "let one leave": lambda s: panel.remove_member(s.chair, s.evaluation, s.seat(s.second).id, True, "Why", s.now),
    "set a date": lambda s: panel.set_due(s.manager, s.evaluation, s.now, s.now),
    "declare": lambda s: panel.declare(s.second, s.evaluation, {alpha(s).id: Declared(False)}, s.now),
    "assign": lambda s: assignment.assign(s.chair, s.evaluation, {}, [], s.now),
    "screen": lambda s: scoring.screen(s.manager, s.evaluation, alpha(s), True, "", s.now),
    "disqualify": lambda s: decision.disqualify(s.manager, s.evaluation, alpha(s), "Forged", s.now),
    "start": lambda s: scoring.start_scoring(s.chair, s.evaluation, s.now),
}
SCORING: dict[str, Deed] = {
    "save": lambda s: scoring.save_scores(s.second, s.evaluation, alpha(s), {}, None, s.now),
    "lock": lambda s: scoring.lock_scores(s.second, s.evaluation, alpha(s), s.now),
    "freeze": lambda s: scoring.freeze(s.chair, s.evaluation, s.now),
}
QUALITY = "Quality"
CONSENSUS: dict[str, Deed] = {
    "settle": lambda s: consensus.settle(s.chair, s.evaluation, alpha(s), s.criteria[QUALITY], 7, "Why", s.now),
    "release": lambda s: consensus.release_comments(s.chair, s.evaluation, alpha(s), [], s.now),
    "vote": lambda s: consensus.vote(s.second, s.evaluation, alpha(s).id, s.now),
    "reopen": lambda s: decision.reopen(s.chair, s.evaluation, "Why", s.now),
    "recommend": lambda s: s.recommend(),
}
RECOMMENDED: dict[str, Deed] = {
    "approve": lambda s: decision.approve(s.approver, s.evaluation, "", s.now),
    "ask for changes": lambda s: decision.ask_changes(s.approver, s.evaluation, "Why", s.now),
}


def refused(stage: Stage, deeds: dict[str, Deed]) -> dict[str, str]:
    said = {}
    for name, deed in deeds.items():
        with pytest.raises(Refused) as caught:
            deed(stage)
        said[name] = str(caught.value)
        database.session.rollback()
    return said


def test_a_panel_that_was_set_up_goes_no_further(stage: Stage):
    said = refused(cancel(stage.open().name_panel()), SETTING_UP)
    assert said.pop("start").startswith(ENDED)
    assert set(said.values()) == {ENDED}


def test_scoring_goes_no_further(stage: Stage):
    said = refused(cancel(stage.ready()), SCORING)
    assert said.pop("freeze").startswith(ENDED)
    assert set(said.values()) == {ENDED}


def test_consensus_goes_no_further(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze()
    assert set(refused(cancel(stage), CONSENSUS).values()) == {ENDED}


def test_a_recommendation_goes_no_further(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze().recommend()
    assert set(refused(cancel(stage), RECOMMENDED).values()) == {ENDED}


def test_a_conflict_found_later_still_closes_what_can_still_be_read(stage: Stage):
    cancel(stage.ready())
    panel.recuse(stage.second, stage.evaluation, stage.seat(stage.second).id, alpha(stage).id, "A post", stage.now)


def test_the_pages_say_that_it_ended_and_offer_nothing_more(app, stage: Stage):
    cancel(stage.ready())
    home = f"/en/evaluations/{stage.challenge.key}/"
    key = alpha(stage).key
    with clock.at(stage.now):
        for who, paths in (
            ("chair", ["", "panel/", "screening/", "assignment/", "scoring/", f"proposals/{key}/"]),
            ("manager", ["", "panel/", "screening/"]),
            ("second", ["scoring/", "declarations/", f"proposals/{key}/"]),
        ):
            browser = browser_of(app, getattr(stage, who), stage.now)
            for path in paths:
                page = browser.get(home + path)
                assert page.says(ENDED), (who, path)
                assert page.main.all("button") == [], (who, path)
        assert browser.get("/en/evaluations/").says("Cancelled")
