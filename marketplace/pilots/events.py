"""What can happen in a pilot, in one sentence each."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l, ngettext

register("pilot.opened", _l("%(actor)s opened the pilot."))
register("pilot.agreement_proposed", _l("%(actor)s proposed version %(number)s of the agreement."))
register("pilot.agreement_signed", _l("%(actor)s signed version %(number)s of the agreement."))
register("pilot.dates_planned", _l("%(actor)s planned the dates."))
register("pilot.activated", _l("Both sides have signed; the pilot began."))
register("pilot.given_up", _l("%(actor)s gave the agreement up; it was not signed."))
register("pilot.lapsed", _l("The award ended before both sides had signed, and the pilot with it."))
register("pilot.closing_started", _l("%(actor)s began to close the pilot."))
register("pilot.reopened", _l("%(actor)s took the pilot up again."))
register("pilot.lessons_written", _l("%(actor)s wrote down what was learnt."))
register("pilot.completed", _l("%(actor)s closed the pilot."))
register("pilot.terminated", _l("%(actor)s ended the pilot early."))
register(
    "milestone.delivered",
    _l("%(actor)s delivered milestone %(position)s."),
    named=_l("%(actor)s delivered milestone %(position)s, “%(thing)s”."),
)
register(
    "milestone.accepted",
    _l("%(actor)s accepted milestone %(position)s."),
    named=_l("%(actor)s accepted milestone %(position)s, “%(thing)s”."),
)
register(
    "milestone.returned",
    _l("%(actor)s returned milestone %(position)s with reasons."),
    named=_l("%(actor)s returned milestone %(position)s, “%(thing)s”, with reasons."),
)
register(
    "milestone.planned",
    _l("%(actor)s changed the plan of milestone %(position)s."),
    named=_l("%(actor)s changed the plan of milestone %(position)s, “%(thing)s”."),
)
register(
    "milestone.paid",
    _l("%(actor)s recorded that milestone %(position)s was paid outside the marketplace."),
    named=_l("%(actor)s recorded that milestone %(position)s, “%(thing)s”, was paid outside the marketplace."),
)
register(
    "milestone.payment_confirmed",
    _l("%(actor)s confirmed the payment of milestone %(position)s."),
    named=_l("%(actor)s confirmed the payment of milestone %(position)s, “%(thing)s”."),
)
register(
    "kpi.defined",
    _l("%(actor)s defined measure %(position)s."),
    named=_l("%(actor)s defined the measure “%(thing)s”."),
)
register(
    "kpi.changed",
    _l("%(actor)s changed measure %(position)s."),
    named=_l("%(actor)s changed the measure “%(thing)s”."),
)
register("kpi.removed", _l("%(actor)s removed measure %(position)s."))
register(
    "kpi.reported",
    _l("%(actor)s reported a measurement of measure %(position)s."),
    named=_l("%(actor)s reported a measurement of “%(thing)s”."),
    together=lambda count, **words: ngettext(
        "%(actor)s reported %(num)d measurement: %(things)s.",
        "%(actor)s reported %(num)d measurements: %(things)s.",
        count,
        **words,
    ),
)
register(
    "kpi.verified",
    _l("%(actor)s verified a measurement of measure %(position)s."),
    named=_l("%(actor)s verified a measurement of “%(thing)s”."),
)
register(
    "kpi.refused",
    _l("%(actor)s did not verify a measurement of measure %(position)s."),
    named=_l("%(actor)s did not verify a measurement of “%(thing)s”."),
    together=lambda count, **words: ngettext(
        "%(actor)s did not verify %(num)d measurement: %(things)s.",
        "%(actor)s did not verify %(num)d measurements: %(things)s.",
        count,
        **words,
    ),
)
register("pilot.note_added", _l("%(actor)s wrote a note."))
register("pilot.decision_added", _l("%(actor)s wrote down a decision."))
register("pilot.risk_added", _l("%(actor)s wrote down a risk."))
register("pilot.risk_closed", _l("%(actor)s closed a risk."))
register("pilot.file_added", _l("%(actor)s added a file."))
