"""How a pilot ends: closing with lessons and an outcome, or early with a reason."""

from __future__ import annotations

from flask import g

from marketplace.core.access import require
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.pilots import commands, policy, queries
from marketplace.pilots.blueprint import blueprint, deed, reasons_against, sides
from marketplace.pilots.forms import CompletionForm, LessonsForm, ReasonForm
from marketplace.pilots.models import PilotState
from marketplace.pilots.workflow import LIFECYCLE, measurements_are_judged


@blueprint.route("/<key:key>/closing/", methods=["GET", "POST"])
@sides
def start_closing(key: str):
    """Begin to close."""
    pilot = queries.by_key(key)
    reasons = reasons_against(LIFECYCLE, pilot, "start_closing")
    form = ActionForm()
    return deed(
        pilot,
        form,
        lambda: commands.start_closing(g.viewer, pilot, g.now),
        said=_("The pilot is being closed."),
        shows="show",
        title=_("Begin to close the pilot?"),
        lead=_(
            "Nothing more is delivered. The last measurements are reported and verified, and both sides write down "
            "what they learnt. You can take the work up again until the outcome is recorded."
        ),
        verb=_("Begin to close"),
        back="show",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/closing/end/", methods=["GET", "POST"])
@sides
def reopen(key: str):
    """Take the work up again."""
    pilot = queries.by_key(key)
    reasons = reasons_against(LIFECYCLE, pilot, "reopen")
    form = ActionForm()
    return deed(
        pilot,
        form,
        lambda: commands.reopen(g.viewer, pilot, g.now),
        said=_("The pilot runs again."),
        shows="show",
        title=_("Take the work up again?"),
        lead=_("Milestones can be delivered and accepted again."),
        verb=_("Take up again"),
        back="show",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/lessons/", methods=["GET", "POST"])
@sides
def write_lessons(key: str):
    """What one's own side learnt."""
    pilot = queries.by_key(key)
    require(policy.can_write(g.viewer, pilot))
    own = commands.own_lessons(g.viewer, pilot)
    form = LessonsForm(data={"lessons": own})
    reasons = []
    if pilot.state not in {PilotState.CLOSING, PilotState.COMPLETED, PilotState.TERMINATED}:
        reasons = [_("Lessons are written when the pilot is being closed.")]
    elif pilot.state == PilotState.COMPLETED and own:
        reasons = [_("The pilot has ended; its record is closed.")]
    return deed(
        pilot,
        form,
        lambda: commands.write_lessons(g.viewer, pilot, form.lessons.data, g.now),
        said=_("The lessons are written down."),
        shows="show",
        title=_("What your side learnt"),
        lead=_("The other side reads it, and others will in the case study, successes and failures alike."),
        fields=[(form.lessons, {"rows": 12})],
        verb=_("Write the lessons down"),
        back="show",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/completion/", methods=["GET", "POST"])
@sides
def complete(key: str):
    """Close the pilot with its outcome."""
    pilot = queries.by_key(key, whole=True)
    access_reasons = reasons_against(LIFECYCLE, pilot, "complete")
    form = CompletionForm()
    is_closing = pilot.state == PilotState.CLOSING
    lacking = [measurements_are_judged(pilot, g.now)] if is_closing else access_reasons
    if is_closing and not pilot.lessons_agency.strip():
        lacking.append(_("Write down what the agency learnt."))
    return deed(
        pilot,
        form,
        lambda: commands.complete(g.viewer, pilot, form.outcome.data, form.reason.data, g.now),
        said=_("The pilot is closed. A case study can be drafted from it now."),
        shows="show",
        title=_("Close the pilot"),
        lead=_("The outcome is final. It stands in the case study with its reason."),
        fields=[(form.outcome, {"option_hints": form.hints}), form.reason],
        verb=_("Close the pilot"),
        back="show",
        reasons=[reason for reason in lacking if reason],
    )


@blueprint.route("/<key:key>/termination/", methods=["GET", "POST"])
@sides
def terminate(key: str):
    """End the pilot early."""
    pilot = queries.by_key(key)
    reasons = reasons_against(LIFECYCLE, pilot, "terminate")
    form = ReasonForm()
    return deed(
        pilot,
        form,
        lambda: commands.terminate(g.viewer, pilot, form.reason.data, g.now),
        said=_("The pilot is ended. Write down what was learnt."),
        shows="show",
        title=_("End the pilot early?"),
        lead=_(
            "All work stops. What was accepted is still to be paid. Both sides can still write down what they learnt. "
            "This can't be undone."
        ),
        fields=[form.reason],
        verb=_("End the pilot early"),
        back="show",
        reasons=reasons,
        kind="danger",
    )
