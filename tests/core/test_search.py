"""Words are found in three languages, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import cast, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from marketplace.core import search

SPELLINGS = [
    ("Protecting hospital networks", "network"),
    ("A phishing attack on agencies", "attacks agency"),
    ("The agency's encrypted backups", "encryption backup"),
    ("Sécurité des réseaux hospitaliers", "securite reseau"),
    ("Détection des cyberattaques", "cyberattaque"),
    ("Chiffrement de l’hôpital", "hopitaux"),
    ("Protéger l'école", "école"),
    ("حماية الشبكات الحكومية", "شبكة"),
    ("أمن المعلومات", "الامن"),
    ("مُؤَسَّسَةٌ صِحِّيَّة", "مؤسسة صحية"),
    ("استجابة للهجمات السيبرانية", "الهجمات"),
    ("إدارة الثغرات في المستشفى", "ادارة ثغرات مستشفي"),
    ("خطة ٢٠٢٦ للطوارئ", "2026 الطوارئ"),
    ("Zero-trust for clinics", "zero tru"),
    ("CVE-2024-3094 in liblzma", "cve-2024-3094"),
]
REST = "Unrelated: procurement of tables, chaises et bureaux، شراء الطاولات والكراسي"


def answers(vector: str, asked: str) -> bool:
    """What PostgreSQL's @@ says of weights and places aside, for tests without a database."""
    found = {part.split("'")[1] for part in vector.split(" ") if part}
    groups = [group.strip("()").split(" | ") for group in asked.split(" & ")]
    return bool(asked) and all(
        any(
            any(one.startswith(form.split("'")[1]) for one in found)
            if form.endswith(":*")
            else form.strip("'") in found
            for form in group
        )
        for group in groups
    )


@pytest.mark.parametrize(("text", "typed"), SPELLINGS)
def test_a_word_is_found_in_each_of_its_spellings(text, typed):
    assert answers(search.document([(text, "A"), (REST, "D")]), search.query(typed))
    assert not answers(search.document([(REST, "A")]), search.query(typed))


@pytest.mark.parametrize(("text", "typed"), SPELLINGS)
def test_postgresql_agrees(db, text, typed):
    column = cast(literal(search.document([(text, "A"), (REST, "D")])), TSVECTOR)
    other = cast(literal(search.document([(REST, "A")])), TSVECTOR)
    assert db.scalar(select(search.matches(column, typed)))
    assert not db.scalar(select(search.matches(other, typed)))
    assert db.scalar(select(search.rank(column, typed))) > 0


def test_nothing_typed_breaks_a_query(db):
    @given(st.text(max_size=200), st.text(max_size=60))
    def holds(text, typed):
        text, typed = text.replace("\0", ""), typed.replace("\0", "")
        column = cast(literal(search.document([(text, "B"), (typed, "A")])), TSVECTOR)
        assert db.scalar(select(search.matches(column, typed))) is (
            bool(search.query(typed)) if typed.strip() else True
        )

    holds()


@given(st.text(st.characters(codec=None), max_size=80))
def test_a_query_holds_letters_and_its_own_signs_alone(typed):
    for part in search.query(typed).replace(" & ", " | ").split(" | "):
        inner = part.strip("()").removesuffix(":*")
        assert inner == "" or (inner[0] == inner[-1] == "'" and inner[1:-1].isalnum())


def test_a_huge_text_still_fits(db):
    text = " ".join(f"{number}{'long' * 14} كلمة" for number in range(9_000)) + " x" * 5000 + "y" * 100_000
    vector = search.document([("Title", "A"), (text, "D")])
    assert db.scalar(select(cast(literal(vector), TSVECTOR).op("@@")(cast(literal(search.query("title")), TSQUERY))))


def test_empty_words_don_t_hinder():
    vector = search.document([("Security of networks", "A")])
    assert answers(vector, search.query("the security for networks"))
    assert search.query("the") != ""
    assert search.query("  ***  ") == ""
