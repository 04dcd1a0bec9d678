"""Countries by ISO 3166-1 alpha-2, named in the reader's language.

Source: `iso3166.tab` of the IANA time zone database for the codes, CLDR (by Babel) for the names.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from babel import Locale

from marketplace.core.i18n import current_language
from marketplace.core.text import fold


def _codes() -> tuple[str, ...]:
    table = (resources.files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    return tuple(line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#"))


CODES = _codes()
_KNOWN = frozenset(CODES)


def exists(code: object) -> bool:
    """Whether a code is a country's."""
    return code in _KNOWN


def label(code: str, language: str | None = None) -> str:
    """The country's name; an unknown code stands for itself."""
    name: str = Locale.parse(language or current_language()).territories.get(code, code)
    return name


def choices(language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of code and name, sorted as the language reads."""
    return list(_choices(language or current_language()))


@lru_cache(maxsize=3)
def _choices(language: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((code, label(code, language)) for code in CODES), key=lambda pair: fold(pair[1])))
