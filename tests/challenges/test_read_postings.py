"""A file of foreign postings: every row is taken or explained."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.challenges.importing import texts
from marketplace.challenges.importing.posting import Posting
from marketplace.challenges.importing.reading import Unreadable, read_postings, read_rows
from marketplace.core.markdown import render
from marketplace.core.money import Money
from marketplace.core.vocabularies import topics

HERE = Path(__file__).parent
INVENTED = HERE / "data" / "postings.json"
NAMED = os.environ.get("MARKETPLACE_TEST_DATA")
REAL = Path(NAMED or HERE.parents[1].parent / "shared" / "data") / "challenge_gov.json"


@pytest.fixture(scope="module")
def invented():
    return read_postings(INVENTED)


def reasons(reading, row: int, field: str) -> list[str]:
    return [problem.reason for problem in reading.problems if (problem.row, problem.field) == (row, field)]


def one(**fields) -> Posting:
    (posting,) = read_rows([{"challenge-id": "9", "challenge-title": "Nine", **fields}]).postings
    return posting


# --- the invented file ---


def test_a_row_is_taken_whole(invented):
    posting = invented.postings[0]
    assert (posting.source_id, posting.title) == ("1", "Quiet Relays & Loud Sensors")
    assert posting.opens_at == datetime(2027, 1, 15, 14, tzinfo=UTC)
    assert posting.deadline == datetime(2027, 3, 1, 22, tzinfo=UTC)
    assert posting.zone == "America/New_York"
    assert (posting.prize, posting.prize_words) == (Money(12_000_000, "USD"), None)
    assert posting.agency.path == ("Department of Energy",)
    assert posting.federal_partners == (
        "National Institute of Standards and Technology",
        "National Aeronautics and Space Administration",
    )
    assert posting.other_partners == ("Pumps & Pipes, LLC", "The Valve Society")
    assert posting.kinds == ("ideas", "software")
    assert posting.topics == ("monitoring-and-detection",)
    assert posting.fiscal_years == (2026, 2027)
    assert posting.legal_authority == "America COMPETES Act"
    assert not posting.is_external


def test_html_becomes_markdown_without_scripts_and_template_tags(invented):
    posting = invented.postings[0]
    assert posting.description == (
        "### Need\n\nFind a **relay** that lies. See the [sheet](https://www.challenge.gov/assets/relay.pdf)."
    )
    assert posting.rules == "Be fair."
    assert posting.judging == "- Speed\n- Quiet"
    assert posting.how_to_enter == "Write to us.\n\nOnce is enough."
    (reason,) = reasons(invented, 1, "description")
    assert reason.startswith("1 × a template's own words")
    assert "{{ site.baseurl }}" in reason


def test_a_posting_that_lives_on_another_site_is_external(invented):
    posting = invented.postings[1]
    assert posting.external_url == "https://www.twin-title.example.org/enter"
    assert posting.is_external
    assert (posting.description, posting.prizes) == ("", "")
    assert "switch" in reasons(invented, 2, "prizes")[0]


def test_a_prize_in_words_keeps_its_words(invented):
    assert invented.postings[1].prize == Money(150_000_000, "USD")
    assert invented.postings[1].prize_words == "Up to $1.5 million"
    assert (invented.postings[2].prize, invented.postings[2].prize_words) == (None, "a medal")
    assert reasons(invented, 3, "total-prize-offered-cash") == ["It names no amount. Kept as words."]


def test_what_cannot_be_taken_is_told_by_row_field_value_and_reason(invented):
    assert [
        (problem.row, problem.field, problem.value)
        for problem in invented.problems
        if problem.row == 3
    ] == [
        (3, "extra", '{"odd": true}'),
        (3, "submission-start", "05/01/2026"),
        (3, "total-prize-offered-cash", "a medal"),
        (3, "permalink", "https://www.challenge.govtwin/"),
        (3, "external-url", "javascript:alert(1)"),
        (3, "agency", ""),
        (3, "fiscal-year", "FY"),
        (3, "description", ""),
    ]  # fmt: skip
    assert reasons(invented, 2, "submission-end") == ["There is no day 30 in a month 2 of 2026. Left open."]


def test_two_rows_of_one_title_stay_two(invented):
    assert [posting.source_id for posting in invented.postings if posting.title == "Twin Title"] == ["2", "3"]


def test_each_row_is_taken_or_refused_with_its_reason(invented):
    assert (invented.rows, len(invented.postings), invented.refused_rows) == (7, 3, 4)
    assert [problem.reason for problem in invented.problems if problem.refuses_row] == [
        "Its number stands in row 3 already.",
        "It has no number (challenge-id), so it could not be found again.",
        "It has no title.",
        "It is no posting.",
    ]


def test_the_same_row_has_the_same_fingerprint_and_a_changed_one_another():
    assert one(tagline="a").fingerprint == one(tagline="a").fingerprint != one(tagline="b").fingerprint


def test_when_a_posting_without_an_opening_shows():
    now = datetime(2027, 3, 1, tzinfo=UTC)
    past = one(**{"submission-end": "02/01/2027 12:00 PM"})
    assert past.visible_from(now) == past.deadline - timedelta(days=1)
    assert one(**{"submission-end": "05/01/2027"}).visible_from(now) == now
    assert one().visible_from(now) == now
    assert one(**{"submission-start": "01/01/2027"}).visible_from(now) == datetime(2027, 1, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe{}", "no JSON"),
        (b"{}", "no list"),
        (b'{"challenges": {}}', "no list"),
        (b"12", "no list"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_a_file_that_holds_no_postings_is_refused(tmp_path, held, reason):
    file = tmp_path / "file.json"
    file.write_bytes(held)
    with pytest.raises(Unreadable, match=reason):
        read_postings(file)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="can't be read"):
        read_postings(tmp_path / "none.json")


def test_a_list_alone_and_a_byte_order_mark_are_taken(tmp_path):
    file = tmp_path / "file.json"
    file.write_bytes(b'\xef\xbb\xbf[{"challenge-id": 5, "challenge-title": "Five"}]')
    assert read_postings(file).postings[0].source_id == "5"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
FIELDS = st.sampled_from(sorted(json.loads(INVENTED.read_text(encoding="utf-8"))["challenges"][0]))


@given(st.lists(st.dictionaries(FIELDS, ANY_JSON) | ANY_JSON, max_size=4))
def test_whatever_stands_in_a_file_is_taken_or_explained(rows):
    reading = read_rows(rows)
    assert len(reading.postings) + reading.refused_rows == reading.rows == len(rows)
    for posting in reading.postings:
        assert "\x00" not in json.dumps(posting.facts())
        assert "\\u0000" not in json.dumps(posting.facts())


# --- addresses and texts ---


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://answers.example.org/a?b=1#c", "https://answers.example.org/a?b=1#c"),
        (" http://answers.example.org ", "http://answers.example.org"),
        ("answers.example.org/enter", "https://answers.example.org/enter"),
        ("javascript:alert(1)", None),
        ("ftp://answers.example.org", None),
        ("https://localhost/", None),
        ("https://someone@answers.example.org/", None),
        ("https://answers.example.org:port/", None),
        ("see our site", None),
        ("https://[::1", None),
        ('https://answers.example.org/"onmouseover', None),
    ],
)
def test_addresses_of_the_web_alone_are_taken(typed, address):
    assert texts.read_address(typed) == address


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<a href="/rules">R</a>', "[R](https://www.challenge.gov/rules)"),
        ("<a href='{{site.baseurl}}/rules'>R</a>", "[R](https://www.challenge.gov/rules)"),
        ('<a href="www.example.org/x">X</a>', "[X](https://www.example.org/x)"),
        ('<a href="team@example.org">T</a>', "[T](mailto:team@example.org)"),
        ('<a href="* https://example.org/y">Y</a>', "[Y](https://example.org/y)"),
        ('<a href="https://[::1">Z</a>', "Z"),
        ('<p>A [plan](/plan){:target="_blank"}</p>', "A [plan](https://www.challenge.gov/plan)"),
        ("<p>{% raw %}A{% endraw %} b</p>", "A b"),
        ("A &amp; B\nC < D", "A & B\\\nC < D"),
        ("", ""),
    ],
)
def test_links_lead_where_they_led_and_template_tags_go(html, markdown):
    assert texts.read_text(html) == markdown


# --- the real file, where it is at hand ---


@pytest.fixture(scope="module")
def real():
    # The postings are not ours to ship: whoever has none passes over these tests, whoever names some does not.
    if not REAL.exists() and NAMED is None:
        pytest.skip(f"{REAL.name} is not at hand")
    return read_postings(REAL)


def test_all_real_rows_are_taken(real):
    assert (real.rows, len(real.postings), real.refused_rows) == (260, 260, 0)
    assert len({posting.source_id for posting in real.postings}) == 260


def test_what_is_wrong_in_the_real_file_is_told(real):
    told = Counter(problem.field for problem in real.problems if "template" not in problem.reason)
    assert told == {"submission-start": 1, "fiscal-year": 2, "description": 2, "prizes": 2, "permalink": 1}
    assert sum("template" in problem.reason for problem in real.problems) > 90


def test_the_real_file_by_numbers(real):
    assert sum(posting.opens_at is None for posting in real.postings) == 1
    assert all(posting.deadline for posting in real.postings)
    assert sum(posting.prize is not None for posting in real.postings) == 189
    assert sum(posting.prize_words is not None for posting in real.postings) == 1
    assert sum(posting.is_external for posting in real.postings) == 76
    assert sum(posting.external_url is not None for posting in real.postings) == 87
    spellings = {posting.agency_words for posting in real.postings}
    agencies = {posting.agency for posting in real.postings}
    assert (len(spellings) > 100, len(agencies)) == (True, 76)
    assert all(title_count <= 2 for title_count in Counter(posting.title for posting in real.postings).values())


def test_no_real_text_keeps_a_template_tag_or_a_link_to_nowhere(real):
    for posting in real.postings:
        for text in (posting.description, posting.prizes, posting.rules, posting.judging, posting.how_to_enter):
            assert "{{" not in text
            assert "{%" not in text
            assert "\x00" not in text
            html = str(render(text))
            assert 'href="/' not in html
            assert "<script" not in html
            assert "<img" not in html


def test_topics_are_of_the_vocabulary(real):
    assert all(topics.exists(code) for posting in real.postings for code in posting.topics)
