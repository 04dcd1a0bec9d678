"""The agreement: its texts and annex, the signatures, and giving it up."""

from __future__ import annotations

from uuid import UUID

from flask import g, request

from marketplace.core import deeds
from marketplace.core.access import require
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.money import format_money
from marketplace.pilots import agreements, commands, measures, milestones, policy, queries
from marketplace.pilots.blueprint import blueprint, deed, deed_page, page_of, reasons_against, sides
from marketplace.pilots.forms import DatesForm, MeasureForm, PlanForm, ReasonForm, SignatureForm, TermsForm
from marketplace.pilots.models import Pilot, PilotState
from marketplace.pilots.pages import tab
from marketplace.pilots.workflow import LIFECYCLE


@blueprint.route("/<key:key>/agreement/")
@sides
def agreement(key: str):
    """The agreement as it stands, its versions and signatures, and what is still to be settled."""
    board = queries.board(key)
    number = request.args.get("version", "")
    shown = queries.version(board.pilot, int(number) if number.isdecimal() and len(number) < 9 else None)
    return tab("agreement", board, shown=shown, names=queries.names_in(board.pilot))


def _in_the_making(key: str) -> Pilot:
    """The pilot, to somebody who may change its agreement."""
    pilot = queries.by_key(key)
    require(policy.can_write(g.viewer, pilot))
    return pilot


def _settled(pilot: Pilot) -> list[str]:
    """Why nothing of the agreement changes any more."""
    if pilot.state == PilotState.AGREEMENT:
        return []
    return [_("The agreement is not in the making any more.")]


@blueprint.route("/<key:key>/agreement/text/", methods=["GET", "POST"])
@sides
def propose(key: str):
    """Propose the text, or the next version of it."""
    pilot = _in_the_making(key)
    last = queries.version(pilot, None)
    form = TermsForm(data={"terms": last.terms if last else ""})
    reasons = _settled(pilot) or ([] if pilot.kpis else [_("Define at least one measure of success first.")])
    return deed(
        pilot,
        form,
        lambda: agreements.propose(g.viewer, pilot, form.terms.data, g.now),
        said=lambda version: _("Version %(number)s stands now.", number=version.number),
        shows="agreement",
        title=_("Text of the agreement"),
        lead=_("A new version takes the place of the one before; whoever signed that one signs again."),
        fields=[(form.terms, {"rows": 20})],
        verb=_("Propose this version"),
        back="agreement",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/agreement/dates/", methods=["GET", "POST"])
@sides
def plan_dates(key: str):
    """From when to when the pilot runs."""
    pilot = _in_the_making(key)
    form = DatesForm(obj=pilot)
    return deed(
        pilot,
        form,
        lambda: agreements.plan_dates(g.viewer, pilot, form.starts_on.data, form.ends_on.data, g.now),
        said=_("The dates are planned."),
        shows="agreement",
        title=_("Dates of the pilot"),
        fields=[(form.starts_on, {"width": "short"}), (form.ends_on, {"width": "short"})],
        verb=_("Plan the dates"),
        back="agreement",
        reasons=_settled(pilot),
    )


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/plan/", methods=["GET", "POST"])
@sides
def plan_milestone(key: str, milestone_id: UUID):
    """What a milestone delivers, and by when."""
    pilot = _in_the_making(key)
    milestone = queries.milestone_of(pilot, milestone_id)
    form = PlanForm(obj=milestone)
    return deed(
        pilot,
        form,
        lambda: milestones.plan(g.viewer, milestone, form.deliverable.data, form.due_on.data, g.now),
        said=_("The milestone is planned."),
        shows="agreement",
        title=_("Plan milestone %(position)s", position=milestone.position),
        lead=milestone.title,
        facts=[(_("Price"), format_money(milestone.price))],
        fields=[form.deliverable, (form.due_on, {"width": "short"})],
        verb=_("Plan the milestone"),
        back="agreement",
        reasons=_settled(pilot),
    )


_MEASURE_WIDTHS = {"unit": "short", "baseline": "short", "target": "short", "name": "medium"}


def _measure_fields(form: MeasureForm) -> list:
    order = (form.name, form.unit, form.direction, form.baseline, form.target, form.method)
    return [
        (
            field,
            {"width": _MEASURE_WIDTHS.get(field.name, "full")} | ({"row": True} if field is form.direction else {}),
        )
        for field in order
    ]


@blueprint.route("/<key:key>/agreement/measures/new/", methods=["GET", "POST"])
@sides
def add_measure(key: str):
    """Add a measure of success."""
    pilot = _in_the_making(key)
    form = MeasureForm()
    return deed(
        pilot,
        form,
        lambda: measures.define(g.viewer, pilot, form.definition(), g.now, once=form.once.value),
        said=_("The measure stands in the agreement."),
        shows="agreement",
        title=_("Define a measure of success"),
        lead=_("It is signed with the agreement and stays as it is. The agency verifies each measurement."),
        fields=_measure_fields(form),
        verb=_("Define the measure"),
        back="agreement",
        reasons=_settled(pilot),
    )


@blueprint.route("/<key:key>/agreement/measures/<uuid:kpi_id>/", methods=["GET", "POST"])
@sides
def change_measure(key: str, kpi_id: UUID):
    """Change a measure while the agreement is in the making."""
    pilot = _in_the_making(key)
    kpi = queries.kpi_of(pilot, kpi_id)
    form = MeasureForm(obj=kpi)
    return deed(
        pilot,
        form,
        lambda: measures.redefine(g.viewer, kpi, form.definition(), g.now),
        said=_("The measure is changed."),
        shows="agreement",
        title=_("Change a measure of success"),
        fields=_measure_fields(form),
        verb=_("Change the measure"),
        back="agreement",
        reasons=_settled(pilot),
    )


@blueprint.route("/<key:key>/agreement/measures/<uuid:kpi_id>/removal/", methods=["GET", "POST"])
@sides
def remove_measure(key: str, kpi_id: UUID):
    """Remove a measure while the agreement is in the making."""
    pilot = _in_the_making(key)
    kpi = queries.kpi_of(pilot, kpi_id)
    form = ActionForm()
    return deed(
        pilot,
        form,
        lambda: measures.remove(g.viewer, kpi, g.now),
        said=_("The measure is removed."),
        shows="agreement",
        title=_("Remove “%(name)s”?", name=kpi.name),
        lead=_("The agreement gets a new version without it."),
        verb=_("Remove the measure"),
        back="agreement",
        reasons=_settled(pilot),
        kind="danger",
    )


@blueprint.route("/<key:key>/agreement/signature/", methods=["GET", "POST"])
@sides
def sign(key: str):
    """Read the version that stands and sign it for one's side."""
    pilot = queries.by_key(key)
    require(policy.can_sign(g.viewer, pilot))
    last = queries.version(pilot, None)
    form = SignatureForm(data={"sha256": last.sha256 if last else ""})
    answer = deeds.done(
        form,
        lambda: agreements.sign(g.viewer, pilot, form.sha256.data or "", g.now),
        lambda _signature: _signed_words(pilot),
        page_of(pilot, "agreement"),
    )
    if answer:
        return answer
    last = queries.version(queries.by_key(key), None)
    form.sha256.data = last.sha256 if last else ""
    side = pilot.agency if g.viewer.acts_for(pilot.agency_id) else pilot.startup
    other = pilot.startup if side is pilot.agency else pilot.agency
    return deed_page(
        pilot,
        form,
        title=_("Sign the agreement"),
        lead=_(
            "You sign for %(side)s, with %(other)s. When both have signed, the pilot begins.",
            side=side.name,
            other=other.name,
        ),
        facts=[(_("Version"), last.number), (_("Hash of the text (SHA-256)"), last.sha256)] if last else [],
        text=last.text if last else "",
        verb=_("Sign for %(side)s", side=side.name),
        back="agreement",
        reasons=_why_not_sign(pilot),
    )


def _signed_words(pilot: Pilot) -> str:
    if pilot.state == PilotState.ACTIVE:
        return _("Both sides have signed. The pilot has begun.")
    return _("Your side has signed. The other side is told.")


def _why_not_sign(pilot: Pilot) -> list[str]:
    last = pilot.last_version
    if pilot.state != PilotState.AGREEMENT:
        return _settled(pilot)
    if last is None:
        return [_("There is no agreement yet. Write its text first.")]
    return [_("Your side has signed this version already.")] if last.signature_of(g.viewer.organisation_id) else []


@blueprint.route("/<key:key>/agreement/end/", methods=["GET", "POST"])
@sides
def give_up(key: str):
    """Say that one's side will not sign."""
    pilot = queries.by_key(key)
    reasons = reasons_against(LIFECYCLE, pilot, "give_up")
    form = ReasonForm()
    return deed(
        pilot,
        form,
        lambda: commands.give_up(g.viewer, pilot, form.reason.data, g.now),
        said=_("The agreement is given up. Both sides are told."),
        shows="show",
        title=_("Give the agreement up?"),
        lead=_(
            "The pilot does not take place. The agency may turn to the next proposal in reserve. This can't be undone."
        ),
        fields=[form.reason],
        verb=_("Give the agreement up"),
        back="agreement",
        reasons=reasons,
        kind="danger",
    )
