"""From consensus to the decision: settle, recommend, approve or send back, decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.models import Criterion, CriterionKind
from marketplace.challenges.workflow import LIFECYCLE as CHALLENGE
from marketplace.core import database, events
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.workflow import lock
from marketplace.evaluations import policy, progress, standing
from marketplace.evaluations.decision import letters
from marketplace.evaluations.models import (
    Consensus,
    Declaration,
    Evaluation,
    EvaluationNote,
    EvaluationState,
    Interest,
    NoteKind,
    PublicResult,
    Score,
    ScoreSheet,
    TieVote,
    Unsuccessful,
)
from marketplace.evaluations.workflow import LIFECYCLE
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE as PROPOSAL


def can_settle(viewer: Viewer, evaluation: Evaluation, is_closed_to_chair: bool) -> bool:
    """The chair; the challenge manager where a conflict closes the proposal to the chair."""
    return policy.is_chair(viewer, evaluation) or (is_closed_to_chair and policy.is_manager(viewer, evaluation))


def settle(
    actor: Viewer,
    evaluation: Evaluation,
    proposal: Proposal,
    criterion_id: UUID,
    value: int,
    reason: str,
    now: datetime,
) -> Consensus:
    """Set the score that stands for the panel where its scores differ, or where all are *not applicable*.

    Args:
        value: on the criterion's scale; yes 1, no 0.
        reason: why, 1 to 2000 characters; the decision record prints it.
    Raises:
        NotAllowed: not the chair's, or closed to the chair and not the manager's.
        Refused: not at consensus, or outside the scale.
    """
    require(proposal.challenge_id == evaluation.challenge_id)
    require(can_settle(actor, evaluation, is_closed_to_chair(evaluation, proposal.id)))
    lock(evaluation)
    if evaluation.state != EvaluationState.CONSENSUS:
        raise Refused(_("Scores are settled once the panel is frozen and until the recommendation is made."))
    criterion = next((c for c in evaluation.challenge.criteria if c.id == criterion_id), None)
    if criterion is None or criterion.kind == CriterionKind.PRICE:
        raise NotFound
    if not 0 <= value <= _highest(criterion):
        raise Refused(_("Give a whole number from 0 to %(scale)d.", scale=_highest(criterion)), field="value")
    if not reason:
        raise Refused(_("Say why: the decision record keeps it."), field="reason")
    assert actor.person_id is not None  # who may settle has signed in
    row = database.session.scalars(
        select(Consensus).where(Consensus.proposal_id == proposal.id, Consensus.criterion_id == criterion_id)
    ).one_or_none()
    if row is None:
        row = Consensus(proposal_id=proposal.id, criterion_id=criterion_id)
        database.session.add(row)
    row.value, row.reason, row.by_id, row.at = value, reason, actor.person_id, now
    events.record(
        "evaluation.settled", actor, on=evaluation, now=now, proposal=proposal.id, criterion=criterion_id, value=value
    )
    database.session.flush()
    return row


def release_comments(
    actor: Viewer, evaluation: Evaluation, proposal: Proposal, score_ids: Iterable[UUID], now: datetime
) -> int:
    """Choose the comments on a proposal that its letter carries: those named, and no others.

    Returns:
        How many are released.
    Raises:
        NotAllowed: as for `settle`.
        Refused: not at consensus.
    """
    require(proposal.challenge_id == evaluation.challenge_id)
    require(can_settle(actor, evaluation, is_closed_to_chair(evaluation, proposal.id)))
    lock(evaluation)
    if evaluation.state != EvaluationState.CONSENSUS:
        raise Refused(_("Comments are chosen once the panel is frozen and until the recommendation is made."))
    chosen = set(score_ids)
    scores = database.session.scalars(
        select(Score)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .where(ScoreSheet.proposal_id == proposal.id, ScoreSheet.locked_at.is_not(None), Score.comment != "")
    ).all()
    for score in scores:
        score.is_comment_released = score.id in chosen
    released = sum(score.is_comment_released for score in scores)
    events.record("evaluation.comments_released", actor, on=evaluation, now=now, proposal=proposal.id, count=released)
    return released


def vote(actor: Viewer, evaluation: Evaluation, proposal_id: UUID, now: datetime) -> None:
    """A panel member's voice between the proposals that are equal at the top; it may be changed until decided.

    Raises:
        NotAllowed: no seat on this panel, or a conflict with one of those that are equal.
        Refused: not a vote, or not between these.
    """
    seat = policy.membership(actor, evaluation)
    require(seat is not None)
    assert seat is not None
    lock(evaluation)
    tied = standing.of(evaluation).tied_at_top if evaluation.state == EvaluationState.CONSENSUS else ()
    if proposal_id not in tied:
        raise Refused(_("There is no vote on this proposal."))
    with reading_as_system("whether the voter is recused from one of the equal proposals"):
        conflict = database.session.scalars(
            select(Declaration.id).where(
                Declaration.member_id == seat.id,
                Declaration.proposal_id.in_(tied),
                Declaration.interest == Interest.CONFLICT,
            )
        ).first()
    require(conflict is None)
    row = database.session.scalars(select(TieVote).where(TieVote.member_id == seat.id)).one_or_none()
    if row is None:
        row = TieVote(evaluation_id=evaluation.id, member_id=seat.id)
        database.session.add(row)
    row.proposal_id = proposal_id
    events.record("evaluation.voted", actor, on=evaluation, now=now, member=seat.id)
    database.session.flush()


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
    lock(evaluation)
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


def disqualify(actor: Viewer, evaluation: Evaluation, proposal: Proposal, reason: str, now: datetime) -> None:
    """Take a proposal out for what it or its proposer did; the ranking is recomputed without it.

    Args:
        reason: 1 to 2000 characters; the proposer reads it.
    Raises:
        Refused: after the recommendation, which must be sent back first.
    """
    require(policy.is_manager(actor, evaluation) and proposal.challenge_id == evaluation.challenge_id)
    lock(evaluation)
    if evaluation.state not in (EvaluationState.SETTING_UP, EvaluationState.SCORING, EvaluationState.CONSENSUS):
        raise Refused(_("The recommendation is made: ask for changes first."))
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
        proposals = _opened_proposals(evaluation)
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
    proposals = {proposal.id: proposal for proposal in _opened_proposals(evaluation)}
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


def _opened_proposals(evaluation: Evaluation) -> list[Proposal]:
    return list(
        database.session.scalars(
            select(Proposal)
            .where(Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES))
            .order_by(Proposal.id)
        )
    )


def is_closed_to_chair(evaluation: Evaluation, proposal_id: UUID) -> bool:
    """Whether the chair's own conflict closes a proposal; the manager settles it then."""
    chair = next((m for m in evaluation.members if m.is_chair and m.left_at is None), None)
    if chair is None:
        return True
    with reading_as_system("whether the chair is recused"):
        found = database.session.scalars(
            select(Declaration.id).where(
                Declaration.member_id == chair.id,
                Declaration.proposal_id == proposal_id,
                Declaration.interest == Interest.CONFLICT,
            )
        ).first()
    return found is not None


def _highest(criterion: Criterion) -> int:
    return 1 if criterion.kind == CriterionKind.YES_NO else criterion.scale


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
