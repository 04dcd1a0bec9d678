"""Money keeps every unit, mixes no currencies, and reads what it writes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, in_language
from marketplace.core.money import (
    MAX_MINOR,
    Money,
    MoneyColumns,
    exponent,
    format_money,
    parse_money,
    rounded,
    short_money,
    total,
    typed_money,
)

CURRENCIES = ("JPY", "EUR", "USD", "KWD", "TND", "BHD", "SAR", "IQD", "GBP", "MAD", "XOF", "CHF", "EGP")
minors = st.integers(0, MAX_MINOR)
languages = st.sampled_from(LANGUAGES)
currencies = st.sampled_from(CURRENCIES)


@given(st.integers(-MAX_MINOR, MAX_MINOR), currencies, languages)
def test_what_is_printed_is_read_back_exactly(minor, currency, language):
    money = Money(minor, currency)
    assert parse_money(format_money(money, language), currency, language, allow_negative=True) == money
    assert parse_money(typed_money(money, language), currency, language, allow_negative=True) == money


@given(minors, currencies, languages)
def test_the_short_form_is_read_back_exactly_or_refused(minor, currency, language):
    money = Money(minor, currency)
    try:
        read = parse_money(short_money(money, language), currency, language)
    except Refused:
        # "KWD 1,500" may be typed by who means one and a half.
        assert exponent(currency) == 3
    else:
        assert read == money


@given(minors, currencies, languages)
def test_arabic_digits_and_signs_are_understood(minor, currency, language):
    typed = f"{Money(minor, currency).decimal:,.{exponent(currency)}f}".translate(
        str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
    )
    assert parse_money(typed, currency, language).minor == minor


@given(st.text(max_size=80), currencies, languages, st.booleans())
def test_whatever_is_typed_gives_an_amount_or_a_reason(typed, currency, language, negative):
    try:
        money = parse_money(typed, currency, language, negative)
    except Refused as refused:
        assert str(refused)  # noqa: PT017
    else:
        assert abs(money.minor) <= MAX_MINOR


@given(st.text("0123456789 .,-٫٬٣۳", max_size=14), currencies, languages)
def test_no_order_of_digits_and_signs_is_off_by_a_thousand(typed, currency, language):
    """The digits of the amount are the digits typed: nothing is dropped, nothing but zeros added."""
    try:
        money = parse_money(typed, currency, language)
    except Refused:
        return
    digits = "".join(str(int(letter)) for letter in typed if letter.isdecimal())
    assert str(money.minor).rstrip("0").lstrip("0") == digits.rstrip("0").lstrip("0")


@pytest.mark.parametrize(
    ("typed", "currency", "language", "minor"),
    [
        ("180,000", "EUR", "en", 18_000_000),
        ("180 000", "EUR", "fr", 18_000_000),
        ("180\u202f000,50\u00a0€", "EUR", "fr", 18_000_050),
        ("1500.250", "KWD", "en", 1_500_250),
        ("1500,250", "KWD", "fr", 1_500_250),
        ("1.500", "KWD", "en", 1_500),
        ("1,500", "KWD", "fr", 1_500),
        ("1,500", "EUR", "en", 150_000),
        ("1.500,25", "EUR", "fr", 150_025),
        ("1.500,25", "EUR", "en", 150_025),
        ("1,500.25", "EUR", "fr", 150_025),
        ("1.234.567", "EUR", "fr", 123_456_700),
        ("12,5", "EUR", "en", 1_250),
        ("0.500", "KWD", "fr", 500),
        ("1 500", "JPY", "en", 1_500),
        ("١٥٠٠٫٢٥٠", "KWD", "ar", 1_500_250),
        ("۱۲٬۰۰۰", "SAR", "ar", 1_200_000),
        ("KWD 12.5", "KWD", "en", 12_500),
        ("12.5 د.ك.", "KWD", "ar", 12_500),
        ("0", "EUR", "en", 0),
        ("-0", "EUR", "en", 0),
        (".5", "EUR", "en", 50),
    ],
)
def test_amounts_are_read_as_their_writer_means(typed, currency, language, minor):
    assert parse_money(typed, currency, language) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "language"),
    [
        ("1.500", "EUR", "en"),
        ("1.500", "EUR", "fr"),
        ("1,500", "EUR", "fr"),
        ("1,500", "KWD", "en"),
        ("1,500", "TND", "ar"),
        ("1.500", "KWD", "fr"),
        ("1.500", "JPY", "en"),
        ("12 50", "EUR", "en"),
        ("1,50,000", "EUR", "en"),
        ("1,5", "JPY", "en"),
        ("1.2345", "KWD", "en"),
        ("", "EUR", "en"),
        ("-5", "EUR", "en"),
        ("5 USD", "EUR", "en"),
        ("$5", "EUR", "en"),
        ("1e5", "EUR", "en"),
        ("½", "EUR", "en"),
        ("1.", "EUR", "en"),
        (",", "EUR", "en"),
        ("9" * 30, "EUR", "en"),
        ("9" * 100_000, "EUR", "en"),
        ("9223372036854775808", "JPY", "en"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(typed, currency, language):
    with pytest.raises(Refused):
        parse_money(typed, currency, language)


def test_a_refusal_says_what_to_enter():
    with (
        in_language("en"),
        pytest.raises(Refused, match=r"Enter an amount in Kuwaiti dinars, such as 1500\.250\."),
    ):
        parse_money("plenty", "KWD")


def test_amounts_are_printed_as_each_language_writes_them():
    euros, dinars, yen = Money(18_000_000, "EUR"), Money(1_500_250, "KWD"), Money(1500, "JPY")
    assert short_money(euros, "en") == "€180,000"
    assert format_money(euros, "en") == "€180,000.00"
    assert short_money(euros, "fr") == "180\u202f000\u00a0€"
    assert short_money(dinars, "en") == "KWD\u00a01,500.250"
    assert "1,500.250" in format_money(dinars, "ar")
    assert format_money(yen, "en") == "¥1,500"
    assert "3.000" in format_money(Money(3000, "IQD"), "en")


@given(st.integers(0, 10**12), st.lists(st.integers(1, 100), min_size=1, max_size=12))
def test_a_split_loses_nothing_and_favours_nobody(minor, weights):
    parts = Money(minor, "KWD").split(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)


@given(st.integers(-(10**12), 10**12), st.integers(1, 1000))
def test_rounding_is_to_the_nearest_and_a_half_goes_away_from_zero(numerator, denominator):
    exact = Fraction(numerator, denominator)
    off = abs(rounded(exact) - exact)
    assert off <= Fraction(1, 2)
    assert off < Fraction(1, 2) or abs(rounded(exact)) > abs(exact)
    assert rounded(-exact) == -rounded(exact)


def test_currencies_never_mix():
    euro, dinar = Money(1, "EUR"), Money(1, "KWD")
    for deed in (lambda: euro + dinar, lambda: euro - dinar, lambda: euro < dinar, lambda: euro + 1):
        with pytest.raises(TypeError):
            deed()
    assert euro != dinar
    assert total([euro, euro], "EUR") == Money(2, "EUR")
    assert Money(250, "EUR").share(Fraction(1, 100)) == Money(3, "EUR")
    for wrong in (lambda: Money(1, "EURO"), lambda: Money.of("1.001", "EUR"), lambda: Money.of("x", "EUR")):
        with pytest.raises(ValueError, match=r"is no|has more"):
            wrong()
    assert Money.of(Decimal("1500.25"), "KWD") == Money(1_500_250, "KWD")


def test_two_columns_are_one_amount():
    class Parent:
        currency = "KWD"

    class Milestone:
        parent = Parent()
        price_minor = None
        fee_minor = None
        fee_currency = None
        price = MoneyColumns("price_minor", "parent.currency")
        fee = MoneyColumns("fee_minor", "fee_currency")

    milestone = Milestone()
    assert milestone.price is None
    milestone.price = Money(5, "KWD")
    milestone.fee = Money(7, "JPY")
    assert (milestone.price, milestone.fee) == (Money(5, "KWD"), Money(7, "JPY"))
    with pytest.raises(TypeError):
        milestone.price = Money(5, "EUR")
