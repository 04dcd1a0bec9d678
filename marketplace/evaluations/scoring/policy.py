"""Which scores each viewer sees: nobody another's, nor any total, before locking his own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, false, or_, select

from marketplace.challenges.models import Challenge
from marketplace.core import access
from marketplace.core.access import Role, Viewer
from marketplace.evaluations.models import (
    FROZEN_STATES,
    Evaluation,
    EvaluationState,
    PanelMember,
    Score,
    ScoreSheet,
)
from marketplace.evaluations.panel.policy import has_desk, out_of_reach, seats_of
from marketplace.proposals.models import Proposal

AFTER_RECOMMENDATION = (EvaluationState.RECOMMENDED, EvaluationState.APPROVED, EvaluationState.DECIDED)

_challenge = Challenge.__table__
_evaluation = Evaluation.__table__
_member = PanelMember.__table__
_proposal = Proposal.__table__
_sheet = ScoreSheet.__table__


def _frozen_evaluations(viewer: Viewer) -> ColumnElement[bool] | None:
    """A condition on `_evaluation`: frozen, and the viewer may see what the panel gave."""
    ways: list[ColumnElement[bool]] = []
    if (seats := seats_of(viewer)) is not None:
        ways.append(
            and_(
                _evaluation.c.state.in_(FROZEN_STATES),
                _evaluation.c.id.in_(select(_member.c.evaluation_id).where(_member.c.id.in_(seats))),
            )
        )
    if has_desk(viewer):
        states = FROZEN_STATES if Role.CHALLENGE_MANAGER in viewer.roles else AFTER_RECOMMENDATION
        agency = select(_challenge.c.id).where(_challenge.c.agency_id == viewer.organisation_id)
        ways.append(and_(_evaluation.c.state.in_(states), _evaluation.c.challenge_id.in_(agency)))
    return or_(*ways) if ways else None


def _visible_sheets(viewer: Viewer) -> Select[UUID] | None:
    """Own sheets; another's locked one of a proposal that the viewer has locked, or of a frozen panel."""
    ways: list[ColumnElement[bool]] = []
    seats = seats_of(viewer)
    if seats is not None:
        mine = _sheet.alias()
        ways.append(_sheet.c.member_id.in_(seats))
        ways.append(
            and_(
                _sheet.c.locked_at.is_not(None),
                exists().where(
                    mine.c.proposal_id == _sheet.c.proposal_id,
                    mine.c.member_id.in_(seats),
                    mine.c.locked_at.is_not(None),
                    mine.c.void_at.is_(None),
                ),
            )
        )
    frozen = _frozen_evaluations(viewer)
    if frozen is not None:
        members = select(_member.c.id).join(_evaluation, _evaluation.c.id == _member.c.evaluation_id).where(frozen)
        ways.append(and_(_sheet.c.locked_at.is_not(None), _sheet.c.member_id.in_(members)))
    if not ways:
        return None
    return select(_sheet.c.id).where(or_(*ways), _sheet.c.proposal_id.not_in(out_of_reach(viewer)))


def sheet_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Nobody sees another's scores before locking his own; product rules, "Evaluation"."""
    sheets = _visible_sheets(viewer)
    return false() if sheets is None else ScoreSheet.id.in_(sheets)


def score_visible(viewer: Viewer) -> ColumnElement[bool]:
    """With its sheet."""
    sheets = _visible_sheets(viewer)
    return false() if sheets is None else Score.sheet_id.in_(sheets)


def of_judged_proposal(column: SQLColumnExpression[UUID]) -> access.Predicate:
    """Rows that hang on a proposal and are seen once its panel is frozen."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        frozen = _frozen_evaluations(viewer)
        if frozen is None:
            return false()
        judged = (
            select(_proposal.c.id)
            .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
            .where(frozen, _proposal.c.id.not_in(out_of_reach(viewer)))
        )
        return column.in_(judged)

    return predicate
