"""What the home page shows of the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.casestudies import front as casestudies
from marketplace.casestudies.models import Edition
from marketplace.challenges import listing
from marketplace.challenges.filters import Filters
from marketplace.challenges.models import Challenge

SHOWN = 4


@dataclass(frozen=True)
class Front:
    """The home page.

    Attributes:
        open_words: how many can be answered now, exact to 1,000.
    """

    closing: Sequence[Challenge]
    open_total: int
    open_words: str
    latest: Sequence[Edition]


def page(now: datetime) -> Front:
    """What closes next and what was published last."""
    found = listing.listed(Filters(), now)
    return Front(
        closing=found.items[:SHOWN],
        open_total=found.total or 0,
        open_words=found.total_words,
        latest=casestudies.latest(3),
    )
