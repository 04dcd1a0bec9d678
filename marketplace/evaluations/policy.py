"""Who may do what in an evaluation, and which rows each viewer sees.

Inside a predicate other tables are read as Core tables, so that no criteria are nested in criteria.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

import marketplace.proposals.policy  # noqa: F401 - its guards stand before they are widened here
from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.evaluations.models import (
    Acquaintance,
    Consensus,
    Declaration,
    Evaluation,
    EvaluationNote,
    EvaluationState,
    Exemption,
    Letter,
    PanelMember,
    PublicResult,
    Score,
    ScoreSheet,
    Screening,
    Succession,
    TieVote,
)
from marketplace.evaluations.panel.policy import (
    DESK,
    closed_to,
    declaration_visible,
    evaluation_visible,
    exemption_visible,
    led_by,
    not_closed,
    of_evaluation,
    open_to,
    out_of_reach,
    proposal_visible_to_panel,
    seats_of,
    submission_visible_to_panel,
)
from marketplace.evaluations.scoring.policy import (
    AFTER_RECOMMENDATION,
    of_judged_proposal,
    score_visible,
    sheet_visible,
)
from marketplace.proposals.models import Proposal, Submission

_evaluation = Evaluation.__table__
_proposal = Proposal.__table__


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


def screening_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Whoever follows or judges, but for what is closed to him."""
    found = open_to(viewer)
    if found is None:
        return false()
    of_them = (
        select(_proposal.c.id)
        .join(_evaluation, _evaluation.c.challenge_id == _proposal.c.challenge_id)
        .where(_evaluation.c.id.in_(found), _proposal.c.id.not_in(out_of_reach(viewer)))
    )
    return Screening.proposal_id.in_(of_them)


def letter_visible(viewer: Viewer) -> ColumnElement[bool]:
    """Its proposer once it is sent; the agency that sent it."""
    ways: list[ColumnElement[bool]] = []
    if viewer.organisation_kind == Kind.STARTUP:
        own = select(_proposal.c.id).where(_proposal.c.startup_id == viewer.organisation_id)
        ways.append(and_(Letter.sent_at.is_not(None), Letter.proposal_id.in_(own)))
    found = led_by(viewer)
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
    if (seats := seats_of(viewer)) is not None:
        ways.append(TieVote.member_id.in_(seats))
    if (found := open_to(viewer)) is not None:
        later = select(_evaluation.c.id).where(
            _evaluation.c.id.in_(found), _evaluation.c.state.in_(AFTER_RECOMMENDATION)
        )
        ways.append(TieVote.evaluation_id.in_(later))
    return or_(false(), *ways)


def note_visible(viewer: Viewer) -> ColumnElement[bool]:
    """The desk and the chair, but for what is closed to him."""
    found = led_by(viewer)
    if found is None:
        return false()
    open_ones = or_(EvaluationNote.proposal_id.is_(None), EvaluationNote.proposal_id.not_in(closed_to(viewer)))
    return and_(EvaluationNote.evaluation_id.in_(found), open_ones)


access.guard(Evaluation, evaluation_visible)
access.guard(PanelMember, of_evaluation(PanelMember.evaluation_id))
access.guard(Declaration, declaration_visible)
access.guard(Exemption, exemption_visible)
access.guard(Screening, screening_visible)
access.guard(ScoreSheet, sheet_visible)
access.guard(Score, score_visible)
access.guard(Consensus, of_judged_proposal(Consensus.proposal_id))
access.guard(TieVote, vote_visible)
access.guard(EvaluationNote, note_visible)
access.guard(Succession, of_evaluation(Succession.evaluation_id))
access.guard(Letter, letter_visible)
access.open_to_all(PublicResult)
access.system_only(Acquaintance)

access.also_visible(Proposal, proposal_visible_to_panel)
access.also_visible(Submission, submission_visible_to_panel)
access.cut_to(Proposal, lambda viewer: not_closed(Proposal.id, viewer))
access.cut_to(Submission, lambda viewer: not_closed(Submission.proposal_id, viewer))
