"""What the score workspace shows: where am I among forty, the text beside the criteria, the panel so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.challenges.models import Criterion, CriterionKind
from marketplace.evaluations import queries
from marketplace.evaluations.models import Evaluation, EvaluationState, PanelMember, Score
from marketplace.evaluations.queries import SheetLine, Task
from marketplace.evaluations.scoring import commands
from marketplace.proposals.contents import Contents
from marketplace.proposals.models import Proposal, Section


@dataclass(frozen=True)
class Workspace:
    """One proposal on an evaluator's desk.

    Attributes:
        others: the seats beside one's own that judge this proposal, in their order.
        shown: (seat, criterion) -> a score that the viewer may see.
    """

    tasks: list[Task]
    is_assigned: bool
    criteria: list[Criterion]
    own: dict[UUID, Score]
    version: int
    is_locked: bool
    is_void: bool
    others: list[PanelMember]
    shown: dict[tuple[UUID, UUID], Score]
    names: dict[UUID, str]

    @property
    def locked(self) -> int:
        return sum(task.what == "locked" for task in self.tasks)

    @property
    def to_go(self) -> list[Task]:
        return [task for task in self.tasks if task.what in ("due", "begun")]

    @property
    def total(self) -> int:
        """How many there are for this evaluator to score."""
        return self.locked + len(self.to_go)


def workspace(evaluation: Evaluation, seat: PanelMember, proposal: Proposal) -> Workspace:
    """Everything beside the text. Three statements, whatever the number of proposals."""
    lines = queries.sheets_of(proposal)
    mine = [line for line in lines if line.member_id == seat.id]
    theirs = [line for line in lines if line.member_id != seat.id and line.locked_at and not line.void_at]
    tasks = queries.all_tasks(evaluation, seat)
    exempt = next((task.exempt for task in tasks if task.id == proposal.id), frozenset())
    return Workspace(
        tasks=[task for task in tasks if task.what != "unassigned"],
        is_assigned=seat.id not in exempt,
        criteria=list(commands.scored_criteria(evaluation).values()),
        own={line.score.criterion_id: line.score for line in mine if line.score},
        version=_version(mine),
        is_locked=any(line.locked_at for line in mine),
        is_void=any(line.void_at for line in mine),
        others=[
            m for m in evaluation.members if m.id not in {seat.id, *exempt} and (m.left_at is None or m.keeps_scores)
        ],
        shown={(line.member_id, line.score.criterion_id): line.score for line in theirs if line.score},
        names=queries.panel_names(evaluation),
    )


def _version(mine: Sequence[SheetLine]) -> int:
    return max((line.version for line in mine), default=0)


def beside(tasks: Sequence[Task], proposal_id: UUID) -> tuple[Task | None, Task | None]:
    """The one before in the list and the next to score, past the end from its beginning."""
    readable = [task for task in tasks if task.what in ("due", "begun", "locked")]
    place = next((i for i, task in enumerate(readable) if task.id == proposal_id), 0)
    before = readable[place - 1] if place > 0 else None
    ahead = [*readable[place + 1 :], *readable[:place]]
    return before, next((task for task in ahead if task.what in ("due", "begun")), None)


def can_score(evaluation: Evaluation, desk: Workspace) -> bool:
    """Whether the sheet takes scores at the moment."""
    is_open = evaluation.state == EvaluationState.SCORING and not evaluation.was_cancelled
    return is_open and desk.is_assigned and not desk.is_locked and not desk.is_void


def sections_of(sent: Contents) -> list[Section]:
    """The sections that hold something, for the tabs."""
    more = {
        Section.TEAM: bool(sent.team),
        Section.PRICE: bool(sent.milestones),
        Section.DOCUMENTS: bool(sent.files),
        Section.EVIDENCE: sent.readiness is not None,
    }
    return [section for section in Section if more.get(section) or sent.texts(section)]


def has_price(evaluation: Evaluation) -> bool:
    """Whether a price is computed once all scores are in."""
    return any(criterion.kind == CriterionKind.PRICE for criterion in evaluation.challenge.criteria)
