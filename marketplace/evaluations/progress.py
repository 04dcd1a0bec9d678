"""How far a panel is, in counts: no score and no total is read here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, event, exists, func, or_, select
from sqlalchemy.orm import Session

from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.evaluations.models import Declaration, Evaluation, Exemption, Interest, PanelMember, ScoreSheet
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState

_proposal = Proposal.__table__
_member = PanelMember.__table__
_declaration = Declaration.__table__
_exemption = Exemption.__table__
_sheet = ScoreSheet.__table__

IN_QUESTION = (ProposalState.OPENED, ProposalState.UNDER_EVALUATION)


@dataclass(frozen=True)
class Progress:
    """Counts of one evaluation.

    Attributes:
        bidders: proposals that were opened.
        unscreened: those without a screening.
        eligible: those that are judged.
        undeclared_members: evaluators who still owe a declaration on a proposal.
        without_evaluator: judged proposals that nobody on the panel scores, and that nobody who left has scored.
        sheets: pairs of evaluator and judged proposal, assigned to each other, that a score sheet is due for.
        unlocked_sheets: those of them that are not locked.
    """

    bidders: int
    unscreened: int
    eligible: int
    undeclared_members: int
    without_evaluator: int
    sheets: int
    unlocked_sheets: int

    @property
    def locked_sheets(self) -> int:
        return self.sheets - self.unlocked_sheets


_KEPT = "marketplace.evaluations.kept"
Made = TypeVar("Made")


def kept(name: str, evaluation: Evaluation, make: Callable[[], Made]) -> Made:
    """What several guards ask of one evaluation, read once until something changes in the session."""
    known = database.session.info.setdefault(_KEPT, {})
    if (name, evaluation.id) not in known:
        known[name, evaluation.id] = make()
    return known[name, evaluation.id]


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_begin")
@event.listens_for(Session, "after_rollback")
def _forget(changed: Session, *_context: object) -> None:
    changed.info.pop(_KEPT, None)


def forget() -> None:
    """Read anew: another transaction may have changed what was read before a lock was had."""
    _forget(cast(Session, database.session))


def of(evaluation: Evaluation) -> Progress:
    """The counts of an evaluation, in one statement; they are the same for every reader."""
    return kept("progress", evaluation, lambda: _read(evaluation))


def _read(evaluation: Evaluation) -> Progress:
    with reading_as_system("counts, the same for every reader"):
        row = database.session.execute(_counts(evaluation)).one()
    return Progress(*row)


def _counts(evaluation: Evaluation) -> Select[int, int, int, int, int, int, int]:
    judged = _proposal.c.state == ProposalState.UNDER_EVALUATION
    return select(
        _proposals(evaluation, _proposal.c.state.in_(OPENED_STATES)),
        _proposals(evaluation, _proposal.c.state == ProposalState.OPENED),
        _proposals(evaluation, judged),
        _undeclared(evaluation),
        _proposals(evaluation, judged, ~_judged_by_somebody()),
        _pairs(evaluation),
        _pairs(evaluation, ~_is_locked()),
    )


def _proposals(evaluation: Evaluation, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(_proposal)
        .where(_proposal.c.challenge_id == evaluation.challenge_id, *conditions)
        .scalar_subquery()
    )


def _undeclared(evaluation: Evaluation) -> ScalarSelect[int]:
    owed = exists().where(
        _proposal.c.challenge_id == evaluation.challenge_id,
        _proposal.c.state.in_(IN_QUESTION),
        ~exists().where(_declaration.c.member_id == _member.c.id, _declaration.c.proposal_id == _proposal.c.id),
    )
    return (
        select(func.count())
        .select_from(_member)
        .where(_member.c.evaluation_id == evaluation.id, _member.c.left_at.is_(None), owed)
        .scalar_subquery()
    )


def _judged_by_somebody() -> ColumnElement[bool]:
    """A present member may judge it, or one who left has: a member's locked scores count until they are void."""
    present = exists().where(
        _declaration.c.proposal_id == _proposal.c.id,
        _declaration.c.interest == Interest.NONE,
        _declaration.c.member_id == _member.c.id,
        _member.c.left_at.is_(None),
        ~_is_exempt(),
    )
    scored = exists().where(
        _sheet.c.proposal_id == _proposal.c.id, _sheet.c.locked_at.is_not(None), _sheet.c.void_at.is_(None)
    )
    return or_(present, scored)


def _is_exempt() -> ColumnElement[bool]:
    # Said outright: nested in another EXISTS it would read a table of proposals of its own.
    return (
        exists()
        .where(
            _exemption.c.member_id == _member.c.id,
            _exemption.c.proposal_id == _proposal.c.id,
            _exemption.c.ends_at.is_(None),
        )
        .correlate(_member, _proposal)
    )


def _pairs(evaluation: Evaluation, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    recused = exists().where(
        _declaration.c.member_id == _member.c.id,
        _declaration.c.proposal_id == _proposal.c.id,
        _declaration.c.interest == Interest.CONFLICT,
    )
    return (
        select(func.count())
        .select_from(_member)
        .join(_proposal, _proposal.c.challenge_id == evaluation.challenge_id)
        .where(
            _member.c.evaluation_id == evaluation.id,
            _member.c.left_at.is_(None),
            _proposal.c.state == ProposalState.UNDER_EVALUATION,
            ~recused,
            ~_is_exempt(),
            *conditions,
        )
        .scalar_subquery()
    )


def _is_locked() -> ColumnElement[bool]:
    return exists().where(
        and_(
            _sheet.c.member_id == _member.c.id,
            _sheet.c.proposal_id == _proposal.c.id,
            _sheet.c.locked_at.is_not(None),
            _sheet.c.void_at.is_(None),
        )
    )
