"""Budgets and prizes by size, as the list of challenges sorts and counts them. The database works them out itself.

By the number alone, in major units of each challenge's own currency: an order of size, not a comparison of currencies.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, case

from marketplace.core.money import exponent
from marketplace.core.vocabularies import currencies

BANDS = (("to-50k", 50_000), ("to-250k", 250_000), ("to-1m", 1_000_000))
UNSTATED = "unstated"
LARGEST = "over-1m"

_by_exponent: dict[int, list[str]] = {}
for _code in currencies.CODES:
    _by_exponent.setdefault(exponent(_code), []).append(_code)


def _units() -> str:
    cases = " ".join(
        f"WHEN currency IN ({', '.join(repr(code) for code in sorted(codes))}) THEN {10**digits}"
        for digits, codes in sorted(_by_exponent.items())
        if digits != 2
    )
    return f"CASE {cases} ELSE 100 END"


_STATED = f"CAST(coalesce(budget_minor, prize_minor) / CAST({_units()} AS numeric) AS bigint)"
# Never NULL, so that pages of the list follow each other by one comparison: what is not stated comes last.
AMOUNT = f"coalesce({_STATED}, -1)"


def band(amount: SQLColumnExpression[int]) -> ColumnElement[str]:
    """The band that an amount is in; the trigger that keeps `listed_challenge` says the same, and a test compares."""
    return case((amount < 0, UNSTATED), *((amount <= most, name) for name, most in BANDS), else_=LARGEST)
