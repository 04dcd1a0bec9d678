"""What follows an event: one table, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.core import events
from marketplace.core.events import Event
from marketplace.notifications import telling
from marketplace.notifications.jobs import tell_later

Reaction = Callable[[Event], None]

# Whom each is told to, and in which words, stands in `notifications/telling.py`.
TABLE: dict[str, tuple[Reaction, ...]] = dict.fromkeys(telling.TABLE, (tell_later,))

_wired = False


def wire() -> None:
    """Connect every reaction to its event, once a process."""
    global _wired
    if _wired:
        return
    _wired = True
    for name, reactions in TABLE.items():
        for reaction in reactions:
            events.on_event(name, reaction)
