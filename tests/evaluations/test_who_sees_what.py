"""Nobody sees another's scores, nor a total, before locking his own; a conflict closes everything of a proposal."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select

from marketplace.core import access, clock, database
from marketplace.core.access import Kind, Role
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.evaluations import policy
from marketplace.evaluations.models import Declaration, Evaluation, Letter, PanelMember, Score, ScoreSheet, Screening
from marketplace.evaluations.panel import commands as panel
from marketplace.evaluations.panel.commands import Declared
from marketplace.evaluations.scoring import commands as scoring
from marketplace.evaluations.scoring.commands import Given
from marketplace.proposals import contents
from marketplace.proposals.models import Submission
from tests.evaluations.stage import Stage, browser_of, opened, reading_as
from tests.proposals import builder


def seen(model) -> list:
    return list(database.session.scalars(select(model)))


def names_seen(stage: Stage, viewer) -> set[str]:
    with reading_as(viewer):
        known = {proposal.id: name for name, proposal in stage.proposals.items()}
        return {known[proposal.id] for proposal in opened(stage.challenge)}


def test_an_evaluator_reads_no_proposal_before_declaring(stage: Stage):
    stage.open().name_panel()
    assert names_seen(stage, stage.second) == set()
    panel.declare(stage.second, stage.evaluation, {stage.proposals["Beta"].id: Declared(False)}, stage.now)
    database.session.commit()
    assert names_seen(stage, stage.second) == {"Beta"}
    with reading_as(stage.second):
        assert set(contents.read_many(list(stage.proposals.values()))) == {stage.proposals["Beta"].id}


def test_a_conflict_closes_the_proposal_even_to_a_manager_on_the_panel(stage: Stage):
    stage.open()
    agency = database.session.get(type(stage.challenge.agency), stage.challenge.agency_id)
    both = builder.member(agency, "Sonia Rezgui", Role.EVALUATOR, Role.CHALLENGE_MANAGER, now=stage.now)
    both = replace(both, at=stage.now)
    database.session.commit()
    assert names_seen(stage, both) == set(stage.proposals)
    panel.add_member(stage.manager, stage.evaluation, both.person_id, stage.now)
    database.session.commit()
    assert names_seen(stage, both) == set()
    answers = {p.id: Declared(name == "Alpha", "My brother’s") for name, p in stage.proposals.items()}
    panel.declare(both, stage.evaluation, answers, stage.now)
    database.session.commit()
    assert names_seen(stage, both) == {"Beta", "Gamma"}
    with reading_as(both):
        assert stage.proposals["Alpha"].id not in {s.proposal_id for s in seen(Submission)}
        with pytest.raises(NotFound):
            scoring.screen(both, stage.evaluation, stage.proposals["Alpha"], True, "", stage.now)


def test_the_one_with_a_conflict_still_reads_his_own_startups_proposal(stage: Stage):
    """Acting for the startup, the cut of the agency's side does not bite."""
    stage.open().name_panel()
    panel.declare(stage.second, stage.evaluation, {stage.proposals["Beta"].id: Declared(True, "Ours")}, stage.now)
    database.session.commit()
    at_home = replace(
        stage.second,
        organisation_id=stage.proposals["Beta"].startup_id,
        organisation_kind=Kind.STARTUP,
        roles=frozenset({Role.OWNER}),
    )
    assert names_seen(stage, at_home) == {"Beta"}


def test_others_scores_open_with_ones_own_lock_of_that_proposal_alone(stage: Stage):
    stage.ready()
    stage.score(stage.second, "Beta", 9, 1, "theirs")
    stage.score(stage.second, "Alpha", 6, 1, "theirs too")
    with reading_as(stage.third):
        assert seen(Score) == []
        assert seen(ScoreSheet) == []
    stage.score(stage.third, "Beta", 3, 0)
    with reading_as(stage.third):
        assert {sheet.proposal_id for sheet in seen(ScoreSheet)} == {stage.proposals["Beta"].id}
        assert len(seen(ScoreSheet)) == 2


def test_an_unlocked_sheet_of_another_is_never_seen(stage: Stage):
    stage.ready()
    given = {stage.criteria["Quality"]: Given(9)}
    scoring.save_scores(stage.second, stage.evaluation, stage.proposals["Beta"], given, None, stage.now)
    stage.score(stage.third, "Beta", 3, 0)
    with reading_as(stage.third):
        assert [sheet.member_id for sheet in seen(ScoreSheet)] == [stage.seat(stage.third).id]


@pytest.mark.parametrize("who", ["manager", "approver", "officer", "chair", "stranger"])
def test_neither_desk_nor_chair_sees_scores_before_consensus(stage: Stage, who: str):
    stage.ready()
    stage.score(stage.second, "Beta", 9, 1)
    with reading_as(getattr(stage, who)):
        assert seen(Score) == []
        assert not policy.can_see_ranking(getattr(stage, who), stage.evaluation)


def test_at_consensus_the_panel_and_the_manager_see_scores_and_the_approver_with_the_recommendation(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze()
    sees = {}
    for moment in ("consensus", "recommended"):
        for who in ("chair", "second", "manager", "approver", "officer", "stranger"):
            with reading_as(getattr(stage, who)):
                sees[moment, who] = len(seen(ScoreSheet))
        if moment == "consensus":
            stage.recommend()
    assert sees == {
        ("consensus", "chair"): 9,
        ("consensus", "second"): 9,
        ("consensus", "manager"): 9,
        ("consensus", "approver"): 0,
        ("consensus", "officer"): 0,
        ("consensus", "stranger"): 0,
        ("recommended", "chair"): 9,
        ("recommended", "second"): 9,
        ("recommended", "manager"): 9,
        ("recommended", "approver"): 9,
        ("recommended", "officer"): 9,
        ("recommended", "stranger"): 0,
    }


def test_a_conflict_found_later_closes_and_voids_and_keeps_on_record(stage: Stage):
    stage.ready()
    stage.score(stage.second, "Beta", 9, 1)
    seat = stage.seat(stage.second)
    panel.recuse(stage.second, stage.evaluation, seat.id, stage.proposals["Beta"].id, "Was offered a post", stage.now)
    database.session.commit()
    with reading_as(stage.second):
        assert stage.proposals["Beta"].id not in {sheet.proposal_id for sheet in seen(ScoreSheet)}
        assert seen(Screening)
        assert stage.proposals["Beta"].id not in {s.proposal_id for s in seen(Screening)}
    assert names_seen(stage, stage.second) == {"Alpha", "Gamma"}
    sheet = database.session.scalars(select(ScoreSheet).where(ScoreSheet.member_id == seat.id)).one()
    assert sheet.void_at == stage.now
    assert len(sheet.scores) == 2


def test_declarations_are_seen_by_their_maker_the_desk_and_the_chair(stage: Stage):
    stage.open().name_panel().screen().declare()
    found = {}
    for who in ("second", "chair", "manager", "stranger"):
        with reading_as(getattr(stage, who)):
            found[who] = len(seen(Declaration))
    assert found == {"second": 3, "chair": 9, "manager": 9, "stranger": 0}


def test_who_left_the_panel_sees_nothing_any_more(stage: Stage):
    stage.ready()
    stage.score(stage.second, "Beta", 9, 1)
    panel.remove_member(stage.chair, stage.evaluation, stage.seat(stage.second).id, True, "New post", stage.now)
    database.session.commit()
    with reading_as(stage.second):
        assert seen(Evaluation) == []
        assert seen(ScoreSheet) == []
        assert seen(PanelMember) == []
    assert names_seen(stage, stage.second) == set()


def test_startups_see_their_own_letter_and_nothing_of_the_panel(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze().recommend().approve().decide()
    with reading_as(stage.owners["Beta"]):
        assert [letter.proposal_id for letter in seen(Letter)] == [stage.proposals["Beta"].id]
        for model in (Evaluation, PanelMember, ScoreSheet, Score, Declaration, Screening):
            assert seen(model) == []


def test_an_evaluator_without_a_seat_or_declaration_gives_no_scores(stage: Stage):
    stage.open().name_panel().screen()
    given = {stage.criteria["Quality"]: Given(9)}
    with pytest.raises(NotAllowed):
        scoring.save_scores(stage.second, stage.evaluation, stage.proposals["Beta"], given, None, stage.now)
    with pytest.raises(NotAllowed):
        scoring.save_scores(stage.stranger, stage.evaluation, stage.proposals["Beta"], given, None, stage.now)


def test_of_a_proposal_that_is_closed_others_declarations_are_closed_too(stage: Stage):
    stage.open().name_panel().screen().declare({stage.chair: "Alpha"})
    with reading_as(stage.chair):
        found = [(row.proposal_id, row.member_id) for row in seen(Declaration)]
    on_alpha = [member for proposal, member in found if proposal == stage.proposals["Alpha"].id]
    assert on_alpha == [stage.seat(stage.chair).id]
    assert len(found) == 7


CLOSED_PAGES = ("", "ranking/", "consensus/", "decision/", "letters/", "letters/{beta}/")


def recused_chair_and_manager(stage: Stage):
    """The chair and a manager who sits on the panel have a conflict with Alpha, which comes first."""
    agency = database.session.get(type(stage.challenge.agency), stage.challenge.agency_id)
    both = builder.member(agency, "Sonia Rezgui", Role.EVALUATOR, Role.CHALLENGE_MANAGER, now=stage.now)
    stage.open().name_panel().screen()
    panel.add_member(stage.manager, stage.evaluation, both.person_id, stage.now)
    answers = {p.id: Declared(name == "Alpha", "My brother’s") for name, p in stage.proposals.items()}
    for viewer in (both, stage.chair):
        panel.declare(replace(viewer, at=stage.now), stage.evaluation, answers, stage.now)
    stage.declare().start()
    for viewer in (stage.chair, stage.second, stage.third, both):
        for name in ("Alpha", "Beta", "Gamma"):
            if name != "Alpha" or viewer in (stage.second, stage.third):
                stage.score(replace(viewer, at=stage.now), name, {"Alpha": 9, "Beta": 7, "Gamma": 5}[name], 1)
    return replace(both, at=stage.now)


def test_rank_and_outcome_of_a_closed_proposal_are_not_told_before_the_decision(app, stage: Stage):
    both = recused_chair_and_manager(stage)
    stage.freeze().recommend().approve()
    home, beta = f"/en/evaluations/{stage.challenge.key}/", stage.proposals["Beta"].key
    with clock.at(stage.now):
        for viewer in (stage.chair, both):
            browser = browser_of(app, viewer, stage.now)
            for path in CLOSED_PAGES:
                page = browser.get(home + path.format(beta=beta))
                for told in ("Awarded", "In reserve", "Not awarded", "The award goes to"):
                    assert not page.says(told), (path, told)
            assert browser.get(home + f"letters/{beta}/").status == 404
            page = browser.get(home + "ranking/")
            lines = [row.text for row in page.main.all("tbody")[0].all("tr")]
            assert [line.split()[:2] for line in lines] == [["–", "Beta"], ["–", "Gamma"], ["–", "Alpha"]]
            assert "Closed to you" in lines[2]
            assert page.says("Ranks and outcomes stay hidden from you")
        open_eyes = browser_of(app, stage.second, stage.now).get(home + "ranking/")
        assert open_eyes.main.one("tbody").one("tr").text.split()[:2] == ["1", "Alpha"]
        stage.decide()
        page = browser.get(home + "ranking/")
        assert page.main.one("tbody").one("tr").text.split()[:2] == ["1", "Alpha"]


def test_the_decision_record_keeps_others_declarations_from_whom_a_conflict_keeps_the_proposal(app, stage: Stage):
    stage.open().name_panel().screen().declare({stage.chair: "Alpha", stage.third: "Alpha"}).start()
    for viewer, name in product(stage.evaluators, stage.proposals):
        if name != "Alpha" or viewer is stage.second:
            stage.score(viewer, name, 8, 1)
    stage.freeze().recommend().approve().decide()
    with clock.at(stage.now):
        address = f"/en/evaluations/{stage.challenge.key}/record/"
        seen_by_chair = browser_of(app, stage.chair, stage.now).get(address)
        seen_by_manager = browser_of(app, stage.manager, stage.now).get(address)
    assert seen_by_chair.text.count("Conflict: A former colleague") == 1
    assert seen_by_manager.text.count("Conflict: A former colleague") == 2


def test_a_chair_unlocks_nothing_of_what_a_conflict_closes_to_him_and_the_manager_does(stage: Stage):
    stage.open().name_panel().screen().declare({stage.chair: "Alpha"}).start()
    stage.score(stage.second, "Alpha", 9, 1)
    seat = stage.seat(stage.second).id
    with access.reading_as_system("a test"):
        sheet = database.session.scalars(select(ScoreSheet).where(ScoreSheet.member_id == seat)).one()
    with pytest.raises(NotAllowed):
        scoring.unlock(stage.chair, stage.evaluation, sheet.id, "Lower it.", stage.now)
    assert sheet.locked_at is not None
    scoring.unlock(stage.manager, stage.evaluation, sheet.id, "A slip of the pen.", stage.now)
    assert sheet.locked_at is None


def test_a_manager_unlocks_nothing_that_is_the_chairs_to_unlock(stage: Stage):
    stage.ready().score(stage.second, "Alpha", 9, 1)
    seat = stage.seat(stage.second).id
    with access.reading_as_system("a test"):
        sheet = database.session.scalars(select(ScoreSheet).where(ScoreSheet.member_id == seat)).one()
    with pytest.raises(NotAllowed):
        scoring.unlock(stage.manager, stage.evaluation, sheet.id, "Lower it.", stage.now)
