"""What follows an event: one table, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.core import events
from marketplace.core.events import Event
from marketplace.evaluations import commands as evaluations
from marketplace.notifications import telling
from marketplace.notifications.jobs import tell_later
from marketplace.pilots import following as pilots

Reaction = Callable[[Event], None]

# What happens at once, in the event's own transaction.
AT_ONCE: dict[str, tuple[Reaction, ...]] = {
    "challenge.proposals_opened": (evaluations.begin_after_opening,),
    "proposal.declined": (pilots.end_with_award,),
    "proposal.released": (pilots.end_with_award,),
}
# What is told: to whom, and in which words, stands in `notifications/telling.py`.
TOLD: dict[str, tuple[Reaction, ...]] = dict.fromkeys(telling.TABLE, (tell_later,))


_wired = False


def wire() -> None:
    """Connect every reaction to its event, once a process."""
    global _wired
    if _wired:
        return
    _wired = True
    for table in (AT_ONCE, TOLD):
        for name, reactions in table.items():
            for reaction in reactions:
                events.on_event(name, reaction)
