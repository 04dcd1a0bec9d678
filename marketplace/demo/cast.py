"""Who there is: organisations with their people, founded, verified and seated before anything else happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.accounts.commands import create_person
from marketplace.accounts.rights import viewer_of
from marketplace.core import clock, database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.demo import reading
from marketplace.demo.reading import Calendar, Record
from marketplace.notifications import commands as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.organisations import commands
from marketplace.organisations.members import end_role, seat
from marketplace.organisations.models import Membership, Organisation

# All of the demo's people have it: the demo signs in by a click, and some pages ask for it again.
PASSWORD = "lanterns over quiet water"  # noqa: S105
# The first account is opened before, the last one after everything else: they tell whether the loading was whole.
FIRST = "amine.zeroual@digital-security.example"
LAST = "nour.benothman@visitor.example"
BEGINNING = timedelta(days=900)


@dataclass
class Place:
    """An organisation of the cast: its row's id, and its people by role in the order of the data."""

    id: UUID
    kind: Kind
    zone: str
    language: str
    people: dict[Role, list[str]] = field(default_factory=dict)


@dataclass
class Cast:
    """Everybody, by the short names that the data uses."""

    calendar: Calendar
    secret: str
    people: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    _viewers: dict[tuple[str, str], Viewer] = field(default_factory=dict)

    def viewer(self, person: str, place: str, at: datetime) -> Viewer:
        """A person acting for an organisation at a moment."""
        known = self._viewers.get((person, place))
        if known is None:
            known = viewer_of(self.people[person], self.places[place].id, self.calendar.now)
            self._viewers[person, place] = known
        return known.later(at)

    def holder(self, place: str, role: Role, at: datetime, *, number: int = 0) -> Viewer:
        """Who holds a role there: the first one, or another in turn."""
        held = self.places[place].people[role]
        return self.viewer(held[number % len(held)], place, at)

    def writer(self, place: str, at: datetime) -> Viewer:
        """Who writes a startup's proposals: its editor, else its owner."""
        role = Role.EDITOR if Role.EDITOR in self.places[place].people else Role.OWNER
        return self.holder(place, role, at)

    def binder(self, place: str, at: datetime) -> Viewer:
        """Who signs for a startup: its signatory, else its owner."""
        role = Role.SIGNATORY if Role.SIGNATORY in self.places[place].people else Role.OWNER
        return self.holder(place, role, at)


def assemble(calendar: Calendar) -> Cast:
    """Open the accounts, found the organisations, let the host verify them."""
    cast = Cast(calendar, passwords.hashed(PASSWORD))
    began = calendar.now - BEGINNING
    records = reading.file("people")
    for number, record in enumerate(records["organisation"]):
        with clock.at(began + timedelta(days=number, hours=number % 7)) as moment:
            _found(cast, record, moment)
            database.session.commit()
    for number, extra in enumerate(records["seat"]):
        with clock.at(began + timedelta(days=200 + number)) as moment:
            _seat(cast, extra["organisation"], extra["person"], extra["roles"], moment)
            if extra.get("ended"):
                _leave(cast, extra, moment + timedelta(days=300))
            database.session.commit()
    return cast


def close(cast: Cast) -> None:
    """Open the last account, which says that all before it is there."""
    with clock.at(cast.calendar.now) as moment:
        create_person("Nour Ben Othman", LAST, moment, password_hash=cast.secret)
        database.session.commit()


def _found(cast: Cast, record: Record, moment: datetime) -> None:
    kind = Kind(record["kind"])
    for person in record["people"]:
        _open_account(cast, record, person, moment)
    profile = commands.Profile(
        name=record["name"],
        country=record["country"],
        zone=record["zone"],
        summary=record.get("summary", ""),
        description=record.get("description", ""),
        website=record.get("website"),
        founded_year=record.get("founded"),
        sectors=record.get("sectors", []),
    )
    first = record["people"][0]
    if kind == Kind.HOST:
        organisation = commands.set_up_host(cast.people[first["id"]], profile, moment)
    else:
        parent = record.get("parent")
        organisation = commands.found_organisation(
            Viewer(at=moment, person_id=cast.people[first["id"]]),
            kind,
            profile,
            moment,
            parent_id=cast.places[parent].id if parent else None,
        )
    cast.places[record["id"]] = Place(organisation.id, kind, record["zone"], record.get("language", "en"))
    for person in record["people"]:
        _seat(cast, record["id"], person["id"], person["roles"], moment)
    if kind != Kind.HOST:
        _decide(cast, record, organisation, moment + timedelta(hours=30))


def _open_account(cast: Cast, record: Record, person: Record, moment: datetime) -> None:
    opened = create_person(
        person["name"],
        f"{person['id']}@{record['domain']}",
        moment,
        password_hash=cast.secret,
        language=person.get("language") or record.get("language") or "en",
        zone=person.get("zone", record["zone"]),
    )
    cast.people[person["id"]] = opened.id
    if not person.get("mail"):
        # Most read their notices in the marketplace alone, else its sink would hold thousands of mails.
        wanted: set[NoticeKind] = {NoticeKind.DECISION} if record["kind"] == "startup" else set()
        notifications.prefer(Viewer(at=moment, person_id=opened.id), wanted, moment)


def _seat(cast: Cast, place: str, person: str, roles: list[str], moment: datetime) -> None:
    organisation = database.session.get_one(Organisation, cast.places[place].id)
    for role in map(Role, roles):
        seat(organisation, cast.people[person], role, moment, by=None)
        held = cast.places[place].people.setdefault(role, [])
        if person not in held:
            held.append(person)


def _leave(cast: Cast, extra: Record, moment: datetime) -> None:
    place = cast.places[extra["organisation"]]
    own = Viewer(
        at=moment, person_id=cast.people[extra["person"]], organisation_id=place.id, organisation_kind=place.kind
    )
    rows = database.session.scalars(
        select(Membership).where(Membership.person_id == own.person_id, Membership.organisation_id == place.id)
    ).all()
    for membership in rows:
        end_role(own, membership, moment)
    for held in place.people.values():
        held[:] = [person for person in held if person != extra["person"]]


def _decide(cast: Cast, record: Record, organisation: Organisation, moment: datetime) -> None:
    administrator = cast.holder("host", Role.ADMINISTRATOR, moment)
    reason = record.get("reason", "Register entry, address and the signature of its head were seen.")
    steps = {
        "verified": ("verify",),
        "pending": (),
        "refused": ("refuse",),
        "suspended": ("verify", "suspend"),
    }[record.get("state", "verified")]
    for number, step in enumerate(steps):
        commands.DECISIONS[step](administrator.later(moment), organisation, reason, moment + timedelta(days=number))
