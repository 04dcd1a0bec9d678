"""The public pages, by what a person sees."""

from __future__ import annotations

import json

import pytest

from tests.casestudies.world import FRENCH
from tests.pages import Browser


@pytest.fixture
def reader(app, world) -> Browser:
    """Somebody who has not signed in."""
    return Browser(app)


def address_of(edition, language: str = "en") -> str:
    return f"/{language}/case-studies/x-{edition.case_study.key}/"


def test_an_edition_says_what_changed_and_how_we_know(world, reader):
    page = reader.get(address_of(world.published()))
    assert page.status == 200
    assert page.title == "How a port stopped paying for fake invoices"
    for words in (
        "TLP:CLEAR",
        "Version 1,",
        "National Water Authority",
        "Tidewatch Labs",
        "1 minute to read",
        "Evidence E1",
        "“\u2068False alarms a month\u2069”",
        "Verified by \u2068Nadia Farouk\u2069 on",
        "Log of the week.",
        "What we would do differently",
        "Data security",
        "Partial success",
        "CC BY 4.0",
    ):
        assert page.says(words), words


def test_a_stale_slug_leads_to_the_present_one(world, app):
    edition = world.published()
    answer = app.test_client().get(address_of(edition))
    assert answer.status_code == 301
    assert answer.location.endswith(
        f"/en/case-studies/how-a-port-stopped-paying-for-fake-invoices-{edition.case_study.key}/"
    )


def test_a_reader_gets_his_language_or_is_told_which_it_is(world, reader):
    edition = world.written()
    world.translate(edition)
    world.publish(world.clear(world.ask(edition), world.approver, world.signatory))
    french = reader.get(address_of(edition, "fr"))
    assert french.title == FRENCH["summary"]["title"]
    assert french.says("Bureau des traductions")
    assert french.says("Résultat 1.")
    arabic = reader.get(address_of(edition, "ar"))
    assert arabic.title == "How a port stopped paying for fake invoices"
    assert arabic.root.one("h1").one("bdi").attributes["lang"] == "en"


def test_an_old_version_says_that_it_is_old(world, reader):
    old, _new = world.corrected()
    present = reader.get(address_of(old))
    assert present.says("Version 2,")
    assert present.says("The baseline was 40, not 41.")
    page = reader.get(f"{address_of(old)}?version=1")
    assert page.status == 200
    assert page.says("This version is old.")
    assert page.says("Version 2 replaced it on")


@pytest.mark.parametrize("version", ["0", "3", "x", "", "-1", "²", "99999999999999999999", "9223372036854775808"])
def test_a_version_that_is_none_is_not_found(world, reader, version):
    old, _new = world.corrected()
    assert reader.get(f"{address_of(old)}?version={version}").status == 404


def test_a_retracted_one_is_gone_and_says_why(world, reader):
    edition = world.published()
    title = edition.original.title
    world.retract(edition)
    page = reader.get(address_of(edition))
    assert page.status == 410
    assert page.says("The measurements were wrong.")
    assert title not in page.response.get_data(as_text=True)
    for form in ("pdf", "bib", "ris", "csl.json"):
        gone = reader.get(address_of(edition)[:-1] + f".{form}")
        assert gone.status == 410
        assert title not in gone.response.get_data(as_text=True)


def test_a_retracted_old_version_leaves_the_present_one(world, reader):
    old, _new = world.corrected()
    world.retract(old)
    assert reader.get(address_of(old)).status == 200
    assert reader.get(f"{address_of(old)}?version=1").status == 410


def test_a_draft_is_as_nothing_to_a_stranger(world, app):
    edition = world.written()
    nothing = Browser(app).get("/en/case-studies/x-aaaaaaaaaaaaa/")
    for viewer in (None, world.rival, world.administrator):
        browser = Browser(app) if viewer is None else world.browser(app, viewer)
        page = browser.get(address_of(edition))
        assert page.status == 404
        if viewer is None:
            assert page.text == nothing.text


def test_the_address_names_its_machine_forms(world, reader):
    edition = world.published()
    page = reader.get(address_of(edition))
    forms = {link.attributes.get("type") for link in page.root.all("link", rel="alternate")}
    assert {"application/pdf", "application/x-bibtex", "application/x-research-info-systems"} <= forms
    assert {
        link.attributes["hreflang"]
        for link in page.root.all("link", rel="alternate")
        if "hreflang" in link.attributes
    } == {
        "en",
        "ar",
        "fr",
        "x-default",
    }
    canonical = page.root.one("link", rel="canonical").attributes["href"]
    assert canonical.startswith("http://localhost/en/case-studies/how-a-port")
    og = {meta.attributes.get("property"): meta.attributes.get("content") for meta in page.root.all("meta")}
    assert og["og:title"] == edition.original.title
    assert og["og:image"].startswith("http://localhost/")


def test_search_engines_are_told_what_it_is(world, reader):
    _old, edition = world.corrected()
    page = reader.get(address_of(edition))
    source = page.response.get_data(as_text=True)
    data = json.loads(source.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["@type"] == "Report"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert [author["name"] for author in data["author"]] == ["National Water Authority", "Tidewatch Labs"]
    assert data["correction"][0]["text"] == "The baseline was 40, not 41."
    assert {"PR.DS", "PR.AT"} <= {term["termCode"] for term in data["about"]}


@pytest.mark.parametrize(
    ("form", "kind", "start"),
    [
        ("pdf", "application/pdf", "%PDF"),
        ("bib", "application/x-bibtex", "@techreport{casestudy-"),
        ("ris", "application/x-research-info-systems", "TY  - RPRT"),
        ("csl.json", "application/vnd.citationstyles.csl+json", "["),
    ],
)
def test_each_machine_form_is_what_it_says(world, app, form, kind, start):
    edition = world.published()
    client = app.test_client()
    answer = client.get(address_of(edition)[:-1] + f".{form}")
    assert answer.status_code == 200
    assert answer.content_type.startswith(kind)
    assert answer.get_data().startswith(start.encode())
    again = client.get(address_of(edition)[:-1] + f".{form}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_share_card_is_a_picture(world, app):
    answer = app.test_client().get(address_of(world.published()) + "card.png", follow_redirects=True)
    assert answer.get_data().startswith(b"\x89PNG")


def test_the_list_shows_what_is_published(world, reader):
    assert reader.get("/en/case-studies/").says("No case study is published yet")
    edition = world.published()
    page = reader.get("/en/case-studies/")
    assert page.says(edition.original.title)
    assert page.says("1 case study")
    world.correction_of(edition)
    assert reader.get("/en/case-studies/").says("1 case study")


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=invoices", True),
        ("q=invoice", True),
        ("q=submarine", False),
        ("topic=data-protection", True),
        ("topic=cryptography", False),
        ("topic=cryptography&topic=data-protection", True),
        ("function=PR", True),
        ("function=RC", False),
        ("sector=transport", True),
        ("sector=energy", False),
        ("country=TN", True),
        ("country=FR", False),
        ("outcome=partial", True),
        ("outcome=success", False),
        ("outcome=terminated", False),
        ("sort=oldest", True),
        ("q=port&sort=match", True),
        ("after=nonsense", True),
    ],
)
def test_the_list_is_filtered(world, reader, query, is_found):
    edition = world.published()
    page = reader.get(f"/en/case-studies/?{query}")
    assert page.status == 200
    assert page.says(edition.original.title) == is_found
    assert page.says("No case study fits") != is_found


def test_a_facet_counts_what_each_value_would_give(world, reader):
    world.published()
    page = reader.get("/en/case-studies/?topic=data-protection&country=FR")
    counted = {
        label.text: label.parent.text.removeprefix(label.text).strip()
        for label in page.main.all("label")
        if label.parent
    }
    assert counted["Data protection and privacy"] == "0"
    assert counted["Tunisia"] == "1"
    assert counted["Protect"] == "0"


def test_an_unknown_value_is_left_out_with_a_notice(world, reader):
    world.published()
    page = reader.get("/en/case-studies/?topic=astrology&country=XX&sort=luck&outcome=partial")
    assert page.says("Not known here and left out: astrology, XX, luck.")
    assert page.says("1 case study")


def test_own_drafts_are_not_in_the_public_list(world, app):
    world.written()
    assert world.browser(app, world.manager).get("/en/case-studies/").says("No case study is published yet")
