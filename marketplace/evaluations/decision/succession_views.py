"""Pages of what follows a winner: the startup declines; the agency proposes, a second person confirms."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for

from marketplace.accounts.queries import names
from marketplace.core import access, database
from marketplace.core.access import Kind, require
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.evaluations import queries
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import queries as decision
from marketplace.evaluations.decision import succession
from marketplace.evaluations.decision.forms import SuccessionForm
from marketplace.evaluations.panel.forms import ReasonForm
from marketplace.proposals import policy as proposals_policy

agency = access.policy("member", kinds={Kind.AGENCY})


@blueprint.route("/letters/<key:key>/declining/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.STARTUP})
def decline(key: str):
    """The startup does not want the award, or its place in reserve."""
    found = decision.letter_of(key)
    proposal = found.proposal
    require(proposals_policy.can_bind(g.viewer, proposal))
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            succession.decline(g.viewer, proposal, form.reason.data, g.now)
            database.session.commit()
            flash(_("The agency knows that you decline."))
            return redirect(url_for(".letter", key=key))
    return render_template("evaluations/decline.html", proposal=proposal, form=form)


@blueprint.route("/<key:key>/succession/", methods=["GET", "POST"])
@agency
def succeed(key: str):
    """Propose what follows; whoever did not propose it confirms it here."""
    evaluation = queries.one_evaluation(key)
    require(succession.can_propose(g.viewer, evaluation))
    form = SuccessionForm()
    bidders = {bidder.id: bidder for bidder in queries.bidders(evaluation)}
    form.leaving.choices = [(one.id, bidders[one.id].name) for one in succession.leaving_ones(evaluation)]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            to_next = form.next.data == "reserve"
            succession.propose(g.viewer, evaluation, form.leaving.data, to_next, form.reason.data, g.now)
            database.session.commit()
            flash(_("The proposal waits for a second person."))
            return redirect(url_for(".succeed", key=key))
        evaluation = queries.one_evaluation(key)
    waiting = succession.open_one(evaluation)
    return render_template(
        "evaluations/succession.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        bidders=bidders,
        waiting=waiting,
        reserve=succession.next_reserve(evaluation),
        may_confirm=waiting is not None and succession.can_confirm(g.viewer, evaluation, waiting),
        by=names([waiting.proposed_by]) if waiting else {},
        form=form,
        action=ActionForm(),
    )


@blueprint.post("/<key:key>/succession/confirmation/")
@agency
def confirm_succession(key: str):
    """The second person agrees."""
    return _second(key, succession.confirm, _("It is done: the letters are sent and the public result is new."))


@blueprint.post("/<key:key>/succession/refusal/")
@agency
def refuse_succession(key: str):
    """The second person does not agree, or the first takes it back."""
    return _second(key, succession.refuse, _("The proposal is dropped."))


def _second(key: str, deed, done: str):
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
    return redirect(url_for(".succeed", key=key))
