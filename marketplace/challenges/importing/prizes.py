"""A prize as people type it into one text field, read as money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from marketplace.core.money import Money
from marketplace.core.text import clean_line

CURRENCY = "USD"  # the site's own; another one is not converted
HIGHEST_MINOR = 10**14  # a trillion dollars: beyond it is a slip of the keyboard

_TIMES = {"thousand": 10**3, "k": 10**3, "million": 10**6, "m": 10**6, "mm": 10**6, "billion": 10**9, "b": 10**9}
_AMOUNT = re.compile(
    r"(?P<lead>us\s?\$|usd\s?\$?|\$)?\s*(?P<number>\d[\d,]*(?:\.\d+)?)\s*"
    r"(?P<times>(?:thousand|million|billion|mm|k|m|b)\b)?\s*(?P<tail>us dollars|dollars|usd)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?")
_RANGE = re.compile(r"\s*(?:-|–|—|to|and)\s*", re.IGNORECASE)
_FOREIGN = re.compile(r"[€£¥₹]|\b(?:eur|gbp|jpy|cad|aud|chf)\b|\b(?:euros?|pounds?|yen)\b", re.IGNORECASE)
_NOTHING = {"", "none", "no", "n/a", "na", "no cash", "no cash prize", "no cash prizes", "non-monetary", "-"}


class NotAnAmount(ValueError):
    """The words tell no amount; the message says why."""


@dataclass(frozen=True)
class Prize:
    """The cash that is offered in all.

    Attributes:
        money: None where no cash is offered.
        words: as worded, where they say more than the amount ("Up to $5,000").
    """

    money: Money | None
    words: str | None


def read_prize(text: str) -> Prize:
    """The total cash prize.

    Of a range the upper end is the total offered, and the words are kept.

    Raises:
        NotAnAmount: words without one amount of dollars.
    """
    words = clean_line(text)
    if words.rstrip(".").lower() in _NOTHING:
        return Prize(None, words or None)
    if _FOREIGN.search(words):
        raise NotAnAmount("It is in another currency than US dollars.")
    amounts = list(_AMOUNT.finditer(words))
    if not amounts:
        raise NotAnAmount("It names no amount.")
    if len(amounts) > 2 or (len(amounts) == 2 and not _RANGE.fullmatch(words[amounts[0].end() : amounts[1].start()])):
        raise NotAnAmount("It names several amounts.")
    minors = [_minor(amount) for amount in amounts]
    if len(minors) == 2 and (minors[0] > minors[1] or re.search(r"\band\b", words, re.IGNORECASE)):
        raise NotAnAmount("It names several amounts.")
    first, last = amounts[0].start(), amounts[-1].end()
    says_more = len(amounts) > 1 or bool((words[:first] + words[last:]).strip(" ."))
    return Prize(Money(minors[-1], CURRENCY), words if says_more else None)


def _minor(amount: re.Match[str]) -> int:
    if not _GROUPED.fullmatch(amount["number"]):
        raise NotAnAmount("Its thousands are not divided by three digits.")
    exact = Fraction(amount["number"].replace(",", "")) * _TIMES.get((amount["times"] or "").lower(), 1) * 100
    if exact.denominator != 1:
        raise NotAnAmount("It has a part of a cent.")
    if exact > HIGHEST_MINOR:
        raise NotAnAmount("There can be no such amount here.")
    return int(exact)
