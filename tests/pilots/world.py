"""An awarded proposal and its pilot, made through the real commands, and the people of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask

from marketplace.accounts.models import SignIn
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.core import database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.organisations.models import Organisation
from marketplace.pilots import agreements, commands, measures, milestones
from marketplace.pilots.measures import Definition
from marketplace.pilots.models import Direction, Kpi, Milestone, Outcome, Pilot, PilotState
from marketplace.proposals import commands as proposals
from marketplace.proposals.models import Proposal
from tests.evaluations import stage
from tests.pages import Browser
from tests.proposals import builder

PRICES = (2_400_000, 3_600_000, 0)
ALARMS = Definition(
    "False alarms a month", "alarms", Direction.DOWN, Decimal(9), Decimal(1), "From the operators' log, monthly."
)
STATIONS = Definition("Stations listening", "stations", Direction.UP, Decimal(0), Decimal(24), "Counted each week.")


@contextmanager
def reading_as(viewer: Viewer) -> Iterator[None]:
    """Read with that viewer's eyes alone, in a session of its own."""
    with database.session_scope(viewer):
        yield


@dataclass
class World:
    """Who acts on both sides of a pilot; `now` is after the award."""

    now: datetime
    agency: Organisation
    startup: Organisation
    proposal: Proposal
    people: dict[str, Viewer] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Viewer:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def later(self, **span: float) -> World:
        """Move on; everybody's rights are judged at the new moment."""
        self.now += timedelta(**span)
        self.people = {name: viewer.later(self.now) for name, viewer in self.people.items()}
        return self

    @property
    def today(self) -> date:
        return self.now.date()

    # --- the pilot, step by step ---

    def opened(self) -> Pilot:
        pilot = commands.open_pilot(self.manager, self.proposal, "Setpoint watch, 24 stations", self.now)
        database.session.commit()
        return pilot

    def defined(self) -> Pilot:
        pilot = self.opened()
        measures.define(self.manager, pilot, ALARMS, self.now)
        measures.define(self.editor, pilot, STATIONS, self.now)
        database.session.commit()
        return pilot

    def proposed(self) -> Pilot:
        pilot = self.defined()
        agreements.propose(self.editor, pilot, "# Terms\n\nBoth keep what they bring.", self.now)
        database.session.commit()
        return pilot

    def signed_by(self, viewer: Viewer, pilot: Pilot) -> Pilot:
        assert pilot.last_version
        agreements.sign(viewer, pilot, pilot.last_version.sha256, self.now)
        database.session.commit()
        return pilot

    def active(self) -> Pilot:
        pilot = self.proposed()
        self.signed_by(self.approver, pilot)
        return self.signed_by(self.signatory, pilot)

    def deliver(self, step: Milestone) -> Milestone:
        milestones.deliver(self.editor, step, "Two stations **listen**.", self.now)
        database.session.commit()
        return step

    def accept(self, step: Milestone) -> Milestone:
        milestones.accept(self.manager, self.deliver(step), "Seen on site.", self.now)
        database.session.commit()
        return step

    def report(self, kpi: Kpi, value: int | str, *, days: int = 0, by: Viewer | None = None) -> Any:
        day = self.today + timedelta(days=days)
        actual = measures.report(by or self.editor, kpi, day, Decimal(value), "Log of the week.", self.now)
        database.session.commit()
        return actual

    def verified(self, kpi: Kpi, value: int | str, *, days: int = 0) -> Any:
        actual = self.report(kpi, value, days=days)
        measures.verify(self.manager, actual, self.now)
        database.session.commit()
        return actual

    def closing(self) -> Pilot:
        pilot = self.active()
        commands.start_closing(self.manager, pilot, self.now)
        database.session.commit()
        return pilot

    def completed(self, outcome: Outcome = Outcome.PARTIAL) -> Pilot:
        pilot = self.closing()
        commands.write_lessons(self.manager, pilot, "Ask the operators first.", self.now)
        commands.complete(self.manager, pilot, outcome, "Half of it was reached.", self.now)
        database.session.commit()
        return pilot

    def terminated(self) -> Pilot:
        pilot = self.active()
        commands.terminate(self.signatory, pilot, "The stations were sold.", self.now)
        database.session.commit()
        return pilot

    def not_signed(self) -> Pilot:
        pilot = self.proposed()
        commands.give_up(self.signatory, pilot, "We can't carry the liability.", self.now)
        database.session.commit()
        return pilot

    def pilot_in(self, state: PilotState) -> Pilot:
        """A pilot in that state, by the shortest way."""
        return {
            PilotState.AGREEMENT: self.proposed,
            PilotState.ACTIVE: self.active,
            PilotState.CLOSING: self.closing,
            PilotState.COMPLETED: self.completed,
            PilotState.TERMINATED: self.terminated,
            PilotState.NOT_SIGNED: self.not_signed,
        }[state]()


def build(now: datetime, prices: tuple[int, ...] = PRICES) -> World:
    """A challenge with one proposal that was sent, judged and awarded."""
    set_up = stage.build(now, {"Tidewatch Labs": sum(prices)})
    rewrite(set_up, now, prices)
    award(set_up)
    proposal = set_up.proposals["Tidewatch Labs"]
    agency, startup = (
        database.session.get_one(Organisation, of) for of in (set_up.challenge.agency_id, proposal.startup_id)
    )
    world = World(set_up.now, agency, startup, proposal)
    people = {
        "owner": (agency, Role.OWNER),
        "finance_officer": (agency, Role.FINANCE_OFFICER),
        "reader": (agency, Role.VIEWER),
        "second_manager": (agency, Role.CHALLENGE_MANAGER),
        "evaluator": (agency, Role.EVALUATOR),
        "editor": (startup, Role.EDITOR),
        "signatory": (startup, Role.SIGNATORY),
        "finance": (startup, Role.FINANCE),
    }
    for name, (organisation, role) in people.items():
        world.people[name] = builder.member(organisation, name.replace("_", " ").title(), role, now=now)
    world.people |= {
        "manager": set_up.manager,
        "approver": set_up.approver,
        "startup_owner": set_up.owners["Tidewatch Labs"],
        "rival": builder.member(builder.organisation(Kind.STARTUP, "Halyard"), "Rim Jaziri", Role.OWNER, now=now),
        "stranger": set_up.stranger,
        "administrator": builder.member(
            builder.organisation(Kind.HOST, "Host"), "Amine Zeroual", Role.ADMINISTRATOR, now=now
        ),
    }
    database.session.commit()
    return world.later(days=1)


def rewrite(set_up: stage.Stage, now: datetime, prices: tuple[int, ...]) -> None:
    """Give the proposal its milestones, and send it anew."""
    owner, proposal = set_up.owners["Tidewatch Labs"], set_up.proposals["Tidewatch Labs"]
    proposals.save_section(owner, proposal, builder.Section.PRICE, builder.milestones(*prices), now)
    proposals.submit(owner, proposal, now)
    database.session.commit()


def award(set_up: stage.Stage) -> None:
    """Open, screen, score, recommend, approve and decide."""
    set_up.ready().score_all({"Tidewatch Labs": (8, 1)}).freeze().recommend(reserves=0).approve().decide()


def browser_of(app: Flask, viewer: Viewer, now: datetime) -> Browser:
    """A browser in which that person is signed in and acts for the viewer's organisation."""
    token = new_token()
    database.session.add(
        SignIn(
            person_id=viewer.person_id,
            token_hash=token_hash(token),
            organisation_id=viewer.organisation_id,
            last_seen_at=now,
            created_at=now,
            agent="",
            place="",
        )
    )
    database.session.commit()
    browser = Browser(app)
    with browser.client.session_transaction() as kept:
        kept["_user_id"] = token
    return browser
