"""A form that is sent twice has one effect."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.challenges.models import Challenge, ChallengeNotice
from marketplace.core import database
from tests.challenges.conftest import Cast


def _twice(browser, button: str, **typed):
    """Press the same button of the same page twice, as an impatient hand does."""
    page = browser.page
    browser.press(button, **typed)
    browser.page = page
    return browser.press(button, **typed)


def test_a_draft_is_started_once(cast: Cast, browser):
    author = browser(cast.author)
    author.get("/en/challenges/new/")
    assert _twice(author, "Start the draft", title="Once", language="en").title == "The problem"
    assert database.session.scalar(select(func.count()).select_from(Challenge)) == 1


def test_a_clone_is_made_once(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/copy/")
    _twice(author, "Start the draft")
    assert database.session.scalar(select(func.count()).select_from(Challenge)) == 2


def test_a_correction_is_added_once(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/correction/")
    _twice(author, "Publish the correction", text="212 stations.")
    assert database.session.scalar(select(func.count()).select_from(ChallengeNotice)) == 1


def test_an_identifier_of_somebody_elses_challenge_gives_nothing_of_it(cast: Cast, browser):
    theirs = cast.draft()
    database.session.commit()
    stranger = browser(cast.stranger)
    stranger.get("/en/challenges/new/")
    page = stranger.press("Start the draft", title="Mine", language="en", once=str(theirs.id))
    assert page.status < 500
    assert "tampered" not in page.text
