"""Setting a panel up: who sits on it, who leads it, what each declares, who leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.core import database, events
from marketplace.core.access import Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.workflow import lock
from marketplace.evaluations import policy
from marketplace.evaluations.models import (
    Declaration,
    Evaluation,
    EvaluationNote,
    EvaluationState,
    Interest,
    NoteKind,
    PanelMember,
    ScoreSheet,
)
from marketplace.evaluations.workflow import lock_running
from marketplace.organisations.models import Membership
from marketplace.proposals.models import OPENED_STATES, Proposal

STAFFING = (EvaluationState.SETTING_UP, EvaluationState.SCORING)


def add_member(actor: Viewer, evaluation: Evaluation, person_id: UUID, now: datetime) -> PanelMember:
    """Give a seat to a member of the agency who holds the evaluator role.

    Outsiders are invited to that role first, by an organisation's invitation.

    Raises:
        NotAllowed: the actor is not the agency's challenge manager.
        Refused: the panel is frozen, the person is no evaluator, or sits or sat on it.
    """
    require(policy.is_manager(actor, evaluation))
    lock_running(evaluation)
    require_staffing(evaluation)
    if not _is_evaluator(person_id, evaluation.challenge.agency_id, now):
        raise Refused(_("Choose a member of your agency who holds the evaluator role."), field="person")
    if any(member.person_id == person_id for member in evaluation.members):
        raise Refused(_("This person is or was on the panel already."), field="person")
    member = PanelMember(evaluation_id=evaluation.id, person_id=person_id, added_by=actor.person_id)
    evaluation.members.append(member)
    database.session.flush()
    events.record("evaluation.member_added", actor, on=evaluation, now=now, member=member.id)
    return member


def name_chair(actor: Viewer, evaluation: Evaluation, member_id: UUID, now: datetime) -> None:
    """Let one of the panel lead it; whoever did before, no longer does.

    Raises:
        NotAllowed: the actor is not the agency's challenge manager.
        NotFound: nobody of this panel.
        Refused: the recommendation is made.
    """
    require(policy.is_manager(actor, evaluation))
    lock_running(evaluation)
    if evaluation.state not in (*STAFFING, EvaluationState.CONSENSUS):
        raise Refused(_("The recommendation is made: the chair can't change any more."))
    chair = _active(evaluation, member_id)
    for member in evaluation.members:
        member.is_chair = member is chair
    events.record("evaluation.chair_named", actor, on=evaluation, now=now, member=chair.id)


def remove_member(
    actor: Viewer, evaluation: Evaluation, member_id: UUID, keeps_scores: bool, reason: str, now: datetime
) -> None:
    """Record that an evaluator leaves before consensus, and what becomes of the scores given so far.

    Args:
        keeps_scores: locked scores count further, or all are void; either way they stay on record.
        reason: why, 1 to 2000 characters.
    Raises:
        NotAllowed: neither chair nor challenge manager.
        Refused: the panel is frozen.
    """
    require(policy.leads(actor, evaluation))
    lock_running(evaluation)
    require_staffing(evaluation)
    member = _active(evaluation, member_id)
    member.left_at, member.left_reason, member.keeps_scores, member.is_chair = now, reason, keeps_scores, False
    for sheet in _sheets(member):
        if not keeps_scores or sheet.locked_at is None:
            sheet.void_at, sheet.void_reason = now, reason
    _note(actor, evaluation, NoteKind.MEMBER_LEFT, reason, now, member=member)
    events.record(
        "evaluation.member_left", actor, on=evaluation, now=now, member=member.id, keeps_scores=keeps_scores
    )


def set_due(actor: Viewer, evaluation: Evaluation, due_at: datetime, now: datetime) -> None:
    """Say until when scores are wanted.

    Raises:
        Refused: the date has passed, or the panel is frozen.
    """
    require(policy.leads(actor, evaluation))
    lock_running(evaluation)
    require_staffing(evaluation)
    if due_at <= now:
        raise Refused(_("Choose a date that is still to come."), field="due_at")
    evaluation.due_at = due_at
    events.record("evaluation.due_set", actor, on=evaluation, now=now, due_at=due_at)


@dataclass(frozen=True)
class Declared:
    """What an evaluator says of one bidder: nothing binds us, or what does."""

    has_conflict: bool
    reason: str = ""


def declare(actor: Viewer, evaluation: Evaluation, answers: Mapping[UUID, Declared], now: datetime) -> None:
    """Declare interests, before any content is read; a conflict closes that proposal at once, everywhere.

    Args:
        answers: proposal -> answer; only what is not declared yet is taken, so a form sent twice has one effect.
    Raises:
        NotAllowed: the actor has no seat on this panel.
        Refused: a conflict without its reason, or the panel is frozen.
    """
    seat = policy.membership(actor, evaluation)
    require(seat is not None)
    assert seat is not None
    lock_running(evaluation)
    require_staffing(evaluation)
    with reading_as_system("declarations come before the content may be seen"):
        bidders = set(_bidder_ids(evaluation))
        known = {declared.proposal_id for declared in _declarations(seat)}
    if not bidders.issuperset(answers):
        raise NotFound
    new = {proposal_id: answer for proposal_id, answer in answers.items() if proposal_id not in known}
    if not new:
        return
    for proposal_id, answer in new.items():
        if answer.has_conflict and not answer.reason:
            raise Refused(_("Say what binds you to this bidder."), field=f"reason_{proposal_id.hex}")
        _add_declaration(actor, evaluation, seat, proposal_id, answer, now)
    events.record("evaluation.declared", actor, on=evaluation, now=now, member=seat.id, proposals=len(new))


def recuse(
    actor: Viewer, evaluation: Evaluation, member_id: UUID, proposal_id: UUID, reason: str, now: datetime
) -> None:
    """Record a conflict that was found later: access ends at once, scores are void and stay on record.

    Where the challenge was cancelled too: what was sent can still be read.

    Args:
        member_id: the actor's own seat, or any seat where the actor leads the panel.
        reason: what the conflict is, 1 to 2000 characters.
    Raises:
        NotAllowed: another's seat, and the actor does not lead.
        NotFound: no such seat or bidder.
    """
    seat = policy.membership(actor, evaluation)
    require(policy.leads(actor, evaluation) or (seat is not None and seat.id == member_id))
    lock(evaluation)
    member = next((m for m in evaluation.members if m.id == member_id), None)
    with reading_as_system("a conflict found later closes what the actor may no longer see"):
        if member is None or proposal_id not in set(_bidder_ids(evaluation)):
            raise NotFound
        declared = next((d for d in _declarations(member) if d.proposal_id == proposal_id), None)
        sheet = next((s for s in _sheets(member) if s.proposal_id == proposal_id), None)
    if declared is not None and declared.interest == Interest.CONFLICT:
        return
    if declared is None:
        _add_declaration(actor, evaluation, member, proposal_id, Declared(True, reason), now)
    else:
        declared.interest, declared.reason, declared.declared_at = Interest.CONFLICT, reason, now
        events.record("evaluation.recused", actor, on=evaluation, now=now, member=member.id, proposal=proposal_id)
    _note(actor, evaluation, NoteKind.CONFLICT_FOUND, reason, now, member=member, proposal_id=proposal_id)
    if sheet is not None and sheet.void_at is None:
        sheet.void_at, sheet.void_reason = now, reason
        events.record(
            "evaluation.scores_voided", actor, on=evaluation, now=now, member=member.id, proposal=proposal_id
        )


def _add_declaration(
    actor: Viewer, evaluation: Evaluation, seat: PanelMember, proposal_id: UUID, answer: Declared, now: datetime
) -> None:
    interest = Interest.CONFLICT if answer.has_conflict else Interest.NONE
    database.session.add(
        Declaration(
            member_id=seat.id, proposal_id=proposal_id, interest=interest, reason=answer.reason, declared_at=now
        )
    )
    if answer.has_conflict:
        events.record("evaluation.recused", actor, on=evaluation, now=now, member=seat.id, proposal=proposal_id)


def require_staffing(evaluation: Evaluation) -> None:
    """Refuse a change of the panel once it is frozen."""
    if evaluation.state not in STAFFING:
        raise Refused(_("The panel is frozen: this can't be changed any more."))


def _active(evaluation: Evaluation, member_id: UUID) -> PanelMember:
    for member in evaluation.members:
        if member.id == member_id and member.left_at is None:
            return member
    raise NotFound


def _is_evaluator(person_id: UUID, agency_id: UUID, now: datetime) -> bool:
    with reading_as_system("who may be named to a panel"):
        found = database.session.scalars(
            select(Membership.id).where(
                Membership.person_id == person_id,
                Membership.organisation_id == agency_id,
                Membership.role == Role.EVALUATOR,
                Membership.starts_at <= now,
                Membership.ends_at.is_(None) | (Membership.ends_at > now),
            )
        ).first()
    return found is not None


def _bidder_ids(evaluation: Evaluation) -> list[UUID]:
    return list(
        database.session.scalars(
            select(Proposal.id).where(
                Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES)
            )
        )
    )


def _declarations(member: PanelMember) -> list[Declaration]:
    return list(database.session.scalars(select(Declaration).where(Declaration.member_id == member.id)))


def _sheets(member: PanelMember) -> list[ScoreSheet]:
    with reading_as_system("scores are voided by people who may not read them"):
        return list(database.session.scalars(select(ScoreSheet).where(ScoreSheet.member_id == member.id)))


def _note(
    actor: Viewer,
    evaluation: Evaluation,
    kind: NoteKind,
    text: str,
    now: datetime,
    *,
    member: PanelMember | None = None,
    proposal_id: UUID | None = None,
) -> None:
    if actor.person_id is None:
        raise NotAllowed
    database.session.add(
        EvaluationNote(
            evaluation_id=evaluation.id,
            kind=kind,
            at=now,
            by_id=actor.person_id,
            member_id=None if member is None else member.id,
            proposal_id=proposal_id,
            text=text,
        )
    )
