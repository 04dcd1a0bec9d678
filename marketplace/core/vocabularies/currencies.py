"""Currencies by ISO 4217 that are legal tender somewhere today.

Source: CLDR's `currencyData` (by Babel).
"""

from __future__ import annotations

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name

from marketplace.core.i18n import current_language


def _codes() -> tuple[str, ...]:
    spells = [spell for spells in get_global("territory_currencies").values() for spell in spells]
    return tuple(sorted({code for code, _since, until, is_tender in spells if is_tender and not until}))


CODES = _codes()
_KNOWN = frozenset(CODES)


def exists(code: object) -> bool:
    """Whether a code is a currency of today."""
    return code in _KNOWN


def label(code: str, language: str | None = None) -> str:
    """The currency's name; an unknown code stands for itself."""
    return get_currency_name(code, locale=language or current_language())


def choices(language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of code and "KWD: Kuwaiti Dinar", by code."""
    return list(_choices(language or current_language()))


@lru_cache(maxsize=3)
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, f"{code}: {label(code, language)}") for code in CODES)
