"""Evaluations: the opening, the panel, its scores and the decision, as far as each challenge has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.challenges.models import Challenge, Criterion, CriterionKind
from marketplace.core import database
from marketplace.core.access import Role, Viewer
from marketplace.demo import reading
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.decision import consensus, succession
from marketplace.evaluations.decision.commands import Recommendation
from marketplace.evaluations.models import Evaluation, PanelMember, Score, ScoreSheet, Unsuccessful
from marketplace.evaluations.panel import commands as panel
from marketplace.evaluations.panel.commands import Declared
from marketplace.evaluations.scoring import commands as scoring
from marketplace.evaluations.scoring.commands import Given
from marketplace.proposals import commands as proposals
from marketplace.proposals.models import Proposal

# How far a story may have come; each step needs those before it.
STEPS = (
    "opened",
    "panel",
    "screened",
    "declared",
    "scoring",
    "scored",
    "consensus",
    "settled",
    "recommended",
    "approved",
    "decided",
)
# An evaluation takes three weeks from the deadline; one that is under way is as far as its last step.
WHOLE = timedelta(days=21)


@dataclass
class Judging:
    """One challenge's evaluation and who acts in it."""

    cast: Cast
    record: Record
    challenge: Challenge
    proposals: dict[str, Proposal]
    evaluation: Evaluation

    @property
    def place(self) -> str:
        return self.record["agency"]

    def manager(self, at: datetime) -> Viewer:
        return self.cast.holder(self.place, Role.CHALLENGE_MANAGER, at, number=self.record.get("author", 0))

    def approver(self, at: datetime) -> Viewer:
        return self.cast.holder(self.place, Role.APPROVER, at)

    def panel(self, at: datetime) -> list[Viewer]:
        """The evaluators, the first of them in the chair."""
        people = self.cast.places[self.place].people[Role.EVALUATOR]
        turn = len(self.record["id"]) % len(people)
        chosen = (people[turn:] + people[:turn])[:3]
        return [self.cast.viewer(person, self.place, at) for person in chosen]

    def seat(self, viewer: Viewer) -> PanelMember:
        return next(member for member in self.evaluation.members if member.person_id == viewer.person_id)

    def admitted(self) -> list[tuple[str, Proposal]]:
        out = self.record.get("screened_out", {})
        return [(startup, proposal) for startup, proposal in self.proposals.items() if startup not in out]

    def is_recused(self, number: int, startup: str) -> bool:
        return self.record.get("recused", {}).get(startup) == number


def tell(cast: Cast, record: Record, challenge: Challenge, sent: dict[str, Proposal]) -> Evaluation:
    """Open the proposals and bring the evaluation as far as the record says."""
    assert challenge.deadline is not None
    steps = [step for step in STEPS[: STEPS.index(record["evaluation"]) + 1] if step not in record.get("without", ())]
    span = min(WHOLE, cast.calendar.now - challenge.deadline - timedelta(hours=2))
    judging: Judging | None = None
    for number, step in enumerate(steps, start=1):
        with deed(challenge.deadline + span * (number / len(steps))) as moment:
            if judging is None:
                _open(cast, record, challenge, moment)
            elif step in _DEEDS:
                _DEEDS[step](judging, moment)
        if judging is None:
            evaluation = database.session.scalars(
                select(Evaluation).where(Evaluation.challenge_id == challenge.id)
            ).one()
            judging = Judging(cast, record, challenge, sent, evaluation)
    assert judging is not None
    return judging.evaluation


def _open(cast: Cast, record: Record, challenge: Challenge, moment: datetime) -> None:
    officer = cast.holder(record["agency"], Role.OPENING_OFFICER, moment)
    proposals.open_proposals(officer, challenge, moment)


def _panel(judging: Judging, moment: datetime) -> None:
    manager = judging.manager(moment)
    for viewer in judging.panel(moment):
        assert viewer.person_id is not None
        panel.add_member(manager, judging.evaluation, viewer.person_id, moment)
    chair = judging.panel(moment)[0]
    panel.name_chair(manager, judging.evaluation, judging.seat(chair).id, moment)
    due = moment + timedelta(days=14)
    panel.set_due(manager, judging.evaluation, due, moment)


def _screen(judging: Judging, moment: datetime) -> None:
    out = judging.record.get("screened_out", {})
    for startup, proposal in judging.proposals.items():
        reason = out.get(startup, "")
        scoring.screen(judging.manager(moment), judging.evaluation, proposal, not reason, reason, moment)


def _declare(judging: Judging, moment: datetime) -> None:
    """All declare; where the record says so, the last one has not yet."""
    words = reading.file("standard")["conflict"][judging.record["language"]]
    viewers = judging.panel(moment)
    if judging.record.get("undeclared"):
        viewers = viewers[:-1]
    for number, viewer in enumerate(viewers):
        answers = {
            proposal.id: Declared(True, words) if judging.is_recused(number, startup) else Declared(False)
            for startup, proposal in judging.proposals.items()
        }
        panel.declare(viewer, judging.evaluation, answers, moment)


def _start(judging: Judging, moment: datetime) -> None:
    scoring.start_scoring(judging.panel(moment)[0], judging.evaluation, moment)


def _score(judging: Judging, moment: datetime) -> None:
    """Every evaluator scores; where the record says so, the last ones are half done."""
    half_done = judging.record.get("half_done", 0)
    viewers = judging.panel(moment)
    for number, viewer in enumerate(viewers):
        is_slow = number >= len(viewers) - half_done
        admitted = judging.admitted()
        for place, (startup, proposal) in enumerate(admitted):
            if judging.is_recused(number, startup) or (is_slow and place > len(admitted) // 2):
                continue
            given = _given(judging, number, place, len(admitted))
            scoring.save_scores(viewer, judging.evaluation, proposal, given, None, moment)
            if not (is_slow and place == len(admitted) // 2):
                scoring.lock_scores(viewer, judging.evaluation, proposal, moment)


def _given(judging: Judging, evaluator: int, place: int, of: int) -> dict:
    return {
        criterion.id: _one(judging, criterion, number, evaluator, place, of)
        for number, criterion in enumerate(judging.challenge.criteria)
        if criterion.kind != CriterionKind.PRICE
    }


def _one(judging: Judging, criterion: Criterion, number: int, evaluator: int, place: int, of: int) -> Given:
    """A score that lets the proposals come out in the order of the data."""
    knocked_out = place >= of - judging.record.get("knocked_out", 0)
    # From 0.93 for the first down to about 0.4 for the last; the evaluators differ by a point now and then.
    quality = 0.93 - 0.5 * place / max(of - 1, 1) + 0.05 * (((evaluator + place + number) % 3) - 1)
    if judging.record.get("equal") and place < judging.record["equal"]:
        quality = 0.9
    if knocked_out:
        quality = 0.31 if criterion.minimum else 0.5
    words = _comment(judging, quality, number + evaluator * 2 + place)
    if criterion.kind == CriterionKind.YES_NO:
        return Given(0 if quality < 0.4 and number else 1, comment=words if criterion.comment_required else "")
    if criterion.kind == CriterionKind.RATING:
        points = sorted(label["points"] for label in criterion.labels)
        return Given(min(points, key=lambda each: abs(each - quality * criterion.scale)), comment=words)
    if evaluator == 2 and number == 2 and place == 1:
        return Given(None, is_not_applicable=True, comment=words)
    return Given(max(0, min(criterion.scale, round(quality * criterion.scale))), comment=words)


def _comment(judging: Judging, quality: float, number: int) -> str:
    pools = reading.file("comments")[judging.record["language"]]
    pool = pools["strong" if quality > 0.78 else "fair" if quality > 0.55 else "weak"]
    return pool[number % len(pool)]


def _freeze(judging: Judging, moment: datetime) -> None:
    scoring.freeze(judging.panel(moment)[0], judging.evaluation, moment)


def _settle(judging: Judging, moment: datetime) -> None:
    """The chair settles one score on which the panel differed, and chooses comments for the letters."""
    chair = judging.panel(moment)[0]
    words = reading.file("standard")["settled"][judging.record["language"]]
    first = next(c for c in judging.challenge.criteria if c.kind == CriterionKind.POINTS)
    admitted = judging.admitted()
    startup, proposal = admitted[-1]
    if len(admitted) > 2 and not judging.record.get("knocked_out") and not judging.is_recused(0, startup):
        consensus.settle(chair, judging.evaluation, proposal, first.id, (first.minimum or 4) + 1, words, moment)
    database.session.flush()
    for startup, proposal in admitted:
        # A chair who is recused never sees the proposal: there the manager acts.
        actor = judging.manager(moment) if judging.is_recused(0, startup) else chair
        chosen = _one_comment_each(proposal)
        consensus.release_comments(actor, judging.evaluation, proposal, chosen, moment)


def _one_comment_each(proposal: Proposal) -> list[UUID]:
    """One comment a criterion."""
    rows = database.session.execute(
        select(Score.id, Score.criterion_id)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .where(ScoreSheet.proposal_id == proposal.id, Score.comment != "")
    )
    return list({row.criterion_id: row.id for row in rows}.values())


def _recommend(judging: Judging, moment: datetime) -> None:
    record = judging.record
    reasons = record.get("reasons") or reading.file("standard")["reasons"][record["language"]]
    because = record.get("unsuccessful")
    what = Recommendation(
        award=because in (None, "declined"),
        reasons=reasons,
        unsuccessful_because=None if because in (None, "declined") else Unsuccessful(because),
        public_reason=record.get("public_reason", ""),
        reserves=record.get("reserves", 2),
    )
    with_panel = bool(judging.evaluation.members)
    actor = judging.panel(moment)[0] if with_panel else judging.manager(moment)
    decision.recommend(actor, judging.evaluation, what, moment)


def _approve(judging: Judging, moment: datetime) -> None:
    note = reading.file("standard")["approval"][judging.record["language"]]
    decision.approve(judging.approver(moment), judging.evaluation, note, moment)


def _decide(judging: Judging, moment: datetime) -> None:
    decision.decide(judging.manager(moment), judging.evaluation, moment)


_DEEDS: dict[str, Callable[[Judging, datetime], None]] = {
    "panel": _panel,
    "screened": _screen,
    "declared": _declare,
    "scoring": _start,
    "scored": _score,
    "consensus": _freeze,
    "settled": _settle,
    "recommended": _recommend,
    "approved": _approve,
    "decided": _decide,
}


def decline(cast: Cast, record: Record, evaluation: Evaluation, winner: Proposal) -> None:
    """The winner does not want it; two people let the next reserve step up, or end the challenge."""
    told = record["declined"]
    decided = evaluation.decided_at
    assert decided is not None
    manager = cast.holder(record["agency"], Role.CHALLENGE_MANAGER, decided, number=record.get("author", 0))
    with deed(decided + timedelta(days=4)) as moment:
        succession.decline(cast.binder(told["startup"], moment), winner, told["why"], moment)
    follow(cast, record, evaluation, winner, manager, told, decided + timedelta(days=6))


def follow(
    cast: Cast,
    record: Record,
    evaluation: Evaluation,
    winner: Proposal,
    manager: Viewer,
    told: Record,
    begun: datetime,
) -> None:
    """Let somebody or nobody come after a winner that goes; a second person confirms it."""
    with deed(begun) as moment:
        succession.propose(
            manager.later(moment), evaluation, winner.id, bool(told.get("reserve")), told["reason"], moment
        )
    with deed(begun + timedelta(days=2)) as moment:
        succession.confirm(cast.holder(record["agency"], Role.APPROVER, moment), evaluation, moment)
