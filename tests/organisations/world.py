"""A house for tests: the host with its officers, and organisations made through the real commands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.commands import create_person
from marketplace.accounts.models import Person
from marketplace.accounts.rights import viewer_of
from marketplace.core.access import Kind, Role, Viewer
from marketplace.organisations import commands
from marketplace.organisations.members import seat
from marketplace.organisations.models import Organisation, OrganisationState
from marketplace.organisations.roles import LEADING

PASSWORD = "violet kettle arranges maps"


@dataclass
class House:
    """The host, its officers, and who owns what."""

    db: Session
    now: datetime
    host: Organisation
    people: dict[str, Person]
    owners_house: Organisation | None = None
    owners: dict[UUID, Person] = field(default_factory=dict)
    members: dict[tuple[UUID, str], Person] = field(default_factory=dict)

    @property
    def administrator(self) -> Viewer:
        return viewer_of(self.people["administrator"].id, self.host.id, self.now)

    def owner_of(self, organisation: Organisation) -> UUID:
        return self.owners[organisation.id].id

    def viewer_in(self, organisation: Organisation, actor: str) -> Viewer:
        """A viewer by what it is to an organisation."""
        if actor == "nobody":
            return Viewer.anonymous(self.now)
        if actor == "owner":
            return viewer_of(self.owner_of(organisation), organisation.id, self.now)
        if actor == "editor":
            return viewer_of(member(self, organisation, "editor", Role.EDITOR).id, organisation.id, self.now)
        if actor == "stranger":
            return viewer_of(self.people["stranger"].id, self.owners_house.id, self.now)
        return viewer_of(self.people[actor].id, self.host.id, self.now)


def a_person(db: Session, name: str, now: datetime, *, password: str | None = None, language: str = "en") -> Person:
    """A person whose address is made of the name."""
    address = f"{name.lower().replace(' ', '.')}@example.org"
    person = create_person(name, address, now, password=password, language=language)
    db.commit()
    return person


def build(db: Session, now: datetime) -> House:
    """The host and a stranger's startup."""
    people = {role: a_person(db, f"{role.title()} Host", now) for role in ("administrator", "moderator", "auditor")}
    people["stranger"] = a_person(db, "Stranger Elsewhere", now)
    host = commands.set_up_host(people["administrator"].id, commands.Profile("The host", "TN"), now)
    for role in ("moderator", "auditor"):
        seat(host, people[role].id, Role(role), now, by=None)
    db.commit()
    house = House(db, now, host, people)
    elsewhere = commands.found_organisation(
        Viewer(at=now, person_id=people["stranger"].id), Kind.STARTUP, commands.Profile("Elsewhere", "FR"), now
    )
    db.commit()
    house.owners[elsewhere.id] = people["stranger"]
    house.owners_house = elsewhere
    return house


def an_organisation(
    house: House, kind: Kind, state: OrganisationState = OrganisationState.VERIFIED, name: str = "Tidewatch Labs"
) -> Organisation:
    """An organisation led by its own owner, brought to a state by the real commands."""
    owner = a_person(house.db, f"Owner of {name}", house.now, password=PASSWORD)
    actor = Viewer(at=house.now, person_id=owner.id)
    made = commands.found_organisation(actor, kind, commands.Profile(name, "TN", "Africa/Tunis"), house.now)
    house.owners[made.id] = owner
    steps = {
        OrganisationState.PENDING: (),
        OrganisationState.VERIFIED: ("verify",),
        OrganisationState.REFUSED: ("refuse",),
        OrganisationState.SUSPENDED: ("verify", "suspend"),
    }[state]
    for step in steps:
        commands.DECISIONS[step](house.administrator, made, "Seen.", house.now)
    house.db.commit()
    assert made.kind == kind
    assert LEADING[kind] in viewer_of(owner.id, made.id, house.now).roles
    return made


def member(house: House, organisation: Organisation, name: str, *roles: Role) -> Person:
    """Somebody who belongs to an organisation in these roles."""
    known = house.members.get((organisation.id, name))
    if known is None:
        known = a_person(house.db, f"{name.title()} Of {organisation.key}", house.now, password=PASSWORD)
        for role in roles:
            seat(organisation, known.id, role, house.now, by=house.owner_of(organisation))
        house.db.commit()
        house.members[organisation.id, name] = known
    return known
