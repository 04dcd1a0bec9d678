"""Who sees and does what with accounts.

A person is seen by himself and by host administrators; the organisations' floor adds members of one's own
organisation. A page that must name somebody else (the officer of a public decision) asks `queries.names`.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from marketplace.accounts.models import (
    Attempt,
    Credential,
    KeptForm,
    OfficerName,
    Person,
    PersonDetails,
    SignIn,
    Ticket,
)
from marketplace.core import access
from marketplace.core.access import Role, Viewer


def is_host_administrator(viewer: Viewer) -> bool:
    """Acts for the host as its administrator."""
    return viewer.is_host(Role.ADMINISTRATOR)


def can_suspend(viewer: Viewer, person: Person) -> bool:
    """A host administrator, but never oneself: somebody else must be able to lift it."""
    return is_host_administrator(viewer) and viewer.person_id != person.id


def is_self(viewer: Viewer, person: Person) -> bool:
    """The person's own account."""
    return viewer.person_id == person.id


def _person(viewer: Viewer) -> ColumnElement[bool]:
    if is_host_administrator(viewer):
        return true()
    return Person.id == viewer.person_id if viewer.is_signed_in else false()


def _details(viewer: Viewer) -> ColumnElement[bool]:
    if is_host_administrator(viewer):
        return true()
    return PersonDetails.person_id == viewer.person_id if viewer.is_signed_in else false()


def _sign_in(viewer: Viewer) -> ColumnElement[bool]:
    return SignIn.person_id == viewer.person_id if viewer.is_signed_in else false()


access.guard(Person, _person)
access.guard(PersonDetails, _details)
access.guard(SignIn, _sign_in)
access.system_only(OfficerName, Credential, Ticket, Attempt, KeptForm)
