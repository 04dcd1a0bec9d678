"""Everybody of the demo, by organisation and role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.accounts.models import Person, PersonDetails
from marketplace.core import database
from marketplace.core.access import Kind, Role
from marketplace.organisations.models import Membership, Organisation
from marketplace.organisations.roles import role_words

ORDER = (Kind.AGENCY, Kind.STARTUP, Kind.PARTNER, Kind.HOST)
MOST = 1000  # seats


@dataclass
class Figure:
    """A person in an organisation."""

    person_id: UUID
    name: str
    language: str
    roles: set[Role] = field(default_factory=set)

    @property
    def role_words(self) -> str:
        return role_words(frozenset(self.roles))


@dataclass
class House:
    """An organisation with its people."""

    organisation: Organisation
    figures: dict[UUID, Figure] = field(default_factory=dict)


def houses(now: datetime) -> dict[Kind, list[House]]:
    """Every organisation with its people at a moment, by kind. One statement; the caller reads as the system."""
    rows = database.session.execute(
        select(Organisation, Membership.role, Person, PersonDetails)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Person, Person.id == Membership.person_id)
        .join(PersonDetails, PersonDetails.person_id == Person.id)
        .where(Membership.starts_at <= now, or_(Membership.ends_at.is_(None), Membership.ends_at > now))
        .order_by(Organisation.created_at, Organisation.id, PersonDetails.created_at, PersonDetails.id)
        .limit(MOST)
    ).all()
    found: dict[UUID, House] = {}
    for organisation, role, person, details in rows:
        house = found.setdefault(organisation.id, House(organisation))
        figure = house.figures.setdefault(person.id, Figure(person.id, details.name, person.language))
        figure.roles.add(role)
    return {kind: [house for house in found.values() if house.organisation.kind == kind] for kind in ORDER}


def without_house(known: Sequence[UUID]) -> list[PersonDetails]:
    """People who belong to no organisation. One statement; the caller reads as the system."""
    statement = select(PersonDetails).where(PersonDetails.person_id.not_in(known)).limit(50)
    return list(database.session.scalars(statement))
