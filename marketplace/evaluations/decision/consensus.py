"""At consensus: settle what differs, choose the comments of the letters, vote between equal totals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.models import CriterionKind
from marketplace.core import database, events
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.evaluations import policy, standing
from marketplace.evaluations.models import (
    Consensus,
    Declaration,
    Evaluation,
    EvaluationState,
    Interest,
    Score,
    ScoreSheet,
    TieVote,
)
from marketplace.evaluations.workflow import lock_running
from marketplace.proposals.models import Proposal


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
    _require_consensus(
        actor,
        evaluation,
        proposal,
        _("Scores are settled once the panel is frozen and until the recommendation is made."),
    )
    _check(evaluation, criterion_id, value, reason)
    assert actor.person_id is not None  # who may settle has signed in
    row = _row(proposal, criterion_id)
    row.value, row.reason, row.by_id, row.at = value, reason, actor.person_id, now
    events.record(
        "evaluation.settled", actor, on=evaluation, now=now, proposal=proposal.id, criterion=criterion_id, value=value
    )
    database.session.flush()
    return row


def _require_consensus(actor: Viewer, evaluation: Evaluation, proposal: Proposal, otherwise: str) -> None:
    require(proposal.challenge_id == evaluation.challenge_id)
    require(can_settle(actor, evaluation, is_closed_to_chair(evaluation, proposal.id)))
    lock_running(evaluation)
    if evaluation.state != EvaluationState.CONSENSUS:
        raise Refused(otherwise)


def _check(evaluation: Evaluation, criterion_id: UUID, value: int, reason: str) -> None:
    criterion = next((c for c in evaluation.challenge.criteria if c.id == criterion_id), None)
    if criterion is None or criterion.kind == CriterionKind.PRICE:
        raise NotFound
    highest = 1 if criterion.kind == CriterionKind.YES_NO else criterion.scale
    if not 0 <= value <= highest:
        raise Refused(_("Give a whole number from 0 to %(scale)d.", scale=highest), field="value")
    if not reason:
        raise Refused(_("Say why: the decision record keeps it."), field="reason")


def _row(proposal: Proposal, criterion_id: UUID) -> Consensus:
    known = database.session.scalars(
        select(Consensus).where(Consensus.proposal_id == proposal.id, Consensus.criterion_id == criterion_id)
    ).one_or_none()
    if known is not None:
        return known
    made = Consensus(proposal_id=proposal.id, criterion_id=criterion_id)
    database.session.add(made)
    return made


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
    _require_consensus(
        actor,
        evaluation,
        proposal,
        _("Comments are chosen once the panel is frozen and until the recommendation is made."),
    )
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
    lock_running(evaluation)
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
