"""Pages of the outcome: the public result, the letter, the decision record."""

from __future__ import annotations

from flask import Response, g, render_template, url_for

from marketplace.accounts.queries import names
from marketplace.challenges import queries as challenges
from marketplace.core import access, caching
from marketplace.core.access import Kind, require
from marketplace.core.errors import NotFound
from marketplace.core.i18n import current_language
from marketplace.evaluations import policy, queries
from marketplace.evaluations.blueprint import blueprint
from marketplace.evaluations.decision import queries as decision
from marketplace.evaluations.decision import record as records
from marketplace.evaluations.decision import words
from marketplace.proposals import policy as proposals_policy
from marketplace.proposals.models import ProposalState

agency = access.policy("member", kinds={Kind.AGENCY})


@blueprint.route("/<key:key>/result/")
@access.policy("public")
@caching.kept
def result(key: str):
    """What everybody may know of a decision."""
    challenge = challenges.one_challenge(key)
    results = decision.results_of(challenge)
    if not results:
        raise NotFound
    return render_template(
        "evaluations/result.html",
        challenge=challenge,
        title=challenge.text(current_language()).title,
        results=results,
        known=decision.organisations([winner for one in results for winner in one.winners]),
        words=words,
    )


@blueprint.route("/letters/<key:key>/")
@access.policy("member", kinds={Kind.STARTUP})
def letter(key: str):
    """The agency's letter about the proposal of my startup."""
    found = decision.letter_of(key)
    proposal = found.proposal
    may_decline = proposals_policy.can_bind(g.viewer, proposal) and proposal.state in (
        ProposalState.AWARDED,
        ProposalState.RESERVE,
    )
    return render_template(
        "evaluations/letter.html",
        letter=found,
        proposal=proposal,
        challenge=proposal.challenge,
        title=proposal.challenge.text(current_language()).title,
        content=found.content,
        winners=decision.organisations(found.content["winners"]),
        may_decline=may_decline,
        words=words,
    )


@blueprint.route("/<key:key>/record/")
@agency
def record(key: str):
    """The decision record, for the agency and whoever audits it."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_see_record(g.viewer, evaluation))
    found = records.read(evaluation, queries.closed_to(g.viewer, evaluation))
    return render_template(
        "evaluations/record.html",
        evaluation=evaluation,
        title=queries.title_of(evaluation),
        record=found,
        named=names(found.people),
        words=words,
        pdf_url=url_for(".record_pdf", key=key),
    )


@blueprint.route("/<key:key>/record.pdf")
@agency
def record_pdf(key: str):
    """The same on paper."""
    evaluation = queries.one_evaluation(key)
    require(policy.can_see_record(g.viewer, evaluation))
    found = records.read(evaluation, queries.closed_to(g.viewer, evaluation))
    made = records.as_pdf(evaluation, found, queries.title_of(evaluation), names(found.people))
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="decision-{evaluation.challenge.key}.pdf"'},
    )
