"""The review: four eyes, edits with a message, approval, and what undoes it."""

from __future__ import annotations

import pytest

from marketplace.challenges import commands, policy, queries
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, Refused
from tests.challenges.conftest import Cast, reading_as

S = ChallengeState


def test_from_draft_to_approval_in_the_browser(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author, approver = browser(cast.author), browser(cast.approver)
    author.get(f"/en/challenges/{challenge.key}/manage/")
    page = author.press("Send for review")
    assert "In review" in page.text
    approver.get(f"/en/challenges/{challenge.key}/review/")
    page = approver.press("Ask for edits", message="")
    assert page.errors == ["Say what has to be changed."]
    page = approver.press("Ask for edits", message="Say who pays.")
    assert "Edits requested" in page.text
    page = author.get(f"/en/challenges/{challenge.key}/manage/")
    assert "Say who pays." in page.text
    author.press("Send for review again")
    approver.get(f"/en/challenges/{challenge.key}/review/")
    page = approver.press("Approve")
    assert "Approved, not published" in page.text
    assert "Youssef Tahiri approved it." in page.text


def test_a_draft_with_gaps_says_what_is_missing_and_stays(cast: Cast, browser):
    challenge = commands.create_challenge(cast.author, "Only a title", cast.now)
    database.session.commit()
    author = browser(cast.author)
    page = author.get(f"/en/challenges/{challenge.key}/manage/")
    assert "Set the deadline." in page.text
    page = author.press("Send for review")
    assert any("Set the deadline." in error for error in page.errors)
    database.session.expire_all()
    assert database.session.get_one(Challenge, challenge.id).state == S.DRAFT


def test_who_wrote_in_it_cannot_approve_it(cast: Cast, browser):
    challenge = cast.draft()
    commands.save_section(cast.writing_approver, challenge, "context", {"context": "More."}, cast.now)
    commands.submit_for_review(cast.author, challenge, cast.now)
    database.session.commit()
    assert not policy.can_approve(cast.writing_approver, challenge)
    with pytest.raises(NotAllowed):
        commands.approve(cast.writing_approver, challenge, cast.now)
    database.session.rollback()
    page = browser(cast.writing_approver).get(f"/en/challenges/{challenge.key}/review/")
    assert "another approver has to approve it" in page.text
    assert "Approve" not in [button.text for button in page.main.all("button")]
    commands.approve(cast.approver, challenge, cast.now)


def test_who_edited_after_edits_were_asked_for_cannot_approve(cast: Cast):
    challenge = cast.draft()
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.request_edits(cast.approver, challenge, "More on data.", cast.now)
    commands.save_section(
        cast.writing_approver, challenge, "data-security", {"data_security": "All of it."}, cast.now
    )
    commands.submit_for_review(cast.author, challenge, cast.now)
    with pytest.raises(NotAllowed):
        commands.approve(cast.writing_approver, challenge, cast.now)


def test_the_author_never_approves_his_own(cast: Cast):
    challenge = commands.create_challenge(cast.writing_approver, "Mine", cast.now)
    assert not policy.can_approve(cast.writing_approver, challenge)


def test_an_approval_is_void_once_it_is_a_draft_again(cast: Cast):
    challenge = cast.approved()
    commands.take_back(cast.author, challenge, cast.now)
    assert challenge.state == S.DRAFT
    with pytest.raises(Refused):
        commands.publish(cast.author, challenge, cast.now)


def test_the_reviewers_message_stays_inside_the_agency(cast: Cast):
    challenge = cast.draft()
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.request_edits(cast.approver, challenge, "Not yet.", cast.now)
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.approve(cast.approver, challenge, cast.now)
    commands.publish(cast.author, challenge, cast.now)
    database.session.commit()
    for viewer, seen in ((cast.author, 1), (cast.startup, 0), (Viewer.anonymous(cast.now), 0)):
        with reading_as(viewer):
            found = queries.one_challenge(challenge.key)
            assert len(found.notices) == seen
            sentences = " ".join(each.sentence for each in queries.timeline(found))
            assert ("asked for edits" in sentences) == bool(seen)
            assert "published it" in sentences


def test_needs_and_waiting_tell_each_his_own(cast: Cast):
    challenge = cast.draft()
    commands.submit_for_review(cast.author, challenge, cast.now)
    database.session.commit()
    for viewer, needs, waiting in (
        (cast.approver, 1, 0),
        (cast.author, 0, 1),
        (cast.stranger, 0, 0),
        (cast.startup, 0, 0),
    ):
        with reading_as(viewer):
            assert len(queries.needs(viewer, cast.now)) == needs
            assert len(queries.waiting(viewer, cast.now)) == waiting
