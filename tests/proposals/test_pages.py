"""The pages of the team: each answers, keeps what was typed, and says what to do."""

from __future__ import annotations

import pytest

from marketplace.core import database
from marketplace.proposals import commands, contents
from marketplace.proposals.models import ProposalState, Section
from tests.proposals import builder
from tests.proposals.browser import Browser


@pytest.fixture
def karim(app, scene) -> Browser:
    return Browser(app, scene.writer)


def test_a_proposal_is_begun_and_leads_to_what_is_missing(app, scene, karim):
    begun = karim.send(f"/en/challenges/{scene.challenge.key}/proposal/", {}, page="/en/receipts/")
    assert begun.status == 302
    first = karim.get(begun.headers["Location"])
    assert first.headers["Location"].endswith("/edit/summary/")


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
@pytest.mark.parametrize("section", Section)
def test_every_section_has_its_page(scene, db, karim, section, language):
    proposal = scene.draft()
    db.commit()
    page = karim.get(f"/{language}/proposals/{proposal.key}/edit/{section}/")
    assert page.status == 200


def test_a_section_is_saved_and_the_next_one_comes(scene, db, karim):
    proposal = commands.start_proposal(scene.writer, scene.challenge, scene.now)
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/summary/"
    answer = karim.send(
        path, {"title": "Setpoint watch", "summary": "We listen.", "language": "en", "version": "0", "do": "next"}
    )
    assert answer.headers["Location"].endswith("/edit/approach/")
    assert karim.get(path).value_of("title") == "Setpoint watch"


def test_a_price_that_cannot_be_read_is_kept_and_said(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/price/"
    typed = {
        "milestones-0-title": "Pilot",
        "milestones-0-due_text": "30",
        "milestones-0-price_text": "one hundred sixty",
    }
    answer = karim.send(path, {**typed, "version": "1", "do": "next"})
    assert answer.status == 302
    page = karim.get(path)
    assert "Milestone 1: enter a price, or 0 if it costs nothing" in page.words
    assert page.value_of("milestones-0-price_text") == "one hundred sixty"
    assert "1 error" in page.words
    assert "<title>Error:" in page.text


def test_rows_are_added_moved_and_removed_without_javascript(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/price/"

    def press(deed: str):
        page = karim.get(path)
        rows = {
            name: page.value_of(name)
            for index in range(page.text.count('class="rowcard '))
            for name in (
                f"milestones-{index}-title",
                f"milestones-{index}-price_text",
                f"milestones-{index}-due_text",
            )
        }
        return karim.send(path, {**rows, "version": page.value_of("version"), "do": deed})

    assert press("add").headers["Location"].endswith("#milestones-1")
    page = karim.get(path)
    karim.send(
        path,
        {
            "milestones-0-title": "First",
            "milestones-0-price_text": "100",
            "milestones-0-due_text": "1",
            "milestones-1-title": "Second",
            "milestones-1-price_text": "200",
            "milestones-1-due_text": "2",
            "version": page.value_of("version"),
        },
    )
    press("up:1")
    assert karim.get(path).value_of("milestones-0-title") == "Second"
    assert "€300.00" in karim.get(path).words
    press("remove:0")
    assert karim.get(path).value_of("milestones-0-title") == "First"


def test_a_text_that_is_too_long_is_refused_and_kept(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/summary/"
    long = "x" * 100_000
    page = karim.send(path, {"title": "T", "summary": long, "version": "1"})
    assert page.status == 200
    assert "Shorten this to 1500 characters." in page.words
    assert page.value_of("summary") == long
    assert karim.get(path).value_of("summary") == "We listen, we never write."


def test_two_people_in_one_section_both_keep_their_text(app, scene, db, karim):
    proposal = scene.draft()
    db.commit()
    leila = Browser(app, scene.colleague)
    path = f"/en/proposals/{proposal.key}/edit/summary/"
    seen = karim.get(path).value_of("version")
    leila.send(path, {"title": "Hers", "summary": "Her text.", "language": "en", "version": seen})
    page = karim.send(path, {"title": "His", "summary": "His text.", "language": "en", "version": seen})
    assert "Somebody else saved this section while you wrote." in page.words
    assert "Her text." in page.words
    assert page.value_of("summary") == "His text."
    karim.post(
        path, {"csrf_token": page.token, "title": "His", "summary": "Both.", "version": page.value_of("version")}
    )
    assert karim.get(path).value_of("summary") == "Both."
    history = karim.get(f"/en/proposals/{proposal.key}/edit/summary/history/").words
    assert "Her text." in history
    assert "His text." in history
    assert "it never stood" in history


def test_autosave_answers_with_the_time_and_the_new_version(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/approach/"
    page = karim.get(path)
    fields = {"approach": "More.", "plan": "P", "version": page.value_of("version"), "csrf_token": page.token}
    first = karim.post(f"{path}autosave/", fields)
    assert first.json == {"saved_at": "10:00:00", "version": "2"}
    assert karim.post(f"{path}autosave/", {**fields, "approach": "Other"}).status == 409
    assert karim.post(f"{path}autosave/", {**fields, "plan": "y" * 9_000}).status == 422


def test_an_earlier_text_stands_again(app, scene, db, karim):
    proposal = scene.draft()
    builder.write(scene.colleague, proposal, scene.now, title="Changed")
    db.commit()
    page = karim.get(f"/en/proposals/{proposal.key}/edit/summary/history/")
    revision = contents.history(proposal, Section.SUMMARY)[0]
    answer = karim.post(
        f"/en/proposals/{proposal.key}/revisions/{revision.id}/restoration/", {"csrf_token": page.token}
    )
    assert answer.status == 302
    assert karim.get(f"/en/proposals/{proposal.key}/edit/summary/").value_of("title") == "Setpoint watch"


def test_a_comment_is_said_and_done_with(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    edit = f"/en/proposals/{proposal.key}/edit/summary/"
    karim.send(f"{edit}comments/", {"text": "Shorter, <b>please</b>"}, page=edit)
    page = karim.get(edit)
    assert "Shorter, <b>please</b>" in page.words
    comment = contents.comments_on(proposal, Section.SUMMARY)[0]
    karim.post(f"{edit}comments/{comment.id}/resolution/", {"csrf_token": page.token})
    assert "Done with" in karim.get(edit).words
    assert karim.send(f"{edit}comments/", {"text": " "}, page=edit).status == 422


def test_what_was_not_shown_is_not_sent(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/submission/"
    for shown in ({}, {"expected": ""}, {"expected": "0" * 64}):
        answer = karim.post(path, {"csrf_token": karim.get(path).token, **shown})
        assert "Somebody has changed the draft since you read it" in answer.words, shown
    assert contents.standing(proposal) is None


def test_a_proposal_is_sent_and_gives_its_receipt(scene, db, karim):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/submission/"
    page = karim.get(path)
    answer = karim.send(path, {"expected": page.value_of("expected")})
    assert answer.headers["Location"].endswith("/receipt/")
    sent = contents.standing(proposal)
    receipt = karim.get(answer.headers["Location"])
    assert sent.receipt_code in receipt.words
    assert sent.sha256 in receipt.words
    exact = karim.get(f"/en/proposals/{proposal.key}/versions/{sent.id}/bundle.json")
    assert contents.digest(exact.body) == sent.sha256 == page.value_of("expected")
    assert karim.get(f"/ar/proposals/{proposal.key}/versions/{sent.id}/receipt.pdf").body.startswith(b"%PDF")
    check = Browser(karim.client.application).send(
        "/en/receipts/", {"code": sent.receipt_code.lower(), "sha256": sent.sha256}
    )
    assert "The receipt is genuine" in check.words


def test_what_is_missing_is_said_with_links_to_its_fields(scene, db, karim):
    proposal = commands.start_proposal(scene.writer, scene.challenge, scene.now)
    db.commit()
    path = f"/en/proposals/{proposal.key}/submission/"
    assert 'aria-disabled="true"' in karim.get(path).text
    page = karim.send(path, {"expected": ""})
    assert "things to correct" in page.words
    assert f"/en/proposals/{proposal.key}/edit/summary/?check=1#title" in page.text
    assert "Enter a title" in karim.get(f"/en/proposals/{proposal.key}/edit/summary/?check=1").words


def test_a_proposal_is_withdrawn_after_a_question(scene, db, karim):
    proposal = scene.sent()
    db.commit()
    path = f"/en/proposals/{proposal.key}/withdrawal/"
    assert "Withdraw this proposal?" in karim.get(path).words
    karim.send(path, {})
    db.expire_all()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "Withdrawn" in karim.get(f"/en/proposals/{proposal.key}/").words


def test_the_list_shows_states_and_deadlines(scene, db, karim):
    scene.sent()
    other = builder.challenge(scene.challenge.agency, scene.now)
    commands.start_proposal(scene.writer, other, scene.now)
    db.commit()
    page = karim.get("/en/proposals/").words
    assert "Setpoint watch" in page
    assert "9 days left" in page
    assert "Setpoint watch" not in karim.get("/en/proposals/?shown=drafts").words
    assert karim.get("/en/proposals/?shown=nonsense&after=rubbish").status == 200


@pytest.mark.parametrize(
    "field", ["milestones-²-title", "milestones-99999999999999999999-title", "milestones--title"]
)
def test_made_up_rows_are_no_fault_of_the_program(scene, db, karim, field):
    proposal = scene.draft()
    db.commit()
    path = f"/en/proposals/{proposal.key}/edit/price/"
    assert karim.send(path, {field: "x\0y", "version": "²"}).status in {200, 302, 409}


def test_the_opening_page_tells_when_and_then_opens(app, scene, db, later):
    scene.sent()
    db.commit()
    youssef = Browser(app, scene.officer)
    path = f"/en/challenges/{scene.challenge.key}/opening/"
    before = youssef.get(path)
    assert "Proposals can be opened after the deadline" in before.words
    assert youssef.send(path, {}).status == 200
    with later(days=9, seconds=1):
        youssef._sign_in(scene.officer.later(scene.after))
        assert youssef.send(path, {}).status == 302
        assert "1 proposal was sent in time" in youssef.get(path).words
        key = db.scalar(database.session.query(contents.Proposal.key).statement)
        assert youssef.get(f"/en/proposals/{key}/").status == 200
