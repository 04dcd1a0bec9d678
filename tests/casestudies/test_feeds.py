"""The list as feeds, and the forms of citation, by their shapes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.casestudies import citations
from marketplace.casestudies.citations import Citation

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(app, query: str = ""):
    """The Atom feed's root."""
    answer = app.test_client().get(f"/feeds/case-studies.atom{query}")
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/atom+xml")
    return ElementTree.fromstring(answer.get_data())


def test_an_empty_feed_is_whole(world, app):
    root = atom(app)
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    assert root.findall(f"{ATOM}entry") == []


def test_an_entry_says_what_readers_of_feeds_need(world, app):
    edition = world.published()
    root = atom(app, "?lang=en")
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{edition.case_study_id}"
    assert entry.findtext(f"{ATOM}title") == edition.original.title
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == edition.published_at
    assert entry.findtext(f"{ATOM}summary") == edition.original.summary
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["National Water Authority", "Tidewatch Labs"]
    assert [one.attrib["term"] for one in entry.findall(f"{ATOM}category")] == edition.topics
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/feeds/case-studies.atom?lang=en"
    assert all(link.attrib["href"].startswith("http://localhost/") for link in root.iter(f"{ATOM}link"))
    assert root.attrib[LANG] == "en"


def test_a_correction_renews_its_entry(world, app):
    _old, new = world.corrected()
    (entry,) = atom(app).findall(f"{ATOM}entry")
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == new.published_at


def test_a_retraction_reaches_those_who_keep_copies(world, app):
    edition = world.retract(world.corrected()[1])
    root = atom(app)
    assert root.findall(f"{ATOM}entry") == []
    (gone,) = root.findall(f"{TOMBSTONE}deleted-entry")
    assert gone.attrib["ref"] == f"urn:uuid:{edition.case_study_id}"
    assert gone.findtext(f"{TOMBSTONE}comment") == "The measurements were wrong."


def test_an_old_version_that_is_retracted_deletes_no_entry(world, app):
    world.retract(world.corrected()[0])
    root = atom(app)
    assert len(root.findall(f"{ATOM}entry")) == 1
    assert root.findall(f"{TOMBSTONE}deleted-entry") == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?topic=data-protection", 1),
        ("?topic=cryptography", 0),
        ("?q=invoices&outcome=partial", 1),
        ("?function=RC", 0),
    ],
)
def test_a_feed_has_every_filter_of_the_page(world, app, query, count):
    world.published()
    assert len(atom(app, query).findall(f"{ATOM}entry")) == count
    found = app.test_client().get(f"/feeds/case-studies.json{query}").json
    assert len(found["items"]) == count


def test_a_feed_speaks_the_language_that_is_asked_for(world, app):
    edition = world.written()
    world.translate(edition)
    world.publish(world.clear(world.ask(edition), world.approver, world.signatory))
    root = atom(app, "?lang=fr")
    assert root.attrib[LANG] == "fr"
    assert root.find(f"{ATOM}entry").findtext(f"{ATOM}title").startswith("Comment un port")
    arabic = atom(app, "?lang=ar").find(f"{ATOM}entry")
    assert arabic.attrib[LANG] == "en"
    assert atom(app, "?lang=xx").attrib[LANG] == "en"


def test_the_json_feed_has_its_shape(world, app):
    edition = world.published()
    answer = app.test_client().get("/feeds/case-studies.json")
    assert answer.content_type.startswith("application/feed+json")
    feed = answer.json
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item["id"] == f"urn:uuid:{edition.case_study_id}"
    assert "<em>changed</em>" in item["content_html"]
    assert {
        "url",
        "title",
        "summary",
        "date_published",
        "date_modified",
        "language",
        "authors",
        "tags",
    } <= item.keys()


def test_who_has_the_feed_gets_no_second_one(world, app):
    world.published()
    client = app.test_client()
    first = client.get("/feeds/case-studies.atom")
    again = client.get("/feeds/case-studies.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# --- citations ---

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(title=TEXTS, abstract=TEXTS, names=st.lists(TEXTS, min_size=1, max_size=3))
def test_whatever_a_title_holds_the_forms_of_citation_stay_whole(title, abstract, names):
    citation = Citation(
        "k" * 13, title, names, "Site", datetime(2027, 3, 1, tzinfo=UTC), 2, "http://x/?a=1&b=2", "ar", abstract
    )
    bibtex = citations.bibtex(citation)
    unescaped = bibtex.replace("\\{", "").replace("\\}", "")
    assert unescaped.count("{") == unescaped.count("}")
    lines = citations.ris(citation).split("\r\n")
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert (lines[0], lines[-2], lines[-1]) == ("TY  - RPRT", "ER  - ", "")
    (item,) = json.loads(citations.csl(citation))
    assert item["title"] == title
    assert item["issued"]["date-parts"] == [[2027, 3, 1]]


def test_a_citation_names_the_version_that_was_read(world, app):
    old, _new = world.corrected()
    key = old.case_study.key
    item = app.test_client().get(f"/en/case-studies/x-{key}.csl.json?version=1").json[0]
    assert item["version"] == "1"
    assert item["URL"].endswith(f"-{key}/?version=1")
