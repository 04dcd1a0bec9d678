"""Each evaluator scores all proposals, unless the chair assigns some only; who has none of it reads none of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.core import clock, database
from marketplace.core.errors import NotAllowed, Refused
from marketplace.core.events import Event
from marketplace.evaluations import progress, queries
from marketplace.evaluations.models import Exemption, Score
from marketplace.evaluations.panel import assignment
from marketplace.evaluations.panel import commands as panel
from marketplace.evaluations.scoring import commands as scoring
from marketplace.evaluations.scoring.commands import Given
from marketplace.evaluations.workflow import LIFECYCLE
from marketplace.proposals import contents
from tests.evaluations.stage import Stage, browser_of, opened, reading_as


def assign(stage: Stage, evaluator, *names: str, by=None) -> int:
    """This evaluator scores these, of all."""
    ids = {name: proposal.id for name, proposal in stage.proposals.items()}
    wanted = {stage.seat(evaluator).id: [ids[name] for name in names]}
    changed = assignment.assign(by or stage.chair, stage.evaluation, wanted, list(ids.values()), stage.now)
    database.session.commit()
    return changed


def read_by(stage: Stage, viewer) -> set[str]:
    with reading_as(viewer):
        readable = contents.read_many(opened(stage.challenge))
    return {name for name, proposal in stage.proposals.items() if proposal.id in readable}


def queue_of(stage: Stage, viewer) -> set[str]:
    with reading_as(viewer):
        return {task.name for task in queries.tasks(stage.evaluation, stage.seat(viewer))}


def reasons_against(stage: Stage, deed: str) -> tuple[str, ...]:
    offer = LIFECYCLE.offer(stage.evaluation, deed, stage.chair, stage.now)
    assert offer is not None
    return offer.reasons


def test_without_a_word_of_the_chair_everybody_scores_everything(stage: Stage):
    stage.ready()
    assert queue_of(stage, stage.second) == {"Alpha", "Beta", "Gamma"}
    assert progress.of(stage.evaluation).sheets == 9


def test_what_is_not_assigned_leaves_the_queue_and_is_not_read(stage: Stage):
    stage.ready()
    assert assign(stage, stage.second, "Alpha") == 1
    assert queue_of(stage, stage.second) == read_by(stage, stage.second) == {"Alpha"}
    assert queue_of(stage, stage.third) == read_by(stage, stage.third) == {"Alpha", "Beta", "Gamma"}
    assert progress.of(stage.evaluation).sheets == 7


def test_the_chair_and_the_desk_read_what_they_do_not_score(stage: Stage):
    stage.ready()
    assign(stage, stage.chair, "Gamma")
    assert queue_of(stage, stage.chair) == {"Gamma"}
    assert read_by(stage, stage.chair) == read_by(stage, stage.manager) == {"Alpha", "Beta", "Gamma"}
    with pytest.raises(Refused, match="not assigned to you"):
        stage.score(stage.chair, "Alpha", 5, 1)


def test_what_is_assigned_again_comes_back_and_both_moments_stay_on_record(stage: Stage):
    stage.ready()
    assign(stage, stage.second, "Alpha")
    assert assign(stage, stage.second, "Alpha", "Beta") == 1
    assert read_by(stage, stage.second) == {"Alpha", "Beta"}
    rows = database.session.scalars(select(Exemption)).all()
    known = {proposal.id: name for name, proposal in stage.proposals.items()}
    ends = {known[row.proposal_id]: (row.ends_at, row.ends_by) for row in rows}
    assert ends == {"Beta": (stage.now, stage.chair.person_id), "Gamma": (None, None)}
    wanted = select(Event).where(Event.name == "evaluation.assigned").order_by(Event.number)
    told = database.session.scalars(wanted).all()
    beta = str(stage.proposals["Beta"].id)
    assert [(beta in one.data["taken"], beta in one.data["given"]) for one in told] == [(True, False), (False, True)]


def test_the_same_form_sent_twice_has_one_effect(stage: Stage):
    stage.ready()
    assert assign(stage, stage.second, "Alpha") == 1
    assert assign(stage, stage.second, "Alpha") == 0
    assert len(database.session.scalars(select(Exemption)).all()) == 2


def test_locked_scores_are_not_assigned_away(stage: Stage):
    stage.ready()
    stage.score(stage.second, "Beta", 9, 1)
    with pytest.raises(Refused, match="The scores of Beta are locked"):
        assign(stage, stage.second, "Alpha")
    database.session.rollback()
    assert queue_of(stage, stage.second) == {"Alpha", "Beta", "Gamma"}


def test_what_was_begun_can_be_assigned_away_and_counts_for_nothing(stage: Stage):
    stage.ready()
    given = {stage.criteria["Quality"]: Given(9)}
    scoring.save_scores(stage.second, stage.evaluation, stage.proposals["Beta"], given, None, stage.now)
    database.session.commit()
    assign(stage, stage.second, "Alpha")
    with reading_as(stage.second):
        assert database.session.scalars(select(Score)).all() == []
    with pytest.raises(Refused, match="not assigned to you"):
        stage.score(stage.second, "Beta", 9, 1)


@pytest.mark.parametrize("who", ["manager", "second", "approver", "stranger"])
def test_only_the_chair_assigns(stage: Stage, who: str):
    stage.ready()
    with pytest.raises(NotAllowed):
        assign(stage, stage.third, "Alpha", by=getattr(stage, who))


def test_a_frozen_panel_keeps_its_assignment(stage: Stage):
    stage.ready().score_all(dict.fromkeys(stage.proposals, (8, 1))).freeze()
    with pytest.raises(Refused, match="frozen"):
        assign(stage, stage.second, "Alpha")


def test_only_the_assigned_owe_a_score_before_the_panel_freezes(stage: Stage):
    stage.ready()
    assign(stage, stage.second, "Alpha")
    for viewer in (stage.chair, stage.third):
        for name in stage.proposals:
            stage.score(viewer, name, 8, 1)
    assert reasons_against(stage, "freeze") == ("1 score sheet is not locked yet.",)
    stage.score(stage.second, "Alpha", 6, 1)
    stage.freeze()
    assert reasons_against(stage, "recommend") == ()


def test_a_proposal_that_nobody_scores_any_more_stops_the_way(stage: Stage):
    stage.open().name_panel().screen().declare()
    for viewer in (stage.chair, stage.third):
        assign(stage, viewer, "Alpha", "Gamma")
    assert reasons_against(stage, "start_scoring") == ()
    stage.start()
    beta = stage.proposals["Beta"].id
    panel.recuse(stage.chair, stage.evaluation, stage.seat(stage.second).id, beta, "Her sister’s", stage.now)
    database.session.commit()
    alone = "1 proposal has no evaluator left. Assign it to one without a conflict, or add one to the panel."
    assert alone in reasons_against(stage, "freeze")
    assign(stage, stage.third, "Alpha", "Beta", "Gamma")
    assert alone not in reasons_against(stage, "freeze")


def test_a_recusal_at_consensus_that_voids_the_only_scores_stops_the_recommendation(stage: Stage):
    stage.open().name_panel().screen().declare()
    for viewer in (stage.chair, stage.third):
        assign(stage, viewer, "Alpha", "Gamma")
    stage.start()
    for viewer in stage.evaluators:
        for name in queue_of(stage, viewer):
            stage.score(viewer, name, 8, 1)
    stage.freeze()
    beta = stage.proposals["Beta"].id
    panel.recuse(stage.second, stage.evaluation, stage.seat(stage.second).id, beta, "My sister’s", stage.now)
    database.session.commit()
    assert reasons_against(stage, "recommend") == (
        "1 proposal has no score left. Reopen the scoring and assign it to another evaluator.",
    )


def test_scores_kept_of_one_who_left_still_stand_for_a_proposal(stage: Stage):
    stage.open().name_panel().screen().declare()
    for viewer in (stage.chair, stage.third):
        assign(stage, viewer, "Alpha", "Gamma")
    stage.start()
    stage.score(stage.second, "Beta", 8, 1)
    panel.remove_member(stage.chair, stage.evaluation, stage.seat(stage.second).id, True, "New post", stage.now)
    database.session.commit()
    assert progress.of(stage.evaluation).without_evaluator == 0


def test_at_consensus_what_was_not_assigned_stays_unread(app, stage: Stage):
    stage.ready()
    assign(stage, stage.second, "Alpha")
    for viewer in stage.evaluators:
        for name in queue_of(stage, viewer):
            stage.score(viewer, name, 8, 1, f"A word on {name}")
    stage.freeze()
    with reading_as(stage.second):
        words = {score.comment for score in database.session.scalars(select(Score)) if score.comment}
    assert words == {"A word on Alpha"}
    assert read_by(stage, stage.second) == {"Alpha"}
    with clock.at(stage.now):
        page = browser_of(app, stage.second, stage.now).get(home(stage) + "consensus/")
    links = [link.text for link in page.main.one("tbody").all("a")]
    assert links == ["Alpha"]
    assert page.text.count("Closed to you") == 2


def home(stage: Stage) -> str:
    return f"/en/evaluations/{stage.challenge.key}/"


def boxes(page) -> list:
    return page.main.all("input", type="checkbox")


def test_the_chair_assigns_on_a_table_of_checkboxes(app, stage: Stage):
    stage.ready()
    stage.score(stage.third, "Gamma", 7, 1)
    alpha, gamma = stage.proposals["Alpha"].id, stage.proposals["Gamma"].id
    with clock.at(stage.now):
        chair = browser_of(app, stage.chair, stage.now)
        chair.get(home(stage) + "assignment/")
        assert len(boxes(chair.page)) == 8
        assert chair.page.says("Locked")
        second, third = stage.seat(stage.second).id.hex, stage.seat(stage.third).id.hex
        chair.press("Save the assignment", **{f"seat_{second}": [str(alpha)], f"seat_{third}": [str(gamma)]})
        assert chair.page.says("The assignment is saved.")
        ticked = [box for box in boxes(chair.page) if "checked" in box.attributes]
        assert len(ticked) == 4
        evaluator = browser_of(app, stage.second, stage.now)
        evaluator.get(home(stage) + "scoring/")
        assert evaluator.page.says("Alpha")
        assert not evaluator.page.says("Beta")
        assert evaluator.get(home(stage) + f"proposals/{stage.proposals['Beta'].key}/").status == 404
        assert evaluator.get(home(stage) + "assignment/").status == 404
        chair.get(home(stage))
        assert chair.page.says("Not assigned")
        chair.get(home(stage) + "assignment/")
        chair.press("Assign all to everybody")
        database.session.rollback()
    assert progress.of(stage.evaluation).sheets == 9


def test_a_table_that_is_out_of_date_is_said_and_takes_nothing(app, stage: Stage):
    stage.ready()
    alpha = stage.proposals["Alpha"].id
    with clock.at(stage.now):
        chair = browser_of(app, stage.chair, stage.now)
        chair.get(home(stage) + "assignment/")
        stage.score(stage.second, "Beta", 7, 1)
        chair.press("Save the assignment", **{f"seat_{stage.seat(stage.second).id.hex}": [str(alpha)]})
        assert chair.page.errors == ["The scores of Beta are locked by an evaluator already."]
    database.session.rollback()
    assert database.session.scalars(select(Exemption)).all() == []


def test_the_decision_record_says_who_did_not_score_what(app, stage: Stage):
    stage.ready()
    assign(stage, stage.second, "Alpha", "Gamma")
    for viewer in stage.evaluators:
        for name in queue_of(stage, viewer):
            stage.score(viewer, name, 8, 1)
    stage.freeze().recommend().approve().decide()
    with clock.at(stage.now):
        manager = browser_of(app, stage.manager, stage.now)
        page = manager.get(home(stage) + "record/")
        pdf = manager.client.get(home(stage) + "record.pdf")
    table = next(one for one in page.main.all("table") if "did not score" in one.text)
    assert table.one("tbody").one("tr").text.startswith("Hedi Mansour Beta")
    assert "Amina Chérif" in table.text
    assert pdf.data.startswith(b"%PDF")
