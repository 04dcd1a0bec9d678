"""From consensus to the decision: recommend, approve or send back, disqualify, decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.workflow import LIFECYCLE as CHALLENGE
from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.evaluations import policy, progress, standing
from marketplace.evaluations.decision import letters
from marketplace.evaluations.models import (
    Evaluation,
    EvaluationNote,
    EvaluationState,
    NoteKind,
    PublicResult,
    Unsuccessful,
)
from marketplace.evaluations.workflow import LIFECYCLE, lock_running
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE as PROPOSAL


@dataclass(frozen=True)
class Recommendation:
    """What the chair recommends.

    Attributes:
        award: to whoever is first; else the challenge ends unsuccessful.
        reasons: the panel's, for the approver and the record; 1 to 10,000 characters.
        unsuccessful_because: needed without an award.
        public_reason: what the public result and the letters say of it, 0 to 2000 characters.
        reserves: how many of the next ranks are kept in reserve, 0 to 20.
    """

    award: bool
    reasons: str
    unsuccessful_because: Unsuccessful | None = None
    public_reason: str = ""
    reserves: int = 2


def recommend(actor: Viewer, evaluation: Evaluation, what: Recommendation, now: datetime) -> None:
    """Make the panel's recommendation: an award to the first, or an end without one with its reason.

    Raises:
        NotAllowed: not the chair's to do.
        Refused: a guard's reason, or a reason that doesn't fit what happened.
    """
    require(policy.can_recommend(actor, evaluation))
    lock_running(evaluation)
    snapshot = standing.snapshot(evaluation)
    _require_fitting(evaluation, what, has_ranked=bool(snapshot["placed"]))
    evaluation.recommends_award = what.award
    evaluation.recommendation = what.reasons
    evaluation.unsuccessful_because = None if what.award else what.unsuccessful_because
    evaluation.public_reason = what.public_reason
    evaluation.reserves = what.reserves
    evaluation.result = snapshot
    evaluation.recommended_by, evaluation.recommended_at = actor.person_id, now
    evaluation.approved_by = evaluation.approved_at = None
    LIFECYCLE.fire(evaluation, "recommend", actor, now, award=what.award)


def approve(actor: Viewer, evaluation: Evaluation, note: str, now: datetime) -> None:
    """Agree to the recommendation: somebody who neither made it nor sat on the panel.

    Args:
        note: for the record, 0 to 2000 characters.
    """
    LIFECYCLE.fire(evaluation, "approve", actor, now)
    evaluation.approved_by, evaluation.approved_at, evaluation.approval_note = actor.person_id, now, note


def ask_changes(actor: Viewer, evaluation: Evaluation, message: str, now: datetime) -> None:
    """Send the recommendation back to the chair, saying what to change.

    Args:
        message: 1 to 2000 characters.
    """
    if not message:
        raise Refused(_("Say what should change."), field="message")
    scored = evaluation.scoring_began_at is not None
    LIFECYCLE.fire(evaluation, "ask_changes" if scored else "ask_changes_early", actor, now)
    _note(actor, evaluation, NoteKind.CHANGES_REQUESTED, message, now)


def reopen(actor: Viewer, evaluation: Evaluation, reason: str, now: datetime) -> None:
    """Let the panel score again; what the chair had settled is kept until he settles it anew.

    Args:
        reason: 1 to 2000 characters.
    """
    if not reason:
        raise Refused(_("Say why the scoring is reopened."), field="reason")
    LIFECYCLE.fire(evaluation, "reopen", actor, now)
    _note(actor, evaluation, NoteKind.REOPENED, reason, now)


def disqualifiable(evaluation: Evaluation) -> frozenset[ProposalState]:
    """The states of proposals that can be disqualified at the moment."""
    if evaluation.was_cancelled or evaluation.state in (EvaluationState.RECOMMENDED, EvaluationState.APPROVED):
        return frozenset()
    return frozenset(OPENED_STATES) - {ProposalState.AWARDED, ProposalState.DISQUALIFIED}


def disqualify(actor: Viewer, evaluation: Evaluation, proposal: Proposal, reason: str, now: datetime) -> None:
    """Take a proposal out for what it or its proposer did; the ranking is recomputed without it.

    Args:
        reason: 1 to 2000 characters; the proposer is told it at once.
    Raises:
        Refused: between the recommendation and the decision, or a winner, whose award two people take back first.
    """
    require(policy.is_manager(actor, evaluation) and proposal.challenge_id == evaluation.challenge_id)
    lock_running(evaluation)
    if evaluation.state in (EvaluationState.RECOMMENDED, EvaluationState.APPROVED):
        raise Refused(_("The recommendation is made: ask for changes first."))
    if proposal.state == ProposalState.AWARDED:
        raise Refused(_("Take the award back first: two people decide that."))
    if not reason:
        raise Refused(_("Say why: the proposer will read it."), field="reason")
    PROPOSAL.fire(proposal, "disqualify", actor, now)
    proposal.state_reason = reason
    _note(actor, evaluation, NoteKind.PROPOSAL_DISQUALIFIED, reason, now, proposal_id=proposal.id)


def decide(actor: Viewer, evaluation: Evaluation, now: datetime) -> None:
    """Announce the approved decision: winner, reserves, others, challenge, letters and public result at once.

    Raises:
        NotAllowed: the actor is not the agency's challenge manager.
        Refused: not approved, or the ranking has changed since the recommendation.
    """
    LIFECYCLE.fire(evaluation, "decide", actor, now, award=bool(evaluation.recommends_award))
    evaluation.decided_by, evaluation.decided_at = actor.person_id, now
    challenge = evaluation.challenge
    # The decision moves every proposal, those too that a conflict closes to the one who announces it.
    with reading_as_system("a decision moves every proposal of its challenge"):
        proposals = opened_proposals(evaluation)
        decided = outcome(evaluation)
        for proposal in proposals:
            arrow = decided.get(proposal.id)
            if arrow is not None:
                PROPOSAL.fire(proposal, arrow, actor, now)
        if evaluation.recommends_award:
            CHALLENGE.fire(challenge, "award", actor, now)
        else:
            challenge.outcome_reason = evaluation.public_reason or None
            CHALLENGE.fire(challenge, "fail", actor, now)
        publish_result(evaluation, now)
        letters.send_all(actor, evaluation, proposals, now)


BECOMES = {
    "award": ProposalState.AWARDED,
    "reserve": ProposalState.RESERVE,
    "reject": ProposalState.NOT_AWARDED,
}


def outcome(evaluation: Evaluation) -> dict[UUID, str]:
    """What the recommended ranking makes of each judged proposal: proposal -> arrow of its lifecycle."""
    result = evaluation.result or {"placed": [], "knocked_out": []}
    arrows: dict[UUID, str] = {UUID(lost["proposal"]): "reject" for lost in result["knocked_out"]}
    winners = sum(placed["rank"] == 1 for placed in result["placed"])
    for position, placed in enumerate(result["placed"]):
        if not evaluation.recommends_award:
            arrow = "reject"
        elif placed["rank"] == 1:
            arrow = "award"
        else:
            arrow = "reserve" if position < winners + evaluation.reserves else "reject"
        arrows[UUID(placed["proposal"])] = arrow
    return arrows


def publish_result(evaluation: Evaluation, now: datetime) -> PublicResult:
    """Add what everybody may know as of now: winners by identifier, ranks and totals of the others without names."""
    proposals = {proposal.id: proposal for proposal in opened_proposals(evaluation)}
    won = {p.id: p.startup_id for p in proposals.values() if p.state == ProposalState.AWARDED}
    placed = (evaluation.result or {}).get("placed", [])
    published = PublicResult(
        challenge_id=evaluation.challenge_id,
        at=now,
        unsuccessful_because=None if won else evaluation.unsuccessful_because,
        reason=evaluation.public_reason,
        received=len(proposals),
        winners=[str(startup_id) for startup_id in won.values()],
        ranking=[
            {
                "rank": row["rank"],
                "total": row["total"],
                "winner": str(won[UUID(row["proposal"])]) if UUID(row["proposal"]) in won else None,
            }
            for row in placed
        ],
    )
    database.session.add(published)
    database.session.flush()
    return published


def _require_fitting(evaluation: Evaluation, what: Recommendation, *, has_ranked: bool) -> None:
    if not what.reasons:
        raise Refused(_("Give the panel’s reasons."), field="reasons")
    if what.award:
        if not has_ranked:
            raise Refused(_("No proposal is in the ranking, so none can be awarded."), field="outcome")
        return
    seen = progress.of(evaluation)
    fits = {
        Unsuccessful.NO_PROPOSALS: not seen.bidders,
        Unsuccessful.NONE_ELIGIBLE: bool(seen.bidders) and not seen.eligible and not seen.unscreened,
        Unsuccessful.NONE_ABOVE_MINIMUMS: bool(seen.eligible) and not has_ranked,
        Unsuccessful.OTHER: bool(what.public_reason),
    }
    if what.unsuccessful_because is None:
        raise Refused(_("Say why there is no award."), field="unsuccessful_because")
    if what.unsuccessful_because == Unsuccessful.OTHER and not what.public_reason:
        raise Refused(_("Give the reason that the public will read."), field="public_reason")
    if not fits.get(what.unsuccessful_because, False):
        raise Refused(_("This reason does not fit what happened."), field="unsuccessful_because")


def opened_proposals(evaluation: Evaluation) -> list[Proposal]:
    """All that were opened, as far as the reader may see them."""
    return list(
        database.session.scalars(
            select(Proposal)
            .where(Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES))
            .order_by(Proposal.id)
        )
    )


def _note(
    actor: Viewer,
    evaluation: Evaluation,
    kind: NoteKind,
    text: str,
    now: datetime,
    *,
    proposal_id: UUID | None = None,
) -> None:
    database.session.add(
        EvaluationNote(
            evaluation_id=evaluation.id, kind=kind, at=now, by_id=actor.person_id, proposal_id=proposal_id, text=text
        )
    )
