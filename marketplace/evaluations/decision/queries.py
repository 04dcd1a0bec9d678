"""What the pages of the decision read: where scores differ, the ranking in names, letters, the public result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges.models import Challenge, Criterion
from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.core.errors import NotFound
from marketplace.evaluations import queries, standing
from marketplace.evaluations.models import (
    Consensus,
    Evaluation,
    EvaluationState,
    Letter,
    PublicResult,
    Score,
    ScoreSheet,
)
from marketplace.evaluations.queries import Bidder
from marketplace.evaluations.scoring.commands import scored_criteria
from marketplace.organisations.models import Organisation
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState


@dataclass(frozen=True)
class Difference:
    """A criterion of a proposal with the panel's scores.

    Attributes:
        given: seat -> its score.
        settled: the chair's score that stands, if any.
        must_settle: without it there is no ranking.
    """

    criterion: Criterion
    given: dict[UUID, Score]
    settled: Consensus | None
    must_settle: bool

    @property
    def values(self) -> list[int]:
        return [score.value for score in self.given.values() if score.value is not None]

    @property
    def spread(self) -> int:
        """How far the scores are apart, in points of the scale."""
        return max(self.values) - min(self.values) if self.values else 0

    @property
    def mean(self) -> Fraction | None:
        return Fraction(sum(self.values), len(self.values)) if self.values else None

    @property
    def differs(self) -> bool:
        return self.spread > 0 or self.must_settle


def differences(evaluation: Evaluation) -> dict[UUID, list[Difference]]:
    """Proposal -> its criteria with the scores that the viewer may see. One statement beside the standing's."""
    scores: dict[tuple[UUID, UUID], dict[UUID, Score]] = defaultdict(dict)
    for sheet, score in database.session.execute(
        select(ScoreSheet, Score)
        .join(Score, Score.sheet_id == ScoreSheet.id)
        .where(
            ScoreSheet.member_id.in_([member.id for member in evaluation.members]),
            ScoreSheet.locked_at.is_not(None),
            ScoreSheet.void_at.is_(None),
        )
        .order_by(ScoreSheet.id)
    ):
        scores[sheet.proposal_id, score.criterion_id][sheet.member_id] = score
    present = standing.of(evaluation)
    settled = present.settled
    open_ones = set(present.unsettled)
    criteria = scored_criteria(evaluation).values()
    found: dict[UUID, list[Difference]] = {}
    for proposal_id in present.proposals:
        found[proposal_id] = [
            Difference(
                criterion,
                scores[proposal_id, criterion.id],
                settled.get((proposal_id, criterion.id)),
                (proposal_id, criterion.id) in open_ones,
            )
            for criterion in criteria
        ]
    return found


@dataclass(frozen=True)
class Line:
    """A line of the ranking for the eye; without numbers where the proposal is closed to the viewer.

    Attributes:
        rank: none where it was knocked out, or where the order is withheld from the viewer.
    """

    bidder: Bidder
    rank: int | None
    placed: Any = None  # ranking.Placed
    failed: tuple[Any, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True)
class Board:
    """The ranking with names.

    Attributes:
        withheld: by name, what a conflict closes to the viewer until the decision is public: neither its rank nor
            its outcome is told, and no other's rank either, since a gap would tell.
    """

    lines: list[Line]
    knocked_out: list[Line]
    screened_out: list[Bidder]
    standing: standing.Standing
    withheld: list[Bidder]


def board(evaluation: Evaluation, closed: set[UUID]) -> Board:
    """The ranking as it stands at this moment, with names. The standing's statements, no more."""
    present = standing.of(evaluation)
    known = {proposal.id: queries.as_bidder(proposal) for proposal in present.opened}
    hidden = withheld(evaluation, closed) & known.keys()
    lines = [
        Line(known[placed.entry.key], None if hidden else placed.rank, placed, is_closed=placed.entry.key in closed)
        for placed in present.ranking.placed
        if placed.entry.key not in hidden
    ]
    out = [
        Line(known[loser.entry.key], None, failed=loser.failed, is_closed=loser.entry.key in closed)
        for loser in present.ranking.knocked_out
        if loser.entry.key not in hidden
    ]
    gone = (ProposalState.SCREENED_OUT, ProposalState.DISQUALIFIED)
    left = [bidder for bidder in known.values() if bidder.state in gone and bidder.id not in hidden]
    return Board(lines, out, left, present, [bidder for bidder in known.values() if bidder.id in hidden])


def withheld(evaluation: Evaluation, closed: set[UUID]) -> set[UUID]:
    """Of what is closed to the viewer, that whose rank and outcome stay so: all of it, until the decision is public."""
    return set() if evaluation.state == EvaluationState.DECIDED else closed


def opened_proposals(evaluation: Evaluation) -> list[Proposal]:
    """All opened proposals with their startups, for the letters of everybody. One statement."""
    with reading_as_system("letters are written to every proposer"):
        return list(
            database.session.scalars(
                select(Proposal)
                .where(Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES))
                .options(joinedload(Proposal.startup))
                .join(Organisation, Organisation.id == Proposal.startup_id)
                .order_by(Organisation.folded_name, Proposal.id)
                .limit(queries.MOST)
            )
        )


def letter_of(proposal_key: str) -> Letter:
    """The letter about a proposal, with all that it names. Four statements.

    Raises:
        NotFound: unknown, not sent, or somebody else's.
    """
    found = database.session.scalars(
        select(Letter)
        .join(Letter.proposal)
        .where(Proposal.key == proposal_key)
        .options(
            joinedload(Letter.proposal).options(
                joinedload(Proposal.startup),
                joinedload(Proposal.challenge).options(
                    joinedload(Challenge.agency), selectinload(Challenge.texts), selectinload(Challenge.criteria)
                ),
            )
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def results_of(challenge: Challenge) -> Sequence[PublicResult]:
    """The public results of a challenge, the one that stands first. One statement."""
    return database.session.scalars(
        select(PublicResult)
        .where(PublicResult.challenge_id == challenge.id)
        .order_by(PublicResult.at.desc(), PublicResult.id.desc())
        .limit(20)
    ).all()


def organisations(ids: Sequence[Any]) -> dict[str, Organisation]:
    """Organisations by the text of their identifiers, as results keep them. One statement."""
    wanted = [UUID(str(known)) for known in ids]
    rows = database.session.scalars(select(Organisation).where(Organisation.id.in_(wanted))) if wanted else ()
    return {str(row.id): row for row in rows}
