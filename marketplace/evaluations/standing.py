"""The ranking of one evaluation: its rows brought to `ranking.py`.

Scores are read as the system, for the order is the same whoever asks; who may see it is `policy.can_see_ranking`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from marketplace.challenges.models import Challenge, TieBreak
from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.evaluations import progress, ranking
from marketplace.evaluations.models import (
    Consensus,
    Declaration,
    Evaluation,
    Interest,
    PanelMember,
    Score,
    ScoreSheet,
    TieVote,
)
from marketplace.organisations.models import Organisation
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState

# Proposals that are ranked: judged, and neither screened out nor disqualified.
RANKED = (
    ProposalState.UNDER_EVALUATION,
    ProposalState.RESERVE,
    ProposalState.AWARDED,
    ProposalState.NOT_AWARDED,
    ProposalState.DECLINED,
)


@dataclass(frozen=True)
class Standing:
    """The ranking with the proposals it is about.

    Attributes:
        opened: all that were opened, by their startup's name; the ranked ones are in `proposals`.
        settled: proposal and criterion -> the chair's score.
        waits_for_votes: not more than half of those entitled have voted on the tie at the top yet.
        votes: seat -> proposal, where the top is equal and the panel votes.
    """

    ranking: ranking.Ranking
    opened: list[Proposal]
    settled: dict[tuple[UUID, UUID], Consensus]
    waits_for_votes: bool = False
    tied_at_top: tuple[UUID, ...] = ()
    votes: Mapping[UUID, UUID] = field(default_factory=dict)

    @property
    def proposals(self) -> dict[UUID, Proposal]:
        """Those that are ranked."""
        return {proposal.id: proposal for proposal in self.opened if proposal.state in RANKED}

    @property
    def unsettled(self) -> tuple[tuple[Any, Any], ...]:
        """Proposal and criterion that still lack a panel score."""
        return self.ranking.missing + self.ranking.unsettled


def of(evaluation: Evaluation) -> Standing:
    """The standing at this moment, recomputed from the rows. Three statements, five where the panel votes."""
    return progress.kept("standing", evaluation, lambda: _read(evaluation))


def _read(evaluation: Evaluation) -> Standing:
    challenge = evaluation.challenge
    with reading_as_system("the ranking counts every locked score"):
        opened = _opened_proposals(challenge)
        ranked = {proposal.id: proposal for proposal in opened if proposal.state in RANKED}
        settled = _settled(ranked)
        entries = _entries(evaluation, ranked, settled)
    rules = [_rule(criterion) for criterion in challenge.criteria]
    plain = ranking.rank(rules, entries, None)
    tied = tuple(placed.entry.key for placed in plain.first) if len(plain.first) > 1 else ()
    if challenge.tie_break != TieBreak.PANEL_VOTE or not tied:
        return Standing(ranking.rank(rules, entries, _tie_break(challenge)), opened, settled)
    with reading_as_system("the panel's votes part equal totals"):
        free = {seat for seat, closed in _entitled(evaluation).items() if not closed & set(tied)}
        # Whoever has left or turned out to have a conflict since has no say any more.
        votes = {seat: voted for seat, voted in _votes(evaluation).items() if seat in free}
    counted = Counter(voted for voted in votes.values() if voted in tied)
    voting = [replace(entry, votes=counted.get(entry.key, 0)) for entry in entries]
    waits = sum(counted.values()) * 2 <= len(free) if free else False
    order = ranking.rank(rules, voting, _tie_break(challenge))
    return Standing(order, opened, settled, waits, tied, votes)


def snapshot(evaluation: Evaluation) -> dict[str, Any]:
    """The standing as it is kept with a recommendation: exact fractions, for comparison and for the record."""
    standing = of(evaluation)
    return {
        "placed": [
            {
                "proposal": str(placed.entry.key),
                "rank": placed.rank,
                "total": str(placed.total),
                "price": placed.entry.price,
                "points": [
                    {
                        "criterion": str(points.rule.key),
                        "weight": points.rule.weight,
                        "score": None if points.score is None else str(points.score),
                        "share": str(points.share),
                    }
                    for points in placed.points
                ],
            }
            for placed in standing.ranking.placed
        ],
        "knocked_out": [
            {
                "proposal": str(loser.entry.key),
                "failed": [{"criterion": str(rule.key), "score": str(score)} for rule, score in loser.failed],
            }
            for loser in standing.ranking.knocked_out
        ],
    }


def _opened_proposals(challenge: Challenge) -> list[Proposal]:
    return list(
        database.session.scalars(
            select(Proposal)
            .join(Proposal.startup)
            .where(Proposal.challenge_id == challenge.id, Proposal.state.in_(OPENED_STATES))
            .options(contains_eager(Proposal.startup))
            .order_by(Organisation.folded_name, Proposal.id)
        )
    )


def _settled(ranked: dict[UUID, Proposal]) -> dict[tuple[UUID, UUID], Consensus]:
    rows = database.session.scalars(select(Consensus).where(Consensus.proposal_id.in_(list(ranked))))
    return {(row.proposal_id, row.criterion_id): row for row in rows}


def _rule(criterion: Any) -> ranking.Rule:
    return ranking.Rule(
        key=criterion.id,
        kind=criterion.kind.value,
        weight=criterion.weight,
        scale=criterion.scale,
        minimum=criterion.minimum,
        is_required=criterion.is_required,
    )


def _tie_break(challenge: Challenge) -> Callable[[ranking.Placed], object] | None:
    if challenge.tie_break == TieBreak.CRITERION:
        return ranking.by_criterion(challenge.tie_break_criterion_id)
    keys = {
        TieBreak.LOWER_PRICE: ranking.by_price,
        TieBreak.EARLIER_RECEIPT: ranking.by_receipt,
        TieBreak.PANEL_VOTE: ranking.by_votes,
    }
    return keys.get(challenge.tie_break)


def _entries(
    evaluation: Evaluation, proposals: dict[UUID, Proposal], settled: Mapping[tuple[UUID, UUID], Consensus]
) -> list[ranking.Entry]:
    scores: dict[UUID, dict[UUID, list[int | None]]] = defaultdict(lambda: defaultdict(list))
    missing: dict[UUID, set[UUID]] = defaultdict(set)
    for proposal_id, criterion_id, value, is_not_applicable in database.session.execute(
        select(ScoreSheet.proposal_id, Score.criterion_id, Score.value, Score.is_not_applicable)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .join(PanelMember, PanelMember.id == ScoreSheet.member_id)
        .where(
            PanelMember.evaluation_id == evaluation.id,
            ScoreSheet.locked_at.is_not(None),
            ScoreSheet.void_at.is_(None),
        )
    ):
        if value is None and not is_not_applicable:
            missing[proposal_id].add(criterion_id)
        else:
            scores[proposal_id][criterion_id].append(value)
    consensus: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for (proposal_id, criterion_id), row in settled.items():
        consensus[proposal_id][criterion_id] = row.value
    never = datetime.max.replace(tzinfo=UTC)
    return [
        ranking.Entry(
            key=proposal.id,
            price=proposal.price_minor,
            received_at=proposal.submitted_at or never,
            scores=scores[proposal.id],
            consensus=consensus[proposal.id],
            missing=frozenset(missing[proposal.id]),
        )
        for proposal in proposals.values()
    ]


def _votes(evaluation: Evaluation) -> dict[UUID, UUID]:
    rows = database.session.execute(
        select(TieVote.member_id, TieVote.proposal_id).where(TieVote.evaluation_id == evaluation.id)
    )
    return {row.member_id: row.proposal_id for row in rows}


def _entitled(evaluation: Evaluation) -> dict[UUID, set[UUID]]:
    """Each active member with the proposals that a conflict closes to it."""
    closed: dict[UUID, set[UUID]] = {m.id: set() for m in evaluation.members if m.left_at is None}
    for member_id, proposal_id in database.session.execute(
        select(Declaration.member_id, Declaration.proposal_id).where(
            Declaration.member_id.in_(list(closed)), Declaration.interest == Interest.CONFLICT
        )
    ):
        closed[member_id].add(proposal_id)
    return closed
