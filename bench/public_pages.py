"""The public list and one challenge, computed for each reader, beside the same pages written by hand."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from bench import database, filling, measure, servers
from bench.client import Client
from bench.report import Report

COUNT = 1_000
TARGET = 0.6
LEAST_ALIKE = 0.9  # of our page's letters: what the page written by hand must show to count as the same page
LIST = "/en/challenges/"
_FIRST = re.compile(rb'entry__title"><a href="([^"]+)"')
_TAG = re.compile(rb"<[^>]+>|\s+")


def thousand(session: Session) -> None:
    """A thousand public challenges."""
    filling.challenges(session, COUNT)


def run(report: Report) -> None:
    """Both pages, ours and the one written by hand on the same database."""
    place = database.filled("thousand", thousand)
    with (
        servers.marketplace(place, **servers.COMPUTED) as ours,
        servers.reference("bench.reference.pages:app", place) as by_hand,
    ):
        one, other = ours.client(), by_hand.client()
        for name, path in (("public list", LIST), ("public item", first_item(one))):
            check_alike(one, other, path)
            pair = measure.paired(one.getter(path), other.getter(path))
            report.compare(f"{name}, computed", pair, at_least=TARGET)


def first_item(client: Client) -> str:
    """The address of the first challenge of the list."""
    found = _FIRST.search(client.get(LIST).body)
    assert found is not None
    return found[1].decode()


def check_alike(ours: Client, by_hand: Client, path: str) -> None:
    """Refuse to compare with a page that shows less than ours.

    Raises:
        AssertionError: it has fewer bytes, words or rows.
    """
    one, other = ours.get(path).body, by_hand.get(path).body
    assert len(other) > LEAST_ALIKE * len(one), f"{path}: {len(other)} bytes by hand, {len(one)} ours"
    assert _FIRST.findall(one) == _FIRST.findall(other), f"{path}: other rows"
    words = [len(_TAG.sub(b" ", page).split()) for page in (one, other)]
    assert words[1] > LEAST_ALIKE * words[0], f"{path}: {words[1]} words by hand, {words[0]} ours"
