"""Results in words: why there is no award, what became of a proposal, numbers for the eye."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal

from marketplace.challenges.models import Challenge, Criterion, CriterionKind, TieBreak
from marketplace.core.i18n import _, _l, current_language
from marketplace.evaluations import ranking
from marketplace.evaluations.models import NoteKind, Unsuccessful
from marketplace.proposals.models import ProposalState

UNSUCCESSFUL = {
    Unsuccessful.NO_PROPOSALS: _l("No proposal was received."),
    Unsuccessful.NONE_ELIGIBLE: _l("No proposal was eligible."),
    Unsuccessful.NONE_ABOVE_MINIMUMS: _l("No proposal reached the minimum scores."),
    Unsuccessful.DECLINED: _l("The winner declined, and no other proposal took its place."),
    Unsuccessful.OTHER: _l("Another reason"),
}
OUTCOMES = {
    ProposalState.AWARDED: ("good", _l("Awarded")),
    ProposalState.RESERVE: ("waiting", _l("In reserve")),
    ProposalState.NOT_AWARDED: ("closed", _l("Not awarded")),
    ProposalState.SCREENED_OUT: ("bad", _l("Not eligible")),
    ProposalState.DECLINED: ("closed", _l("Award ended")),
    ProposalState.DISQUALIFIED: ("bad", _l("Disqualified")),
    ProposalState.UNDER_EVALUATION: ("waiting", _l("Under evaluation")),
    ProposalState.OPENED: ("waiting", _l("Not screened yet")),
}
TIE_BREAKS = {
    TieBreak.CRITERION: _l("Equal totals: the higher score on the named criterion comes first."),
    TieBreak.LOWER_PRICE: _l("Equal totals: the lower price comes first."),
    TieBreak.EARLIER_RECEIPT: _l("Equal totals: the earlier receipt comes first."),
    TieBreak.PANEL_VOTE: _l("Equal totals at the top: the panel votes."),
    TieBreak.SHARED: _l("Equal totals share their rank, and the award."),
}
NOTES = {
    NoteKind.UNLOCKED: _l("Scores unlocked"),
    NoteKind.CONFLICT_FOUND: _l("Conflict of interests found"),
    NoteKind.MEMBER_LEFT: _l("Evaluator left"),
    NoteKind.CHANGES_REQUESTED: _l("Changes asked for"),
    NoteKind.REOPENED: _l("Scoring reopened"),
    NoteKind.PROPOSAL_DISQUALIFIED: _l("Proposal disqualified"),
}


def figure(number: Fraction | str) -> str:
    """A number with two decimals, rounded half up, as the reader's language writes it.

    Args:
        number: exact, or its text as a recommendation keeps it.
    """
    return format_decimal(ranking.rounded(Fraction(number)), format="0.00", locale=current_language())


def short_figure(number: Fraction | str) -> str:
    """As `figure`, without decimals that are zero: for panel scores."""
    return format_decimal(ranking.rounded(Fraction(number)), format="0.##", locale=current_language())


def percent(share: Fraction | str) -> str:
    """A share of a whole in percent, with up to one decimal."""
    return format_decimal(ranking.rounded(Fraction(share) * 100), format="0.##", locale=current_language())


def points(weight: int, share: str) -> str:
    """Weight × share, for the eye."""
    return figure(weight * Fraction(share))


def working(challenge: Challenge, points: ranking.Points) -> str:
    """How points came about: "60 × 7.5/10"; for a price "25 × 83.33 %"."""
    criterion = by_id(challenge)[points.rule.key]
    if points.score is None:
        return f"{points.rule.weight} × {percent(points.share)} %"
    if criterion.kind == CriterionKind.YES_NO:
        return f"{points.rule.weight} × {short_figure(points.score)}"
    return f"{points.rule.weight} × {short_figure(points.score)}/{points.rule.scale}"


def failed(challenge: Challenge, found: Iterable[tuple[ranking.Rule, Fraction]]) -> list[str]:
    """Why a proposal was knocked out, a sentence a criterion."""
    criteria = by_id(challenge)
    sentences = []
    for rule, score in found:
        criterion = criteria[rule.key]
        facts = {"criterion": criterion.name_in(current_language()), "score": score_words(criterion, score)}
        if rule.minimum is None:
            sentences.append(_("%(criterion)s: %(score)s, and a yes is required", **facts))
        else:
            sentences.append(_("%(criterion)s: %(score)s, the minimum is %(minimum)s", minimum=rule.minimum, **facts))
    return sentences


def score_words(criterion: Criterion, score: Fraction | str | None) -> str:
    """A panel score in words: "7.5 of 10", "Yes", the share of yes where the panel differs."""
    if score is None:
        return "–"
    exact = Fraction(score)
    if criterion.kind == CriterionKind.YES_NO and exact in (0, 1):
        return str(_l("Yes")) if exact else str(_l("No"))
    highest = 1 if criterion.kind == CriterionKind.YES_NO else criterion.scale
    return str(_l("%(score)s of %(scale)s", score=short_figure(exact), scale=highest))


def by_id(challenge: Challenge) -> Mapping[UUID, Criterion]:
    """The challenge's criteria by their identifiers."""
    return {criterion.id: criterion for criterion in challenge.criteria}


def criterion_of(challenge: Challenge, known_id: Any) -> Criterion | None:
    """A criterion by an identifier as a snapshot keeps it."""
    return by_id(challenge).get(UUID(str(known_id)))
