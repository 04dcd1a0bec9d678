"""Every list of own work searches, filters, sorts and exports, each for its own readers."""

from __future__ import annotations

import csv
import io

import pytest

from marketplace.core import lists
from marketplace.core.access import Kind
from marketplace.core.events import queries as record
from marketplace.proposals import commands
from marketplace.proposals.models import Section
from tests.proposals import builder
from tests.proposals.browser import Browser
from tests.proposals.conftest import scene as scene  # the fixture

LISTS = {
    "proposals": "writer",
    "pilots": "writer",
    "case-studies/mine": "writer",
    "challenges/mine": "manager",
    "evaluations": "evaluator",
    "organisations/verification": "administrator",
    "administration/events": "auditor",
    "people": "administrator",
    "notices": "writer",
}
NEVER_EXPORTED = {"people", "notices"}


def rows_of(page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.body.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", LISTS)
def test_each_list_takes_words_filters_and_orders_it_does_not_know(app, scene, path):
    browser = Browser(app, getattr(scene, LISTS[path]))
    for query in ("", "?q=%00water&sort=sideways&state=x&kind=x&shown=x", "?q=%25_%27&after=x", "?sort=earliest"):
        page = browser.get(f"/en/{path}/{query}")
        assert page.status == 200, query
    assert "Not known here and left out" in browser.get(f"/en/{path}/?sort=sideways").words


@pytest.mark.parametrize("path", LISTS)
def test_each_list_that_somebody_would_take_along_is_exported(app, scene, path):
    page = Browser(app, getattr(scene, LISTS[path])).get(f"/en/{path}/?format=csv")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html" if path in NEVER_EXPORTED else "text/csv")


@pytest.mark.parametrize("path", LISTS)
def test_each_order_and_filter_answers(app, scene, path, monkeypatch):
    seen = []
    asked = lists.Listing.asked
    monkeypatch.setattr(lists.Listing, "asked", lambda self, given=None: seen.append(self) or asked(self, given))
    browser = Browser(app, getattr(scene, LISTS[path]))
    browser.get(f"/en/{path}/")
    listing = seen[-1]
    for sort in listing.sorts:
        assert browser.get(f"/en/{path}/?sort={sort.value}").status == 200
    for one in listing.filters:
        for choice in one.choices:
            page = browser.get(f"/en/{path}/?{one.name}={choice.value}")
            assert page.status == 200
            assert "Not known here" not in page.words


def test_proposals_are_found_by_their_title_and_their_challenges(app, scene, db):
    scene.draft()
    for number in range(8):
        other = builder.challenge(db.get_one(type(scene.challenge), scene.challenge.id).agency, scene.now)
        made = commands.start_proposal(scene.writer, other, scene.now)
        content = {"title": f"Listener {number}", "summary": "", "language": "en"}
        commands.save_section(scene.writer, made, Section.SUMMARY, content, scene.now)
    db.commit()
    browser = Browser(app, scene.writer)
    everything = browser.get("/en/proposals/")
    assert "Download as CSV" in everything.words
    assert "9 of 9" in everything.words
    found = browser.get("/en/proposals/?q=listener+3")
    assert "Listener 3" in found.words
    assert "Listener 4" not in found.words
    assert "Nothing fits" in browser.get("/en/proposals/?q=nowhere").words
    assert "1 of 1" in browser.get("/en/proposals/?q=setpoint+watch").words
    assert "Nothing fits" in browser.get("/en/proposals/?shown=decided").words
    assert len(rows_of(browser.get("/en/proposals/?format=csv&q=listener"))) == 1 + 8
    assert rows_of(Browser(app, scene.rival).get("/en/proposals/?format=csv"))[1:] == []


def test_the_record_is_searched_by_a_name_and_by_an_identifier(scene, db):
    proposal, other = scene.draft(), builder.challenge(builder.organisation(Kind.AGENCY, "Port"), scene.now)
    commands.start_proposal(scene.rival, other, scene.now)
    db.commit()
    found = record.latest(record.RECORD.asked({"q": str(proposal.id)})).items
    assert found
    assert {event.stream_id for event in found} == {proposal.id}
    assert {event.name for event in record.latest(record.RECORD.asked({"q": "proposal.s"})).items} == {
        "proposal.started"
    }
