"""Money: whole minor units of one currency, typed and printed in three languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import (
    format_currency,
    get_currency_name,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
)

from marketplace.core import numbers
from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, _, current_language

MAX_MINOR = 10**15  # far under 2^63, so that sums of thousands still fit a BIGINT
# ISO 4217 gives these minor units; Babel's CLDR data says how they are printed by custom, which is without.
ISO_EXPONENTS = {"IQD": 3} | dict.fromkeys(
    ("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"), 2
)
KNOWN = frozenset(list_currencies())


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals a currency has by ISO 4217: 2 for EUR, 3 for KWD, 0 for JPY."""
    if currency not in KNOWN:
        raise ValueError(f"{currency!r} is no currency of ISO 4217")
    return ISO_EXPONENTS.get(currency, get_currency_precision(currency))


def rounded(exact: Fraction) -> int:
    """To the nearest whole number, a half away from zero: the only rounding of money."""
    magnitude = (abs(exact) * 2 + 1) // 2
    return int(magnitude) if exact >= 0 else -int(magnitude)


@dataclass(frozen=True)
class Money:
    """An amount of one currency; amounts of two currencies never meet."""

    minor: int  # minor units: 1500 is 1.500 KWD, 15.00 EUR, 1500 JPY
    currency: str  # ISO 4217

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("money is a whole number of minor units")
        exponent(self.currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """From an exact decimal amount: `Money.of("1500.250", "KWD")`.

        Raises:
            ValueError: more decimals than the currency has, or no number.
        """
        try:
            minor = Decimal(amount).scaleb(exponent(currency))
            whole = int(minor)
        except (ArithmeticError, ValueError) as error:
            raise ValueError(f"{amount!r} is no amount") from error
        if whole != minor:
            raise ValueError(f"{amount} has more decimals than {currency}")
        return cls(whole, currency)

    @property
    def decimal(self) -> Decimal:
        """The exact amount in major units."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands behind the decimal sign."""
        return self.minor % 10 ** exponent(self.currency) == 0

    def _same(self, other: object) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} don't mix")
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} don't mix")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Divide by weights; odd units go to the largest remainders, the earlier of equals first."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights are 0 or more, and not all 0")
        parts = [self.minor * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: -(self.minor * weights[i] % total))
        for i in by_remainder[: self.minor - sum(parts)]:
            parts[i] += 1
        return [Money(part, self.currency) for part in parts]

    def share(self, fraction: Fraction) -> Money:
        """A part of it, such as `Fraction(5, 100)`, rounded by `rounded`."""
        return Money(rounded(self.minor * Fraction(fraction)), self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency; nothing sums to 0."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


class MoneyColumns:
    """Two columns read and written as one `Money`, or None where the amount is NULL.

    price = MoneyColumns("price_minor", "challenge.currency")

    Args:
        minor: the attribute that holds minor units (a BIGINT).
        currency: the attribute that holds the currency, its own or through a parent.
    """

    def __init__(self, minor: str, currency: str) -> None:
        self.minor, self.currency = minor, currency

    def _currency_of(self, thing: Any) -> str:
        for name in self.currency.split("."):
            thing = getattr(thing, name)
        return thing

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        if thing is None:
            return self
        minor = getattr(thing, self.minor)
        return None if minor is None else Money(minor, self._currency_of(thing))

    def __set__(self, thing: Any, money: Money | None) -> None:
        if money is not None and "." not in self.currency and self._currency_of(thing) is None:
            setattr(thing, self.currency, money.currency)
        if money is not None and money.currency != self._currency_of(thing):
            raise TypeError(f"{money.currency} where {self._currency_of(thing)} is kept")
        setattr(thing, self.minor, None if money is None else money.minor)


# --- printing ---


def format_money(money: Money, language: str | None = None) -> str:
    """An amount with its currency and all its decimals, as the language writes it: "€180,000.00"."""
    return _printed(money, exponent(money.currency), language or current_language())


def short_money(money: Money, language: str | None = None) -> str:
    """An amount without decimals where they are all 0: "€180,000"."""
    digits = 0 if money.is_whole else exponent(money.currency)
    return _printed(money, digits, language or current_language())


def typed_money(money: Money, language: str | None = None) -> str:
    """An amount as a person would type it, to fill a field: "1500.250" in English, "1500,250" in French."""
    text = f"{money.decimal:.{exponent(money.currency)}f}"
    return text.replace(".", numbers.DECIMAL[language or current_language()])


def _printed(money: Money, digits: int, language: str) -> str:
    # The symbol needs a blank where it is a code: "KWD 1,500".
    text = format_currency(
        money.decimal, money.currency, _pattern(language, digits), locale=language, currency_digits=False
    )
    code = money.currency
    return text.replace(code, f"{code}\u00a0") if language == "en" and code in text else text


@lru_cache(maxsize=64)
def _pattern(language: str, digits: int) -> str:
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    return pattern.replace("0.00", "0." + "0" * digits if digits else "0")


def currency_name(currency: str, language: str | None = None) -> str:
    """The currency's name as counted: "Kuwaiti dinars"."""
    return get_currency_name(currency, count=100, locale=language or current_language())


def currency_sign(currency: str, language: str | None = None) -> str:
    """What stands beside a field for amounts: "€", or the code where there is no sign."""
    return get_currency_symbol(currency, locale=language or current_language())


# --- reading ---


def parse_money(text: str, currency: str, language: str | None = None, allow_negative: bool = False) -> Money:
    """An amount as a person typed it.

    Digits may be Arabic-Indic; thousands may be divided by blanks or by what the language uses; the code or
    sign of the currency may stand beside it. What a point or a comma means is told in `numbers`.

    Args:
        currency: ISO 4217, the one that is meant.
        language: of the page, which says what a point and a comma mean; the current one if not given.
    Raises:
        Refused: no amount, one that can be read in two ways, too many decimals, negative, or too large.
    """
    language = language or current_language()
    digits, shown = exponent(currency), example(currency, language)
    negative, number = numbers.sign_first(_without_sign_of(currency, numbers.normal(text)))
    try:
        whole, decimals = numbers.split(number, language, three_decimals=digits == 3)
    except numbers.Ambiguous:
        raise Refused(numbers.two_ways(number, shown)) from None
    except numbers.Unreadable:
        raise Refused(_how_to(currency, language)) from None
    if len(decimals) > digits:
        raise Refused(numbers.too_many_decimals(digits, shown) if digits else _only_whole(currency, language))
    minor = int(whole + decimals.ljust(digits, "0"))
    if negative and minor and not allow_negative:
        raise Refused(_("Enter an amount of 0 or more."))
    if minor > MAX_MINOR:
        most = short_money(Money(MAX_MINOR, currency), language)
        raise Refused(_("Enter an amount of %(most)s or less.", most=most))
    return Money(-minor if negative else minor, currency)


def example(currency: str, language: str | None = None) -> str:
    """An amount as this language would type it, for hints and messages: "1500.250"."""
    return typed_money(Money(150025 * 10 ** exponent(currency) // 100, currency), language)


def _how_to(currency: str, language: str) -> str:
    return _(
        "Enter an amount in %(currency)s, such as %(example)s.",
        currency=currency_name(currency, language),
        example=example(currency, language),
    )


def _only_whole(currency: str, language: str) -> str:
    return _(
        "Enter a whole amount in %(currency)s: it has no smaller unit.", currency=currency_name(currency, language)
    )


@lru_cache(maxsize=512)
def _signs(currency: str) -> tuple[str, ...]:
    signs = {currency} | {get_currency_symbol(currency, locale=language) for language in LANGUAGES}
    return tuple(sorted(map(numbers.normal, signs), key=len, reverse=True))


def _without_sign_of(currency: str, number: str) -> str:
    for sign in _signs(currency):
        place = number.lower().find(sign.lower())
        if place >= 0:
            return f"{number[:place]} {number[place + len(sign) :]}".strip()
    return number
