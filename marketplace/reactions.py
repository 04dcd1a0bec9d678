"""What follows an event: one table, read from top to bottom."""

from __future__ import annotations

from marketplace.core import events
from marketplace.evaluations import commands as evaluations

_wired = False

TABLE: dict[str, tuple] = {
    "challenge.proposals_opened": (evaluations.begin_after_opening,),
}


def wire() -> None:
    """Connect every reaction to its event, once a process."""
    global _wired
    if _wired:
        return
    _wired = True
    for name, reactions in TABLE.items():
        for reaction in reactions:
            events.on_event(name, reaction)
