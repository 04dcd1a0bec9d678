"""The signed-in person's desk: what the features say needs the person, and whom the person waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from marketplace.core.access import Viewer
from marketplace.core.needs import Need, Waiting

NeedsOf = Callable[[Viewer, datetime], Iterable[Need]]
WaitingOf = Callable[[Viewer, datetime], Iterable[Waiting]]

NEEDS: tuple[NeedsOf, ...] = ()
WAITING: tuple[WaitingOf, ...] = ()

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """What a dashboard shows, the most pressing first."""

    needs: list[Need]
    waiting: list[Waiting]


def of(viewer: Viewer, now: datetime) -> Desk:
    """The desk of a person for the organisation that the person acts for."""
    needs = [need for ask in NEEDS for need in ask(viewer, now)]
    waiting = [wait for ask in WAITING for wait in ask(viewer, now)]
    return Desk(
        sorted(needs, key=lambda need: (need.due or _FAR, need.title)),
        sorted(waiting, key=lambda wait: (wait.since or _FAR, wait.about)),
    )
