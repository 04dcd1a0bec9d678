"""The first administrator of the host, by a one-time link that the command line prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from marketplace.accounts import passwords, tickets
from marketplace.accounts.commands import confirm_password, create_person, folded
from marketplace.accounts.models import Person, PersonDetails, TicketKind
from marketplace.core import database
from marketplace.core.access import Kind, reading_as_system
from marketplace.core.i18n import DEFAULT_LANGUAGE
from marketplace.core.settings import settings
from marketplace.organisations.commands import Profile, set_up_host
from marketplace.organisations.models import Organisation


@dataclass(frozen=True)
class FirstAdministrator:
    """Who the first administrator is, and what the host tells about itself; the latter only while there is none."""

    name: str
    password: str
    language: str
    host: Profile


def offer(email: str, now: datetime) -> str:
    """Make the one-time link for the owner of an address; the caller commits.

    Returns:
        the absolute address, good for a day.
    """
    token = tickets.issue(TicketKind.FIRST_ADMINISTRATOR, now, email=folded(email))
    path = url_for("organisations.first_administrator", lang=DEFAULT_LANGUAGE, token=token, _external=False)
    return settings().base_url.rstrip("/") + path


def take(token: str, told: FirstAdministrator, now: datetime) -> tuple[Person, Organisation]:
    """Open the account of the link's address, or know it by its password, and make it the host's administrator.

    Raises:
        Refused: the link no longer works, or the password is wrong, common or short.
    """
    ticket = tickets.read(TicketKind.FIRST_ADMINISTRATOR, token, now)
    email = ticket.data["email"]
    with reading_as_system("whether the address has an account"):
        known = database.session.scalars(select(PersonDetails).where(PersonDetails.email == email)).one_or_none()
        same = select(Person).where(Person.id == known.person_id) if known else None
        person = database.session.scalars(same).one() if same is not None else None
    if person is not None:
        confirm_password(person.id, told.password, now)
    else:
        passwords.check(told.password, [told.name, email])
        person = create_person(told.name, email, now, password=told.password, language=told.language)
    host = set_up_host(person.id, told.host, now)
    tickets.use(ticket, now)
    return person, host


def host() -> Organisation | None:
    """The organisation that runs this marketplace, once it is set up."""
    with reading_as_system("there is one host"):
        return database.session.scalars(select(Organisation).where(Organisation.kind == Kind.HOST)).first()
