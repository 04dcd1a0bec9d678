"""Text is kept as it was meant and carries nothing unseen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.text import clean_line, clean_text, csv_safe, fold, initials, slugify, western_digits

anything = st.text(st.characters(codec=None), max_size=60)


@given(anything)
def test_cleaned_text_can_be_kept_and_is_clean_already(text):
    for clean in (clean_line, clean_text):
        once = clean(text)
        assert clean(once) == once
        assert "\0" not in once
        assert once == once.strip()
        once.encode("utf-8")
        assert not set(once) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "\n" not in clean_line(text)


def test_a_line_keeps_its_words():
    assert clean_line("  Agence \u00a0 nume\u0301rique\n\t\u202eevil\0 ") == "Agence numérique evil"
    assert clean_line("broken \ud800 here") == "broken ? here"


def test_text_keeps_its_lines():
    assert clean_text("one  \r\ntwo\rthree\x0b\tfour\x07 ") == "one\ntwo\nthree\n\tfour"


@given(anything)
def test_a_slug_is_never_empty_and_stays_in_one_part_of_an_address(text):
    slug = slugify(text)
    assert 1 <= len(slug) <= 80
    assert not set(slug) & set("/?#%&. \\\"'<>_")
    assert slug == slug.strip("-")
    assert "--" not in slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Zero-trust access for 40 clinics!", "zero-trust-access-for-40-clinics"),
        ("Sécurité des œuvres, à l'école", "securite-des-oeuvres-a-lecole"),
        ("حِماية الشبكات ٢٠٢٦", "حماية-الشبكات-2026"),
        ("أمن المعلومات", "أمن-المعلومات"),
        ("***", "untitled"),
        ("a" * 200, "a" * 80),
        ("word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_slugs_are_readable(text, slug):
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("École", "ecole"),
        ("أحمد", "احمد"),
        ("مُؤَسَّسة", "موسسه"),
        ("مستشفى", "مستشفي"),
        ("٢٠٢٦", "2026"),
        ("جـــديد", "جديد"),
    ],
)
def test_spellings_of_one_word_fold_alike(one, other):
    assert fold(one) == fold(other)


@given(anything)
def test_folding_twice_changes_nothing(text):
    once = fold(clean_text(text))
    assert unicodedata.normalize("NFKD", once) == once or fold(once) == fold(fold(once))


def test_initials():
    assert initials("National Cyber Agency") == "NA"
    assert initials("élan") == "É"
    assert initials("وزارة الداخلية") == "و"
    assert initials("--- ") == "?"
    assert initials("(Beta) test") == "T"


def test_no_cell_starts_a_formula():
    assert csv_safe("=1+1") == "'=1+1"
    assert csv_safe(" @SUM(A1)") == "' @SUM(A1)"
    assert csv_safe("plain") == "plain"
    assert csv_safe(-5) == -5


def test_digits_of_every_script_are_digits():
    assert western_digits("٣ ۴ ५ x") == "3 4 5 x"
