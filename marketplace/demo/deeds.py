"""One deed at its moment, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from marketplace.core import clock, database


@contextmanager
def deed(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at a moment, then commit: every row and event is from then.

    Args:
        moment: UTC.
    """
    with clock.at(moment):
        yield moment
        database.session.commit()
