"""The page on which the chair assigns proposals to evaluators."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for

from marketplace.core import access, database
from marketplace.core.access import Kind, require
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.evaluations import policy, queries
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.panel import assignment as deeds
from marketplace.evaluations.panel.commands import STAFFING
from marketplace.evaluations.panel.forms import assigned_in, assignment_form
from marketplace.evaluations.progress import IN_QUESTION


@blueprint.route("/<key:key>/assignment/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.AGENCY})
def assignment(key: str):
    """Who scores what: all, unless the chair says otherwise."""
    evaluation = queries.one_evaluation(key)
    require(policy.is_chair(g.viewer, evaluation))
    bidders = [bidder for bidder in queries.bidders(evaluation) if bidder.state in IN_QUESTION]
    named = queries.panel_names(evaluation)
    seats = {member.id: named[member.id] for member in evaluation.members if member.left_at is None}
    form = assignment_form(seats, bidders)
    if form.validate_on_submit():
        wanted = assigned_in(form, everything=request.form.get("then") == "all")
        with refusals_shown_in(form):
            deeds.assign(g.viewer, evaluation, wanted, form["bidders"].data or [], g.now)
            database.session.commit()
            flash(_("The assignment is saved."))
            return redirect(url_for(".assignment", key=key))
        evaluation = queries.one_evaluation(key)
    exempt = queries.exemptions(evaluation)
    return render_template(
        "evaluations/assignment.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        bidders=bidders,
        seats=seats,
        cells=queries.grid(evaluation),
        exempt=exempt,
        ticked=_ticked(form, exempt),
        form=form,
        can_assign=evaluation.state in STAFFING and not evaluation.was_cancelled,
    )


def _ticked(form: Form, exempt: set[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """What the boxes show: what was ticked where the form came back, else what stands."""
    shown = [UUID(str(value)) for value, _name in form["bidders"].choices]
    pairs = {(UUID(str(seat)), bidder) for seat, _name in form["seats"].choices for bidder in shown}
    if not form.is_submitted():
        return pairs - exempt
    return {(seat, bidder) for seat, bidder in pairs if bidder in (form[f"seat_{seat.hex}"].data or [])}
