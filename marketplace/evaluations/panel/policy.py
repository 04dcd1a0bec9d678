"""Which rows of a panel each viewer sees, and what its declarations and assignments open and close.

Inside a predicate other tables are read as Core tables, so that no criteria are nested in criteria.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, exists, false, or_, select

from marketplace.challenges.models import Challenge
from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.evaluations.models import Declaration, Evaluation, Exemption, Interest, PanelMember
from marketplace.proposals.models import OPENED_STATES, Proposal, Submission

# Members of the agency who follow its evaluations; an evaluator sees only the panels that he sits on.
DESK = frozenset(
    {
        Role.OWNER,
        Role.CHALLENGE_MANAGER,
        Role.APPROVER,
        Role.OPENING_OFFICER,
        Role.FINANCE_OFFICER,
        Role.VIEWER,
    }
)

_challenge = Challenge.__table__
_evaluation = Evaluation.__table__
_member = PanelMember.__table__
_declaration = Declaration.__table__
_exemption = Exemption.__table__
_proposal = Proposal.__table__


def seats_of(viewer: Viewer) -> Select[UUID] | None:
    """Seats on panels of the agency that the viewer acts for as an evaluator; None: no seat is possible."""
    if viewer.organisation_kind != Kind.AGENCY or Role.EVALUATOR not in viewer.roles:
        return None
    return (
        select(_member.c.id)
        .join(_evaluation, _evaluation.c.id == _member.c.evaluation_id)
        .join(_challenge, _challenge.c.id == _evaluation.c.challenge_id)
        .where(
            _member.c.person_id == viewer.person_id,
            _member.c.left_at.is_(None),
            _challenge.c.agency_id == viewer.organisation_id,
        )
    )


def has_desk(viewer: Viewer) -> bool:
    """Whether the viewer follows the evaluations of the agency acted for."""
    return viewer.organisation_kind == Kind.AGENCY and bool(viewer.roles & DESK)


def open_to(viewer: Viewer) -> Select[UUID] | None:
    """The evaluations that the viewer follows or judges in."""
    reading = select(_evaluation.c.id).join(_challenge, _challenge.c.id == _evaluation.c.challenge_id)
    if has_desk(viewer):
        return reading.where(_challenge.c.agency_id == viewer.organisation_id)
    seats = seats_of(viewer)
    if seats is None:
        return None
    return select(_member.c.evaluation_id).where(_member.c.id.in_(seats))


def evaluation_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The agency's desk, and panels to their members."""
    found = open_to(viewer)
    return false() if found is None else Evaluation.id.in_(found)


def of_evaluation(column: SQLColumnExpression[UUID]) -> access.Predicate:
    """Rows that hang on an evaluation are seen with it."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        found = open_to(viewer)
        return false() if found is None else column.in_(found)

    return predicate


def led_by(viewer: Viewer) -> Select[UUID] | None:
    """Where the viewer sees what others declared: as desk, or as the chair."""
    if has_desk(viewer):
        return open_to(viewer)
    seats = seats_of(viewer)
    if seats is None:
        return None
    return select(_member.c.evaluation_id).where(_member.c.id.in_(seats), _member.c.is_chair)


def _declared_by(model: type[Declaration | Exemption], viewer: Viewer) -> list[ColumnElement[bool]]:
    """The ways to rows of a seat: it is one's own, or one leads its panel."""
    own, led = seats_of(viewer), led_by(viewer)
    never = false()
    mine = never if own is None else model.member_id.in_(own)
    theirs = (
        never if led is None else model.member_id.in_(select(_member.c.id).where(_member.c.evaluation_id.in_(led)))
    )
    return [mine, theirs]


def declaration_visible(viewer: Viewer) -> ColumnElement[bool]:
    """One's own; all of them to the desk and the chair, but for what is closed to them."""
    mine, theirs = _declared_by(Declaration, viewer)
    return or_(mine, and_(theirs, Declaration.proposal_id.not_in(closed_to(viewer))))


def exemption_visible(viewer: Viewer) -> ColumnElement[bool]:
    """One's own; all of them to the desk and the chair."""
    return or_(*_declared_by(Exemption, viewer))


def unassigned(viewer: Viewer) -> Select[UUID]:
    """Proposals that the viewer's own seats do not score; a chair reads them all the same."""
    return (
        select(_exemption.c.proposal_id)
        .join(_member, _member.c.id == _exemption.c.member_id)
        .where(
            _member.c.person_id == viewer.person_id,
            _member.c.left_at.is_(None),
            ~_member.c.is_chair,
            _exemption.c.ends_at.is_(None),
        )
    )


def declared_free(viewer: Viewer) -> Select[UUID] | None:
    """Proposals that are the viewer's to read on a panel: no conflict was declared, and they are assigned."""
    seats = seats_of(viewer)
    if seats is None:
        return None
    return select(_declaration.c.proposal_id).where(
        _declaration.c.member_id.in_(seats),
        _declaration.c.interest == Interest.NONE,
        _declaration.c.proposal_id.not_in(unassigned(viewer)),
    )


def closed_to(viewer: Viewer) -> CompoundSelect[UUID]:
    """Proposals that a panel member's own declaration closes, or that wait for it.

    A conflict closes for good, whatever other role the person has and even after leaving the panel; a seat whose
    declaration is missing keeps the proposal closed until it is made.
    """
    return _conflicts(viewer).union(_undeclared(viewer))


def out_of_reach(viewer: Viewer) -> CompoundSelect[UUID]:
    """Proposals whose scores and screening stay closed to the viewer: as `closed_to`, and what is not assigned."""
    if has_desk(viewer):
        return closed_to(viewer)
    return _conflicts(viewer).union(_undeclared(viewer), unassigned(viewer))


def _conflicts(viewer: Viewer) -> Select[UUID]:
    return (
        select(_declaration.c.proposal_id)
        .join(_member, _member.c.id == _declaration.c.member_id)
        .where(_member.c.person_id == viewer.person_id, _declaration.c.interest == Interest.CONFLICT)
    )


def _undeclared(viewer: Viewer) -> Select[UUID]:
    return (
        select(_proposal.c.id)
        .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
        .join(_member, _member.c.evaluation_id == _evaluation.c.id)
        .where(
            _member.c.person_id == viewer.person_id,
            _member.c.left_at.is_(None),
            ~exists().where(_declaration.c.member_id == _member.c.id, _declaration.c.proposal_id == _proposal.c.id),
        )
    )


def not_closed(column: SQLColumnExpression[UUID], viewer: Viewer) -> ColumnElement[bool]:
    """The cut of a panel's conflicts and missing declarations, whatever else opened a row."""
    # Acting for the startup itself one reads one's own proposal; the cut is the agency's side.
    if viewer.organisation_kind != Kind.AGENCY:
        return column.is_not(None)
    return column.not_in(closed_to(viewer))


def proposal_visible_to_panel(viewer: Viewer) -> ColumnElement[bool]:
    """Opened proposals that are assigned to the viewer, who declared that nothing binds him to the bidder."""
    free = declared_free(viewer)
    return false() if free is None else and_(Proposal.state.in_(OPENED_STATES), Proposal.id.in_(free))


def submission_visible_to_panel(viewer: Viewer) -> ColumnElement[bool]:
    """The sent version that stands, with its proposal."""
    free = declared_free(viewer)
    if free is None:
        return false()
    opened = select(_proposal.c.id).where(_proposal.c.state.in_(OPENED_STATES), _proposal.c.id.in_(free))
    return and_(Submission.proposal_id.in_(opened), Submission.replaced_at.is_(None))
