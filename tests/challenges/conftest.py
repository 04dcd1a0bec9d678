"""The small world of the challenges' tests: an agency with its people, another one, a startup, the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from marketplace.accounts.models import Person, PersonDetails, SignIn
from marketplace.accounts.rights import viewer_of
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.challenges.models import Challenge
from marketplace.core import access, database, ids
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.text import fold, slugify
from marketplace.organisations.members import seat
from marketplace.organisations.models import Organisation, OrganisationState
from tests.challenges import world
from tests.pages import Browser


def organisation(kind: Kind, name: str, *, is_verified: bool = True, country: str = "FR") -> Organisation:
    """An organisation as it is after its verification, or before."""
    made = Organisation(
        id=ids.new_id(),
        kind=kind,
        name=name,
        folded_name=fold(name),
        slug=slugify(name),
        country=country,
        state=OrganisationState.VERIFIED if is_verified else OrganisationState.PENDING,
    )
    database.session.add(made)
    database.session.flush()
    return made


def member(where: Organisation, name: str, *roles: Role, now: datetime) -> Viewer:
    """A person with roles in an organisation, acting for it."""
    person = Person(
        id=ids.new_id(),
        details=PersonDetails(name=name, folded_name=fold(name), email=f"{slugify(name)}@example.org"),
    )
    database.session.add(person)
    database.session.flush()
    for role in roles:
        seat(where, person.id, role, now, by=None)
    return viewer_of(person.id, where.id, now)


@dataclass
class Cast:
    """Who acts, and when."""

    now: datetime
    agency: Organisation
    author: Viewer  # challenge manager
    colleague: Viewer  # challenge manager too
    owner: Viewer
    approver: Viewer
    writing_approver: Viewer  # both roles
    officer: Viewer
    onlooker: Viewer  # viewer of the agency
    pending_author: Viewer  # of an agency that waits for its verification
    pending_approver: Viewer
    stranger: Viewer  # manager and approver of another agency
    startup: Viewer
    administrator: Viewer
    notary: Viewer

    def everybody(self) -> dict[str, Viewer]:
        """All of them and somebody who has not signed in, by name."""
        people = {name: value for name, value in vars(self).items() if isinstance(value, Viewer)}
        return people | {"nobody": Viewer.anonymous(self.now)}

    def draft(self, **facts: Any) -> Challenge:
        """A whole draft of the author."""
        return world.draft(self.author, self.now, **facts)

    def approved(self, **facts: Any) -> Challenge:
        """The author's challenge after its approval."""
        return world.approved(self.author, self.approver, self.now, **facts)

    def published(self, **facts: Any) -> Challenge:
        """The author's challenge, open."""
        return world.published(self.author, self.approver, self.now, **facts)


@pytest.fixture
def cast(db, now) -> Cast:
    agency = organisation(Kind.AGENCY, "National Water Authority")
    pending = organisation(Kind.AGENCY, "Agency without verification", is_verified=False)
    other = organisation(Kind.AGENCY, "Port of Sfax", country="TN")
    startup = organisation(Kind.STARTUP, "Tidewatch Labs")
    host = organisation(Kind.HOST, "National Office")

    def person(where: Organisation, name: str, *roles: Role) -> Viewer:
        return member(where, name, *roles, now=now)

    made = Cast(
        now=now,
        agency=agency,
        author=person(agency, "Nadia Ferchichi", Role.CHALLENGE_MANAGER),
        colleague=person(agency, "Hugo Martin", Role.CHALLENGE_MANAGER),
        owner=person(agency, "Odile Laurent", Role.OWNER),
        approver=person(agency, "Youssef Tahiri", Role.APPROVER),
        writing_approver=person(agency, "Wafa Said", Role.APPROVER, Role.CHALLENGE_MANAGER),
        officer=person(agency, "Omar Benali", Role.OPENING_OFFICER),
        onlooker=person(agency, "Lina Viewer", Role.VIEWER),
        pending_author=person(pending, "Paul Ender", Role.CHALLENGE_MANAGER),
        pending_approver=person(pending, "Perla Ender", Role.APPROVER),
        stranger=person(other, "Sami Trabelsi", Role.CHALLENGE_MANAGER, Role.APPROVER, Role.OWNER),
        startup=person(startup, "Karim Bensalem", Role.OWNER, Role.EDITOR),
        administrator=person(host, "Anna Host", Role.ADMINISTRATOR),
        notary=person(host, "Nour Notary", Role.NOTARY),
    )
    db.commit()
    return made


@contextmanager
def reading_as(viewer: Viewer) -> Iterator[None]:
    """Read with that viewer's eyes, in a session of its own."""
    with database.session_scope(viewer):
        yield


@pytest.fixture
def browser(app, db) -> Callable[[Viewer | None], Browser]:
    """A browser in which somebody is signed in and acts; without a viewer, nobody is."""

    def open_as(viewer: Viewer | None = None) -> Browser:
        made = Browser(app)
        if viewer is not None:
            _signed_in(made, viewer)
        return made

    return open_as


def _signed_in(browser: Browser, viewer: Viewer) -> None:
    token = new_token()
    database.session.add(
        SignIn(
            person_id=viewer.person_id,
            token_hash=token_hash(token),
            organisation_id=viewer.organisation_id,
            last_seen_at=viewer.at,
            created_at=viewer.at,
            agent="test",
            place="192.0.2.0",
        )
    )
    database.session.commit()
    with browser.client.session_transaction() as kept:
        kept["_user_id"] = token
        kept["_fresh"] = True


def as_system():
    """Read whatever there is, for an assertion."""
    return access.reading_as_system("a test")
