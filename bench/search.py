"""The list and the search of challenges at a million, beside the same pages at a thousand."""

from __future__ import annotations

import html
import re

from bench import database, market, measure, servers
from bench.client import Client
from bench.report import Report

TARGET = 0.8
NEWEST_FIRST = 0.5
LIST = "/en/challenges/"
DEEP = 15  # pages down
NOT_KEPT = {"Cookie": "session=somebody"}  # whoever may be a member is never answered from memory
_NEXT = re.compile(rb'href="(\?[^"]*after=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="(\?[^"]*after=[^"]*)"')

# "system" stands in most texts, "pump" in few of a hundred; "lot" with a number in ten, of one month.
PAGES = (
    ("list", LIST, TARGET),
    ("list, newest first", f"{LIST}?sort=newest", TARGET),
    ("list, largest budget first", f"{LIST}?sort=budget", TARGET),
    ("list of any status", f"{LIST}?status=any", TARGET),
    ("list of any status, closing soonest", f"{LIST}?status=any&sort=closing", TARGET),
    ("list, three facets", f"{LIST}?topic=zero-trust&country=FR&budget=over-1m", TARGET),
    ("search, a rare word", f"{LIST}?status=any&q=lot42+", TARGET),
    ("search, a word of some", f"{LIST}?status=any&q=pump+", TARGET),
    ("search, a word of most", f"{LIST}?status=any&q=system+", TARGET),
    ("search of what is open, a word of most", f"{LIST}?q=system+", TARGET),
    ("search of all, newest first, a rare word", "/en/search/?q=lot42+", NEWEST_FIRST),
    ("search of all, newest first, a word of most", "/en/search/?q=system+", NEWEST_FIRST),
)


def thousand(owner_url: str) -> None:
    """A market of a thousand challenges."""
    market.fill(owner_url, 1_000)


def million(owner_url: str) -> None:
    """The same of a million."""
    market.fill(owner_url, 1_000_000)


def run(report: Report) -> None:
    """Each page at both sizes, computed for each reader."""
    small, large = database.filled_in_bulk("small", thousand), database.filled_in_bulk("large", million)
    compare(report, small, large)


def compare(report: Report, small: database.Place, large: database.Place) -> None:
    """Each page on both databases, made anew for each reader; counts of facets are remembered as they are for all."""
    with servers.marketplace(large) as ours, servers.marketplace(small) as few:
        one, other = ours.client(NOT_KEPT), few.client(NOT_KEPT)
        for name, path, target in PAGES:
            pair = measure.paired(one.getter(path), other.getter(path))
            report.compare(f"{name}: a million", pair, at_least=target)
        deep = f"{LIST}?status=any"
        pair = measure.paired(one.getter(below(one, deep)), other.getter(below(other, deep)))
        report.compare(f"page {DEEP} of any status: a million", pair, at_least=TARGET)


def below(client: Client, path: str) -> str:
    """The address of a page some pages down."""
    for _ in range(DEEP):
        found = _NEXT.search(client.get(path).body)
        assert found is not None, f"{path} has no next page"
        path = LIST + html.unescape((found[1] or found[2]).decode())
    return path
