"""Ranking as pure functions, in exact fractions; product rules, "Evaluation", ranking.

Nothing here reads a database or a clock. `standing.py` brings the rows, this module the order and the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

Key = Any  # of a proposal or a criterion: a UUID in life, a letter in a test


@dataclass(frozen=True)
class Rule:
    """A criterion as far as the ranking needs it.

    Attributes:
        kind: "points", "rating", "yes_no" or "price".
        weight: of 100; 0 only informs.
        scale: the highest score that can be given; a yes counts 1 of 1.
        minimum: a panel score below it knocks out.
        is_required: yes/no whose *no* knocks out.
    """

    key: Key
    kind: str
    weight: int
    scale: int = 10
    minimum: int | None = None
    is_required: bool = False

    @property
    def highest(self) -> int:
        return 1 if self.kind == "yes_no" else self.scale


@dataclass(frozen=True)
class Entry:
    """A proposal in the ranking.

    Attributes:
        price: minor units; None where it names none.
        received_at: UTC, the receipt of the version that stands.
        scores: criterion -> locked individual scores, None for *not applicable*; a sheet that lacks one is in
            `is_missing` instead.
        consensus: criterion -> the chair's score, which stands for the panel.
        missing: criteria that somebody has not scored.
        votes: of the panel, where a tie is put to the vote.
    """

    key: Key
    price: int | None
    received_at: datetime
    scores: Mapping[Key, Sequence[int | None]] = field(default_factory=dict)
    consensus: Mapping[Key, int] = field(default_factory=dict)
    missing: frozenset[Key] = frozenset()
    votes: int = 0


@dataclass(frozen=True)
class Points:
    """How the points of one criterion came about: weight × share."""

    rule: Rule
    score: Fraction | None  # the panel's; None for a price
    share: Fraction

    @property
    def value(self) -> Fraction:
        return self.rule.weight * self.share


@dataclass(frozen=True)
class Placed:
    """A proposal with its rank. Equal ones that no rule parts share it."""

    entry: Entry
    rank: int
    points: tuple[Points, ...]
    is_tied: bool = False  # its total equals another's
    shares_rank: bool = False  # and the tie-break left them equal

    @property
    def total(self) -> Fraction:
        return sum((points.value for points in self.points), Fraction(0))


@dataclass(frozen=True)
class KnockedOut:
    """A proposal under a minimum, or without what is required, whatever its total."""

    entry: Entry
    failed: tuple[tuple[Rule, Fraction], ...]  # criterion and the panel's score


@dataclass(frozen=True)
class Ranking:
    """The order, who is out and why, and what still stops it."""

    placed: tuple[Placed, ...]
    knocked_out: tuple[KnockedOut, ...]
    missing: tuple[tuple[Key, Key], ...]  # proposal and criterion without a score
    unsettled: tuple[tuple[Key, Key], ...]  # all *not applicable*, or divided on what is required: for the chair

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.unsettled

    @property
    def first(self) -> tuple[Placed, ...]:
        """Whoever is at rank 1: several where they share it."""
        return tuple(placed for placed in self.placed if placed.rank == 1)


def panel_score(entry: Entry, rule: Rule) -> Fraction | None:
    """The chair's consensus where set, else the mean of the scores that are not n/a; None: nothing to go by."""
    if rule.key in entry.consensus:
        return Fraction(entry.consensus[rule.key])
    given = [score for score in entry.scores.get(rule.key, ()) if score is not None]
    return Fraction(sum(given), len(given)) if given else None


def share(rule: Rule, score: Fraction) -> Fraction:
    """The share of the criterion's scale that a panel score makes, 0 to 1."""
    return score / rule.highest


def price_share(price: int, lowest: int) -> Fraction:
    """Lowest price / this price; where the lowest is 0, those at 0 get all and the others nothing."""
    if lowest == 0:
        return Fraction(1 if price == 0 else 0)
    return Fraction(lowest, price)


def rank(rules: Sequence[Rule], entries: Sequence[Entry], tie_break: Callable[[Placed], Any] | None) -> Ranking:
    """Rank the proposals that were neither screened out nor disqualified.

    Args:
        tie_break: what decides between equal totals, as a sort key (the smaller is the better); None: they share.
    """
    missing, unsettled = _gaps(rules, entries)
    if missing or unsettled:
        return Ranking((), (), missing, unsettled)
    out = [KnockedOut(entry, failed) for entry in entries if (failed := _failed(rules, entry))]
    gone = {loser.entry.key for loser in out}
    left = [entry for entry in entries if entry.key not in gone]
    lowest = min((entry.price for entry in left if entry.price is not None), default=0)
    scored = [Placed(entry, 0, _points(rules, entry, lowest)) for entry in left]
    return Ranking(_order(scored, tie_break), tuple(out), (), ())


def _gaps(
    rules: Sequence[Rule], entries: Sequence[Entry]
) -> tuple[tuple[tuple[Key, Key], ...], tuple[tuple[Key, Key], ...]]:
    missing, unsettled = [], []
    for entry in entries:
        for rule in rules:
            if rule.kind == "price":
                if entry.price is None and rule.weight:
                    missing.append((entry.key, rule.key))
            elif rule.key in entry.consensus:
                continue
            elif rule.key in entry.missing or not entry.scores.get(rule.key):
                missing.append((entry.key, rule.key))
            elif _is_open(rule, panel_score(entry, rule)):
                unsettled.append((entry.key, rule.key))
    return tuple(missing), tuple(unsettled)


def _is_open(rule: Rule, score: Fraction | None) -> bool:
    """Whether the chair must settle a score: all said n/a where it matters, or differ on what is required."""
    if score is None:
        return bool(rule.weight) or rule.minimum is not None or rule.is_required
    return rule.kind == "yes_no" and rule.is_required and 0 < score < 1


def _failed(rules: Sequence[Rule], entry: Entry) -> tuple[tuple[Rule, Fraction], ...]:
    failed = []
    for rule in rules:
        score = None if rule.kind == "price" else panel_score(entry, rule)
        if score is None:
            continue
        below = rule.minimum is not None and score < rule.minimum
        refused = rule.kind == "yes_no" and rule.is_required and score == 0
        if below or refused:
            failed.append((rule, score))
    return tuple(failed)


def _points(rules: Sequence[Rule], entry: Entry, lowest: int) -> tuple[Points, ...]:
    points = []
    for rule in rules:
        if rule.kind == "price":
            part = Fraction(0) if entry.price is None else price_share(entry.price, lowest)
            points.append(Points(rule, None, part))
        else:
            score = panel_score(entry, rule)
            points.append(Points(rule, score, Fraction(0) if score is None else share(rule, score)))
    return tuple(points)


def _order(scored: Sequence[Placed], tie_break: Callable[[Placed], Any] | None) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    for _total, group in groupby(sorted(scored, key=lambda one: -one.total), key=lambda one: one.total):
        equal = list(group)
        if tie_break is None:
            parted = [equal]
        else:
            parted = [list(same) for _key, same in groupby(sorted(equal, key=tie_break), key=tie_break)]
        for same in parted:
            place = len(placed) + 1
            placed += [
                Placed(one.entry, place, one.points, is_tied=len(equal) > 1, shares_rank=len(same) > 1)
                for one in same
            ]
    return tuple(placed)


def by_criterion(key: Key) -> Callable[[Placed], Any]:
    """The higher score on a named criterion."""
    return lambda placed: -next((points.share for points in placed.points if points.rule.key == key), Fraction(0))


def by_price(placed: Placed) -> object:
    """The lower price; one without a price comes last."""
    return (placed.entry.price is None, placed.entry.price or 0)


def by_receipt(placed: Placed) -> object:
    """The earlier receipt."""
    return placed.entry.received_at


def by_votes(placed: Placed) -> object:
    """More votes of the panel."""
    return -placed.entry.votes


def rounded(number: Fraction) -> Decimal:
    """Two decimals, half up: for the eye only.

    >>> str(rounded(Fraction(485, 6)))
    '80.83'
    """
    exact = number * 100
    whole = Decimal((exact.numerator * 2 + exact.denominator) // (2 * exact.denominator))
    return (whole / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
