"""Numbers are read as their writer means them, or asked for again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES
from marketplace.core.numbers import MAX_WHOLE, parse_decimal, parse_whole, typed_decimal

languages = st.sampled_from(LANGUAGES)


@given(st.decimals(-(10**15) + 1, 10**15 - 1, places=3), languages)
def test_a_number_that_fills_a_field_is_read_back(value, language):
    assert parse_decimal(typed_decimal(value, language), 3, language) == value


@given(st.integers(-MAX_WHOLE, MAX_WHOLE), languages)
def test_a_whole_number_is_read_back(value, language):
    assert parse_whole(str(value), language) == value
    assert parse_whole(f"{value:,}".replace(",", "\u202f"), language) == value


@given(st.text(max_size=80), languages, st.integers(0, 6))
def test_whatever_is_typed_gives_a_number_or_a_reason(typed, language, places):
    for parse in (lambda: parse_whole(typed, language), lambda: parse_decimal(typed, places, language)):
        try:
            assert isinstance(parse(), int | Decimal)
        except Refused as refused:
            assert refused.message  # noqa: PT017


@pytest.mark.parametrize(
    ("typed", "language", "value"),
    [("1,500", "en", 1500), ("١٬٥٠٠", "ar", 1500), ("1 500", "fr", 1500), ("-3", "en", -3), ("\u22123", "fr", -3)],
)
def test_thousands_are_understood(typed, language, value):
    assert parse_whole(typed, language) == value


@pytest.mark.parametrize("typed", ["1.5", "1.500", "9223372036854775808", "", "--1", "1e3", "٣ ٤", "²"])
def test_what_is_no_whole_number_is_refused(typed):
    with pytest.raises(Refused):
        parse_whole(typed, "en")
