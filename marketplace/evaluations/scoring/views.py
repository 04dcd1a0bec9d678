"""Pages of scoring: one's evaluations, the desk with its progress, one's own list, the workspace."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for

from marketplace.accounts.sessions import zone_of_request
from marketplace.core import access, clock, database
from marketplace.core.access import Kind, require
from marketplace.core.errors import NotFound, Refused, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.workflow import Offer
from marketplace.evaluations import lists, policy, progress, queries
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.models import EvaluationState
from marketplace.evaluations.panel.forms import ReasonForm
from marketplace.evaluations.scoring import commands
from marketplace.evaluations.scoring import workspace as work
from marketplace.evaluations.scoring.forms import given_in, score_form, version_in
from marketplace.evaluations.workflow import LIFECYCLE
from marketplace.proposals import contents
from marketplace.proposals.models import Section

agency = access.policy("member", kinds={Kind.AGENCY})


@blueprint.route("/")
@agency
def mine():
    """The evaluations that I judge in, lead or follow."""
    asked = lists.MINE.asked(request.args)
    page = queries.evaluations_of(asked)
    if asked.wants_export:
        return asked.export(page.items)
    seats = {evaluation.id: policy.membership(g.viewer, evaluation) for evaluation in page.items}
    return render_template("evaluations/mine.html", page=page, asked=asked, seats=seats, title_of=queries.title_of)


@blueprint.route("/<key:key>/")
@agency
def show(key: str):
    """The desk: what comes next, and who has done what; an evaluator's own list for whoever only scores."""
    evaluation = queries.one_evaluation(key)
    if not policy.follows(g.viewer, evaluation):
        return redirect(url_for(".scoring", key=key))
    bidders, closed = queries.bidders(evaluation), queries.closed_to(g.viewer, evaluation)
    is_scoring = evaluation.state == EvaluationState.SCORING and not evaluation.was_cancelled
    return render_template(
        "evaluations/show.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        progress=progress.of(evaluation),
        bidders=bidders,
        cells=queries.grid(evaluation),
        closed=closed,
        named=queries.panel_names(evaluation),
        offers=_offers(evaluation),
        seat=policy.membership(g.viewer, evaluation),
        unlockable=commands.unlockable(g.viewer, evaluation, {one.id for one in bidders} - closed)
        if is_scoring
        else (),
        leads=policy.leads(g.viewer, evaluation),
        action=ActionForm(),
    )


def _offers(evaluation) -> dict[str, Offer]:
    """What the viewer may do next. The other deeds' own pages tell what stands in their way."""
    if evaluation.was_cancelled:
        return {}
    here = ("start_scoring", "freeze")
    open_ones = [
        arrow
        for arrow in LIFECYCLE.transitions
        if evaluation.state in arrow.sources and arrow.who(g.viewer, evaluation)
    ]
    return {
        arrow.name: (arrow.name in here and LIFECYCLE.offer(evaluation, arrow.name, g.viewer, g.now))
        or Offer(arrow, ())
        for arrow in open_ones
    }


@blueprint.post("/<key:key>/scoring/start/")
@agency
def start_scoring(key: str):
    """Open the score sheets."""
    return _step(key, commands.start_scoring, _("Scoring has started."))


@blueprint.post("/<key:key>/scoring/freeze/")
@agency
def freeze(key: str):
    """Freeze the panel at consensus."""
    return _step(key, commands.freeze, _("The panel is frozen. Scores that differ can be settled now."))


def _step(key: str, deed, done: str):
    evaluation = queries.one_evaluation(key)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            deed(g.viewer, evaluation, g.now)
            database.session.commit()
            flash(done)
        except Refused as refused:
            database.session.rollback()
            flash(str(refused), "bad")
    return redirect(url_for(".show", key=key))


@blueprint.route("/<key:key>/scoring/")
@agency
def scoring(key: str):
    """My own list: what is to score, begun, locked, closed to me."""
    evaluation = queries.one_evaluation(key)
    seat = policy.membership(g.viewer, evaluation)
    if seat is None:
        raise NotFound
    tasks = queries.tasks(evaluation, seat)
    return render_template(
        "evaluations/scoring.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        tasks=tasks,
        criteria_count=len(commands.scored_criteria(evaluation)),
        undeclared=sum(task.what == "undeclared" for task in tasks),
        next_task=next((task for task in tasks if task.what in ("begun", "due")), None),
        follows=policy.follows(g.viewer, evaluation),
    )


@blueprint.route("/<key:key>/proposals/<key:proposal_key>/", methods=["GET", "POST"])
@agency
def workspace(key: str, proposal_key: str):
    """Text and criteria side by side; saving and locking one's own scores."""
    evaluation, proposal, desk = _desk(key, proposal_key)
    form = score_form(desk.criteria, desk.own, desk.version)
    wants_lock = request.form.get("then") == "lock"
    if form.validate_on_submit():
        with refusals_shown_in(form):
            if work.can_score(evaluation, desk):
                commands.save_scores(
                    g.viewer, evaluation, proposal, given_in(form, desk.criteria), version_in(form), g.now
                )
                # What was given is kept, also where it can't be locked yet.
                database.session.commit()
            if wants_lock:
                commands.lock_scores(g.viewer, evaluation, proposal, g.now)
                database.session.commit()
                flash(_("Your scores are locked. The panel’s locked scores are open to you now."))
            return redirect(url_for(".workspace", key=key, proposal_key=proposal_key))
        evaluation, proposal, desk = _desk(key, proposal_key)
        # Sent once more, it takes the place of what stands now: the message says so.
        form["version"].data = str(desk.version)
    return _workspace_page(evaluation, proposal, desk, form)


def _desk(key: str, proposal_key: str):
    evaluation = queries.one_evaluation(key)
    seat = policy.membership(g.viewer, evaluation)
    if seat is None:
        raise NotFound
    proposal = queries.proposal_of(evaluation, proposal_key)
    return evaluation, proposal, work.workspace(evaluation, seat, proposal)


def _workspace_page(evaluation, proposal, desk, form):
    sent = contents.read(proposal)
    sections = work.sections_of(sent) if sent else []
    chosen = request.args.get("section", "")
    before, after = work.beside(desk.tasks, proposal.id)
    return render_template(
        "evaluations/workspace.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        proposal=proposal,
        desk=desk,
        form=form,
        sent=sent,
        sections=sections,
        section=Section(chosen) if chosen in sections else next(iter(sections), None),
        before=before,
        after=after,
        can_score=work.can_score(evaluation, desk),
        scoring=evaluation.state == EvaluationState.SCORING and not evaluation.was_cancelled,
        missing=commands.missing_of(desk.criteria, desk.own),
        has_price=work.has_price(evaluation),
        saved_at=None,
    )


@blueprint.post("/<key:key>/proposals/<key:proposal_key>/scores/")
@agency
def autosave(key: str, proposal_key: str):
    """Keep what was given so far, for the script; 409 where another window saved, 422 where it can't be kept."""
    evaluation, proposal, desk = _desk(key, proposal_key)
    form = score_form(desk.criteria, desk.own, desk.version)
    if not form.validate():
        return jsonify(error="invalid"), 422
    if version_in(form) != desk.version:
        return jsonify(error="conflict"), 409
    try:
        sheet = commands.save_scores(
            g.viewer, evaluation, proposal, given_in(form, desk.criteria), version_in(form), g.now
        )
        database.session.commit()
    except Refused as refused:
        database.session.rollback()
        return jsonify(error=str(refused)), 422
    return jsonify(saved_at=clock.time_in_zone(g.now, zone_of_request()), version=sheet.version)


@blueprint.route("/<key:key>/unlocking/<uuid:sheet_id>/", methods=["GET", "POST"])
@agency
def unlock(key: str, sheet_id: UUID):
    """Unlock a sheet, with the reason."""
    evaluation = queries.one_evaluation(key)
    cells = queries.grid(evaluation)
    found = next((at for at, cell in cells.items() if cell.sheet_id == sheet_id), None)
    if found is None:
        raise NotFound
    require(bool(commands.unlockable(g.viewer, evaluation, {found[1]} - queries.closed_to(g.viewer, evaluation))))
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.unlock(g.viewer, evaluation, sheet_id, form.reason.data, g.now)
            database.session.commit()
            flash(_("The scores are unlocked; the reason is recorded."))
            return redirect(url_for(".show", key=key))
    return render_template(
        "evaluations/unlock.html",
        evaluation=evaluation,
        name=queries.panel_names(evaluation)[found[0]],
        bidder=next(one for one in queries.bidders(evaluation) if one.id == found[1]),
        form=form,
    )
