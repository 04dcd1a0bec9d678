"""Pages from consensus to the decision: settle, rank, recommend, approve, preview the letters, announce."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for

from marketplace.accounts.queries import names
from marketplace.core import access, database
from marketplace.core.access import Kind, require
from marketplace.core.errors import NotFound, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.evaluations import policy, queries, standing
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import commands, letters, words
from marketplace.evaluations.decision import consensus as at_consensus
from marketplace.evaluations.decision import queries as decision
from marketplace.evaluations.decision.forms import (
    ApprovalForm,
    CommentsForm,
    RecommendationForm,
    VoteForm,
    settle_form,
)
from marketplace.evaluations.models import EvaluationState
from marketplace.evaluations.panel import queries as panel
from marketplace.evaluations.panel.forms import ReasonForm
from marketplace.evaluations.scoring.forms import words_for
from marketplace.evaluations.workflow import LIFECYCLE
from marketplace.proposals.models import Proposal

agency = access.policy("member", kinds={Kind.AGENCY})


@blueprint.route("/<key:key>/consensus/")
@agency
def consensus(key: str):
    """Where the panel's scores differ, proposal by proposal."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_see_ranking(g.viewer, evaluation))
    return render_template(
        "evaluations/consensus.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        differences=decision.differences(evaluation),
        bidders=[queries.as_bidder(proposal) for proposal in standing.of(evaluation).proposals.values()],
        closed=queries.out_of_reach(g.viewer, evaluation),
    )


@blueprint.route("/<key:key>/consensus/<key:proposal_key>/")
@agency
def differences(key: str, proposal_key: str):
    """The panel's scores of one proposal, to settle."""
    evaluation = queries.one_evaluation(key)
    return _differences_page(evaluation, queries.proposal_of(evaluation, proposal_key))


def _differences_page(evaluation, proposal, refused: dict | None = None, comments: CommentsForm | None = None):
    require(policy.can_see_ranking(g.viewer, evaluation))
    found = decision.differences(evaluation)[proposal.id]
    may_settle = (
        evaluation.state == EvaluationState.CONSENSUS
        and not evaluation.was_cancelled
        and at_consensus.can_settle(g.viewer, evaluation, at_consensus.is_closed_to_chair(evaluation, proposal.id))
    )
    forms = {
        one.criterion.id: settle_form(
            one.criterion, one.settled.value if one.settled else None, one.settled.reason if one.settled else ""
        )
        for one in found
    }
    forms.update(refused or {})
    return render_template(
        "evaluations/differences.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        proposal=proposal,
        differences=found,
        named=queries.panel_names(evaluation),
        forms=forms,
        comments=comments or _comments_form(found),
        form=next(iter((refused or {}).values()), None),
        may_settle=may_settle,
        words_for=words_for,
        words=words,
    )


def _comments_form(found) -> CommentsForm:
    given = [score for one in found for score in one.given.values() if score.comment]
    form = CommentsForm(comments=[score.id for score in given if score.is_comment_released])
    form.comments.choices = [(score.id, score.comment) for score in given]
    return form


@blueprint.post("/<key:key>/consensus/<key:proposal_key>/<uuid:criterion_id>/")
@agency
def settle(key: str, proposal_key: str, criterion_id: UUID):
    """Set the score that stands for the panel."""
    evaluation = queries.one_evaluation(key)
    proposal = queries.proposal_of(evaluation, proposal_key)
    criterion = words.by_id(evaluation.challenge).get(criterion_id)
    if criterion is None:
        raise NotFound
    form = settle_form(criterion)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            at_consensus.settle(
                g.viewer, evaluation, proposal, criterion_id, int(form.value.data), form.reason.data, g.now
            )
            database.session.commit()
            flash(_("The panel’s score is settled."))
            return redirect(url_for(".differences", key=key, proposal_key=proposal_key))
        evaluation = queries.one_evaluation(key)
        proposal = queries.proposal_of(evaluation, proposal_key)
    return _differences_page(evaluation, proposal, refused={criterion_id: form})


@blueprint.post("/<key:key>/consensus/<key:proposal_key>/comments/")
@agency
def release_comments(key: str, proposal_key: str):
    """Choose the comments that the letter carries."""
    evaluation = queries.one_evaluation(key)
    proposal = queries.proposal_of(evaluation, proposal_key)
    require(policy.can_see_ranking(g.viewer, evaluation))
    form = _comments_form(decision.differences(evaluation)[proposal.id])
    if form.validate_on_submit():
        with refusals_shown_in(form):
            at_consensus.release_comments(g.viewer, evaluation, proposal, form.comments.data or [], g.now)
            database.session.commit()
            flash(_("The comments for the letter are chosen."))
            return redirect(url_for(".differences", key=key, proposal_key=proposal_key))
    return _differences_page(
        queries.one_evaluation(key), queries.proposal_of(evaluation, proposal_key), comments=form
    )


@blueprint.route("/<key:key>/ranking/", methods=["GET", "POST"])
@agency
def ranking(key: str):
    """The order, with every number explained; the panel's vote where the top is equal."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_see_ranking(g.viewer, evaluation))
    form, seat = VoteForm(), policy.membership(g.viewer, evaluation)
    board = decision.board(evaluation, queries.closed_to(g.viewer, evaluation))
    tied = [] if board.withheld else [line for line in board.lines if line.bidder.id in board.standing.tied_at_top]
    form.proposal.choices = [(line.bidder.id, line.bidder.name) for line in tied]
    if form.validate_on_submit():
        with refusals_shown_in(form):
            at_consensus.vote(g.viewer, evaluation, form.proposal.data, g.now)
            database.session.commit()
            flash(_("Your vote is counted."))
            return redirect(url_for(".ranking", key=key))
    may_vote = seat is not None and tied and not evaluation.was_cancelled
    if seat is not None and may_vote and not form.is_submitted():
        form.proposal.data = board.standing.votes.get(seat.id)
    return render_template(
        "evaluations/ranking.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        board=board,
        form=form,
        may_vote=may_vote and evaluation.state == EvaluationState.CONSENSUS,
        words=words,
        seat=seat,
    )


@blueprint.route("/<key:key>/recommendation/", methods=["GET", "POST"])
@agency
def recommend(key: str):
    """The chair's recommendation."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_recommend(g.viewer, evaluation))
    offer = LIFECYCLE.offer(evaluation, "recommend", g.viewer, g.now)
    form = RecommendationForm(
        reserves=evaluation.reserves,
        reasons=evaluation.recommendation,
        public_reason=evaluation.public_reason,
        unsuccessful_because=evaluation.unsuccessful_because,
        outcome=None if evaluation.recommends_award is None else "award" if evaluation.recommends_award else "none",
    )
    if form.validate_on_submit():
        what = commands.Recommendation(
            award=form.outcome.data == "award",
            reasons=form.reasons.data,
            unsuccessful_because=form.unsuccessful_because.data,
            public_reason=form.public_reason.data or "",
            reserves=2 if form.reserves.data is None else form.reserves.data,
        )
        with refusals_shown_in(form):
            commands.recommend(g.viewer, evaluation, what, g.now)
            database.session.commit()
            flash(_("The recommendation is made. An approver decides on it."))
            return redirect(url_for(".show", key=key))
        evaluation = queries.one_evaluation(key)
    return render_template(
        "evaluations/recommend.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        form=form,
        reasons=offer.reasons if offer else (),
        notes=panel.notes_of(evaluation),
    )


@blueprint.route("/<key:key>/approval/", methods=["GET", "POST"])
@agency
def approval(key: str):
    """Somebody else agrees, or asks for changes."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_approve(g.viewer, evaluation))
    form = ApprovalForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            if form.decision.data == "approve":
                commands.approve(g.viewer, evaluation, form.message.data or "", g.now)
            else:
                commands.ask_changes(g.viewer, evaluation, form.message.data or "", g.now)
            database.session.commit()
            flash(_("Your decision is recorded."))
            return redirect(url_for(".show", key=key))
        evaluation = queries.one_evaluation(key)
    return render_template(
        "evaluations/approval.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        board=decision.board(evaluation, queries.closed_to(g.viewer, evaluation)),
        by=names([evaluation.recommended_by]),
        form=form,
        words=words,
    )


@blueprint.route("/<key:key>/reopening/", methods=["GET", "POST"])
@agency
def reopen(key: str):
    """Let the panel score again."""
    evaluation = queries.one_evaluation(key)
    require(policy.is_chair(g.viewer, evaluation))
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.reopen(g.viewer, evaluation, form.reason.data, g.now)
            database.session.commit()
            flash(_("The scoring is open again."))
            return redirect(url_for(".show", key=key))
    return render_template("evaluations/reopen.html", evaluation=evaluation, form=form)


@blueprint.route("/<key:key>/disqualification/<key:proposal_key>/", methods=["GET", "POST"])
@agency
def disqualify(key: str, proposal_key: str):
    """Take a proposal out, with the reason."""
    evaluation = queries.one_evaluation(key)
    require(policy.is_manager(g.viewer, evaluation))
    proposal = queries.proposal_of(evaluation, proposal_key)
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.disqualify(g.viewer, evaluation, proposal, form.reason.data, g.now)
            database.session.commit()
            flash(_("The proposal is disqualified."))
            return redirect(url_for(".screening", key=key))
    return render_template("evaluations/disqualify.html", evaluation=evaluation, proposal=proposal, form=form)


@blueprint.route("/<key:key>/letters/")
@agency
def outbox(key: str):
    """Every letter as it would be sent."""
    evaluation = queries.one_evaluation(key)
    require(evaluation.state in policy.AFTER_RECOMMENDATION and policy.follows(g.viewer, evaluation))
    closed = queries.closed_to(g.viewer, evaluation)
    return render_template(
        "evaluations/outbox.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        letters=_letters(evaluation),
        closed=closed,
        withheld=decision.withheld(evaluation, closed),
        words=words,
    )


@blueprint.route("/<key:key>/letters/<key:proposal_key>/")
@agency
def letter_preview(key: str, proposal_key: str):
    """One letter as its proposer would read it."""
    evaluation = queries.one_evaluation(key)
    require(evaluation.state in policy.AFTER_RECOMMENDATION and policy.follows(g.viewer, evaluation))
    proposal = queries.proposal_of(evaluation, proposal_key)
    # Each letter names the winner: before the decision none is for whom a conflict keeps from it.
    require(not decision.withheld(evaluation, queries.closed_to(g.viewer, evaluation)))
    content = next(content for one, content in _letters(evaluation).items() if one.id == proposal.id)
    return render_template(
        "evaluations/letter_preview.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        proposal=proposal,
        challenge=evaluation.challenge,
        content=content,
        winners=decision.organisations(content["winners"]),
        words=words,
    )


def _letters(evaluation) -> dict[Proposal, letters.Content]:
    proposals = decision.opened_proposals(evaluation)
    arrows: dict = {}
    if evaluation.state != EvaluationState.DECIDED:
        arrows = {known: commands.BECOMES[arrow] for known, arrow in commands.outcome(evaluation).items()}
    return letters.preview(evaluation, proposals, arrows)


@blueprint.route("/<key:key>/decision/", methods=["GET", "POST"])
@agency
def decide(key: str):
    """Announce what was approved: asked once more, since it can't be undone."""
    evaluation = queries.one_evaluation(key)
    require(policy.is_manager(g.viewer, evaluation))
    offer = LIFECYCLE.offer(evaluation, "decide", g.viewer, g.now)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.decide(g.viewer, evaluation, g.now)
            database.session.commit()
            flash(_("The decision is announced and every letter is sent."))
            return redirect(url_for(".show", key=key))
        evaluation = queries.one_evaluation(key)
    return render_template(
        "evaluations/decide.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        board=decision.board(evaluation, queries.closed_to(g.viewer, evaluation)),
        offer=offer,
        outcome=commands.outcome(evaluation),
        form=form,
        words=words,
    )
