"""When a winner goes: declined, not signed, award taken back. One proposes what follows, another confirms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.models import ChallengeState
from marketplace.challenges.workflow import LIFECYCLE as CHALLENGE
from marketplace.core import database, events
from marketplace.core.access import Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.workflow import lock
from marketplace.evaluations.decision import commands, letters
from marketplace.evaluations.models import Evaluation, EvaluationState, PublicResult, Succession, Unsuccessful
from marketplace.proposals import policy as proposals_policy
from marketplace.proposals.models import Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE as PROPOSAL


def decline(actor: Viewer, proposal: Proposal, reason: str, now: datetime) -> None:
    """A winner or reserve does not want the award.

    Args:
        reason: what the agency reads, 1 to 2000 characters.
    Raises:
        NotAllowed: neither owner nor signatory of the startup.
        Refused: nothing to decline.
    """
    require(proposals_policy.can_bind(actor, proposal))
    if not reason:
        raise Refused(_("Say why: the agency will read it."), field="reason")
    PROPOSAL.fire(proposal, "decline", actor, now)
    proposal.state_reason = reason


def can_propose(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The agency's challenge manager or an approver, once the decision is made."""
    return (
        viewer.is_verified
        and evaluation.state == EvaluationState.DECIDED
        and viewer.has_any({Role.CHALLENGE_MANAGER, Role.APPROVER}, evaluation.challenge.agency_id)
    )


def can_confirm(viewer: Viewer, evaluation: Evaluation, succession: Succession) -> bool:
    """An approver who did not propose it."""
    return (
        viewer.is_verified
        and viewer.has(Role.APPROVER, evaluation.challenge.agency_id)
        and viewer.person_id != succession.proposed_by
    )


def next_reserve(evaluation: Evaluation) -> Proposal | None:
    """The best of those still in reserve, by the ranking that was decided upon."""
    order = [UUID(row["proposal"]) for row in (evaluation.result or {}).get("placed", [])]
    with reading_as_system("the order of the reserve is the same for every reader"):
        waiting = {
            proposal.id: proposal
            for proposal in database.session.scalars(
                select(Proposal).where(
                    Proposal.challenge_id == evaluation.challenge_id, Proposal.state == ProposalState.RESERVE
                )
            )
        }
    return next((waiting[proposal_id] for proposal_id in order if proposal_id in waiting), None)


def propose(
    actor: Viewer, evaluation: Evaluation, leaving_id: UUID, to_next_reserve: bool, reason: str, now: datetime
) -> Succession:
    """Propose that the next reserve steps up in a winner's place, or that nobody does.

    Args:
        leaving_id: the winner that declined, did not sign, or whose award is taken back.
        reason: 1 to 2000 characters; the public result gives it where the challenge ends without an award.
    Raises:
        NotAllowed: neither challenge manager nor approver.
        NotFound: no winner, or one that was followed already.
        Refused: one waits for its confirmation already, or there is no reserve.
    """
    require(can_propose(actor, evaluation))
    lock(evaluation)
    if not reason:
        raise Refused(_("Say why."), field="reason")
    if open_one(evaluation) is not None:
        raise Refused(_("A proposal of what follows waits for its confirmation already."))
    _leaving(evaluation, leaving_id)
    successor = next_reserve(evaluation) if to_next_reserve else None
    if to_next_reserve and successor is None:
        raise Refused(_("No proposal is left in reserve."), field="to_next_reserve")
    made = Succession(
        evaluation_id=evaluation.id,
        leaving_id=leaving_id,
        successor_id=None if successor is None else successor.id,
        reason=reason,
        proposed_by=actor.person_id,
        proposed_at=now,
    )
    database.session.add(made)
    database.session.flush()
    events.record("evaluation.succession_proposed", actor, on=evaluation, now=now, succession=made.id)
    return made


def open_one(evaluation: Evaluation) -> Succession | None:
    """The one that waits for its second person."""
    return database.session.scalars(
        select(Succession).where(Succession.evaluation_id == evaluation.id, Succession.confirmed_at.is_(None))
    ).one_or_none()


def refuse(actor: Viewer, evaluation: Evaluation, now: datetime) -> None:
    """The second person does not agree, or the first takes it back: it is dropped, the event stays."""
    lock(evaluation)
    waiting = open_one(evaluation)
    if waiting is None:
        raise NotFound
    require(can_confirm(actor, evaluation, waiting) or actor.person_id == waiting.proposed_by)
    events.record("evaluation.succession_refused", actor, on=evaluation, now=now, succession=waiting.id)
    database.session.delete(waiting)


def confirm(actor: Viewer, evaluation: Evaluation, now: datetime) -> None:
    """The second person agrees: in one transaction the winner goes and the next comes, or the challenge ends.

    Raises:
        NotAllowed: no approver, or the one who proposed it.
        Refused: the reserve has declined meanwhile.
    """
    lock(evaluation)
    waiting = open_one(evaluation)
    if waiting is None:
        raise NotFound
    require(can_confirm(actor, evaluation, waiting))
    with reading_as_system("what follows the winner moves proposals that may be closed to the actor"):
        leaving = _leaving(evaluation, waiting.leaving_id)
        if leaving.state == ProposalState.AWARDED:
            PROPOSAL.fire(leaving, "release", actor, now)
            leaving.state_reason = waiting.reason
        waiting.confirmed_by, waiting.confirmed_at = actor.person_id, now
        events.record("evaluation.succession_confirmed", actor, on=evaluation, now=now, succession=waiting.id)
        if waiting.successor_id is not None:
            successor = _proposal(waiting.successor_id)
            if successor.state != ProposalState.RESERVE:
                raise Refused(_("The reserve has declined meanwhile. Refuse this and propose the next one."))
            PROPOSAL.fire(successor, "award", actor, now)
        else:
            _end_without_award(actor, evaluation, waiting.reason, now)
        commands.publish_result(evaluation, now)
        _write_again(actor, evaluation, waiting, now)


def _end_without_award(actor: Viewer, evaluation: Evaluation, reason: str, now: datetime) -> None:
    """Where the award was shared, the other winners keep it."""
    if _awarded(evaluation):
        return
    evaluation.unsuccessful_because, evaluation.public_reason = Unsuccessful.DECLINED, reason
    challenge = evaluation.challenge
    challenge.outcome_reason = reason
    if challenge.state == ChallengeState.AWARDED:
        CHALLENGE.fire(challenge, "fail", actor, now)


def _write_again(actor: Viewer, evaluation: Evaluation, done: Succession, now: datetime) -> None:
    """Those whose outcome changed get a new letter: who left, who stepped up, and at the end the reserves."""
    proposals = commands.opened_proposals(evaluation)
    changed = {done.leaving_id, done.successor_id}
    if done.successor_id is None and not _awarded(evaluation):
        for proposal in proposals:
            if proposal.state == ProposalState.RESERVE:
                PROPOSAL.fire(proposal, "reject", actor, now)
                changed.add(proposal.id)
    states = {proposal.id: proposal.state for proposal in proposals}
    for proposal, content in letters.prepare(evaluation, proposals, states).items():
        if proposal.id in changed:
            letters.send(actor, proposal, content, now)


def _awarded(evaluation: Evaluation) -> list[UUID]:
    return list(
        database.session.scalars(
            select(Proposal.id).where(
                Proposal.challenge_id == evaluation.challenge_id, Proposal.state == ProposalState.AWARDED
            )
        )
    )


def leaving_ones(evaluation: Evaluation) -> list[Proposal]:
    """The winners of the result that stands: each can be followed once, and a reserve that declined is none."""
    with reading_as_system("the winner that goes may be closed to the actor"):
        proposals = commands.opened_proposals(evaluation)
        latest = select(PublicResult.winners).where(PublicResult.challenge_id == evaluation.challenge_id)
        winners = database.session.scalars(latest.order_by(PublicResult.at.desc(), PublicResult.id.desc())).first()
    return [
        proposal
        for proposal in proposals
        if proposal.state in (ProposalState.AWARDED, ProposalState.DECLINED)
        and str(proposal.startup_id) in (winners or ())
    ]


def _leaving(evaluation: Evaluation, proposal_id: UUID) -> Proposal:
    found = next((proposal for proposal in leaving_ones(evaluation) if proposal.id == proposal_id), None)
    if found is None:
        raise NotFound
    return found


def _proposal(proposal_id: UUID) -> Proposal:
    found = database.session.scalars(select(Proposal).where(Proposal.id == proposal_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
