"""What follows an event: one table, read from top to bottom."""

from __future__ import annotations

from marketplace.core import events

_wired = False

TABLE: dict[str, tuple] = {}


def wire() -> None:
    """Connect every reaction to its event, once a process."""
    global _wired
    if _wired:
        return
    _wired = True
    for name, reactions in TABLE.items():
        for reaction in reactions:
            events.on_event(name, reaction)
