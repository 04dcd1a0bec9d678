"""Every list is whole, in three languages, and consistent with its neighbours."""

import pytest

from marketplace.core.i18n import LANGUAGES, in_language
from marketplace.core.money import exponent
from marketplace.core.vocabularies import countries, csf, currencies, readiness, sectors, topics


@pytest.mark.parametrize("vocabulary", [countries, csf, currencies, readiness, sectors, topics])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(vocabulary, language):
    choices = vocabulary.choices(language)
    assert {code for code, _words in choices} == set(vocabulary.CODES)
    assert len({words for _code, words in choices}) == len(choices)
    assert all(vocabulary.exists(code) and words.strip() for code, words in choices)
    assert not vocabulary.exists("nothing of the kind")
    if language == "ar" and vocabulary is not currencies:
        assert not [words for _code, words in choices if words.replace("TRL", "").isascii()]


def test_topics_map_to_categories_that_exist():
    assert len(topics.CODES) == 24
    assert all(csf.exists(category) for mapped in topics.CATEGORIES_OF.values() for category in mapped)
    reached = {category for mapped in topics.CATEGORIES_OF.values() for category in mapped}
    assert reached == set(csf.CODES)
    assert topics.functions_of("ai-security") == ["ID", "PR", "DE"]
    assert "digital-forensics" in topics.of_function("RS")


def test_the_lists_have_the_length_of_their_sources():
    assert len(countries.CODES) == 249
    assert len(csf.CODES) == 22
    assert len(sectors.CODES) == 18
    assert sectors.is_highly_critical("energy")
    assert not sectors.is_highly_critical("food")


def test_countries_are_named_in_the_readers_language():
    assert countries.label("TN", "ar") == "تونس"
    assert countries.label("DE", "fr") == "Allemagne"
    with in_language("fr"):
        assert countries.label("DE") == "Allemagne"


def test_every_currency_counts_its_minor_units():
    assert all(exponent(code) in (0, 2, 3) for code in currencies.CODES)
    assert {"EUR", "KWD", "TND", "JPY", "SAR"} <= set(currencies.CODES)
