"""Two things measured in turns, so that a machine that is busy with something else slows both alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 40
ROUND_S = 0.1
WARM_UP = 30


@dataclass(frozen=True)
class Pair:
    """What two things cost, and the median of the rounds' ratios.

    Attributes:
        ratio: the reference's time over ours: 1 is equally fast, 0.5 half as fast, 2 twice as fast.
    """

    ours_ms: float
    reference_ms: float
    ratio: float


def paired(
    ours: Callable[[], object], reference: Callable[[], object], *, rounds: int = ROUNDS, round_s: float = ROUND_S
) -> Pair:
    """Measure both in short rounds, one after the other; who begins changes from round to round.

    Args:
        ours: does our thing once; so does `reference` with the other.
        round_s: how long each of the two runs in a round, in seconds.
    """
    for _ in range(WARM_UP):
        ours()
        reference()
    found: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            second = _once_ms(reference, round_s)
            first = _once_ms(ours, round_s)
        else:
            first = _once_ms(ours, round_s)
            second = _once_ms(reference, round_s)
        found.append((first, second))
    return Pair(
        median(first for first, _ in found),
        median(second for _, second in found),
        median(second / first for first, second in found),
    )


def _once_ms(deed: Callable[[], object], round_s: float) -> float:
    """What a deed costs in milliseconds, the mean of as many as fit in the round."""
    start = time.perf_counter()
    done = 0
    while True:
        deed()
        done += 1
        spent = time.perf_counter() - start
        if spent >= round_s:
            return spent / done * 1000
