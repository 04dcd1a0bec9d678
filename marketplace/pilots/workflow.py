"""The lifecycles of a pilot and of its milestones."""

from __future__ import annotations

from datetime import datetime

from marketplace.core.i18n import _, _l
from marketplace.core.workflow import Workflow, transition
from marketplace.pilots import policy
from marketplace.pilots.models import Milestone, MilestoneState, Outcome, Pilot, PilotState

S = PilotState
M = MilestoneState


def both_have_signed(pilot: Pilot, _now: datetime) -> str | None:
    """Each side under the last version, each over the same hash."""
    last = pilot.last_version
    if last is None:
        return _("There is no agreement yet. Write its text first.")
    signed = {signature.organisation_id for signature in last.signatures}
    if pilot.agency_id not in signed:
        return _("The agency has not signed yet.")
    return None if pilot.startup_id in signed else _("The startup has not signed yet.")


def nothing_waits(pilot: Pilot, _now: datetime) -> str | None:
    """What was delivered is judged before the end."""
    waiting = [milestone for milestone in pilot.milestones if milestone.state == M.DELIVERED]
    if not waiting:
        return None
    return _("Milestone %(position)s is delivered. Accept or return it first.", position=waiting[0].position)


def measurements_are_judged(pilot: Pilot, _now: datetime) -> str | None:
    """What was reported is verified, or not, before the end."""
    for kpi in pilot.kpis:
        if any(actual.is_open for actual in kpi.actuals):
            return _("A measurement of “%(kpi)s” is not verified yet. Judge it first.", kpi=kpi.name)
    return None


def outcome_is_shown(pilot: Pilot, _now: datetime) -> str | None:
    """An outcome and its reason; a success has a verified measurement of every measure and all its work accepted."""
    if pilot.outcome is None or not pilot.outcome_reason.strip():
        return _("Choose the outcome and say why.")
    if not pilot.lessons_agency.strip():
        return _("Write down what the agency learnt.")
    if pilot.outcome != Outcome.SUCCESS:
        return None
    unmeasured = [kpi.name for kpi in pilot.kpis if not any(actual.verified_at for actual in kpi.actuals)]
    if unmeasured:
        return _("A success needs a verified measurement of “%(kpi)s”.", kpi=unmeasured[0])
    open_work = [milestone.position for milestone in pilot.milestones if milestone.state != M.ACCEPTED]
    if open_work:
        return _("A success needs milestone %(position)s accepted.", position=open_work[0])
    return None


LIFECYCLE = Workflow(
    "pilot",
    transition(
        S.AGREEMENT,
        S.ACTIVE,
        "activate",
        policy.can_sign,
        [both_have_signed],
        label=_l("Begin the pilot"),
        event="pilot.activated",
    ),
    transition(
        S.AGREEMENT,
        S.NOT_SIGNED,
        "give_up",
        policy.can_sign,
        label=_l("Give the agreement up"),
        event="pilot.given_up",
    ),
    transition(
        S.AGREEMENT,
        S.NOT_SIGNED,
        "lapse",
        policy.by_rule,
        label=_l("End with the award"),
        event="pilot.lapsed",
    ),
    transition(
        S.ACTIVE,
        S.CLOSING,
        "start_closing",
        policy.runs_for_agency,
        [nothing_waits],
        label=_l("Begin to close"),
        event="pilot.closing_started",
    ),
    transition(
        S.CLOSING, S.ACTIVE, "reopen", policy.runs_for_agency, label=_l("Take up again"), event="pilot.reopened"
    ),
    transition(
        S.CLOSING,
        S.COMPLETED,
        "complete",
        policy.runs_for_agency,
        [measurements_are_judged, outcome_is_shown],
        label=_l("Close the pilot"),
        event="pilot.completed",
    ),
    transition(
        {S.ACTIVE, S.CLOSING},
        S.TERMINATED,
        "terminate",
        policy.can_end_early,
        label=_l("End the pilot early"),
        event="pilot.terminated",
    ),
)


def pilot_runs(milestone: Milestone, _now: datetime) -> str | None:
    """Work is delivered and judged while the pilot runs."""
    return None if milestone.pilot.state == S.ACTIVE else _("The pilot is not running.")


MILESTONE = Workflow(
    "milestone",
    transition(
        {M.PLANNED, M.RETURNED},
        M.DELIVERED,
        "deliver",
        policy.can_deliver,
        [pilot_runs],
        label=_l("Deliver"),
        event="milestone.delivered",
    ),
    transition(
        M.DELIVERED,
        M.ACCEPTED,
        "accept",
        policy.can_judge,
        [pilot_runs],
        label=_l("Accept"),
        event="milestone.accepted",
    ),
    transition(
        M.DELIVERED,
        M.RETURNED,
        "return",
        policy.can_judge,
        [pilot_runs],
        label=_l("Return with reasons"),
        event="milestone.returned",
    ),
)
