"""Screening and scoring: each evaluator's own sheets, until they are locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.models import Criterion, CriterionKind
from marketplace.core import database, events
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _, ngettext
from marketplace.core.workflow import lock
from marketplace.evaluations import policy, queries
from marketplace.evaluations.models import (
    Declaration,
    Evaluation,
    EvaluationNote,
    EvaluationState,
    Interest,
    NoteKind,
    PanelMember,
    Score,
    ScoreSheet,
    Screening,
)
from marketplace.evaluations.panel import assignment
from marketplace.evaluations.workflow import LIFECYCLE, hold_running, lock_running
from marketplace.proposals.models import Proposal, ProposalState
from marketplace.proposals.workflow import LIFECYCLE as PROPOSAL


def screen(
    actor: Viewer, evaluation: Evaluation, proposal: Proposal, is_eligible: bool, reason: str, now: datetime
) -> Screening:
    """Say whether a proposal is eligible; it may be said anew until scoring starts.

    Args:
        reason: why, needed for a no; 0 to 2000 characters.
    Raises:
        NotAllowed: the actor is not the agency's challenge manager.
        Refused: scoring has started, or a no without its reason.
    """
    require(policy.is_manager(actor, evaluation) and proposal.challenge_id == evaluation.challenge_id)
    lock_running(evaluation)
    if evaluation.state != EvaluationState.SETTING_UP:
        raise Refused(_("Scoring has started: the screening can't change any more."))
    if not is_eligible and not reason:
        raise Refused(_("Say why it is not eligible: the proposer will read it."), field="reason")
    wanted = ProposalState.UNDER_EVALUATION if is_eligible else ProposalState.SCREENED_OUT
    if proposal.state != wanted:
        PROPOSAL.fire(proposal, "admit" if is_eligible else "screen_out", actor, now)
    proposal.state_reason = None if is_eligible else reason
    assert actor.person_id is not None  # who may screen has signed in
    done = database.session.scalars(select(Screening).where(Screening.proposal_id == proposal.id)).one_or_none()
    if done is None:
        done = Screening(proposal_id=proposal.id)
        database.session.add(done)
    done.is_eligible, done.reason, done.by_id, done.at = is_eligible, reason, actor.person_id, now
    return done


def start_scoring(actor: Viewer, evaluation: Evaluation, now: datetime) -> None:
    """Open the score sheets; the guards say what is missing."""
    LIFECYCLE.fire(evaluation, "start_scoring", actor, now)
    evaluation.scoring_began_at = evaluation.scoring_began_at or now


@dataclass(frozen=True)
class Given:
    """What an evaluator gives on one criterion.

    Attributes:
        value: points; a rating's points; yes 1, no 0; None while there is none.
        is_not_applicable: says so in place of a value, which differs from zero.
    """

    value: int | None = None
    is_not_applicable: bool = False
    comment: str = ""


def save_scores(
    actor: Viewer,
    evaluation: Evaluation,
    proposal: Proposal,
    given: Mapping[UUID, Given],
    version: int | None,
    now: datetime,
) -> ScoreSheet:
    """Keep what an evaluator has given so far.

    Args:
        given: criterion -> score; criteria that are left out keep what they have.
        version: the version the form was made from; None to take it whatever it was.
    Raises:
        NotAllowed: no seat, or no declaration that nothing binds the evaluator to the bidder.
        Refused: not while scoring, locked, outside the scale, or saved elsewhere meanwhile.
    """
    sheet = _own_sheet(actor, evaluation, proposal)
    _require_open(evaluation, sheet)
    if version is not None and version != sheet.version:
        raise Refused(
            _(
                "You saved these scores in another window meanwhile. Those stand in the grid below;"
                " send yours once more to put them in their place."
            )
        )
    criteria = scored_criteria(evaluation)
    known = {score.criterion_id: score for score in sheet.scores}
    for criterion_id, entry in given.items():
        if criterion_id not in criteria:
            raise NotFound
        _check(criteria[criterion_id], entry)
        score = known.get(criterion_id)
        if score is None:
            score = Score(criterion_id=criterion_id)
            sheet.scores.append(score)
        score.value, score.is_not_applicable, score.comment = entry.value, entry.is_not_applicable, entry.comment
    sheet.version += 1
    database.session.flush()
    return sheet


def lock_scores(actor: Viewer, evaluation: Evaluation, proposal: Proposal, now: datetime) -> ScoreSheet:
    """Lock one's own scores of a proposal; the others' locked ones open in return.

    Raises:
        Refused: a criterion has no score, or a comment that is needed is missing.
    """
    sheet = _own_sheet(actor, evaluation, proposal)
    if sheet.locked_at is not None:
        return sheet
    _require_open(evaluation, sheet)
    reasons = missing(evaluation, sheet)
    if reasons:
        raise Refused(" ".join(reasons))
    sheet.locked_at = now
    events.record("evaluation.locked", actor, on=evaluation, now=now, proposal=proposal.id, member=sheet.member_id)
    database.session.flush()
    return sheet


def missing(evaluation: Evaluation, sheet: ScoreSheet | None) -> list[str]:
    """What keeps a sheet from being locked, in an evaluator's words."""
    given = {} if sheet is None else {score.criterion_id: score for score in sheet.scores}
    return missing_of(scored_criteria(evaluation).values(), given)


def missing_of(criteria: Iterable[Criterion], given: Mapping[UUID, Score]) -> list[str]:
    """As `missing`, of scores that are at hand."""
    unscored = wordless = 0
    for criterion in criteria:
        score = given.get(criterion.id)
        if score is None or (score.value is None and not score.is_not_applicable):
            unscored += 1
        elif criterion.comment_required and not score.comment:
            wordless += 1
    reasons = []
    if unscored:
        reasons.append(
            ngettext(
                "One criterion has no score yet. A missing score is not a zero.",
                "%(num)s criteria have no score yet. A missing score is not a zero.",
                unscored,
            )
        )
    if wordless:
        reasons.append(
            ngettext(
                "One comment that is needed is missing.", "%(num)s comments that are needed are missing.", wordless
            )
        )
    return reasons


def unlockable(viewer: Viewer, evaluation: Evaluation, open_ones: set[UUID]) -> set[UUID]:
    """Of the proposals that are open to the viewer those whose locked scores he may unlock.

    The chair all of them; the challenge manager those that a conflict closes to the chair.
    """
    if policy.is_chair(viewer, evaluation):
        return open_ones
    return open_ones & queries.closed_to_chair(evaluation) if policy.is_manager(viewer, evaluation) else set()


def unlock(actor: Viewer, evaluation: Evaluation, sheet_id: UUID, reason: str, now: datetime) -> None:
    """Let an evaluator change locked scores; the reason is recorded.

    Raises:
        NotAllowed: not the actor's to unlock, see `unlockable`.
        NotFound: no locked sheet of this panel.
        Refused: the panel is frozen.
    """
    require(policy.leads(actor, evaluation))
    lock_running(evaluation)
    if evaluation.state != EvaluationState.SCORING:
        raise Refused(_("The panel is frozen: reopen the scoring first."))
    with reading_as_system("a sheet is unlocked without seeing its scores"):
        sheet = database.session.scalars(
            select(ScoreSheet)
            .join(PanelMember, PanelMember.id == ScoreSheet.member_id)
            .where(ScoreSheet.id == sheet_id, PanelMember.evaluation_id == evaluation.id)
        ).one_or_none()
    if sheet is None or sheet.locked_at is None or sheet.void_at is not None:
        raise NotFound
    require(bool(unlockable(actor, evaluation, {sheet.proposal_id} - queries.closed_to(actor, evaluation))))
    sheet.locked_at = None
    database.session.add(
        EvaluationNote(
            evaluation_id=evaluation.id,
            kind=NoteKind.UNLOCKED,
            at=now,
            by_id=actor.person_id,
            member_id=sheet.member_id,
            proposal_id=sheet.proposal_id,
            text=reason,
        )
    )
    events.record(
        "evaluation.unlocked", actor, on=evaluation, now=now, proposal=sheet.proposal_id, member=sheet.member_id
    )


def freeze(actor: Viewer, evaluation: Evaluation, now: datetime) -> None:
    """End the scoring: the panel is frozen and its scores meet."""
    LIFECYCLE.fire(evaluation, "freeze", actor, now)


def scored_criteria(evaluation: Evaluation) -> dict[UUID, Criterion]:
    """What evaluators score, in its order: everything but the price, which is computed."""
    return {c.id: c for c in evaluation.challenge.criteria if c.kind != CriterionKind.PRICE}


def _own_sheet(actor: Viewer, evaluation: Evaluation, proposal: Proposal) -> ScoreSheet:
    seat = policy.membership(actor, evaluation)
    require(seat is not None and proposal.challenge_id == evaluation.challenge_id)
    assert seat is not None
    declared = database.session.scalars(
        select(Declaration).where(Declaration.member_id == seat.id, Declaration.proposal_id == proposal.id)
    ).one_or_none()
    require(declared is not None and declared.interest == Interest.NONE)
    hold_running(evaluation)
    # The seat is locked, so that two windows at once make one sheet, and none is locked while it is assigned away.
    lock(seat)
    if assignment.exempts(seat, proposal.id):
        raise Refused(_("This proposal is not assigned to you."))
    sheet = database.session.scalars(
        select(ScoreSheet)
        .where(ScoreSheet.member_id == seat.id, ScoreSheet.proposal_id == proposal.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if sheet is None:
        sheet = ScoreSheet(member_id=seat.id, proposal_id=proposal.id, version=0, scores=[])
        database.session.add(sheet)
        database.session.flush()
    return sheet


def _require_open(evaluation: Evaluation, sheet: ScoreSheet) -> None:
    if evaluation.state == EvaluationState.SETTING_UP:
        raise Refused(_("Scoring has not started yet."))
    if evaluation.state != EvaluationState.SCORING:
        raise Refused(_("The panel is frozen: scores can't change any more."))
    if sheet.void_at is not None:
        raise Refused(_("These scores are void: a conflict of interests was recorded."))
    if sheet.locked_at is not None:
        raise Refused(_("Your scores are locked. Ask the chair to unlock them, with the reason."))


def _check(criterion: Criterion, given: Given) -> None:
    field = f"score_{criterion.id.hex}"
    if given.value is None:
        return
    if given.is_not_applicable:
        raise Refused(_("Give a score, or say that it is not applicable."), field=field)
    if criterion.kind == CriterionKind.RATING:
        if given.value not in {label["points"] for label in criterion.labels}:
            raise Refused(_("Choose one of the ratings."), field=field)
    elif not 0 <= given.value <= (1 if criterion.kind == CriterionKind.YES_NO else criterion.scale):
        raise Refused(_("Give a whole number from 0 to %(scale)d.", scale=criterion.scale), field=field)
