"""docs/ranking.md is what auditors check by hand: every number in it is recomputed from its own tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from marketplace.evaluations import ranking
from marketplace.evaluations.ranking import Entry, Rule, rank

DOCUMENT = (Path(__file__).parents[2] / "docs" / "ranking.md").read_text(encoding="utf-8")
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


def tables() -> list[list[dict[str, str]]]:
    """The document's tables in their order, each row by the names of its columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", DOCUMENT, re.MULTILINE):
        head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


CRITERIA, GIVEN, PANEL, SHARES, POINTS, ORDER, TIED, RANKS = tables()
RULES = [
    Rule(
        row["criterion"],
        row["kind"],
        int(row["weight"]),
        scale=int(row["scale"] or 10),
        minimum=int(row["minimum"]) if row["minimum"] else None,
    )
    for row in CRITERIA
]
WORDS = {"yes": 1, "no": 0, "n/a": None}


def entry(row: dict[str, str]) -> Entry:
    scores = {
        rule.key: [WORDS[word] if word in WORDS else int(word) for word in row[str(rule.key)].split(", ")]
        for rule in RULES
        if rule.kind != "price"
    }
    return Entry(row["proposal"], int(row["price"]), NINE, scores)


ENTRIES = [entry(row) for row in GIVEN]
RESULT = rank(RULES, ENTRIES, None)


def shown(number: Fraction | None) -> str:
    return str(ranking.rounded(number or Fraction(0)))


def test_the_panels_scores_and_who_is_knocked_out():
    failed = {loser.entry.key: ", ".join(rule.key for rule, _score in loser.failed) for loser in RESULT.knocked_out}
    assert [
        {"proposal": one.key}
        | {rule.key: shown(ranking.panel_score(one, rule)) for rule in RULES if rule.kind != "price"}
        | {"knocked out": failed.get(one.key, "")}
        for one in ENTRIES
    ] == PANEL


def test_the_shares_and_the_points():
    assert [
        {"proposal": placed.entry.key} | {points.rule.key: str(points.share) for points in placed.points}
        for placed in RESULT.placed
    ] == SHARES
    assert [
        {"proposal": placed.entry.key}
        | {points.rule.key: shown(points.value) for points in placed.points}
        | {"total": shown(placed.total)}
        for placed in RESULT.placed
    ] == POINTS


def test_the_order():
    assert [
        {"rank": str(placed.rank), "proposal": placed.entry.key, "total": shown(placed.total)}
        for placed in RESULT.placed
    ] == ORDER


def test_what_the_price_of_a_proposal_that_is_out_would_have_done():
    without_minimum = [Rule(rule.key, rule.kind, rule.weight, rule.scale) for rule in RULES]
    prices = {
        placed.entry.key: shown(placed.points[-1].value) for placed in rank(without_minimum, ENTRIES, None).placed
    }
    sentence = re.search(r"A would have had ([\d.]+) for its price and B ([\d.]+)\.", DOCUMENT.replace("\n", " "))
    assert sentence is not None
    assert (prices["A"], prices["B"]) == sentence.groups()


@pytest.mark.parametrize("row", RANKS, ids=lambda row: row["rule"])
def test_the_ranks_of_equal_totals(row):
    tie_break = {
        "higher score on quality": ranking.by_criterion("quality"),
        "lower price": ranking.by_price,
        "earlier receipt": ranking.by_receipt,
        "panel vote": ranking.by_votes,
        "shared award": None,
    }[row["rule"]]
    entries = [
        Entry(
            one["proposal"],
            int(one["price"]),
            datetime.fromisoformat(f"2027-03-01T{one['received']}:00+00:00"),
            {"quality": [int(one["quality"])]},
            votes=int(one["votes"]),
        )
        for one in TIED
    ]
    result = rank([Rule("quality", "points", 60), Rule("price", "price", 40)], entries, tie_break)
    assert {placed.entry.key: str(placed.rank) for placed in result.placed} == {
        name: rank_ for name, rank_ in row.items() if name != "rule"
    }
    assert {placed.entry.key: shown(placed.total) for placed in result.placed} == {
        one["proposal"]: one["total"] for one in TIED
    }
