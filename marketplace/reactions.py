"""What follows an event: one table, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.casestudies import jobs as edition_prints
from marketplace.challenges import jobs as challenge_prints
from marketplace.core import events
from marketplace.core.events import Event
from marketplace.evaluations import commands as evaluations
from marketplace.evaluations import jobs as record_prints
from marketplace.notifications import telling
from marketplace.notifications.jobs import tell_later
from marketplace.pilots import following as pilots
from marketplace.proposals import jobs as receipt_prints

Reaction = Callable[[Event], None]

# What shows that somebody takes part in a pilot.
TOGETHER = (
    "pilot.opened",
    "pilot.agreement_proposed",
    "pilot.agreement_signed",
    "pilot.note_added",
    "pilot.decision_added",
    "pilot.risk_added",
    "pilot.completed",
    "pilot.terminated",
    "milestone.delivered",
    "milestone.accepted",
    "milestone.returned",
    "kpi.reported",
    "kpi.verified",
    "kpi.refused",
)
# What happens at once, in the event's own transaction.
AT_ONCE: dict[str, tuple[Reaction, ...]] = {
    "challenge.proposals_opened": (evaluations.begin_after_opening,),
    "proposal.declined": (pilots.end_with_award,),
    "proposal.released": (pilots.end_with_award,),
    **dict.fromkeys(TOGETHER, (evaluations.remember_pilot,)),
}
# What is set as PDF and drawn for other sites, so that nobody waits for it.
PRINTED: dict[str, tuple[Reaction, ...]] = {
    **dict.fromkeys(
        (
            "challenge.published",
            "challenge.scheduled",
            "challenge.extended",
            "challenge.imported",
            "challenge.reimported",
        ),
        (challenge_prints.draw_later,),
    ),
    **dict.fromkeys(("edition.published", "edition.superseded", "edition.retracted"), (edition_prints.make_later,)),
    **dict.fromkeys(("proposal.submitted", "proposal.replaced"), (receipt_prints.make_later,)),
    **dict.fromkeys(
        ("evaluation.decide", "evaluation.succession_confirmed"),
        (record_prints.make_later,),
    ),
    "organisation.profile_changed": (challenge_prints.renamed, edition_prints.renamed),
    "account.erased": (edition_prints.forget_names, record_prints.forget_names),
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
    for table in (AT_ONCE, PRINTED, TOLD):
        for name, reactions in table.items():
            for reaction in reactions:
                events.on_event(name, reaction)
