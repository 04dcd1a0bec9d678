"""What the pages of evaluations read together: one evaluation, its bidders, who has done what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from marketplace.accounts.queries import names
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.i18n import current_language
from marketplace.core.lists import Asked
from marketplace.core.paging import Page
from marketplace.evaluations import policy
from marketplace.evaluations.models import (
    Declaration,
    Evaluation,
    Exemption,
    Interest,
    PanelMember,
    Score,
    ScoreSheet,
    Screening,
)
from marketplace.organisations.models import Organisation
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState

MOST = 500  # proposals to one challenge that a page shows


def one_evaluation(challenge_key: str) -> Evaluation:
    """The evaluation of a challenge with all that its pages name. Two statements; criteria when they are asked for.

    Raises:
        NotFound: unknown, not begun, or unseen.
    """
    found = (
        database.session.scalars(
            select(Evaluation)
            .join(Evaluation.challenge)
            .where(Challenge.key == challenge_key)
            .options(
                contains_eager(Evaluation.challenge).options(
                    joinedload(Challenge.agency), joinedload(Challenge.texts)
                ),
                selectinload(Evaluation.members),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise NotFound
    return found


def proposal_of(evaluation: Evaluation, proposal_key: str) -> Proposal:
    """A proposal of this challenge that the viewer may read. One statement.

    Raises:
        NotFound: unknown, of another challenge, or closed to the viewer.
    """
    found = database.session.scalars(
        select(Proposal)
        .where(
            Proposal.key == proposal_key,
            Proposal.challenge_id == evaluation.challenge_id,
            Proposal.state.in_(OPENED_STATES),
        )
        .options(joinedload(Proposal.startup))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def title_of(evaluation: Evaluation) -> str:
    """The challenge's title in the reader's language, else in its own."""
    return evaluation.challenge.text(current_language()).title


@dataclass(frozen=True)
class Bidder:
    """A line of the list of bidders: no price, no content."""

    id: UUID
    key: str
    name: str
    startup_id: UUID
    state: ProposalState


def as_bidder(proposal: Proposal) -> Bidder:
    """The line of a proposal that is at hand with its startup."""
    return Bidder(proposal.id, proposal.key, proposal.startup.name, proposal.startup_id, proposal.state)


def bidders(evaluation: Evaluation) -> list[Bidder]:
    """Who has proposed, by name. One statement.

    The whole panel sees this list, before its declarations too: they are made on it.
    """
    with reading_as_system("declarations are made on the list of bidders"):
        rows = database.session.execute(
            select(Proposal.id, Proposal.key, Organisation.name, Proposal.startup_id, Proposal.state)
            .join(Organisation, Organisation.id == Proposal.startup_id)
            .where(Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES))
            .order_by(Organisation.folded_name, Proposal.id)
            .limit(MOST)
        ).all()
    return [Bidder(*row) for row in rows]


def closed_to(viewer: Viewer, evaluation: Evaluation) -> set[UUID]:
    """Proposals of this challenge that the viewer's own seat keeps closed: a conflict, or no declaration yet."""
    return _among(evaluation, policy.closed_to(viewer))


def out_of_reach(viewer: Viewer, evaluation: Evaluation) -> set[UUID]:
    """As `closed_to`, with what the viewer's own seat is not assigned."""
    return _among(evaluation, policy.out_of_reach(viewer))


def closed_to_chair(evaluation: Evaluation) -> set[UUID]:
    """Proposals that a conflict of the chair's own closes. One statement."""
    chairs = [member.id for member in evaluation.members if member.is_chair and member.left_at is None]
    with reading_as_system("whether the chair is recused"):
        conflicts = select(Declaration.proposal_id).where(
            Declaration.member_id.in_(chairs), Declaration.interest == Interest.CONFLICT
        )
        return set(database.session.scalars(conflicts))


def _among(evaluation: Evaluation, chosen: CompoundSelect[UUID]) -> set[UUID]:
    with reading_as_system("which lines a list leaves hatched"):
        wanted = select(Proposal.id).where(Proposal.challenge_id == evaluation.challenge_id, Proposal.id.in_(chosen))
        return set(database.session.scalars(wanted))


def panel_names(evaluation: Evaluation) -> dict[UUID, str]:
    """Seat -> name, for the desk and the panel. One statement."""
    found = names(member.person_id for member in evaluation.members)
    return {member.id: found[member.person_id] for member in evaluation.members}


@dataclass(frozen=True)
class Cell:
    """What one evaluator has done with one proposal: no score.

    Attributes:
        what: "undeclared", "recused", "void", "locked", "unassigned", "begun" or "due".
        sheet_id: of a locked sheet, for its unlocking.
    """

    what: str
    sheet_id: UUID | None = None


def grid(evaluation: Evaluation) -> dict[tuple[UUID, UUID], Cell]:
    """(seat, proposal) -> what was done. One statement, whatever the size: no sheet is without a declaration."""
    with reading_as_system("progress without scores"):
        rows = database.session.execute(
            select(
                Declaration.member_id,
                Declaration.proposal_id,
                Declaration.interest,
                ScoreSheet.id.label("sheet_id"),
                ScoreSheet.locked_at,
                ScoreSheet.void_at,
                ScoreSheet.version,
                Exemption.id.label("exemption_id"),
            )
            .outerjoin(
                ScoreSheet,
                and_(
                    ScoreSheet.member_id == Declaration.member_id, ScoreSheet.proposal_id == Declaration.proposal_id
                ),
            )
            .outerjoin(Exemption, _exempts(Declaration.member_id, Declaration.proposal_id))
            .where(Declaration.member_id.in_([member.id for member in evaluation.members]))
        ).all()
    return {(row.member_id, row.proposal_id): _cell(row) for row in rows}


def _exempts(member_id: Any, proposal_id: Any) -> ColumnElement[bool]:
    return and_(Exemption.member_id == member_id, Exemption.proposal_id == proposal_id, Exemption.ends_at.is_(None))


def _cell(row: Any) -> Cell:
    if row.interest == Interest.CONFLICT:
        return Cell("recused")
    if row.void_at is not None:
        return Cell("void")
    if row.locked_at is not None:
        return Cell("locked", row.sheet_id)
    if row.exemption_id is not None:
        return Cell("unassigned")
    return Cell("begun" if row.version else "due")


@dataclass(frozen=True)
class Task:
    """A proposal on an evaluator's own list.

    Attributes:
        what: "undeclared", "recused", "screened_out", "unassigned", "due", "begun", "locked".
        given: how many criteria have a score.
        exempt: the seats that don't score it.
    """

    id: UUID
    key: str
    name: str
    what: str
    given: int = 0
    exempt: frozenset[UUID] = frozenset()


def tasks(evaluation: Evaluation, seat: PanelMember) -> list[Task]:
    """An evaluator's own list, by the bidder's name: what is assigned, and what waits for its declaration.

    One statement, whatever the count.
    """
    return [task for task in all_tasks(evaluation, seat) if task.what != "unassigned"]


def all_tasks(evaluation: Evaluation, seat: PanelMember) -> list[Task]:
    """As `tasks`, with what is not assigned. One statement."""
    sheet, declaration = aliased(ScoreSheet), aliased(Declaration)
    scored = select(func.count(Score.id)).where(
        Score.sheet_id == sheet.id, (Score.value.is_not(None)) | Score.is_not_applicable
    )
    exempt = select(func.array_agg(Exemption.member_id)).where(
        Exemption.proposal_id == Proposal.id, Exemption.ends_at.is_(None)
    )
    with reading_as_system("an evaluator's own list names bidders that are closed to him"):
        rows = database.session.execute(
            select(
                Proposal.id,
                Proposal.key,
                Organisation.name,
                Proposal.state,
                declaration.interest,
                sheet.locked_at,
                sheet.version,
                scored.scalar_subquery().label("given"),
                exempt.scalar_subquery().label("exempt"),
            )
            .join(Organisation, Organisation.id == Proposal.startup_id)
            .outerjoin(declaration, and_(declaration.proposal_id == Proposal.id, declaration.member_id == seat.id))
            .outerjoin(sheet, and_(sheet.proposal_id == Proposal.id, sheet.member_id == seat.id))
            .where(Proposal.challenge_id == evaluation.challenge_id, Proposal.state.in_(OPENED_STATES))
            .order_by(Organisation.folded_name, Proposal.id)
            .limit(MOST)
        ).all()
    return [Task(row.id, row.key, row.name, _what(row, seat), row.given, frozenset(row.exempt or ())) for row in rows]


_OUT = (ProposalState.SCREENED_OUT, ProposalState.DISQUALIFIED)


def _what(row: Any, seat: PanelMember) -> str:
    if row.interest == Interest.CONFLICT:
        return "recused"
    if seat.id in (row.exempt or ()) and (row.interest is not None or row.state in _OUT):
        return "unassigned"
    if row.state in _OUT:
        return "screened_out"
    if row.interest is None:
        return "undeclared"
    if row.locked_at is not None:
        return "locked"
    return "begun" if row.version else "due"


def exemptions(evaluation: Evaluation) -> set[tuple[UUID, UUID]]:
    """(seat, proposal) that are not assigned to each other, as far as the viewer may see it. One statement."""
    rows = database.session.execute(
        select(Exemption.member_id, Exemption.proposal_id)
        .join(PanelMember, PanelMember.id == Exemption.member_id)
        .where(PanelMember.evaluation_id == evaluation.id, Exemption.ends_at.is_(None))
    )
    return {(row.member_id, row.proposal_id) for row in rows}


def screenings(evaluation: Evaluation) -> dict[UUID, Screening]:
    """Proposal -> its screening, as far as the viewer may see it. One statement."""
    rows = database.session.scalars(
        select(Screening)
        .join(Proposal, Proposal.id == Screening.proposal_id)
        .where(Proposal.challenge_id == evaluation.challenge_id)
    )
    return {row.proposal_id: row for row in rows}


def evaluations_of(asked: Asked) -> Page[Evaluation]:
    """The evaluations that the viewer follows or judges in, as they were asked for. Five statements."""
    statement = (
        select(Evaluation)
        .join(Evaluation.challenge)
        .options(
            contains_eager(Evaluation.challenge).options(joinedload(Challenge.agency), selectinload(Challenge.texts)),
            selectinload(Evaluation.members),
        )
    )
    return asked.page(statement)


@dataclass(frozen=True)
class SheetLine:
    """A score that the viewer may see, with whose it is."""

    member_id: UUID
    sheet_id: UUID
    locked_at: datetime | None
    void_at: datetime | None
    version: int
    score: Score | None


def sheets_of(proposal: Proposal) -> list[SheetLine]:
    """Every score of a proposal that the viewer may see: own ones, others' as the rules open them. One statement."""
    rows = database.session.execute(
        select(ScoreSheet, Score)
        .outerjoin(Score, Score.sheet_id == ScoreSheet.id)
        .where(ScoreSheet.proposal_id == proposal.id)
        .order_by(ScoreSheet.id, Score.id)
    ).all()
    return [
        SheetLine(sheet.member_id, sheet.id, sheet.locked_at, sheet.void_at, sheet.version, score)
        for sheet, score in rows
    ]
