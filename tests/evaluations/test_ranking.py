"""The ranking: the example of the product rules, all small worlds against a slow second opinion, and its laws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.evaluations import ranking
from marketplace.evaluations.ranking import Entry, Ranking, Rule, rank

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
QUALITY = Rule("quality", "points", 60, scale=10, minimum=5)
SECURITY = Rule("security", "yes_no", 15)
PRICE = Rule("price", "price", 25)
RULES = (QUALITY, SECURITY, PRICE)

A = Entry("A", 12_000_000, NINE, {"quality": (8, 7), "security": (1, 1)})
B = Entry("B", 10_000_000, NINE, {"quality": (9, None), "security": (0, 0)})
C = Entry("C", 8_000_000, NINE, {"quality": (4, 5), "security": (1, 1)})

TieBreak = Callable[[ranking.Placed], object] | None


def ranks(result: Ranking) -> dict[object, int]:
    return {placed.entry.key: placed.rank for placed in result.placed}


def totals(result: Ranking) -> dict[object, Fraction]:
    return {placed.entry.key: placed.total for placed in result.placed}


def shown_totals(result: Ranking) -> dict[object, str]:
    return {key: str(ranking.rounded(total)) for key, total in totals(result).items()}


def at(key: str, quality: int, price: int = 100, minutes: int = 0, votes: int = 0) -> Entry:
    return Entry(key, price, NINE + timedelta(minutes=minutes), {"quality": (quality,)}, votes=votes)


# --- the example and each rule ---


def test_the_example_of_the_product_rules():
    result = rank(RULES, [A, B, C], ranking.by_price)
    assert result.is_complete
    assert ranks(result) == {"A": 1, "B": 2}
    assert shown_totals(result) == {"A": "80.83", "B": "79.00"}
    assert [[str(ranking.rounded(points.value)) for points in placed.points] for placed in result.placed] == [
        ["45.00", "15.00", "20.83"],
        ["54.00", "0.00", "25.00"],
    ]
    (loser,) = result.knocked_out
    assert (loser.entry, loser.failed) == (C, ((QUALITY, Fraction(9, 2)),))


def test_an_individual_score_under_the_minimum_knocks_nobody_out():
    lenient = replace(C, scores={"quality": (4, 6), "security": (1, 1)})
    assert rank(RULES, [lenient], None).knocked_out == ()


def test_the_chairs_consensus_stands_for_the_panel_and_for_a_missing_score():
    settled = replace(C, scores={}, consensus={"quality": 5, "security": 1}, missing=frozenset({"quality"}))
    result = rank(RULES, [A, settled], None)
    assert result.is_complete
    assert totals(result)["C"] == 30 + 15 + 25


def test_a_missing_score_is_no_zero_but_stops_the_ranking():
    half = replace(B, missing=frozenset({"quality"}))
    unseen = replace(C, scores={"security": (1,)})
    result = rank(RULES, [A, half, unseen], None)
    assert result.missing == (("B", "quality"), ("C", "quality"))
    assert not result.is_complete
    assert result.placed == result.knocked_out == ()


def test_all_not_applicable_waits_for_the_chair():
    result = rank(RULES, [A, replace(B, scores={"quality": (None, None), "security": (1,)})], None)
    assert (result.missing, result.unsettled) == ((), (("B", "quality"),))


def test_a_criterion_that_informs_may_stay_not_applicable_and_gives_no_points():
    fit = Rule("fit", "points", 0)
    asked = replace(A, scores={**A.scores, "fit": (None,)})
    praised = replace(A, scores={**A.scores, "fit": (10,)})
    results = [rank((*RULES, fit), [entry], None) for entry in (asked, praised)]
    assert results[0].is_complete
    assert totals(results[0]) == totals(results[1]) == totals(rank(RULES, [A], None))


def test_a_required_no_knocks_out_even_without_weight():
    cleared = Rule("cleared", "yes_no", 0, is_required=True)
    result = rank((*RULES, cleared), [replace(A, scores={**A.scores, "cleared": (0, 0)})], None)
    assert result.placed == ()
    assert result.knocked_out[0].failed == ((cleared, Fraction(0)),)


@pytest.mark.parametrize(("scores", "waits"), [((1, 0), True), ((1, None), False), ((None, None), True)])
def test_a_panel_divided_on_what_is_required_waits_for_the_chair(scores, waits):
    cleared = Rule("cleared", "yes_no", 0, is_required=True)
    result = rank((*RULES, cleared), [replace(A, scores={**A.scores, "cleared": scores})], None)
    assert result.unsettled == ((("A", "cleared"),) if waits else ())


def test_a_rating_counts_by_the_points_of_its_labels():
    rating = Rule("fit", "rating", 100, scale=4)
    result = rank([rating], [Entry("A", None, NINE, {"fit": (4, 3)})], None)
    assert totals(result) == {"A": Fraction(100 * 7, 8)}


def test_where_the_lowest_price_is_0_those_at_0_get_the_weight_and_the_others_nothing():
    result = rank([PRICE], [Entry("free", 0, NINE), Entry("gift", 0, NINE), Entry("dear", 1, NINE)], None)
    assert totals(result) == {"free": 25, "gift": 25, "dear": 0}


def test_a_price_that_is_missing_stops_the_ranking():
    assert rank([PRICE], [Entry("A", None, NINE)], None).missing == (("A", "price"),)


def test_nobody_to_rank_is_a_complete_ranking():
    assert rank(RULES, [], ranking.by_price) == Ranking((), (), (), ())


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Fraction(1, 200), "0.01"),  # 0.005: a half goes up
        (Fraction(3, 200), "0.02"),  # 0.015, which a binary float has under the half
        (Fraction(1, 201), "0.00"),
        (Fraction(2, 3), "0.67"),
        (Fraction(19999, 200), "100.00"),
        (Fraction(0), "0.00"),
    ],
)
def test_numbers_are_rounded_half_up_for_the_eye(number, shown):
    assert str(ranking.rounded(number)) == shown


def test_totals_that_look_equal_are_no_tie():
    rules = [Rule("quality", "points", 100, scale=100_000)]
    result = rank(rules, [at("close", 50_000), at("closer", 50_001)], None)
    assert shown_totals(result) == {"closer": "50.00", "close": "50.00"}
    assert ranks(result) == {"closer": 1, "close": 2}
    assert not any(placed.is_tied for placed in result.placed)


# --- ties ---

TIED = [at("D", 10, 250, 60, votes=1), at("E", 6, 100, 0, votes=2), at("F", 6, 100, 120)]
TIE_RULES = (Rule("quality", "points", 60), Rule("price", "price", 40))


@pytest.mark.parametrize(
    ("tie_break", "expected"),
    [
        (ranking.by_criterion("quality"), {"D": 1, "E": 2, "F": 2}),
        (ranking.by_price, {"D": 3, "E": 1, "F": 1}),
        (ranking.by_receipt, {"D": 2, "E": 1, "F": 3}),
        (ranking.by_votes, {"D": 2, "E": 1, "F": 3}),
        (None, {"D": 1, "E": 1, "F": 1}),
    ],
)
def test_equal_totals_go_to_the_tie_break_and_what_it_leaves_shares_a_rank(tie_break, expected):
    result = rank(TIE_RULES, TIED, tie_break)
    assert set(totals(result).values()) == {76}
    assert ranks(result) == expected
    assert all(placed.is_tied for placed in result.placed)
    shared = {rank_ for rank_ in expected.values() if list(expected.values()).count(rank_) > 1}
    assert {placed.rank for placed in result.placed if placed.shares_rank} == shared


def test_a_rank_after_a_shared_one_is_skipped():
    entries = [at("A", 9), at("B", 9), at("C", 3)]
    result = rank(TIE_RULES, entries, None)
    assert ranks(result) == {"A": 1, "B": 1, "C": 3}
    assert [placed.entry.key for placed in result.first] == ["A", "B"]


def test_a_tie_break_never_overturns_a_total():
    entries = [at("dear", 10, 200), at("cheap", 1, 100)]
    assert ranks(rank(TIE_RULES, entries, ranking.by_price)) == {"dear": 1, "cheap": 2}


# --- a slow second opinion: nothing but counting who beats whom ---


def opinion(rules: Sequence[Rule], entries: Sequence[Entry], tie: str) -> tuple[dict, dict, set, set]:
    """Ranks, totals, knocked out, and what is open; written from the product rules alone."""
    panel, open_ = panels_scores(rules, entries)
    if open_:
        return {}, {}, set(), open_
    minimum = {rule.key: 1 if rule.is_required else rule.minimum or 0 for rule in rules}
    out = {
        entry.key for entry in entries for rule in rules if panel.get((entry.key, rule.key), 99) < minimum[rule.key]
    }
    left = [entry for entry in entries if entry.key not in out]
    sums = {entry.key: sum(points_of(entry, rule, left, panel) for rule in rules) for entry in left}
    ranks = {one.key: 1 + sum(beats(other, one, sums, panel, tie) for other in left) for one in left}
    return ranks, sums, out, set()


def panels_scores(rules: Sequence[Rule], entries: Sequence[Entry]) -> tuple[dict, set]:
    """The panel's score of each proposal and criterion, and those that the chair must settle."""
    panel: dict[tuple[object, object], Fraction] = {}
    open_ = set()
    for entry, rule in product(entries, [rule for rule in rules if rule.kind != "price"]):
        given = [score for score in entry.scores[rule.key] if score is not None]
        if rule.key in entry.consensus:
            panel[entry.key, rule.key] = Fraction(entry.consensus[rule.key])
        elif not given or (rule.is_required and len(set(given)) > 1):
            open_.add((entry.key, rule.key))
        else:
            panel[entry.key, rule.key] = sum(map(Fraction, given)) / len(given)
    return panel, open_


def points_of(entry: Entry, rule: Rule, left: Sequence[Entry], panel: dict) -> Fraction:
    """What a proposal gets on one criterion."""
    if rule.kind != "price":
        return panel[entry.key, rule.key] * rule.weight / (1 if rule.kind == "yes_no" else rule.scale)
    # The share is the smallest of what each other price makes of this one.
    return rule.weight * min(
        Fraction(1) if entry.price == 0 else Fraction(other.price, entry.price) for other in left
    )


def beats(one: Entry, other: Entry, sums: dict, panel: dict, tie: str) -> bool:
    """Whether one stands before the other."""
    if sums[one.key] != sums[other.key]:
        return sums[one.key] > sums[other.key]
    return {
        "criterion": panel[one.key, "quality"] > panel[other.key, "quality"],
        "price": one.price < other.price,
        "receipt": one.received_at < other.received_at,
        "votes": one.votes > other.votes,
        "shared": False,
    }[tie]


BREAKS: dict[str, TieBreak] = {
    "criterion": ranking.by_criterion("quality"),
    "price": ranking.by_price,
    "receipt": ranking.by_receipt,
    "votes": ranking.by_votes,
    "shared": None,
}


@pytest.mark.parametrize("tie", BREAKS)
def test_all_small_worlds_agree_with_the_second_opinion(tie):
    rules = (
        Rule("quality", "points", 50, scale=4, minimum=2),
        Rule("cleared", "yes_no", 10, is_required=True),
        Rule("price", "price", 40),
    )
    makings = [
        ({"quality": quality, "cleared": cleared}, consensus, price)
        for quality, cleared, consensus, price in product(
            [(1, 2), (2, 2), (4, None), (None, None)],
            [(1, 1), (0, None), (1, 0)],
            [{}, {"quality": 3}],
            [0, 50, 100],
        )
        # The open worlds are many and alike: they keep one price.
        if price == 50 or (consensus == {} and cleared == (1, 1)) or quality == (2, 2)
    ]
    seen = 0
    for world in combinations_with_replacement(makings, 3):
        entries = [
            Entry(f"P{n}", price, NINE + timedelta(hours=n % 2), scores, consensus, votes=(n * 2) % 3)
            for n, (scores, consensus, price) in enumerate(world)
        ]
        result = rank(rules, entries, BREAKS[tie])
        wanted_ranks, wanted_totals, out, open_ = opinion(rules, entries, tie)
        assert set(result.missing + result.unsettled) == open_
        assert (ranks(result), totals(result)) == (wanted_ranks, wanted_totals)
        assert {loser.entry.key for loser in result.knocked_out} == out
        seen += 1
    assert seen > 5_000


# --- laws ---

SCORES = st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=4).filter(any)
ENTRIES = st.lists(
    st.builds(
        lambda quality, secure, price, hours, votes: Entry(
            None, price, NINE + timedelta(hours=hours), {"quality": quality, "security": secure}, votes=votes
        ),
        SCORES,
        st.lists(st.integers(0, 1), min_size=1, max_size=3),
        st.integers(0, 10**14),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=7,
).map(lambda entries: [replace(entry, key=number) for number, entry in enumerate(entries)])
TIE_BREAKS = st.sampled_from(list(BREAKS.values()))


@given(ENTRIES, TIE_BREAKS, st.randoms())
def test_the_order_in_which_proposals_come_does_not_matter(entries, tie_break, random):
    shuffled = random.sample(entries, len(entries))
    before, after = rank(RULES, entries, tie_break), rank(RULES, shuffled, tie_break)
    assert (ranks(before), totals(before)) == (ranks(after), totals(after))


@given(ENTRIES, TIE_BREAKS, st.integers(0, 10**14))
def test_a_knocked_out_proposal_changes_nobodys_points(entries, tie_break, price):
    loser = Entry("loser", price, NINE, {"quality": (4,), "security": (1,)})
    before, after = rank(RULES, entries, tie_break), rank(RULES, [*entries, loser], tie_break)
    assert before.placed == after.placed


@given(ENTRIES, st.data())
def test_a_better_score_never_lowers_ones_own_total_or_rank(entries, data):
    target = data.draw(st.sampled_from(entries))
    better = [score if score is None else min(10, score + 1) for score in target.scores["quality"]]
    improved = [
        replace(entry, scores={**entry.scores, "quality": better}) if entry is target else entry for entry in entries
    ]
    before, after = rank(RULES, entries, None), rank(RULES, improved, None)
    if target.key in ranks(before):
        assert totals(after)[target.key] >= totals(before)[target.key]
        assert ranks(after)[target.key] <= ranks(before)[target.key]


@given(ENTRIES, st.data())
def test_a_lower_price_never_lowers_ones_own_rank(entries, data):
    target = data.draw(st.sampled_from(entries))
    price = data.draw(st.integers(0, target.price))
    cheaper = [replace(entry, price=price) if entry is target else entry for entry in entries]
    before, after = rank(RULES, entries, None), rank(RULES, cheaper, None)
    if target.key in ranks(before):
        assert ranks(after)[target.key] <= ranks(before)[target.key]


@given(ENTRIES, TIE_BREAKS, st.integers(2, 9))
def test_weights_that_all_grow_alike_change_the_totals_alone(entries, tie_break, factor):
    heavier = [replace(rule, weight=rule.weight * factor) for rule in RULES]
    before, after = rank(RULES, entries, tie_break), rank(heavier, entries, tie_break)
    assert ranks(before) == ranks(after)
    assert {key: total * factor for key, total in totals(before).items()} == totals(after)


@given(ENTRIES, TIE_BREAKS)
def test_ranks_are_those_of_a_competition(entries, tie_break):
    result = rank(RULES, entries, tie_break)
    given_ranks = [placed.rank for placed in result.placed]
    assert given_ranks == sorted(given_ranks)
    for placed in result.placed:
        assert placed.rank == 1 + sum(other < placed.rank for other in given_ranks)
        assert placed.shares_rank == (given_ranks.count(placed.rank) > 1)
        assert 0 <= placed.total <= 100
    assert {*ranks(result)} | {loser.entry.key for loser in result.knocked_out} == {entry.key for entry in entries}
