"""Small parts that tests of proposals and of what follows them are made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts.models import Person, PersonDetails
from marketplace.challenges.models import Challenge, ChallengeState, ChallengeText
from marketplace.core import database, ids
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.text import fold, slugify
from marketplace.organisations.models import Membership, Organisation, OrganisationState
from marketplace.proposals import commands
from marketplace.proposals.models import Proposal, Section

TEXTS: dict[Section, dict[str, Any]] = {
    Section.SUMMARY: {"title": "Setpoint watch", "summary": "We listen, we never write.", "language": "en"},
    Section.APPROACH: {"approach": "Passive taps at each station.", "plan": "24 stations in six months."},
    Section.EVIDENCE: {"readiness": 7, "evidence": "Ran for a year at two utilities."},
    Section.TEAM: {
        "team": [{"name": "Leïla Haddad", "role": "Lead", "about": "Ten years of pumps."}],
        "partners": "",
    },
    Section.DATA_SECURITY: {"data": "Setpoints only.", "security": "Tested by others each year."},
    Section.INTELLECTUAL_PROPERTY: {"rights": "Ours stays ours, yours stays yours."},
}


def organisation(kind: Kind, name: str, *, is_verified: bool = True) -> Organisation:
    """An organisation, as its verification left it."""
    made = Organisation(
        kind=kind,
        state=OrganisationState.VERIFIED if is_verified else OrganisationState.PENDING,
        slug=slugify(name),
        name=name,
        folded_name=fold(name),
        country="TN",
        zone="Africa/Tunis",
    )
    database.session.add(made)
    database.session.flush()
    return made


def member(of: Organisation, name: str, *roles: Role, now: datetime) -> Viewer:
    """A person with roles in an organisation, acting for it."""
    person = Person(language="en", zone="Europe/Paris")
    database.session.add(person)
    database.session.flush()
    address = f"{slugify(name)}-{ids.new_key()}@example.org"
    database.session.add(PersonDetails(person_id=person.id, name=name, folded_name=fold(name), email=address))
    for role in roles:
        database.session.add(Membership(person_id=person.id, organisation_id=of.id, role=role, starts_at=now))
    database.session.flush()
    return Viewer(
        at=now,
        person_id=person.id,
        organisation_id=of.id,
        organisation_kind=of.kind,
        roles=frozenset(roles),
        is_verified=of.is_verified,
    )


def challenge(agency: Organisation, now: datetime, **changes: Any) -> Challenge:
    """A published challenge, open for nine days unless said otherwise."""
    made = Challenge(
        **{
            "agency_id": agency.id,
            "author_id": None,
            "state": ChallengeState.PUBLISHED,
            "zone": "Europe/Paris",
            "currency": "EUR",
            "publish_at": now - timedelta(days=1),
            "deadline": now + timedelta(days=9),
            "budget_minor": 18_000_000,
            **changes,
        }
    )
    made.texts = [ChallengeText(language="en", title="Detect tampered setpoints")]
    database.session.add(made)
    database.session.flush()
    return made


def milestones(*prices_minor: int) -> dict[str, Any]:
    """A price section with a milestone a price."""
    return {
        "covers": "",
        "milestones": [
            {
                "title": f"Step {number}",
                "deliverable": "A report",
                "due_text": str(number * 30),
                "due_days": number * 30,
                "price_text": str(price),
                "price_minor": price,
            }
            for number, price in enumerate(prices_minor, 1)
        ],
    }


def write(actor: Viewer, proposal: Proposal, now: datetime, *prices_minor: int, **summary: Any) -> Proposal:
    """Fill every section that a submission needs."""
    for section, content in TEXTS.items():
        changed = content | summary if section == Section.SUMMARY else content
        commands.save_section(actor, proposal, section, changed, now)
    commands.save_section(actor, proposal, Section.PRICE, milestones(*(prices_minor or (12_000_000,))), now)
    return proposal


def written(actor: Viewer, to: Challenge, now: datetime, *prices_minor: int) -> Proposal:
    """A draft that can be sent."""
    return write(actor, commands.start_proposal(actor, to, now), now, *prices_minor)


def sent(actor: Viewer, to: Challenge, now: datetime, *prices_minor: int) -> Proposal:
    """A proposal that was sent."""
    proposal = written(actor, to, now, *prices_minor)
    commands.submit(actor, proposal, now)
    return proposal
