"""The state of the public list, as it stands in an address: what is asked, and what of it is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.core import text
from marketplace.core.i18n import _l
from marketplace.core.vocabularies import countries, csf, sectors, topics

TERMINATED = "terminated"  # a pilot that ended early has no outcome of its own
OUTCOMES = {
    "success": _l("Success"),
    "partial": _l("Partial success"),
    "no_success": _l("No success"),
    TERMINATED: _l("Ended early"),
}
SORTS = {
    "newest": _l("Newest first"),
    "oldest": _l("Oldest first"),
    "match": _l("Best match first"),
}
FACETS = ("topic", "function", "sector", "country", "outcome")
MOST_VALUES = 40  # of one facet in one address
LONGEST_SEARCH = 200

KNOWN: Mapping[str, Callable[[Any], bool]] = {
    "topic": topics.exists,
    "function": csf.FUNCTIONS.exists,
    "sector": sectors.exists,
    "country": countries.exists,
    "outcome": OUTCOMES.__contains__,
}


def words_of(facet: str, value: str) -> str:
    """A facet's value as people read it."""
    if facet == "outcome":
        return str(OUTCOMES[value])
    labels = {"topic": topics.label, "function": csf.label, "sector": sectors.label, "country": countries.label}
    return labels[facet](value)


@dataclass(frozen=True)
class Filters:
    """What the list is asked for.

    Attributes:
        function: of the NIST CSF 2.0, by its code.
        ignored: what stood in the address and is no value there, as the reader typed it.
    """

    q: str = ""
    topic: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    sort: str = ""
    after: str = ""
    ignored: tuple[str, ...] = field(default=())

    @property
    def order(self) -> str:
        """The sort in force: what matches best where something is searched for, else the newest."""
        if self.sort == "match" and not self.q:
            return "newest"
        return self.sort or ("match" if self.q else "newest")

    @property
    def is_default(self) -> bool:
        """Nothing chosen."""
        return not (self.q or any(getattr(self, name) for name in FACETS))

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the place in the list."""
        found = [("q", self.q)] if self.q else []
        found += [(name, value) for name in FACETS for value in getattr(self, name)]
        return found + ([("sort", self.sort)] if self.sort else [])

    def query(self, **changes: Any) -> str:
        """The query string of the same list with changes, from its first page on."""
        changed = replace(self, **{"after": "", **changes})
        pairs = changed.pairs() + ([("after", changed.after)] if changed.after else [])
        return f"?{urlencode(pairs)}" if pairs else "?"

    def without(self, name: str, value: str) -> str:
        """The query string of the same list less one value of one facet."""
        if name == "q":
            return self.query(q="")
        return self.query(**{name: tuple(each for each in getattr(self, name) if each != value)})


def read(arguments: MultiDict[str, str]) -> Filters:
    """The filters in an address; what it can't be is set aside, never an error (design, "Pages")."""
    ignored: list[str] = []

    def chosen(name: str, known: Callable[[Any], bool]) -> tuple[str, ...]:
        values = list(dict.fromkeys(arguments.getlist(name)))[:MOST_VALUES]
        ignored.extend(value for value in values if value and not known(value))
        return tuple(value for value in values if known(value))

    return Filters(
        q=text.clean_line(arguments.get("q", ""))[:LONGEST_SEARCH],
        **{name: chosen(name, known) for name, known in KNOWN.items()},
        sort=(chosen("sort", SORTS.__contains__) or ("",))[0],
        after=arguments.get("after", ""),
        ignored=tuple(text.clean_line(value)[:80] for value in ignored),
    )


def chips(filters: Filters) -> list[tuple[str, str]]:
    """The filters in force as (words, query string without it)."""
    found = [(f"“{filters.q}”", filters.without("q", ""))] if filters.q else []
    return found + [
        (words_of(name, value), filters.without(name, value)) for name in FACETS for value in getattr(filters, name)
    ]
