"""Who may do what in an evaluation, and which rows each viewer sees.

Inside a predicate other tables are read as Core tables, so that no criteria are nested in criteria.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, SQLColumnExpression, and_, exists, false, or_, select

import marketplace.proposals.policy  # noqa: F401 - its guards stand before they are widened here
from marketplace.challenges.models import Challenge
from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.evaluations.models import (
    FROZEN_STATES,
    Consensus,
    Declaration,
    Evaluation,
    EvaluationNote,
    EvaluationState,
    Interest,
    Letter,
    PanelMember,
    PublicResult,
    Score,
    ScoreSheet,
    Screening,
    Succession,
    TieVote,
)
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
AFTER_RECOMMENDATION = (EvaluationState.RECOMMENDED, EvaluationState.APPROVED, EvaluationState.DECIDED)

_challenge = Challenge.__table__
_evaluation = Evaluation.__table__
_member = PanelMember.__table__
_declaration = Declaration.__table__
_proposal = Proposal.__table__
_sheet = ScoreSheet.__table__


# --- Deeds --------------------------------------------------------------------------------------------------------


def is_manager(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The agency's challenge manager: sets the panel up, screens, announces the decision."""
    return viewer.is_verified and viewer.has(Role.CHALLENGE_MANAGER, evaluation.challenge.agency_id)


def membership(viewer: Viewer, evaluation: Evaluation) -> PanelMember | None:
    """The viewer's seat on this panel while acting as an evaluator of its agency, else None.

    A suspended agency's panel stands still: its desk reads on, and nobody scores.
    """
    if not viewer.is_verified or not viewer.has(Role.EVALUATOR, evaluation.challenge.agency_id):
        return None
    return next((m for m in evaluation.members if m.person_id == viewer.person_id and m.left_at is None), None)


def is_chair(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The panel's chair."""
    seat = membership(viewer, evaluation)
    return seat is not None and seat.is_chair


def leads(viewer: Viewer, evaluation: Evaluation) -> bool:
    """Chair or challenge manager."""
    return is_manager(viewer, evaluation) or is_chair(viewer, evaluation)


def follows(viewer: Viewer, evaluation: Evaluation) -> bool:
    """Whether the viewer may see this evaluation's desk: progress, never scores before consensus."""
    agency = evaluation.challenge.agency_id
    return viewer.has_any(DESK, agency) or is_chair(viewer, evaluation)


def can_recommend(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The chair; where nothing was scored, there may be no panel and the challenge manager does it."""
    if evaluation.state == EvaluationState.SETTING_UP:
        return leads(viewer, evaluation)
    return is_chair(viewer, evaluation)


def can_approve(viewer: Viewer, evaluation: Evaluation) -> bool:
    """Somebody else: an approver who neither recommended nor ever sat on the panel."""
    return (
        viewer.is_verified
        and viewer.has(Role.APPROVER, evaluation.challenge.agency_id)
        and viewer.person_id != evaluation.recommended_by
        and all(viewer.person_id != member.person_id for member in evaluation.members)
    )


def can_ask_changes_after_scoring(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The approver, where the panel has something to change."""
    return can_approve(viewer, evaluation) and evaluation.scoring_began_at is not None


def can_ask_changes_unscored(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The approver, where nothing was scored."""
    return can_approve(viewer, evaluation) and evaluation.scoring_began_at is None


def can_see_ranking(viewer: Viewer, evaluation: Evaluation) -> bool:
    """No totals before consensus; then the panel and the manager, and all who follow once it is recommended."""
    if not evaluation.is_frozen:
        return False
    if membership(viewer, evaluation) is not None or is_manager(viewer, evaluation):
        return True
    return evaluation.state in AFTER_RECOMMENDATION and follows(viewer, evaluation)


def can_see_record(viewer: Viewer, evaluation: Evaluation) -> bool:
    """The agency's own record of a decision: whoever follows, once it is decided."""
    return evaluation.state == EvaluationState.DECIDED and follows(viewer, evaluation)


# --- Rows ---------------------------------------------------------------------------------------------------------


def _seats(viewer: Viewer) -> Select[tuple[UUID]] | None:
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


def _has_desk(viewer: Viewer) -> bool:
    return viewer.organisation_kind == Kind.AGENCY and bool(viewer.roles & DESK)


def _evaluations(viewer: Viewer) -> Select[tuple[UUID]] | None:
    """The evaluations that the viewer follows or judges in."""
    reading = select(_evaluation.c.id).join(_challenge, _challenge.c.id == _evaluation.c.challenge_id)
    if _has_desk(viewer):
        return reading.where(_challenge.c.agency_id == viewer.organisation_id)
    seats = _seats(viewer)
    if seats is None:
        return None
    return select(_member.c.evaluation_id).where(_member.c.id.in_(seats))


def evaluation_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The agency's desk, and panels to their members."""
    found = _evaluations(viewer)
    return false() if found is None else Evaluation.id.in_(found)


def _of_evaluation(column: SQLColumnExpression[UUID]):
    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        found = _evaluations(viewer)
        return false() if found is None else column.in_(found)

    return predicate


def _led_evaluations(viewer: Viewer) -> Select[tuple[UUID]] | None:
    """Where the viewer sees what others declared: as desk, or as the chair."""
    if _has_desk(viewer):
        return _evaluations(viewer)
    seats = _seats(viewer)
    if seats is None:
        return None
    return select(_member.c.evaluation_id).where(_member.c.id.in_(seats), _member.c.is_chair)


def declaration_visible(viewer: Viewer) -> ColumnElement[bool]:
    """One's own; all of them to the desk and the chair."""
    ways: list[ColumnElement[bool]] = []
    if (seats := _seats(viewer)) is not None:
        ways.append(Declaration.member_id.in_(seats))
    if (led := _led_evaluations(viewer)) is not None:
        ways.append(Declaration.member_id.in_(select(_member.c.id).where(_member.c.evaluation_id.in_(led))))
    return or_(false(), *ways)


def declared_free(viewer: Viewer) -> Select[tuple[UUID]] | None:
    """Proposals of which the viewer has declared no conflict, on a panel of the agency acted for."""
    seats = _seats(viewer)
    if seats is None:
        return None
    return select(_declaration.c.proposal_id).where(
        _declaration.c.member_id.in_(seats), _declaration.c.interest == Interest.NONE
    )


def closed_to(viewer: Viewer) -> CompoundSelect[UUID]:
    """Proposals that a panel member's own declaration closes, or that wait for it.

    A conflict closes for good, whatever other role the person has and even after leaving the panel; a seat whose
    declaration is missing keeps the proposal closed until it is made.
    """
    conflicts = (
        select(_declaration.c.proposal_id)
        .join(_member, _member.c.id == _declaration.c.member_id)
        .where(_member.c.person_id == viewer.person_id, _declaration.c.interest == Interest.CONFLICT)
    )
    undeclared = (
        select(_proposal.c.id)
        .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
        .join(_member, _member.c.evaluation_id == _evaluation.c.id)
        .where(
            _member.c.person_id == viewer.person_id,
            _member.c.left_at.is_(None),
            ~exists().where(_declaration.c.member_id == _member.c.id, _declaration.c.proposal_id == _proposal.c.id),
        )
    )
    return conflicts.union(undeclared)


def _not_closed(column: SQLColumnExpression[UUID], viewer: Viewer) -> ColumnElement[bool]:
    # Acting for the startup itself one reads one's own proposal; the cut is the agency's side.
    if viewer.organisation_kind != Kind.AGENCY:
        return column.is_not(None)
    return column.not_in(closed_to(viewer))


def proposal_visible_to_panel(viewer: Viewer) -> ColumnElement[bool]:
    """Opened proposals, to panel members who declared that nothing binds them to the bidder."""
    free = declared_free(viewer)
    return false() if free is None else and_(Proposal.state.in_(OPENED_STATES), Proposal.id.in_(free))


def submission_visible_to_panel(viewer: Viewer) -> ColumnElement[bool]:
    """The sent version that stands, with its proposal."""
    free = declared_free(viewer)
    if free is None:
        return false()
    opened = select(_proposal.c.id).where(_proposal.c.state.in_(OPENED_STATES), _proposal.c.id.in_(free))
    return and_(Submission.proposal_id.in_(opened), Submission.replaced_at.is_(None))


def _frozen_evaluations(viewer: Viewer) -> ColumnElement[bool] | None:
    """A condition on `_evaluation`: frozen, and the viewer may see what the panel gave."""
    ways: list[ColumnElement[bool]] = []
    if (seats := _seats(viewer)) is not None:
        ways.append(
            and_(
                _evaluation.c.state.in_(FROZEN_STATES),
                _evaluation.c.id.in_(select(_member.c.evaluation_id).where(_member.c.id.in_(seats))),
            )
        )
    if _has_desk(viewer):
        states = FROZEN_STATES if Role.CHALLENGE_MANAGER in viewer.roles else AFTER_RECOMMENDATION
        agency = select(_challenge.c.id).where(_challenge.c.agency_id == viewer.organisation_id)
        ways.append(and_(_evaluation.c.state.in_(states), _evaluation.c.challenge_id.in_(agency)))
    return or_(*ways) if ways else None


def _visible_sheets(viewer: Viewer) -> Select[tuple[UUID]] | None:
    """Own sheets; another's locked one of a proposal that the viewer has locked, or of a frozen panel."""
    ways: list[ColumnElement[bool]] = []
    seats = _seats(viewer)
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
    return select(_sheet.c.id).where(or_(*ways), _sheet.c.proposal_id.not_in(closed_to(viewer)))


def sheet_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Nobody sees another's scores before locking his own; product rules, "Evaluation"."""
    sheets = _visible_sheets(viewer)
    return false() if sheets is None else ScoreSheet.id.in_(sheets)


def score_visible(viewer: Viewer) -> ColumnElement[bool]:
    """With its sheet."""
    sheets = _visible_sheets(viewer)
    return false() if sheets is None else Score.sheet_id.in_(sheets)


def _of_judged_proposal(column: SQLColumnExpression[UUID]):
    """Rows that hang on a proposal and are seen once its panel is frozen."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        frozen = _frozen_evaluations(viewer)
        if frozen is None:
            return false()
        judged = (
            select(_proposal.c.id)
            .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
            .where(frozen, _proposal.c.id.not_in(closed_to(viewer)))
        )
        return column.in_(judged)

    return predicate


def screening_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Whoever follows or judges, but for what is closed to him."""
    found = _evaluations(viewer)
    if found is None:
        return false()
    of_them = (
        select(_proposal.c.id)
        .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
        .where(_evaluation.c.id.in_(found), _proposal.c.id.not_in(closed_to(viewer)))
    )
    return Screening.proposal_id.in_(of_them)


def letter_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Its proposer once it is sent; the agency that sent it."""
    ways: list[ColumnElement[bool]] = []
    if viewer.organisation_kind == Kind.STARTUP:
        own = select(_proposal.c.id).where(_proposal.c.startup_id == viewer.organisation_id)
        ways.append(and_(Letter.sent_at.is_not(None), Letter.proposal_id.in_(own)))
    found = _led_evaluations(viewer)
    if found is not None:
        of_them = (
            select(_proposal.c.id)
            .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
            .where(_evaluation.c.id.in_(found), _proposal.c.id.not_in(closed_to(viewer)))
        )
        ways.append(Letter.proposal_id.in_(of_them))
    return or_(false(), *ways)


def vote_visible(viewer: Viewer) -> ColumnElement[bool]:
    """One's own; all once the recommendation is made."""
    ways: list[ColumnElement[bool]] = []
    if (seats := _seats(viewer)) is not None:
        ways.append(TieVote.member_id.in_(seats))
    if (found := _evaluations(viewer)) is not None:
        later = select(_evaluation.c.id).where(
            _evaluation.c.id.in_(found), _evaluation.c.state.in_(AFTER_RECOMMENDATION)
        )
        ways.append(TieVote.evaluation_id.in_(later))
    return or_(false(), *ways)


def note_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The desk and the chair, but for what is closed to him."""
    found = _led_evaluations(viewer)
    if found is None:
        return false()
    open_ones = or_(EvaluationNote.proposal_id.is_(None), EvaluationNote.proposal_id.not_in(closed_to(viewer)))
    return and_(EvaluationNote.evaluation_id.in_(found), open_ones)


access.guard(Evaluation, evaluation_visible)
access.guard(PanelMember, _of_evaluation(PanelMember.evaluation_id))
access.guard(Declaration, declaration_visible)
access.guard(Screening, screening_visible)
access.guard(ScoreSheet, sheet_visible)
access.guard(Score, score_visible)
access.guard(Consensus, _of_judged_proposal(Consensus.proposal_id))
access.guard(TieVote, vote_visible)
access.guard(EvaluationNote, note_visible)
access.guard(Succession, _of_evaluation(Succession.evaluation_id))
access.guard(Letter, letter_visible)
access.open_to_all(PublicResult)

access.also_visible(Proposal, proposal_visible_to_panel)
access.also_visible(Submission, submission_visible_to_panel)
access.cut_to(Proposal, lambda viewer: _not_closed(Proposal.id, viewer))
access.cut_to(Submission, lambda viewer: _not_closed(Submission.proposal_id, viewer))
