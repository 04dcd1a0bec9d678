"""Printed documents: readable by machines and people in three languages, whatever was typed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from marketplace.core import blocks, pdf

TITLES = {"en": "Receipt for a proposal", "fr": "Récépissé d’une proposition", "ar": "إيصال عرض"}


def receipt(language: str, *more: blocks.Block, title: str | None = None) -> PdfReader:
    made = pdf.document(
        title or TITLES[language],
        [blocks.facts([("Time", "24 Nov 2026, 21:42:07"), ("Left out", None)]), blocks.code("K7QF-92MX"), *more],
        language=language,
        site="Cyber Tech Marketplace",
        marking="TLP:CLEAR",
    )
    return PdfReader(io.BytesIO(made))


def words_of(reader: PdfReader) -> str:
    return " ".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_document_names_its_title_and_language(language):
    reader = receipt(language)
    assert reader.metadata.title == TITLES[language]
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_code_marking_and_site_stand_on_the_page(language):
    words = words_of(receipt(language))
    assert "K7QF-92MX" in words
    assert words.count("TLP:CLEAR") == 2  # head and foot
    assert "Cyber Tech Marketplace" in words
    assert "Left out" not in words


def test_pages_are_counted():
    long = [blocks.paragraph("A sentence that fills the paper. " * 40) for _ in range(12)]
    reader = receipt("en", *long)
    count = len(reader.pages)
    assert count > 1
    assert f"Page {count} of {count}" in reader.pages[-1].extract_text()


def test_markup_of_the_engine_is_printed_as_typed():
    typed = '$x$ #panic("no") _a_ *b* @c <d> `e` \\ [f]'
    words = words_of(receipt("en", blocks.paragraph(typed)))
    assert " ".join(typed.split()) in " ".join(words.split())


def test_what_the_typeface_lacks_is_shown_not_lost():
    assert pdf.printable("100 ﷼") == "100 ريال"
    assert pdf.printable("ok 😀") == "ok [U+1F600]"
    assert pdf.printable("a\u202eb\u200d") in ("ab", "ab\u200d")
    receipt("ar", blocks.paragraph("ﷺ ﷼ 😀 漢字 \U0010ffff"))


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_makes_the_engine_fail(text):
    receipt("en", blocks.paragraph(text), *blocks.markdown(text), title=f"T {text}")


def test_markdown_becomes_blocks_without_scripts():
    made = blocks.markdown("# Head\n\n**bold** [a](javascript:alert(1)) [b](https://example.org)\n\n1. one\n2. two")
    assert [block["type"] for block in made] == ["heading", "paragraph", "list"]
    assert made[1]["runs"][0] == {"text": "bold", "strong": True, "code": False, "url": None}
    assert [run["url"] for run in made[1]["runs"] if run["url"]] == ["https://example.org"]
    assert made[2]["ordered"]


def test_a_table_and_a_letter_are_set_in_arabic():
    table = blocks.table("المعايير", ["المعيار", "الوزن"], [["كشف", 35], ["أمان", 25]], numbers=[1])
    made = pdf.document(
        "قرار",
        [table],
        language="ar",
        site="سوق",
        address=["Tidewatch Labs", "تونس"],
        dated="24 نوفمبر",
        shape="letter",
    )
    words = words_of(PdfReader(io.BytesIO(made)))
    assert "Tidewatch Labs" in words
    assert "35" in words
