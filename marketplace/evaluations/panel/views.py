"""Pages of the panel: seats, chair and date, screening, declarations, recusal."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for

from marketplace.core import access, clock, database
from marketplace.core.access import Kind, require
from marketplace.core.errors import NotFound, refusals_shown_in
from marketplace.core.i18n import _
from marketplace.evaluations import policy, queries
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.models import EvaluationState
from marketplace.evaluations.panel import commands, conflicts
from marketplace.evaluations.panel import queries as panel
from marketplace.evaluations.panel.forms import (
    ChairForm,
    ConflictForm,
    DueForm,
    LeavingForm,
    ReasonForm,
    ScreeningForm,
    SeatForm,
    answers_in,
    declaration_form,
)
from marketplace.evaluations.scoring import commands as scoring
from marketplace.proposals import contents

agency = access.policy("member", kinds={Kind.AGENCY})


@blueprint.route("/<key:key>/panel/")
@agency
def members(key: str):
    """Who sits on the panel; forms for whoever may change it."""
    evaluation = queries.one_evaluation(key)
    require(policy.follows(g.viewer, evaluation))
    return _members_page(evaluation)


def _members_page(evaluation, **forms):
    active = [member for member in evaluation.members if member.left_at is None]
    named = queries.panel_names(evaluation)
    seat_form, chair_form = forms.get("seat") or SeatForm(), forms.get("chair") or ChairForm()
    due_form = forms.get("due") or DueForm(due_at=evaluation.due_at)
    seat_form.person.choices = panel.who_may_sit(evaluation, g.now)
    chair_form.member.choices = [(member.id, named[member.id]) for member in active]
    due_form.due_at.zone = evaluation.challenge.zone
    return render_template(
        "evaluations/panel.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        named=named,
        notes=panel.notes_of(evaluation),
        seat_form=seat_form,
        chair_form=chair_form,
        due_form=due_form,
        form=next(iter(forms.values()), None),
        is_manager=policy.is_manager(g.viewer, evaluation),
        leads=policy.leads(g.viewer, evaluation),
        can_staff=evaluation.state in commands.STAFFING and not evaluation.was_cancelled,
        agency_page=panel.agency_of(evaluation),
    )


@blueprint.post("/<key:key>/panel/seats/")
@agency
def add_member(key: str):
    """Give a seat."""
    evaluation = queries.one_evaluation(key)
    form = SeatForm()
    form.person.choices = panel.who_may_sit(evaluation, g.now)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.add_member(g.viewer, evaluation, form.person.data, g.now)
            database.session.commit()
            flash(_("The evaluator has a seat on the panel."))
            return redirect(url_for(".members", key=key))
    return _members_page(queries.one_evaluation(key), seat=form)


@blueprint.post("/<key:key>/panel/chair/")
@agency
def name_chair(key: str):
    """Name who leads."""
    evaluation = queries.one_evaluation(key)
    form = ChairForm()
    form.member.choices = [(member.id, "") for member in evaluation.members if member.left_at is None]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.name_chair(g.viewer, evaluation, form.member.data, g.now)
            database.session.commit()
            flash(_("The panel has a chair."))
            return redirect(url_for(".members", key=key))
    return _members_page(queries.one_evaluation(key), chair=form)


@blueprint.post("/<key:key>/panel/date/")
@agency
def set_due(key: str):
    """Set the date by which scores are wanted."""
    evaluation = queries.one_evaluation(key)
    form = DueForm()
    form.due_at.zone = evaluation.challenge.zone
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.set_due(g.viewer, evaluation, form.due_at.data, g.now)
            database.session.commit()
            flash(_("The date is set."))
            return redirect(url_for(".members", key=key))
    return _members_page(queries.one_evaluation(key), due=form)


@blueprint.route("/<key:key>/panel/<uuid:member_id>/leaving/", methods=["GET", "POST"])
@agency
def leaving(key: str, member_id: UUID):
    """An evaluator leaves: keep or void."""
    evaluation = queries.one_evaluation(key)
    require(policy.leads(g.viewer, evaluation))
    name = queries.panel_names(evaluation).get(member_id)
    if name is None:
        raise NotFound
    form = LeavingForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.remove_member(
                g.viewer, evaluation, member_id, form.scores.data == "keep", form.reason.data, g.now
            )
            database.session.commit()
            flash(_("The evaluator has left the panel."))
            return redirect(url_for(".members", key=key))
    return render_template("evaluations/leaving.html", evaluation=evaluation, name=name, form=form, key=key)


@blueprint.route("/<key:key>/screening/")
@agency
def screening(key: str):
    """Every proposal and whether it is eligible."""
    evaluation = queries.one_evaluation(key)
    require(policy.follows(g.viewer, evaluation))
    return render_template(
        "evaluations/screening.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        bidders=queries.bidders(evaluation),
        screenings=queries.screenings(evaluation),
        closed=queries.closed_to(g.viewer, evaluation),
        can_screen=policy.is_manager(g.viewer, evaluation)
        and evaluation.state == EvaluationState.SETTING_UP
        and not evaluation.was_cancelled,
        can_disqualify=decision.disqualifiable(evaluation) if policy.is_manager(g.viewer, evaluation) else (),
    )


@blueprint.route("/<key:key>/screening/<key:proposal_key>/", methods=["GET", "POST"])
@agency
def screen(key: str, proposal_key: str):
    """Say of one proposal whether it is eligible."""
    evaluation = queries.one_evaluation(key)
    require(policy.is_manager(g.viewer, evaluation))
    proposal = queries.proposal_of(evaluation, proposal_key)
    done = queries.screenings(evaluation).get(proposal.id)
    form = ScreeningForm(eligible=done and ("yes" if done.is_eligible else "no"), reason=done and done.reason)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            scoring.screen(g.viewer, evaluation, proposal, form.eligible.data == "yes", form.reason.data or "", g.now)
            database.session.commit()
            flash(_("The screening is recorded."))
            return redirect(url_for(".screening", key=key))
    return render_template(
        "evaluations/screen.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        proposal=proposal,
        contents=contents.read(proposal),
        form=form,
    )


@blueprint.route("/<key:key>/declarations/", methods=["GET", "POST"])
@agency
def declarations(key: str):
    """An evaluator's declarations, on the list of bidders."""
    evaluation = queries.one_evaluation(key)
    seat = policy.membership(g.viewer, evaluation)
    if seat is None:
        raise NotFound
    bidders = queries.bidders(evaluation)
    declared = panel.declarations_of(seat)
    open_ones = [bidder for bidder in bidders if bidder.id not in declared]
    form = declaration_form(open_ones)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.declare(g.viewer, evaluation, answers_in(form, open_ones), g.now)
            database.session.commit()
            flash(_("Your declarations are recorded."))
            return redirect(url_for(".scoring", key=key))
    return render_template(
        "evaluations/declarations.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        bidders=bidders,
        declared=declared,
        likely=conflicts.likely(g.viewer.person_id, [bidder.startup_id for bidder in bidders]),
        form=form,
    )


@blueprint.route("/<key:key>/proposals/<key:proposal_key>/conflict/", methods=["GET", "POST"])
@agency
def recuse(key: str, proposal_key: str):
    """One's own conflict, found later: not for me to score."""
    evaluation = queries.one_evaluation(key)
    seat = policy.membership(g.viewer, evaluation)
    proposal = queries.proposal_of(evaluation, proposal_key)
    if seat is None:
        raise NotFound
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.recuse(g.viewer, evaluation, seat.id, proposal.id, form.reason.data, clock.now())
            database.session.commit()
            flash(_("The conflict is recorded. This proposal is closed to you."))
            return redirect(url_for(".scoring", key=key))
    return render_template("evaluations/recuse.html", evaluation=evaluation, proposal=proposal, form=form)


@blueprint.route("/<key:key>/panel/<uuid:member_id>/conflict/", methods=["GET", "POST"])
@agency
def record_conflict(key: str, member_id: UUID):
    """The chair or the manager records an evaluator's conflict with a bidder."""
    evaluation = queries.one_evaluation(key)
    require(policy.leads(g.viewer, evaluation))
    name = queries.panel_names(evaluation).get(member_id)
    if name is None:
        raise NotFound
    form = ConflictForm()
    form.proposal.choices = [(bidder.id, bidder.name) for bidder in queries.bidders(evaluation)]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.recuse(g.viewer, evaluation, member_id, form.proposal.data, form.reason.data, g.now)
            database.session.commit()
            flash(_("The conflict is recorded. The proposal is closed to the evaluator."))
            return redirect(url_for(".members", key=key))
    return render_template("evaluations/conflict.html", evaluation=evaluation, form=form, name=name)
