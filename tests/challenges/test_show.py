"""The public page: the first answers, the next step of each reader, languages, machine-readable forms."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

import pytest

from marketplace.challenges import commands, presentation, standing
from marketplace.challenges.models import TieBreak
from marketplace.core import clock, database
from tests.challenges.conftest import Cast


def address(challenge, language: str = "en") -> str:
    return f"/{language}/challenges/{challenge.slug(language)}-{challenge.key}/"


def test_the_first_line_answers_how_long_how_much_who_and_in_which_language(cast: Cast, browser):
    challenge = cast.published(deadline=cast.now + timedelta(days=3, hours=7))
    database.session.commit()
    page = browser().get(address(challenge))
    for words in (
        "3 days, 7 hours left",
        "Thursday 4 March 2027, 17:00 (Paris)",
        "Up to €180,000",
        "for a pilot of 6 months",
        "Startups younger than ten years.",
        "English, Arabic, French",
    ):
        assert words in page.text


def test_both_zones_are_told_where_they_differ(cast: Cast):
    at = datetime(2027, 3, 4, 16, 0, tzinfo=UTC)
    assert presentation.zones_line(at, "Europe/Paris", "Europe/Berlin") == clock.in_zone(at, "Europe/Paris")
    line = presentation.zones_line(at, "Europe/Paris", "Asia/Riyadh")
    assert "17:00 (Paris)" in line
    assert "19:00 (Riyadh)" in line


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("nobody", "Sign in to propose"),
        ("author", "Manage it"),
        ("stranger", "You act for an organisation of another kind"),
        ("startup", "Start your proposal"),
    ],
)
def test_each_reader_has_one_next_step(cast: Cast, browser, who: str, words: str):
    challenge = cast.published()
    database.session.commit()
    page = browser(None if who == "nobody" else cast.everybody()[who]).get(address(challenge))
    assert words in page.text


def test_after_the_deadline_nobody_is_asked_to_propose(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    with clock.at(challenge.deadline + timedelta(seconds=1)):
        page = browser().get(address(challenge))
        assert "Closed, not opened yet" in page.text
        assert "Sign in to propose" not in page.text


def test_what_the_floor_of_proposals_tells_stands_beside_the_text(cast: Cast, browser, monkeypatch):
    challenge = cast.published()
    database.session.commit()
    told = standing.OwnAnswer("5 of 8 sections are done.", "/en/somewhere/", "Continue your proposal")
    monkeypatch.setattr(standing, "_sources", [lambda viewer, challenge, now: told])
    assert "5 of 8 sections are done." in browser(cast.startup).get(address(challenge)).text
    assert "5 of 8 sections are done." not in browser(cast.stranger).get(address(challenge)).text


def test_a_stale_slug_leads_to_the_present_one(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    answer = browser().client.get(f"/en/challenges/old-words-{challenge.key}/")
    assert (answer.status_code, answer.headers["Location"]) == (301, address(challenge))


def _translated(cast: Cast):
    challenge = cast.draft()
    texts = {
        "problem": {"title": "كشف التلاعب", "summary": "ملخص", "problem": "المشكلة"},
        "outcomes": {"outcomes": "نتائج"},
        "context": {"context": "سياق"},
        "eligibility": {"eligibility": "الشركات"},
        "intellectual-property": {"intellectual_property": "ملكية"},
        "data-security": {"data_security": "بيانات"},
        "adoption": {"adoption_route": "شراء"},
    }
    for section, values in texts.items():
        commands.save_section(cast.author, challenge, section, values, cast.now, language="ar")
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.approve(cast.approver, challenge, cast.now)
    commands.publish(cast.author, challenge, cast.now)
    database.session.commit()
    return challenge


def test_a_reader_gets_his_own_language_or_is_told_which_it_is(cast: Cast, browser):
    challenge = _translated(cast)
    arabic = browser().get(quote(address(challenge, "ar")))
    assert arabic.title == "كشف التلاعب"
    english = browser().get(address(challenge))
    assert english.title == challenge.title
    french = browser().get(address(challenge, "fr"))
    assert french.title == challenge.title
    assert "English" in french.text


def test_the_page_names_itself_in_each_language(cast: Cast, browser):
    challenge = _translated(cast)
    page = browser().get(address(challenge))
    links = {
        (link.attributes.get("rel"), link.attributes.get("hreflang")): unquote(link.attributes["href"])
        for link in page.root.all("link")
    }
    assert links["canonical", None].endswith(address(challenge))
    assert links["alternate", "ar"].endswith(address(challenge, "ar"))
    assert links["alternate", "x-default"].endswith(address(challenge))
    properties = {meta.attributes.get("property"): meta.attributes.get("content") for meta in page.root.all("meta")}
    assert properties["og:title"] == challenge.title
    assert properties["og:image"].endswith("/card.png")


def test_structured_data_can_be_read_and_breaks_nothing(cast: Cast, browser):
    challenge = cast.published(title="</script><b>Bold</b> & more")
    database.session.commit()
    body = browser().get(address(challenge)).response.get_data(as_text=True)
    raw = body.split('<script type="application/ld+json">')[1].split("</script>")[0]
    data = json.loads(raw)
    assert (data["@type"], data["name"]) == ("Demand", "</script><b>Bold</b> & more")
    assert "<b>Bold</b>" not in body


def test_the_card_is_a_picture_and_only_of_what_is_public(cast: Cast, browser):
    challenge, draft = _translated(cast), cast.draft(title="Draft")
    database.session.commit()
    reader = browser()
    for language in ("en", "ar"):
        answer = reader.client.get(f"{quote(address(challenge, language))}card.png", follow_redirects=True)
        assert answer.mimetype == "image/png"
        assert answer.data.startswith(b"\x89PNG")
    assert browser(cast.author).client.get(f"{address(draft)}card.png").status_code == 404


def test_script_in_markdown_stays_words(cast: Cast, browser):
    challenge = cast.draft()
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example/pixel.png)"
    commands.save_section(cast.author, challenge, "problem", {"problem": evil}, cast.now)
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.approve(cast.approver, challenge, cast.now)
    commands.publish(cast.author, challenge, cast.now)
    database.session.commit()
    body = browser().get(address(challenge)).response.get_data(as_text=True)
    assert "<script>alert" not in body
    assert "javascript:alert" not in body.replace("](javascript:alert(1))", "").lower().replace("[x]", "")
    assert "<img" not in body


@pytest.mark.parametrize("rule", TieBreak)
def test_every_tie_break_has_its_sentence(cast: Cast, rule: TieBreak):
    challenge = cast.draft(tie_break=rule, tie_break_place=0)
    assert presentation.tie_break_sentence(challenge)


def test_the_steps_run_on_with_the_clock(cast: Cast):
    challenge = cast.published()
    assert [step.state for step in presentation.steps(challenge, cast.now + timedelta(hours=1))] == ["done", "now"]
    after = challenge.deadline + timedelta(seconds=1)
    assert [step.state for step in presentation.steps(challenge, after)] == ["done", "done"]
    commands.withdraw(cast.author, challenge, "No.", cast.now)
    assert [step.state for step in presentation.steps(challenge, cast.now + timedelta(hours=1))] == [
        "done",
        "stopped",
    ]
