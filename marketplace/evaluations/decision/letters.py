"""What each proposer is told: prepared for the preview, written and sent with the decision, all together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import database, events
from marketplace.core.access import Viewer, reading_as_system
from marketplace.evaluations.models import Evaluation, Letter, PanelMember, Score, ScoreSheet
from marketplace.proposals.models import Proposal, ProposalState

Content = dict[str, Any]


def send_all(actor: Viewer, evaluation: Evaluation, proposals: Sequence[Proposal], now: datetime) -> None:
    """Write and send the letters of a decision, inside its transaction. The caller reads as the system."""
    states = {proposal.id: proposal.state for proposal in proposals}
    for proposal, content in prepare(evaluation, proposals, states).items():
        send(actor, proposal, content, now)


def send(actor: Viewer, proposal: Proposal, content: Content, now: datetime) -> Letter:
    """Write one letter; one that was sent before is replaced, its event stays."""
    letter = database.session.scalars(select(Letter).where(Letter.proposal_id == proposal.id)).one_or_none()
    if letter is None:
        letter = Letter(proposal_id=proposal.id)
        database.session.add(letter)
    letter.content, letter.sent_at = content, now
    events.record("evaluation.letter_sent", actor, on=proposal, now=now, outcome=content["outcome"])
    return letter


def prepare(
    evaluation: Evaluation, proposals: Sequence[Proposal], states: dict[UUID, ProposalState]
) -> dict[Proposal, Content]:
    """What each letter holds: identifiers, numbers and released comments; words are made for its reader.

    Args:
        states: what becomes of each proposal, for a preview before it has.
    """
    result = evaluation.result or {"placed": [], "knocked_out": []}
    placed = {row["proposal"]: row for row in result["placed"]}
    knocked_out = {row["proposal"]: row for row in result["knocked_out"]}
    comments = _released_comments(evaluation)
    winners = [str(p.startup_id) for p in proposals if states[p.id] == ProposalState.AWARDED]
    names = {criterion.id: criterion for criterion in evaluation.challenge.criteria}
    letters: dict[Proposal, Content] = {}
    for proposal in proposals:
        row = placed.get(str(proposal.id))
        lost = knocked_out.get(str(proposal.id))
        letters[proposal] = {
            "outcome": states[proposal.id].value,
            "reason": proposal.state_reason or "",
            "rank": None if row is None else row["rank"],
            "ranked": len(result["placed"]),
            "total": None if row is None else row["total"],
            "points": [] if row is None else row["points"],
            "failed": [] if lost is None else lost["failed"],
            "comments": [
                {"criterion": str(criterion_id), "text": text}
                for criterion_id, text in comments.get(proposal.id, ())
                if criterion_id in names
            ],
            "winners": winners,
            "unsuccessful_because": evaluation.unsuccessful_because,
            "public_reason": evaluation.public_reason,
        }
    return letters


def preview(
    evaluation: Evaluation, proposals: Sequence[Proposal], arrows: dict[UUID, ProposalState]
) -> dict[Proposal, Content]:
    """The letters as they would be sent now, before anything is decided.

    Args:
        arrows: what the recommendation makes of the judged proposals.
    """
    states = {proposal.id: arrows.get(proposal.id, proposal.state) for proposal in proposals}
    with reading_as_system("released comments go into the letters that are previewed"):
        return prepare(evaluation, proposals, states)


def _released_comments(evaluation: Evaluation) -> dict[UUID, list[tuple[UUID, str]]]:
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for proposal_id, criterion_id, text in database.session.execute(
        select(ScoreSheet.proposal_id, Score.criterion_id, Score.comment)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .join(PanelMember, PanelMember.id == ScoreSheet.member_id)
        .where(
            PanelMember.evaluation_id == evaluation.id,
            ScoreSheet.locked_at.is_not(None),
            ScoreSheet.void_at.is_(None),
            Score.is_comment_released,
        )
        .order_by(Score.id)
    ):
        found[proposal_id].append((criterion_id, text))
    return found
