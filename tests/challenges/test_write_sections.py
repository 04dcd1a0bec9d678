"""Writing a draft: sections, languages, dates in their zone, and what happens when two write at once."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from marketplace.challenges import commands, queries
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, Refused
from tests.challenges.conftest import Cast, as_system, reading_as


def stored(challenge: Challenge) -> Challenge:
    database.session.expire_all()
    return database.session.get_one(Challenge, challenge.id)


def test_a_draft_is_started_and_written_section_by_section(cast: Cast, browser):
    author = browser(cast.author)
    author.get("/en/challenges/new/")
    page = author.press("Start the draft", title="Read a supplier’s SBOM", language="en")
    assert page.title == "The problem"
    page = author.press(
        "Save and go on", summary="Two sentences.", problem="Line one\nline two", topics=["supply-chain"]
    )
    assert page.title == "Outcomes wanted"
    draft = database.session.scalars(select(Challenge)).one()
    assert draft.original.problem == "Line one\nline two"
    assert draft.topics == ["supply-chain"]
    assert draft.author_id == cast.author.person_id


@pytest.mark.parametrize("who", ["stranger", "startup", "onlooker", "approver", "nobody", "administrator"])
def test_the_editor_is_not_there_for_others(cast: Cast, browser, who: str):
    key = cast.draft().key
    database.session.commit()
    page = browser(cast.everybody()[who] if who != "nobody" else None).get(f"/en/challenges/{key}/edit/problem/")
    assert page.status == 404 or page.title == "Sign in"


def test_too_long_a_text_is_refused_beside_its_field_and_kept(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/problem/")
    page = author.press("Save", title="x" * 151)
    assert page.error_beside("Title").startswith("Shorten this to 150 characters")
    assert page.value_of("Title") == "x" * 151
    assert stored(challenge).original.title != "x" * 151


def test_what_a_colleague_saved_meanwhile_is_not_written_over_and_nothing_typed_is_lost(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    address = f"/en/challenges/{challenge.key}/edit/outcomes/"
    mine, theirs = browser(cast.author), browser(cast.colleague)
    mine.get(address)
    theirs.get(address)
    theirs.press("Save", outcomes="What the colleague wrote")
    page = mine.press("Save", outcomes="What I wrote")
    assert any("Somebody else saved this section" in error for error in page.errors)
    assert "What the colleague wrote" in page.text
    assert page.value_of("Outcomes wanted") == "What I wrote"
    assert stored(challenge).original.outcomes == "What the colleague wrote"
    # Kept even if the page is closed now: it waits at the next visit.
    assert "What I wrote" in mine.get(address).text
    mine.press("I have taken what I need")
    mine.press("Save", outcomes="Both together")
    assert stored(challenge).original.outcomes == "Both together"
    history = mine.get(f"{address}history/").text
    assert all(words in history for words in ("What the colleague wrote", "What I wrote", "Both together"))


def test_a_second_save_over_a_shown_conflict_is_meant(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    address = f"/en/challenges/{challenge.key}/edit/outcomes/"
    mine, theirs = browser(cast.author), browser(cast.colleague)
    mine.get(address)
    theirs.get(address)
    theirs.press("Save", outcomes="Theirs")
    mine.press("Save", outcomes="Mine")
    mine.press("Save", outcomes="Mine")
    assert stored(challenge).original.outcomes == "Mine"


def _autosave(browser, address: str, **typed: str):
    page = browser.get(address)
    form = next(f for f in page.main.all("form") if "data-autosave" in f.attributes)
    token = form.one("input", name="csrf_token").attributes["value"]
    version = form.one("input", name="version").attributes["value"]
    data = {"csrf_token": token, "version": version, **typed}
    return browser.client.post(form.attributes["data-autosave"], data=data)


def test_autosave_says_when_and_which_version(cast: Cast, browser, now: datetime):
    challenge = cast.draft()
    database.session.commit()
    address = f"/en/challenges/{challenge.key}/edit/context/"
    author = browser(cast.author)
    answer = _autosave(author, address, context="Typed without pressing anything")
    assert answer.status_code == 200
    assert answer.json["saved_at"] == "10:00:00"  # 09:00 UTC in Paris
    assert stored(challenge).original.context == "Typed without pressing anything"
    stale = {"csrf_token": "x", "version": "0"}
    assert author.client.post(f"{address}autosave/", data=stale).status_code == 422
    colleague = browser(cast.colleague)
    _autosave(colleague, address, context="The colleague")
    token = author.get(address).main.one("input", name="csrf_token").attributes["value"]
    late = author.client.post(f"{address}autosave/", data={"csrf_token": token, "version": "1", "context": "Late"})
    assert late.status_code == 409
    assert "Late" in author.get(address).text


def test_a_signed_out_autosave_is_sent_to_the_sign_in(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    answer = browser().client.post(f"/en/challenges/{challenge.key}/edit/context/autosave/", data={"context": "x"})
    assert answer.status_code == 302


def test_dates_are_those_of_the_challenges_zone(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/dates/")
    page = author.press("Save", zone="Asia/Riyadh", deadline="2027-04-01T17:00")
    assert page.status == 200
    found = stored(challenge)
    assert found.deadline == datetime(2027, 4, 1, 14, 0, tzinfo=UTC)
    assert found.zone == "Asia/Riyadh"


def test_a_time_that_the_clocks_skip_is_refused_and_kept(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/dates/")
    page = author.press("Save", zone="Europe/Paris", deadline="2027-03-28T02:30")
    assert "does not exist" in page.error_beside("Deadline for proposals")
    assert page.value_of("Deadline for proposals") == "2027-03-28T02:30"


def test_a_time_that_comes_twice_means_the_first(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/dates/")
    author.press("Save", zone="Europe/Paris", deadline="2027-10-31T02:30")
    assert stored(challenge).deadline == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_steps_are_added_and_removed_by_buttons(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/dates/")
    author.press("Add a step")
    author.press("Save", **{"stages-0-name": "Information day", "stages-0-starts_at": "2027-03-10T10:00"})
    (step,) = stored(challenge).stages
    assert (step.name, step.starts_at) == ("Information day", datetime(2027, 3, 10, 9, 0, tzinfo=UTC))
    author.press("Remove: Information day")
    assert stored(challenge).stages == []


@pytest.mark.parametrize(
    ("currency", "typed", "minor"), [("KWD", "1500.250", 1_500_250), ("JPY", "1,500", 1500), ("EUR", "١٢٣٤", 123_400)]
)
def test_money_is_read_in_its_currency(cast: Cast, browser, currency: str, typed: str, minor: int):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/budget/")
    author.press("Save", currency=currency, budget_minor=typed)
    assert (stored(challenge).budget_minor, stored(challenge).currency) == (minor, currency)


@pytest.mark.parametrize("typed", ["-5", "abc", "9" * 30, "1.2345", "\x00"])
def test_money_that_is_none_is_refused_and_kept(cast: Cast, browser, typed: str):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/budget/")
    page = author.press("Save", currency="EUR", budget_minor=typed)
    if typed != "\x00":  # nothing was typed, in the end
        assert page.error_beside("Budget of the pilot, at most")
        assert page.value_of("Budget of the pilot, at most") == typed


def test_a_translation_is_written_beside_and_offered_only_when_it_is_whole(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/ar/challenges/{challenge.key}/edit/outcomes/?in=ar")
    author.post(
        f"/en/challenges/{challenge.key}/edit/outcomes/?in=ar",
        {
            "csrf_token": author.page.main.one("input", name="csrf_token").attributes["value"],
            "version": "0",
            "outcomes": "نتائج",
        },
    )
    found = stored(challenge)
    assert found.text_in("ar").outcomes == "نتائج"
    assert found.original.outcomes != "نتائج"
    with pytest.raises(Refused, match="العربية: “The problem” is missing"):
        commands.submit_for_review(cast.author, found, cast.now)
    commands.remove_language(cast.author, found, "ar", cast.now)
    commands.submit_for_review(cast.author, found, cast.now)


def test_nothing_is_written_once_it_is_in_review(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/edit/outcomes/")
    commands.submit_for_review(cast.author, challenge, cast.now)
    database.session.commit()
    page = author.press("Save", outcomes="Too late")
    assert any("can't be changed now" in error for error in page.errors)
    assert page.value_of("Outcomes wanted") == "Too late"


def test_a_file_is_attached_read_by_readers_and_taken_away(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author = browser(cast.author)
    page = author.get(f"/en/challenges/{challenge.key}/edit/attachments/")
    token = page.main.one("input", name="csrf_token").attributes["value"]
    file = (io.BytesIO(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "plan.pdf")
    page = author.post(page.path, {"csrf_token": token, "file": file})
    assert "plan.pdf" in page.text
    lying = (io.BytesIO(b"MZ not a picture"), "photo.png")
    page = author.post(page.path, {"csrf_token": token, "file": lying})
    assert page.errors
    assert "plan.pdf" in page.text
    page = author.get(f"/en/challenges/{challenge.key}/edit/attachments/")
    link = next(a.attributes["href"] for a in page.main.all("a") if a.attributes["href"].startswith("/files/"))
    assert browser(cast.stranger).get(link).status == 404
    page = author.press("Take away")
    page = author.get(f"/en/challenges/{challenge.key}/edit/attachments/")
    assert "plan.pdf" not in page.text


def test_a_file_of_another_challenge_is_not_taken_away(cast: Cast, browser):
    mine, other = cast.draft(), cast.draft(title="Another one")
    database.session.commit()
    with reading_as(cast.author), pytest.raises(Exception):  # noqa: B017, PT011 - NotFound, whatever its kind
        commands.detach(cast.author, queries.one_challenge(mine.key), other.id, cast.now)


def test_a_secret_link_shows_the_draft_until_it_is_revoked(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    author, outsider = browser(cast.author), browser()
    author.get(f"/en/challenges/{challenge.key}/manage/")
    page = author.press("Make a link")
    link = next(a.attributes["href"] for a in page.main.all("a") if "/preview/" in a.attributes["href"])
    seen = outsider.get(link)
    assert seen.title == challenge.title
    assert seen.response.headers["X-Robots-Tag"] == "noindex"
    assert outsider.get(f"/en/challenges/{challenge.key}/preview/guessed/").status == 404
    author.get(f"/en/challenges/{challenge.key}/manage/")
    author.press("Revoke the link")
    assert outsider.get(link).status == 404


@pytest.mark.parametrize("who", ["stranger", "startup", "onlooker", "notary", "nobody"])
def test_nobody_else_writes_whatever_the_way(cast: Cast, who: str):
    challenge = cast.draft()
    database.session.commit()
    actor: Viewer = cast.everybody()[who]
    with reading_as(actor), pytest.raises(NotAllowed):
        commands.save_section(actor, challenge, "outcomes", {"outcomes": "x"}, cast.now)
    with as_system():
        assert stored(challenge).original.outcomes != "x"
