"""Measurements: reported by one person, verified by another."""

from __future__ import annotations

from uuid import UUID

from flask import g, url_for

from marketplace.accounts import queries as accounts
from marketplace.core.access import require
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.templating import day
from marketplace.pilots import evidence, measures, policy, queries, words
from marketplace.pilots.blueprint import blueprint, deed, sides
from marketplace.pilots.forms import MeasurementForm, ReasonForm
from marketplace.pilots.models import Actual, Pilot, PilotState


@blueprint.route("/<key:key>/results/<uuid:kpi_id>/report/", methods=["GET", "POST"])
@sides
def report_measurement(key: str, kpi_id: UUID):
    """Report a measurement with its evidence."""
    pilot = queries.by_key(key)
    require(policy.can_write(g.viewer, pilot))
    kpi = queries.kpi_of(pilot, kpi_id)
    form = MeasurementForm(data={"measured_on": pilot.today(g.now)})

    def report() -> None:
        facts = (form.measured_on.data, form.value.data, form.evidence.data)
        actual = measures.report(g.viewer, kpi, *facts, g.now)
        evidence.keep(g.viewer, form.files.data, evidence.ACTUAL, actual.id)

    return deed(
        pilot,
        form,
        report,
        said=_("The measurement is reported. Somebody else of the agency verifies it."),
        shows="results",
        title=_("Report a measurement"),
        lead=kpi.name,
        facts=[
            (_("Baseline"), words.measured(kpi.baseline, kpi)),
            (_("Target"), words.measured(kpi.target, kpi)),
            (_("How it is measured"), kpi.method),
        ],
        fields=[
            (form.measured_on, {"width": "short"}),
            (form.value, {"suffix": kpi.unit, "width": "short"}),
            form.evidence,
            form.files,
        ],
        verb=_("Report the measurement"),
        back="results",
        reasons=_why_not_report(pilot),
    )


def _why_not_report(pilot: Pilot) -> list[str]:
    if pilot.state == PilotState.AGREEMENT:
        return [_("Measurements begin with the pilot.")]
    return [_("The pilot has ended; its record is closed.")] if pilot.has_ended else []


def _to_judge(key: str, actual_id: UUID) -> Actual:
    actual = queries.actual_of(queries.by_key(key), actual_id)
    require(policy.can_verify(g.viewer, actual))
    return actual


def _facts(actual: Actual) -> list:
    kpi = actual.kpi
    return [
        (_("Measure"), kpi.name),
        (_("Baseline and target"), f"{words.measured(kpi.baseline, kpi)} – {words.measured(kpi.target, kpi)}"),
        (_("Measured on"), day(actual.measured_on)),
        (_("Value"), words.measured(actual.value, kpi)),
        (_("Evidence"), actual.evidence),
        (_("Reported by"), accounts.name_of(actual.reported_by)),
        (_("Reported on"), day(actual.reported_at, kpi.pilot.zone)),
    ]


def _judged(actual: Actual) -> list[str]:
    return [] if actual.is_open else [_("This measurement is judged already.")]


@blueprint.route("/<key:key>/measurements/<uuid:actual_id>/verification/", methods=["GET", "POST"])
@sides
def judge_measurement(key: str, actual_id: UUID):
    """Verify a measurement that somebody else reported."""
    actual = _to_judge(key, actual_id)
    form = ActionForm()
    return deed(
        actual.kpi.pilot,
        form,
        lambda: measures.verify(g.viewer, actual, g.now),
        said=_("The measurement is verified."),
        shows="results",
        title=_("Verify a measurement"),
        lead=_("Check the value against its evidence. Verified, it counts, and it can't be changed any more."),
        facts=_facts(actual),
        files=evidence.of_actuals([actual])[actual.id],
        verb=_("Verify"),
        back="results",
        reasons=_judged(actual),
        other=(_("Do not verify it, with a reason"), url_for(".refuse_measurement", key=key, actual_id=actual.id)),
    )


@blueprint.route("/<key:key>/measurements/<uuid:actual_id>/refusal/", methods=["GET", "POST"])
@sides
def refuse_measurement(key: str, actual_id: UUID):
    """Say why a measurement is not verified."""
    actual = _to_judge(key, actual_id)
    form = ReasonForm()
    return deed(
        actual.kpi.pilot,
        form,
        lambda: measures.refuse(g.viewer, actual, form.reason.data, g.now),
        said=_("The measurement is not verified.") + _anew(actual),
        shows="results",
        title=_("Do not verify a measurement"),
        lead=_("It stays on record with your reason and counts for nothing.") + _anew(actual),
        facts=_facts(actual),
        files=evidence.of_actuals([actual])[actual.id],
        fields=[form.reason],
        verb=_("Do not verify"),
        back="results",
        reasons=_judged(actual),
        kind="danger",
    )


def _anew(actual: Actual) -> str:
    """What can follow while the pilot runs; nothing is reported after its end."""
    return "" if actual.kpi.pilot.has_ended else " " + _("The day can be reported anew.")
