"""One house in which every kind of thing exists, and all people who may try something on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from marketplace.accounts.models import SignIn
from marketplace.casestudies.models import CaseStudy
from marketplace.challenges.models import Challenge
from marketplace.core import access, clock, database, ids
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.files.models import File
from marketplace.evaluations.models import ScoreSheet
from marketplace.notifications.models import Notice
from marketplace.organisations.models import Invitation, Membership, Organisation
from marketplace.pilots.models import Actual, Kpi, Milestone, RecordEntry
from marketplace.proposals import commands as proposals
from marketplace.proposals.models import Comment, DraftRevision, Proposal, Section, Submission
from tests.casestudies import world as casestudies
from tests.challenges import world as challenges
from tests.evaluations import stage
from tests.proposals import builder
from tests.proposals.test_files import upload

PRICES = {"Alpha": 12_000_000, "Beta": 10_000_000}
SEGMENTS = ("challenges", "evaluations", "letters", "proposals", "pilots", "new", "case-studies", "from-pilot")
ROWS = {
    "file_id": File,
    "revision": DraftRevision,
    "revision_id": DraftRevision,
    "comment_id": Comment,
    "version": Submission,
    "sheet_id": ScoreSheet,
    "milestone_id": Milestone,
    "kpi_id": Kpi,
    "actual_id": Actual,
    "entry_id": RecordEntry,
    "membership_id": Membership,
    "invitation_id": Invitation,
    "notice_id": Notice,
    "sign_in_id": SignIn,
}


@dataclass
class House:
    """Keys by the first part of an address, identifiers by the name of their argument, people by what they are."""

    now: datetime
    people: dict[str, Viewer] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[UUID]] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)  # person -> what is his own to try it on

    def addresses(self, rule: Rule, who: str, most: int) -> list[str]:
        """Addresses of a rule: for a person's own things where he has some, then for others', mixed."""
        made = []
        for turn in range(most):
            fixed = dict(rule.defaults or {})
            values = {name: self._value(rule, who, name, turn) for name in rule.arguments - {"lang"} - set(fixed)}
            built = rule.build(values | fixed | {"lang": ("en", "ar")[turn % 2]})
            assert built is not None, rule
            if built[1] not in made:
                made.append(built[1])
        return made

    def _value(self, rule: Rule, who: str, name: str, turn: int) -> Any:
        mine = self.own.get(who, {})
        if turn == 0 and (_kind_of(rule) if name == "key" else name) in mine:
            return mine[_kind_of(rule) if name == "key" else name]
        if name == "key":
            found = self.keys[_kind_of(rule)]
            return found[turn % len(found)]
        if name == "proposal_key":
            return self.keys["proposals"][-1 - turn % len(self.keys["proposals"])]
        if name == "slug":
            return "any"
        if name in ("section", "ending", "kind", "which", "text_language"):
            choices = _choices(rule, name)
            return choices[turn % len(choices)]
        if name == "job_id":
            return 2**63 if turn else 1
        if name == "token":
            return "junk"
        if name == "rest":
            return ("%00/", "challenges/", "//elsewhere.example/", "\\elsewhere.example/")[turn % 4]
        found = self.rows.get(name) or [ids.new_id()]
        return found[turn % len(found)]


def _kind_of(rule: Rule) -> str:
    parts = [part for part in rule.rule.split("/") if part and not part.startswith("<")]
    return next((part for part in reversed(parts) if part in SEGMENTS and part in rule.rule), parts[0])


def _choices(rule: Rule, name: str) -> list[str]:
    if name == "text_language":
        return ["fr", "ar"]
    return sorted(getattr(rule._converters[name], "regex", "").removeprefix("(?:").removesuffix(")").split("|"))


@dataclass(frozen=True)
class Things:
    """What stands in the houses.

    Attributes:
        running, settling: evaluations, one being scored, one whose ranking is frozen.
        mine: a proposal in the making to `open_one`, by the startup that also proposed in `running`.
    """

    world: casestudies.World
    study: CaseStudy
    running: stage.Stage
    settling: stage.Stage
    draft: Challenge
    open_one: Challenge
    mine: Proposal
    agency: Organisation

    @property
    def startup(self) -> Viewer:
        return self.running.owners["Alpha"]

    @property
    def stages(self) -> list[stage.Stage]:
        return [self.running, self.settling]


def build(now: datetime) -> House:
    """Everything from a draft to a published case study, in several houses whose keys can be mixed."""
    things = _things(now)
    people = _people(things, now)
    database.session.commit()
    house = House(things.world.now, people, _keys(things), _rows(things, people), _own(things))
    clock.set_to(house.now)
    return house


def _things(now: datetime) -> Things:
    world = casestudies.build(now)
    edition = world.published()
    running = stage.build(now, PRICES).ready()
    running.score(running.second, "Beta", 9, 1, "good")
    settling = stage.build(now, PRICES).ready().score_all(dict.fromkeys(PRICES, (8, 1))).freeze()
    agency = database.session.get_one(type(world.pilot.agency), running.challenge.agency_id)
    startup = running.owners["Alpha"]
    draft = challenges.draft(replace(running.manager, at=now), now)
    open_one = builder.challenge(agency, world.now)
    mine = builder.written(startup, open_one, world.now)
    proposals.add_file(startup, mine, upload(), world.now)
    proposals.comment(startup, mine, Section.SUMMARY, "Shorter?", world.now)
    builder.write(builder.member(mine.startup, "Second", Role.EDITOR, now=now), mine, world.now, title="Anew")
    database.session.commit()
    study = database.session.get_one(CaseStudy, edition.case_study_id)
    return Things(world, study, running, settling, draft, open_one, mine, agency)


def _people(things: Things, now: datetime) -> dict[str, Viewer]:
    host = builder.organisation(Kind.HOST, "The host")
    running, settling, world = things.running, things.settling, things.world
    return {
        "manager": running.manager,
        "approver": running.approver,
        "officer": running.officer,
        "chair": running.chair,
        "evaluator": running.second,
        "startup": things.startup,
        "settling chair": settling.chair,
        "settling manager": settling.manager,
        "pilot manager": world.manager,
        "pilot approver": world.approver,
        "pilot startup": world.startup_owner,
        "agency owner": builder.member(things.agency, "Owner", Role.OWNER, now=now),
        "administrator": builder.member(host, "Administrator", Role.ADMINISTRATOR, now=now),
        "notary": builder.member(host, "Notary", Role.NOTARY, now=now),
        "auditor": builder.member(host, "Auditor", Role.AUDITOR, now=now),
        "nobody": Viewer.anonymous(now),
    }


def _keys(things: Things) -> dict[str, list[str]]:
    world, draft = things.world, things.draft.key
    running, settling = things.running.challenge.key, things.settling.challenge.key
    theirs = [proposal.key for one in things.stages for proposal in one.proposals.values()]
    return {
        "challenges": [draft, running, things.open_one.key, settling, world.pilot.challenge.key],
        "evaluations": [running, settling, world.pilot.challenge.key, draft],
        "letters": [world.proposal.key, theirs[0]],
        "proposals": [things.mine.key, *theirs, world.proposal.key],
        "pilots": [world.pilot.key],
        "new": [world.proposal.key, theirs[0]],
        "case-studies": [things.study.key],
        "from-pilot": [world.pilot.key],
        "organisations": [things.agency.key, world.startup.key, things.mine.startup.key],
    }


def _rows(things: Things, people: dict[str, Viewer]) -> dict[str, list[UUID]]:
    return {name: list(_some(model)) for name, model in ROWS.items()} | {
        "person_id": [viewer.person_id for viewer in people.values() if viewer.person_id],
        "member_id": [member.id for one in things.stages for member in one.evaluation.members],
        "criterion_id": [criterion for one in things.stages for criterion in one.criteria.values()],
    }


def _own(things: Things) -> dict[str, dict[str, Any]]:
    of_manager = _judged(things.running) | {"challenges": things.draft.key, "organisations": things.agency.key}
    of_pilot = {"evaluations": things.world.pilot.challenge.key}
    mine = things.mine
    return {
        **dict.fromkeys(("manager", "chair"), of_manager),
        **dict.fromkeys(("settling manager", "settling chair"), _judged(things.settling)),
        "startup": {"proposals": mine.key, "challenges": things.open_one.key, "organisations": mine.startup.key},
        **dict.fromkeys(("pilot manager", "pilot startup"), of_pilot),
    }


def _judged(one: stage.Stage) -> dict[str, Any]:
    beta, member = one.proposals["Beta"], one.seat(one.second)
    with access.reading_as_system("a test"):
        sheet = database.session.scalars(
            select(ScoreSheet.id).where(ScoreSheet.member_id == member.id, ScoreSheet.proposal_id == beta.id)
        ).one()
    return {
        "challenges": one.challenge.key,
        "evaluations": one.challenge.key,
        "proposals": beta.key,
        "proposal_key": beta.key,
        "member_id": member.id,
        "criterion_id": one.criteria["Quality"],
        "sheet_id": sheet,
    }


def _some(model: Any) -> Iterator[UUID]:
    with access.reading_as_system("a test"):
        yield from database.session.scalars(select(model.id).order_by(model.id).limit(3))


def browser_of(app: Flask, viewer: Viewer, now: datetime) -> FlaskClient:
    """A bare browser of that person, signed in where it is somebody."""
    if viewer.person_id is None:
        return app.test_client()
    return stage.browser_of(app, viewer, now).client
