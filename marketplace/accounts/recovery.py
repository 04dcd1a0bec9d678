"""Passwords and addresses that change: by the person who knows the present ones, or by a mailed link."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from marketplace.accounts import limits, passwords, tickets
from marketplace.accounts.commands import confirm_password, end_all_sign_ins, folded
from marketplace.accounts.models import Credential, Person, PersonDetails, Ticket, TicketKind
from marketplace.core import database, events, mail
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _


def ask_reset(email: str, language: str, now: datetime, network: str) -> None:
    """Answer a forgotten password by mail alone, whether or not there is an account.

    Raises:
        Refused: too many tries.
    """
    address = folded(email)
    limits.spend(limits.RESET, now, account=address, network=network)
    with reading_as_system("there is no viewer before the sign-in"):
        details = database.session.scalars(select(PersonDetails).where(PersonDetails.email == address)).one_or_none()
    if details is None:
        mail.send("account.no_account", address, language)
        return
    token = tickets.issue(TicketKind.RESET_PASSWORD, now, details.person_id)
    mail.send("account.reset", details.person_id, language, token=token)


def reset_password(token: str, password: str, now: datetime) -> None:
    """Set a new password by a mailed link; every browser is signed out.

    Raises:
        Refused: the link no longer works, or the password is common or short.
    """
    ticket = tickets.read(TicketKind.RESET_PASSWORD, token, now)
    assert ticket.person_id is not None
    person = _person(ticket.person_id)
    if person.erased_at is not None:
        raise Refused(_("This link was used already or has expired. Ask for a new one."))
    _set_password(person, password, now)
    tickets.use(ticket, now)
    tickets.cancel_all(person.id, now, TicketKind.RESET_PASSWORD)
    end_all_sign_ins(person.id, now)
    events.record("account.password_reset", Viewer(at=now, person_id=person.id), on=person, now=now)
    mail.send("account.password_changed", person.id, person.language)


def change_password(actor: Viewer, present: str, password: str, now: datetime, sign_in_id: UUID) -> None:
    """Set another password; other browsers are signed out.

    Args:
        sign_in_id: the browser in which it is done, which stays signed in.
    Raises:
        Refused: the present password is wrong, or the new one common or short.
    """
    assert actor.person_id is not None
    confirm_password(actor.person_id, present, now, "present")
    person = _person(actor.person_id)
    _set_password(person, password, now)
    tickets.cancel_all(person.id, now, TicketKind.RESET_PASSWORD)
    end_all_sign_ins(person.id, now, but=sign_in_id)
    events.record("account.password_changed", actor, on=person, now=now)
    mail.send("account.password_changed", person.id, person.language)


def ask_email_change(actor: Viewer, email: str, password: str, now: datetime) -> None:
    """Send a link to the old and to the new address; the change happens when both were followed.

    Raises:
        Refused: the password is wrong, or it is the present address.
    """
    assert actor.person_id is not None
    confirm_password(actor.person_id, password, now)
    person, new = _person(actor.person_id), folded(email)
    details = _details(person.id)
    if new == details.email:
        raise Refused(_("This is your address already."), "email")
    _cancel_email_change(person.id, now)
    change = str(uuid4())
    old_token = tickets.issue(TicketKind.CHANGE_EMAIL_OLD, now, person.id, email=new, change=change)
    mail.send("account.change_email_old", person.id, person.language, token=old_token)
    with reading_as_system("an address has one account, whoever asks"):
        taken = database.session.scalars(select(PersonDetails).where(PersonDetails.email == new)).one_or_none()
    if taken is None:
        new_token = tickets.issue(TicketKind.CHANGE_EMAIL_NEW, now, person.id, email=new, change=change)
        mail.send("account.change_email_new", new, person.language, token=new_token)
    else:
        # The page says the same either way; only the address's owner learns that it is taken.
        mail.send("account.exists_already", taken.person_id, person.language)
    events.record("account.email_change_asked", actor, on=person, now=now)


def confirm_email_change(kind: TicketKind, token: str, now: datetime) -> bool:
    """Confirm a change of address at one of its two ends; whether the change has now happened.

    Raises:
        Refused: the link no longer works, or another account took the address meanwhile.
    """
    ticket = tickets.read(kind, token, now)
    assert ticket.person_id is not None
    # One lock for both links: of two followed at once, the second must see the first.
    person = _person(ticket.person_id, locked=True)
    ticket.used_at = now
    database.session.flush()
    if not _other_end_confirmed(ticket):
        return False
    details = _details(person.id)
    old, details.email, details.email_confirmed_at = details.email, ticket.data["email"], now
    # Whoever reads the old mailbox still must not set a password by it.
    tickets.cancel_all(person.id, now, TicketKind.RESET_PASSWORD)
    events.record("account.email_changed", Viewer(at=now, person_id=person.id), on=person, now=now)
    database.session.flush()  # a taken address bites here, before anybody is told
    mail.send("account.email_changed", old, person.language)
    return True


def _other_end_confirmed(ticket: Ticket) -> bool:
    with reading_as_system("both links of one change"):
        both = database.session.scalars(
            select(Ticket).where(
                Ticket.person_id == ticket.person_id, Ticket.data["change"].astext == ticket.data["change"]
            )
        ).all()
    ends = {end.kind for end in both if end.used_at is not None}
    return ends == {TicketKind.CHANGE_EMAIL_OLD, TicketKind.CHANGE_EMAIL_NEW}


def _cancel_email_change(person_id: UUID, now: datetime) -> None:
    kinds = (TicketKind.CHANGE_EMAIL_OLD, TicketKind.CHANGE_EMAIL_NEW)
    tickets.cancel_all(person_id, now, *kinds)


def _set_password(person: Person, password: str, now: datetime) -> None:
    details = _details(person.id)
    passwords.check(password, [details.name, details.email])
    with reading_as_system("the person's own password"):
        credential = database.session.scalars(
            select(Credential).where(Credential.person_id == person.id)
        ).one_or_none()
    if credential is None:
        credential = Credential(person_id=person.id, password_hash="", changed_at=now)
        database.session.add(credential)
    credential.password_hash, credential.changed_at = passwords.hashed(password), now


def _person(person_id: UUID, *, locked: bool = False) -> Person:
    statement = select(Person).where(Person.id == person_id)
    with reading_as_system("the person of a mailed link, or the actor"):
        person = database.session.scalars(statement.with_for_update() if locked else statement).one_or_none()
    if person is None:
        raise NotFound
    return person


def _details(person_id: UUID) -> PersonDetails:
    with reading_as_system("the person of a mailed link, or the actor"):
        found = database.session.scalars(
            select(PersonDetails).where(PersonDetails.person_id == person_id)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found
