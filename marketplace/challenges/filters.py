"""The state of the public list, as it stands in an address: what is asked, and what of it is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from marketplace.core import text
from marketplace.core.i18n import _l
from marketplace.core.ids import is_key
from marketplace.core.vocabularies import countries, topics

STATUSES = {
    "open": _l("Open"),
    "closed": _l("Closed, not opened yet"),
    "evaluation": _l("Under evaluation"),
    "awarded": _l("Awarded"),
    "unsuccessful": _l("Ended without an award"),
    "withdrawn": _l("Withdrawn"),
    "cancelled": _l("Cancelled"),
}
ANY = "any"
# In major units of the challenge's own currency: a filter by size, not a comparison of currencies.
BUDGETS = {
    "to-50k": _l("Up to 50,000"),
    "to-250k": _l("50,000 to 250,000"),
    "to-1m": _l("250,000 to 1 million"),
    "over-1m": _l("Over 1 million"),
    "unstated": _l("Not stated"),
}
CLOSING = {"7": _l("Within 7 days"), "30": _l("Within 30 days")}
SORTS = {"closing": _l("Closing soonest"), "newest": _l("Newest first"), "budget": _l("Largest budget first")}
MOST_VALUES = 40  # of one facet in one address
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Filters:
    """What the list is asked for.

    Attributes:
        status: chosen values; empty means open ones, as the page says by its chip.
        is_any_status: the reader took the limit to open ones away.
        agency: public keys of organisations.
        ignored: what stood in the address and is no value there, as the reader typed it.
    """

    q: str = ""
    status: tuple[str, ...] = ()
    is_any_status: bool = False
    topic: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    sort: str = ""
    after: str = ""
    ignored: tuple[str, ...] = field(default=())

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that limit the list; none where all are wanted."""
        return () if self.is_any_status else self.status or ("open",)

    @property
    def order(self) -> str:
        """The sort in force: open ones by their end, others by their beginning, unless the reader says otherwise."""
        return self.sort or ("closing" if self.is_open_only else "newest")

    @property
    def is_open_only(self) -> bool:
        """Whether only challenges that can be answered now are wanted."""
        return self.statuses == ("open",)

    @property
    def is_default(self) -> bool:
        """Nothing chosen."""
        return not (self.q or self.status or self.is_any_status or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """Whether a facet besides the status limits the list."""
        return any(getattr(self, name) for name in ("topic", "agency", "country", "budget", "closing"))

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, without the place in the list."""
        found = [("q", self.q)] if self.q else []
        found += [("status", ANY)] if self.is_any_status else [("status", value) for value in self.status]
        for name in ("topic", "agency", "country", "budget", "closing"):
            found += [(name, value) for value in getattr(self, name)]
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
        if name == "status":
            left = tuple(each for each in self.status if each != value)
            return self.query(status=left, is_any_status=not left)
        return self.query(**{name: tuple(each for each in getattr(self, name) if each != value)})


def read(arguments: MultiDict[str, str]) -> Filters:
    """The filters in an address; what it can't be is set aside, never an error (design, "Pages")."""
    ignored: list[str] = []

    def chosen(name: str, known: Any) -> tuple[str, ...]:
        values = list(dict.fromkeys(arguments.getlist(name)))[:MOST_VALUES]
        ignored.extend(value for value in values if value and not known(value))
        return tuple(value for value in values if known(value))

    status = chosen("status", lambda value: value in STATUSES or value == ANY)
    return Filters(
        q=text.clean_line(arguments.get("q", ""))[:LONGEST_SEARCH],
        status=tuple(value for value in status if value != ANY) if ANY not in status else (),
        is_any_status=ANY in status,
        topic=chosen("topic", topics.exists),
        agency=chosen("agency", is_key),
        country=chosen("country", countries.exists),
        budget=chosen("budget", BUDGETS.__contains__),
        # Of two spans the wider says it all.
        closing=tuple(sorted(chosen("closing", CLOSING.__contains__), key=int)[-1:]),
        sort=(chosen("sort", SORTS.__contains__) or ("",))[0],
        after=arguments.get("after", ""),
        ignored=tuple(text.clean_line(value)[:80] for value in ignored),
    )


def chips(filters: Filters, agency_names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters in force as (words, query string without it); the limit to open ones is among them."""
    found = [(f"“{filters.q}”", filters.without("q", ""))] if filters.q else []
    found += [(str(STATUSES[value]), filters.without("status", value)) for value in filters.statuses]
    words = {
        "topic": topics.label,
        "agency": lambda key: agency_names.get(key, key),
        "country": countries.label,
        "budget": lambda value: str(BUDGETS[value]),
        "closing": lambda value: str(CLOSING[value]),
    }
    for name, say in words.items():
        found += [(say(value), filters.without(name, value)) for value in getattr(filters, name)]
    return found
