"""Numbers as people type them in three languages, and what a point or a comma means in them.

A lone point or comma before exactly three digits can divide thousands or decimals. It is taken as the page's
language writes it where the number may have that form: as decimals where three are possible, as thousands where they
are not. Otherwise it is ambiguous, so that nothing is ever silently a thousand times too large or too small.
"""

from __future__ import annotations

import re
from decimal import Decimal

from marketplace.core.errors import Refused
from marketplace.core.i18n import _, current_language
from marketplace.core.text import western_digits

MAX_TYPED = 60  # letters
MAX_WHOLE = 2**63 - 1  # what a BIGINT holds
DECIMAL = {"en": ".", "ar": ".", "fr": ","}
GROUP = {"en": ",", "ar": ",", "fr": " "}

_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
# Arabic's own signs mean one thing each; they become signs that nobody types.
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007\t'’", " ") | {"\u2212": "-", "٬": "_", "٫": "!"})


class Unreadable(ValueError):
    """No number stands there."""


class Ambiguous(Unreadable):
    """Two numbers could be meant."""


def normal(text: str) -> str:
    """Western digits, blanks of one kind, no direction marks: what `split` reads."""
    return western_digits(text[: MAX_TYPED + 1]).translate(_MARKS).translate(_BLANKS).strip()


def sign_first(number: str) -> tuple[bool, str]:
    """Whether a minus stands before the digits, and the number without it."""
    moved = re.sub(r"^(\D*)-", r"-\1", number)
    return moved.startswith("-"), moved.removeprefix("-").strip()


def split(number: str, language: str, three_decimals: bool) -> tuple[str, str]:
    """The digits before and after the decimal sign.

    Args:
        number: by `normal`, without a sign.
        three_decimals: whether the number may have three decimals.
    Raises:
        Ambiguous, Unreadable.
    """
    if len(number) > MAX_TYPED or not re.fullmatch(r"[0-9 .,_!]+", number) or not number[-1].isdigit():
        raise Unreadable(number)
    decimal_sign = _decimal_sign(number, language, three_decimals)
    whole, _sign, decimals = number.rpartition(decimal_sign) if decimal_sign else (number, "", "")
    whole = whole or "0"
    groupers = set(re.findall(r"\D", whole))
    well_grouped = len(groupers) <= 1 and re.fullmatch(r"[0-9]{1,3}([ .,_][0-9]{3})+", whole)
    if (groupers and not well_grouped) or (decimals and not decimals.isdigit()):
        raise Unreadable(number)
    return re.sub(r"\D", "", whole), decimals


def _decimal_sign(number: str, language: str, three_decimals: bool) -> str | None:
    """Which sign divides the decimals, or None where there are none."""
    signs = re.findall(r"[^0-9]", number)
    kinds = set(signs)
    if "!" in kinds:
        return "!"
    if not kinds:
        return None
    last = signs[-1]
    if len(kinds) > 1:  # thousands and decimals: the last one is the decimal sign
        return last if last in ".," else None
    if last in " _" or len(signs) > 1:
        return None
    before, after = number.split(last)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return last
    if last == DECIMAL[language] and three_decimals:
        return last
    if last == GROUP[language] and not three_decimals:
        return None
    raise Ambiguous(number)


def parse_whole(text: str, language: str | None = None) -> int:
    """A whole number as a person typed it, thousands divided or not.

    Raises:
        Refused: no whole number, or one that the database can't hold.
    """
    negative, number = sign_first(normal(text))
    try:
        whole, decimals = split(number, language or current_language(), three_decimals=False)
    except Unreadable:
        raise Refused(_("Enter a whole number, such as 1500.")) from None
    if decimals:
        raise Refused(_("Enter a whole number, such as 1500."))
    value = -int(whole) if negative else int(whole)
    if abs(value) > MAX_WHOLE:
        raise Refused(_("Enter a smaller number."))
    return value


def parse_decimal(text: str, places: int, language: str | None = None) -> Decimal:
    """A number with decimals as a person typed it.

    Args:
        places: how many decimals it may have.
    Raises:
        Refused: no number, one that can be read in two ways, too many decimals, or more than 15 digits.
    """
    language = language or current_language()
    shown = "1500" + (DECIMAL[language] + "25"[:places] if places else "")
    negative, number = sign_first(normal(text))
    try:
        whole, decimals = split(number, language, three_decimals=places >= 3)
    except Ambiguous:
        raise Refused(two_ways(number, shown)) from None
    except Unreadable:
        raise Refused(_("Enter a number, such as %(example)s.", example=shown)) from None
    if len(decimals) > places:
        raise Refused(too_many_decimals(places, shown))
    if len(whole.lstrip("0")) > 15:
        raise Refused(_("Enter a smaller number."))
    value = Decimal(f"{whole}.{decimals or 0}")
    return -value if negative else value


def typed_decimal(value: Decimal | int, language: str | None = None) -> str:
    """A number as a person would type it, to fill a field: "1500.25" in English, "1500,25" in French."""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", DECIMAL[language or current_language()])


def two_ways(typed: str, example: str) -> str:
    """What to say of an ambiguous number."""
    return _(
        "%(typed)s can be read in two ways. Enter it without a sign for thousands, such as %(example)s.",
        typed=typed.replace("_", "٬").replace("!", "٫"),
        example=example,
    )


def too_many_decimals(places: int, example: str) -> str:
    """What to say of a number that is finer than can be kept."""
    return _(
        "Enter an amount with no more than %(digits)s decimals, such as %(example)s.",
        digits=places,
        example=example,
    )
