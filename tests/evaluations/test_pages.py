"""The whole way by pages, as people go it without JavaScript; and each page in each language, for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from marketplace.core import clock, database
from marketplace.core.access import Kind, Viewer
from marketplace.core.database import engine
from marketplace.evaluations import desk
from marketplace.evaluations.models import Declaration, EvaluationState, Interest, ScoreSheet
from marketplace.proposals.models import Proposal, ProposalState
from tests.evaluations.stage import Stage, browser_of
from tests.pages import Browser, values_of
from tests.proposals import builder


@pytest.fixture
def at_work(app, stage: Stage) -> Iterator[Stage]:
    """The clock stands after the opening."""
    with clock.at(stage.now):
        yield stage


@pytest.fixture
def visit(app, at_work: Stage):
    """A browser of somebody; one a person."""
    browsers: dict[Viewer, Browser] = {}

    def of(viewer: Viewer) -> Browser:
        if viewer not in browsers:
            browsers[viewer] = browser_of(app, viewer, at_work.now)
        return browsers[viewer]

    return of


def home(stage: Stage, language: str = "en") -> str:
    return f"/{language}/evaluations/{stage.challenge.key}/"


def refresh() -> None:
    """See what the browsers changed."""
    database.session.rollback()
    database.session.expire_all()


def test_a_panel_goes_the_whole_way_by_pages(at_work: Stage, visit):
    stage = at_work.open()
    name_the_panel(stage, visit(stage.manager))
    screen_all_but_gamma_in(stage, visit(stage.manager))
    declare_nothing(stage, visit)
    score_alpha_and_beta(stage, visit)
    settle_beta_and_choose_a_comment(stage, visit(stage.chair))
    recommend_and_approve(stage, visit)
    read_the_letters_and_announce(stage, visit(stage.manager))
    refresh()
    assert [stage.state_of(name) for name in stage.proposals] == [
        ProposalState.AWARDED,
        ProposalState.RESERVE,
        ProposalState.SCREENED_OUT,
    ]
    proposers_read_their_letters_and_the_public_the_result(stage, visit)
    the_record_is_kept(stage, visit(stage.manager))


def name_the_panel(stage: Stage, manager: Browser) -> None:
    for viewer in stage.evaluators:
        manager.get(home(stage) + "panel/")
        manager.press("Give the seat", person=str(viewer.person_id))
        assert manager.page.says("The evaluator has a seat on the panel.")
    refresh()
    manager.press("Name the chair", member=str(stage.seat(stage.chair).id))
    assert manager.page.says("The panel has a chair.")
    manager.press("Set the date", due_at="2027-04-01T17:00")


def screen_all_but_gamma_in(stage: Stage, manager: Browser) -> None:
    for name, proposal in stage.proposals.items():
        manager.get(home(stage) + f"screening/{proposal.key}/")
        manager.press("Record the screening", eligible="no" if name == "Gamma" else "yes", reason="")
        if name == "Gamma":
            assert manager.page.error_beside("Reason") == "Say why it is not eligible: the proposer will read it."
            manager.press("Record the screening", eligible="no", reason="Older than ten years")
        assert manager.page.says("The screening is recorded.")


def declare_nothing(stage: Stage, visit) -> None:
    for viewer in stage.evaluators:
        evaluator = visit(viewer)
        evaluator.get(home(stage) + "declarations/")
        answers = {f"interest_{p.id.hex}": "none" for p in stage.proposals.values()}
        evaluator.press("Record my declarations", **answers)
        assert evaluator.page.says("Your declarations are recorded.")


def score_alpha_and_beta(stage: Stage, visit) -> None:
    chair = visit(stage.chair)
    chair.get(home(stage))
    chair.press("Start scoring")
    assert chair.page.says("Scoring has started.")
    quality, security = (stage.criteria[name].hex for name in ("Quality", "Keeps data in the country"))
    for number, viewer in enumerate(stage.evaluators):
        evaluator = visit(viewer)
        for name in ("Alpha", "Beta"):
            evaluator.get(home(stage) + f"proposals/{stage.proposals[name].key}/")
            evaluator.press("Lock my scores", **{f"score_{quality}": "8"})
            assert evaluator.page.says("One criterion has no score yet. A missing score is not a zero.")
            evaluator.press(
                "Lock my scores",
                **{
                    f"score_{quality}": str(8 - number if name == "Alpha" else 6),
                    f"score_{security}": "na" if name == "Beta" else "1",
                    f"comment_{quality}": f"{name} by {number}",
                },
            )
            assert evaluator.page.says("Your scores are locked.")


def settle_beta_and_choose_a_comment(stage: Stage, chair: Browser) -> None:
    security = stage.criteria["Keeps data in the country"].hex
    chair.get(home(stage))
    chair.press("Freeze the panel")
    assert chair.page.says("The panel is frozen.")
    chair.get(home(stage) + "ranking/")
    assert chair.page.says("1 score must still be settled")
    chair.get(home(stage) + f"consensus/{stage.proposals['Beta'].key}/")
    settle = f"consensus/{stage.proposals['Beta'].key}/{stage.criteria['Keeps data in the country']}/"
    form = chair.page.main.one("form", action=home(stage) + settle)
    settled = {f"c{security}-value": "0", f"c{security}-reason": "Its servers stand elsewhere."}
    chair.post(home(stage) + settle, values_of(form) | settled)
    assert chair.page.says("The panel’s score is settled."), chair.page.errors
    chair.get(home(stage) + f"consensus/{stage.proposals['Alpha'].key}/")
    chosen = [box.attributes["value"] for box in chair.page.main.all("input", type="checkbox")][:1]
    chair.press("Choose these comments", comments=chosen)


def recommend_and_approve(stage: Stage, visit) -> None:
    chair, approver = visit(stage.chair), visit(stage.approver)
    chair.get(home(stage) + "recommendation/")
    chair.press("Make the recommendation", outcome="award", reasons="Alpha finds most.", reserves="1")
    assert chair.page.says("The recommendation is made.")
    approver.get(home(stage) + "approval/")
    approver.press("Record my decision", decision="changes", message="")
    assert approver.page.error_beside("Message to the chair") == "Say what should change."
    approver.press("Record my decision", decision="approve", message="Agreed.")


def read_the_letters_and_announce(stage: Stage, manager: Browser) -> None:
    manager.get(home(stage) + "letters/")
    assert manager.page.says("Nothing is sent before.")
    manager.get(home(stage) + f"letters/{stage.proposals['Alpha'].key}/")
    assert manager.page.says("A preview")
    assert manager.page.says("Alpha by")
    manager.get(home(stage) + "decision/")
    manager.press("Announce the decision")
    assert manager.page.says("The decision is announced and every letter is sent.")


def proposers_read_their_letters_and_the_public_the_result(stage: Stage, visit) -> None:
    winner = visit(stage.owners["Alpha"])
    winner.get(f"/en/evaluations/letters/{stage.proposals['Alpha'].key}/")
    assert winner.page.says("your proposal is awarded")
    assert winner.page.says("Alpha by")
    loser = visit(stage.owners["Gamma"])
    loser.get(f"/en/evaluations/letters/{stage.proposals['Gamma'].key}/")
    assert loser.page.says("Older than ten years")
    assert loser.page.says("The award goes to Alpha")
    assert loser.get(f"/en/evaluations/letters/{stage.proposals['Alpha'].key}/").status == 404
    nobody = Browser(winner.client.application)
    nobody.get(home(stage) + "result/")
    assert nobody.page.says("Alpha")
    assert not nobody.page.says("Beta")
    assert not nobody.page.says("Gamma")


def the_record_is_kept(stage: Stage, manager: Browser) -> None:
    manager.get(home(stage) + "record/")
    assert manager.page.says("Alpha by 2")
    assert manager.page.says("Its servers stand elsewhere.")
    pdf = manager.client.get(home(stage) + "record.pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")


PAGES = (
    "",
    "panel/",
    "screening/",
    "screening/{alpha}/",
    "declarations/",
    "scoring/",
    "proposals/{alpha}/",
    "proposals/{alpha}/?section=price",
    "proposals/{alpha}/conflict/",
    "consensus/",
    "consensus/{alpha}/",
    "ranking/",
    "recommendation/",
    "approval/",
    "reopening/",
    "disqualification/{alpha}/",
    "letters/",
    "letters/{alpha}/",
    "decision/",
    "succession/",
    "record/",
    "result/",
)
MOMENTS = {
    EvaluationState.SETTING_UP: lambda stage: stage.open().name_panel().screen().declare(),
    EvaluationState.SCORING: lambda stage: stage.start(),
    EvaluationState.CONSENSUS: lambda stage: stage.score_all(
        {"Alpha": (8, 1), "Beta": (9, 0), "Gamma": (4, 1)}
    ).freeze(),
    EvaluationState.RECOMMENDED: lambda stage: stage.recommend(),
    EvaluationState.APPROVED: lambda stage: stage.approve(),
    EvaluationState.DECIDED: lambda stage: stage.decide(),
}
PEOPLE = ("manager", "approver", "officer", "chair", "second", "stranger")


def test_every_page_answers_everybody_at_every_state(at_work: Stage, visit):
    alpha = at_work.proposals["Alpha"].key
    for number, bring in enumerate(MOMENTS.values()):
        bring(at_work)
        for place, who in enumerate(PEOPLE):
            language = ("en", "ar", "fr")[(number + place) % 3]
            for path in PAGES:
                page = visit(getattr(at_work, who)).get(home(at_work, language) + path.format(alpha=alpha))
                assert page.status in (200, 404), (who, path)
                if who == "stranger" and path != "result/":
                    assert page.status == 404, path
    assert visit(at_work.chair).get("/en/evaluations/").says("Decided")


def test_no_page_shows_anothers_scores_or_a_total_before_ones_own_lock(at_work: Stage, visit):
    at_work.ready()
    at_work.score(at_work.second, "Alpha", 9, 1, "A secret word of the second")
    alpha = at_work.proposals["Alpha"].key
    for who in ("manager", "approver", "officer", "chair", "third"):
        browser = visit(getattr(at_work, who))
        for path in PAGES:
            page = browser.get(home(at_work) + path.format(alpha=alpha))
            assert "A secret word" not in page.root.text, (who, path)
            if path in ("consensus/", "ranking/", "letters/", "record/", "consensus/{alpha}/"):
                assert page.status == 404, (who, path)
    at_work.score(at_work.third, "Alpha", 2, 1)
    assert visit(at_work.third).get(home(at_work) + f"proposals/{alpha}/").says("A secret word of the second")
    assert visit(at_work.third).get(home(at_work) + "ranking/").status == 404


def test_a_recused_evaluator_meets_404_and_a_closed_line(at_work: Stage, visit):
    at_work.open().name_panel().screen().declare({at_work.second: "Alpha"}).start()
    browser = visit(at_work.second)
    assert browser.get(home(at_work) + f"proposals/{at_work.proposals['Alpha'].key}/").status == 404
    browser.get(home(at_work) + "scoring/")
    assert browser.page.says("Closed to you")


def test_what_was_typed_stays_when_the_deed_is_refused(at_work: Stage, visit):
    at_work.open().name_panel()
    browser = visit(at_work.manager)
    browser.get(home(at_work) + f"screening/{at_work.proposals['Alpha'].key}/")
    browser.press("Record the screening", reason="Half a word")
    assert browser.page.value_of("Reason") == "Half a word"


def test_autosave_keeps_counts_and_conflicts(at_work: Stage, visit):
    at_work.ready()
    browser = visit(at_work.second)
    path = home(at_work) + f"proposals/{at_work.proposals['Alpha'].key}/"
    browser.get(path)
    form, _pressed = browser.page.form("Save")
    token = form.one("input", name="csrf_token").attributes["value"]
    name = f"score_{at_work.criteria['Quality'].hex}"

    def save(version: str, value: str):
        data = {"csrf_token": token, "version": version, name: value}
        return browser._sent(browser.client.post, path + "scores/", data=data)

    assert save("0", "7").json["version"] == 1
    assert save("0", "3").status_code == 409
    assert save("1", "11").status_code == 422
    assert save("1", "na").json["version"] == 2
    refresh()
    sheet = database.session.scalars(select(ScoreSheet)).one()
    given = next(score for score in sheet.scores if score.criterion_id == at_work.criteria["Quality"])
    assert given.is_not_applicable
    assert given.value is None


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def statements_of(browser: Browser, path: str) -> list[str]:
    browser.get(path)
    with counted() as statements:
        assert browser.get(path).status == 200
    return statements


BOUNDED = {
    "scoring": [("manager", ""), ("chair", ""), ("second", "scoring/"), ("second", "proposals/{alpha}/")],
    "consensus": [("chair", ""), ("chair", "consensus/"), ("manager", "ranking/"), ("second", "proposals/{alpha}/")],
}


@pytest.mark.parametrize("moment", BOUNDED)
def test_a_page_of_the_desk_takes_at_most_twelve_statements(at_work: Stage, visit, moment: str):
    at_work.ready()
    if moment == "consensus":
        at_work.score_all(dict.fromkeys(at_work.proposals, (8, 1))).freeze()
    for who, path in BOUNDED[moment]:
        address = home(at_work) + path.format(alpha=at_work.proposals["Alpha"].key)
        statements = statements_of(visit(getattr(at_work, who)), address)
        assert len(statements) <= 12, (who, path, [line[:90] for line in statements])


def test_the_dashboard_says_what_needs_whom(app, at_work: Stage, visit):
    at_work.open()
    said = {}
    for bring in (lambda: at_work.name_panel(), lambda: at_work.screen().declare(), lambda: at_work.start()):
        bring()
        with app.test_request_context("/en/"):
            for who in ("manager", "second", "chair", "approver"):
                viewer = getattr(at_work, who)
                with database.session_scope(viewer):
                    said[at_work.evaluation.state, who] = [need.title for need in desk.needs(viewer, at_work.now)]
    assert said[EvaluationState.SCORING, "second"] == ["Score 3 proposals"]
    assert said[EvaluationState.SCORING, "manager"] == []
    assert said[EvaluationState.SETTING_UP, "manager"] == ["Set the panel up and screen the proposals"]


def test_two_hundred_proposals_cost_no_further_statement(at_work: Stage, visit):
    at_work.ready()
    chair, second = visit(at_work.chair), visit(at_work.second)
    pages = [(chair, ""), (second, "scoring/"), (chair, "screening/")]
    few = [len(statements_of(browser, home(at_work) + path)) for browser, path in pages]
    more_proposals(at_work, 197)
    many = [len(statements_of(browser, home(at_work) + path)) for browser, path in pages]
    assert many == few
    assert max(many) <= 12


def more_proposals(stage: Stage, count: int) -> None:
    """So many more judged proposals, each declared and half of them locked by everybody."""
    seats = [stage.seat(viewer) for viewer in stage.evaluators]
    for number in range(count):
        startup = builder.organisation(Kind.STARTUP, f"Startup {number:03d}")
        proposal = Proposal(
            challenge_id=stage.challenge.id, startup_id=startup.id, state=ProposalState.UNDER_EVALUATION
        )
        database.session.add(proposal)
        database.session.flush()
        for seat in seats:
            database.session.add(
                Declaration(member_id=seat.id, proposal_id=proposal.id, interest=Interest.NONE, declared_at=stage.now)
            )
            locked = stage.now if number % 2 else None
            database.session.add(ScoreSheet(member_id=seat.id, proposal_id=proposal.id, version=1, locked_at=locked))
    database.session.commit()
