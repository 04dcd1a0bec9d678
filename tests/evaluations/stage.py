"""A challenge whose proposals were opened, its panel, and short words for what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import SignIn
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.challenges.models import Challenge, Criterion, CriterionKind, TieBreak
from marketplace.core import access, database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.evaluations.decision import commands as decision
from marketplace.evaluations.models import Evaluation, PanelMember
from marketplace.evaluations.panel import commands as panel
from marketplace.evaluations.panel.commands import Declared
from marketplace.evaluations.scoring import commands as scoring
from marketplace.evaluations.scoring.commands import Given
from marketplace.proposals import commands as proposals
from marketplace.proposals.models import OPENED_STATES, Proposal, ProposalState
from tests.pages import Browser
from tests.proposals import builder


@contextmanager
def reading_as(viewer: Viewer) -> Iterator[None]:
    """Read with that viewer's eyes alone, in a session of its own."""
    with database.session_scope(viewer):
        yield


@dataclass
class Stage:
    """Who judges what; `now` is after the opening."""

    now: datetime
    challenge: Challenge
    manager: Viewer
    approver: Viewer
    officer: Viewer
    chair: Viewer
    second: Viewer
    third: Viewer
    stranger: Viewer
    owners: dict[str, Viewer] = field(default_factory=dict)  # startup's name -> its owner
    proposals: dict[str, Proposal] = field(default_factory=dict)

    @property
    def evaluation(self) -> Evaluation:
        with access.reading_as_system("a test"):
            return database.session.scalars(
                select(Evaluation).where(Evaluation.challenge_id == self.challenge.id)
            ).one()

    @property
    def evaluators(self) -> list[Viewer]:
        return [self.chair, self.second, self.third]

    @property
    def criteria(self) -> dict[str, UUID]:
        return {criterion.name: criterion.id for criterion in self.challenge.criteria}

    def seat(self, viewer: Viewer) -> PanelMember:
        return next(m for m in self.evaluation.members if m.person_id == viewer.person_id)

    def open(self) -> Stage:
        """Open what was sent: the evaluation begins."""
        proposals.open_proposals(self.officer, self.challenge, self.now)
        database.session.commit()
        return self

    def name_panel(self) -> Stage:
        """Three evaluators, the first of them in the chair."""
        for viewer in self.evaluators:
            panel.add_member(self.manager, self.evaluation, viewer.person_id, self.now)
        panel.name_chair(self.manager, self.evaluation, self.seat(self.chair).id, self.now)
        database.session.commit()
        return self

    def screen(self, **no: str) -> Stage:
        """All are eligible but those named, with the reason."""
        for name, proposal in self.proposals.items():
            scoring.screen(self.manager, self.evaluation, proposal, name not in no, no.get(name, ""), self.now)
        database.session.commit()
        return self

    def declare(self, conflicts: Mapping[Viewer, str] | None = None) -> Stage:
        """Each declares nothing, but for conflicts: evaluator -> startup's name."""
        for viewer in self.evaluators:
            closed = (conflicts or {}).get(viewer)
            answers = {
                proposal.id: Declared(True, "A former colleague") if name == closed else Declared(False)
                for name, proposal in self.proposals.items()
            }
            panel.declare(viewer, self.evaluation, answers, self.now)
        database.session.commit()
        return self

    def start(self) -> Stage:
        """Screened, declared, started."""
        scoring.start_scoring(self.chair, self.evaluation, self.now)
        database.session.commit()
        return self

    def ready(self) -> Stage:
        """Scoring has started, with nobody recused and nobody screened out."""
        return self.open().name_panel().screen().declare().start()

    def score(self, viewer: Viewer, name: str, quality: int | None, security: int | None, comment: str = "") -> None:
        """Give both scores, None for n/a, and lock them."""
        given = {
            self.criteria["Quality"]: Given(quality, quality is None, comment),
            self.criteria["Keeps data in the country"]: Given(security, security is None),
        }
        scoring.save_scores(viewer, self.evaluation, self.proposals[name], given, None, self.now)
        scoring.lock_scores(viewer, self.evaluation, self.proposals[name], self.now)
        database.session.commit()

    def score_all(self, scores: Mapping[str, tuple[int | None, int | None]]) -> Stage:
        """Every evaluator gives the same: startup's name -> quality and security."""
        for viewer in self.evaluators:
            for name, (quality, security) in scores.items():
                self.score(viewer, name, quality, security, f"{name}: why")
        return self

    def freeze(self) -> Stage:
        scoring.freeze(self.chair, self.evaluation, self.now)
        database.session.commit()
        return self

    def recommend(self, **what: object) -> Stage:
        facts = {"award": True, "reasons": "The best of them.", "reserves": 1} | what
        decision.recommend(self.chair, self.evaluation, decision.Recommendation(**facts), self.now)  # type: ignore[arg-type]
        database.session.commit()
        return self

    def approve(self) -> Stage:
        decision.approve(self.approver, self.evaluation, "", self.now)
        database.session.commit()
        return self

    def decide(self) -> Stage:
        decision.decide(self.manager, self.evaluation, self.now)
        database.session.commit()
        return self

    def state_of(self, name: str) -> ProposalState:
        return self.proposals[name].state


def build(
    now: datetime, prices: Mapping[str, int], *, tie_break: TieBreak = TieBreak.LOWER_PRICE, **changes: object
) -> Stage:
    """A challenge with its agency and the proposals of so many startups, sent and not yet opened.

    Args:
        prices: startup's name -> price in minor units.
    """
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    other = builder.organisation(Kind.AGENCY, "Port of Sfax")
    challenge = builder.challenge(agency, now, tie_break=tie_break, **changes)
    challenge.criteria = [
        Criterion(
            position=1, kind=CriterionKind.POINTS, name="Quality", weight=60, minimum=5, comment_required=False
        ),
        Criterion(position=2, kind=CriterionKind.YES_NO, name="Keeps data in the country", weight=15, scale=1),
        Criterion(position=3, kind=CriterionKind.PRICE, name="Price", weight=25),
    ]
    made = Stage(
        now=challenge.deadline + timedelta(minutes=1),
        challenge=challenge,
        manager=builder.member(agency, "Nadia Farouk", Role.CHALLENGE_MANAGER, now=now),
        approver=builder.member(agency, "Karim Bensalem", Role.APPROVER, now=now),
        officer=builder.member(agency, "Youssef Tahiri", Role.OPENING_OFFICER, now=now),
        chair=builder.member(agency, "Amina Chérif", Role.EVALUATOR, now=now),
        second=builder.member(agency, "Hedi Mansour", Role.EVALUATOR, now=now),
        third=builder.member(agency, "Olfa Zaki", Role.EVALUATOR, now=now),
        stranger=builder.member(other, "Rachid Alaoui", Role.EVALUATOR, Role.CHALLENGE_MANAGER, now=now),
    )
    for name, price in prices.items():
        startup = builder.organisation(Kind.STARTUP, name)
        made.owners[name] = builder.member(startup, f"{name} owner", Role.OWNER, now=now)
        made.proposals[name] = builder.sent(made.owners[name], challenge, now, price)
    database.session.commit()
    return made


def opened(of: Challenge) -> list[Proposal]:
    """What a viewer sees of a challenge's opened proposals."""
    return list(
        database.session.scalars(
            select(Proposal).where(Proposal.challenge_id == of.id, Proposal.state.in_(OPENED_STATES))
        )
    )


def browser_of(app: Flask, viewer: Viewer, at: datetime) -> Browser:
    """A browser in which that person is signed in, acting for the viewer's organisation."""
    token = new_token()
    database.session.add(
        SignIn(
            person_id=viewer.person_id,
            token_hash=token_hash(token),
            organisation_id=viewer.organisation_id,
            last_seen_at=at,
            created_at=at,
            agent="a test",
            place="192.0.2.0",
        )
    )
    database.session.commit()
    made = Browser(app)
    with made.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return made
