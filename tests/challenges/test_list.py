"""The public list: what it finds, counts, pages and feeds, and what it never says."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from marketplace.challenges import commands, counting, filters, listing
from marketplace.core import clock, database
from marketplace.core.access import Viewer
from tests.challenges import world
from tests.challenges.conftest import Cast, reading_as

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def several(cast: Cast):
    """Open ones of two agencies, one withdrawn, one closed by the time it is read, a draft and a scheduled one."""
    made = {
        "water": cast.published(title="Water meters", deadline=cast.now + timedelta(days=3)),
        "passkeys": cast.published(
            title="Passkeys with gloves on",
            topics=["identity-and-access"],
            budget_minor=75_000_00,
            deadline=cast.now + timedelta(days=20),
        ),
        "yen": cast.published(
            title="Harbour", currency="JPY", budget_minor=3_000_000, deadline=cast.now + timedelta(days=40)
        ),
        "foreign": world.published(
            cast.stranger, _approver(cast), cast.now, title="كشف التصيّد", deadline=cast.now + timedelta(days=10)
        ),
        "withdrawn": cast.published(title="Withdrawn one"),
        "draft": cast.draft(title="Secret draft"),
        "scheduled": cast.approved(title="Tomorrow's"),
    }
    commands.withdraw(cast.author, made["withdrawn"], "No money.", cast.now)
    commands.publish(cast.author, made["scheduled"], cast.now, cast.now + timedelta(days=1))
    database.session.commit()
    return made


def _approver(cast: Cast) -> Viewer:
    from marketplace.core.access import Role
    from marketplace.organisations.models import Organisation
    from tests.challenges.conftest import member

    agency = database.session.get_one(Organisation, cast.stranger.organisation_id)
    return member(agency, "Rim Second", Role.APPROVER, now=cast.now)


def found(now, **asked) -> list[str]:
    read = filters.read(MultiDict(asked))
    return [challenge.title for challenge in listing.listed(listing.with_known_agencies(read), now).items]


def test_open_ones_come_first_by_their_deadline(cast: Cast, several):
    with reading_as(Viewer.anonymous(cast.now)):
        assert found(cast.now) == ["Water meters", "كشف التصيّد", "Passkeys with gloves on", "Harbour"]


def test_even_the_own_agency_finds_only_what_is_public(cast: Cast, several):
    with reading_as(cast.author):
        titles = found(cast.now, status="any")
        assert "Secret draft" not in titles
        assert "Tomorrow's" not in titles
        assert "Withdrawn one" in titles


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"topic": "identity-and-access"}, ["Passkeys with gloves on"]),
        ({"country": "TN"}, ["كشف التصيّد"]),
        ({"closing": "7"}, ["Water meters"]),
        ({"closing": "30"}, ["Water meters", "كشف التصيّد", "Passkeys with gloves on"]),
        ({"budget": "over-1m"}, ["Harbour"]),
        ({"budget": "to-250k"}, ["Water meters", "كشف التصيّد", "Passkeys with gloves on"]),
        ({"status": "withdrawn"}, ["Withdrawn one"]),
        ({"q": "glove"}, ["Passkeys with gloves on"]),
        ({"q": "التصيد"}, ["كشف التصيّد"]),
        ({"q": "nothing of that kind"}, []),
        ({"sort": "budget"}, ["Harbour", "كشف التصيّد", "Water meters", "Passkeys with gloves on"]),
    ],
    ids=str,
)
def test_each_filter_finds_its_own(cast: Cast, several, asked, expected):
    with reading_as(Viewer.anonymous(cast.now)):
        titles = found(cast.now, **asked)
        assert (sorted(titles) if "sort" in asked else titles) == (sorted(expected) if "sort" in asked else expected)


def test_a_facet_counts_what_a_click_on_it_would_give(cast: Cast, several):
    with reading_as(Viewer.anonymous(cast.now)):
        asked = filters.read(MultiDict({"status": "any"}))
        counts = counting.counts(asked, cast.now)
        for facet, values in (
            ("topic", ["identity-and-access", "industrial-systems", "cryptography"]),
            ("country", ["FR", "TN"]),
            ("budget", list(filters.BUDGETS)),
            ("closing", list(filters.CLOSING)),
        ):
            for value in values:
                clicked = filters.read(MultiDict([("status", "any"), (facet, value)]))
                assert counts.of(facet, value) == listing.listed(clicked, cast.now).total, (facet, value)
        narrowed = filters.read(MultiDict([("status", "any"), ("topic", "identity-and-access")]))
        # Other values of the same facet count as if they were chosen instead.
        assert counting.counts(narrowed, cast.now).of("topic", "industrial-systems") == 4


@pytest.mark.parametrize(
    "query",
    [
        "topic=nonsense",
        "status=sealed&status=open",
        "country=ZZ",
        "agency=aaaaaaaaaaaaa",
        "budget=%00",
        "closing=99999999999999999999",
        "sort=evil",
        "after=broken",
        "after=" + "A" * 3000,
        "q=" + "x" * 5000,
        "q=%27%3B%20DROP%20TABLE",
        "q=%F0%28%8C%28",
    ],
)
def test_an_unknown_value_is_left_out_with_a_notice_and_never_an_error(cast: Cast, several, browser, query: str):
    page = browser().get(f"/en/challenges/?{query}")
    assert page.status == 200
    if query.split("=")[0] in ("topic", "country", "agency", "sort"):
        assert "left out" in page.text
        assert "Water meters" in page.text


def test_the_link_keeps_the_state_and_chips_take_it_away(cast: Cast, several, browser):
    reader = browser()
    page = reader.get("/en/challenges/?topic=identity-and-access&country=FR")
    chips = {a.text: a.attributes["href"] for a in page.main.all("a") if "chip" in a.attributes.get("class", "")}
    assert any("topic=" not in url and "country=FR" in url for url in chips.values())
    page = reader.press("Search", q="gloves")
    assert "Passkeys with gloves on" in page.text
    assert "Water meters" not in page.text


def test_pages_follow_each_other_without_gap_or_repetition(cast: Cast):
    for number in range(45):
        cast.published(title=f"Number {number:02}", deadline=cast.now + timedelta(days=5, hours=number % 3))
    database.session.commit()
    with reading_as(Viewer.anonymous(cast.now)):
        for sort in ("closing", "newest", "budget"):
            seen, after = [], ""
            while after is not None:
                page = listing.listed(filters.read(MultiDict({"sort": sort, "after": after})), cast.now)
                seen += [each.id for each in page.items]
                after = page.next
            assert len(seen) == len(set(seen)) == 45


def test_the_statements_of_list_and_page_are_few_and_do_not_grow(cast: Cast, several, browser, app):
    statements: list[str] = []

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    def spent(path: str) -> int:
        app.extensions["results"].clear()  # as after any change
        statements.clear()
        assert reader.get(path).status == 200
        return len(statements)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", count)
    try:
        for who in (None, cast.author):
            reader = browser(who)
            few = spent("/en/challenges/?status=any")
            address = f"/en/challenges/{several['water'].slug('en')}-{several['water'].key}/"
            item = spent(address)
            for number in range(30):
                cast.published(title=f"More {number}")
            database.session.commit()
            assert spent("/en/challenges/?status=any") == few <= 12
            assert spent(address) == item <= 12
    finally:
        event.remove(engine, "before_cursor_execute", count)


# --- feeds ---


def test_both_feeds_hold_the_same_filter(cast: Cast, several, browser):
    reader = browser()
    query = urlencode([("topic", "industrial-systems"), ("lang", "fr")])
    atom = ElementTree.fromstring(reader.client.get(f"/feeds/challenges.atom?{query}").data)
    feed = json.loads(reader.client.get(f"/feeds/challenges.json?{query}").data)
    titles = {entry.findtext(f"{ATOM}title") for entry in atom.iter(f"{ATOM}entry")}
    assert titles == {item["title"] for item in feed["items"]} == {"Water meters", "Harbour", "كشف التصيّد"}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["language"] == "fr"


def test_an_atom_feed_has_what_the_standard_wants(cast: Cast, several, browser):
    answer = browser().client.get("/feeds/challenges.atom?status=any")
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    assert root.findtext(f"{ATOM}id").startswith("http")
    assert root.find(f"{ATOM}link[@rel='self']").attrib["href"].startswith("http://localhost/feeds/challenges.atom")
    entries = root.findall(f"{ATOM}entry")
    for entry in entries:
        assert entry.findtext(f"{ATOM}id").startswith("urn:uuid:")
        assert entry.findtext(f"{ATOM}updated") <= root.findtext(f"{ATOM}updated")
        assert (
            entry.find(f"{ATOM}link[@rel='alternate']").attrib["href"].startswith("http://localhost/en/challenges/")
        )
        assert entry.findtext(f"{ATOM}summary")
    assert "Secret draft" not in answer.get_data(as_text=True)


def test_a_change_moves_the_entry_and_an_unchanged_feed_is_not_sent_again(cast: Cast, several, browser):
    reader = browser()
    first = reader.client.get("/feeds/challenges.atom")
    again = reader.client.get("/feeds/challenges.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    later = cast.now + timedelta(hours=1)
    with clock.at(later):
        commands.add_correction(cast.author, several["water"], "212 stations.", later)
        database.session.commit()
        changed = reader.client.get("/feeds/challenges.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert later.isoformat() in changed.get_data(as_text=True)


@pytest.mark.parametrize("query", ["topic=zzz", "lang=xx", "q=%00", "status=any&after=zzz"])
def test_feeds_take_any_address(cast: Cast, several, browser, query: str):
    for form in ("atom", "json"):
        assert browser().client.get(f"/feeds/challenges.{form}?{query}").status_code == 200
