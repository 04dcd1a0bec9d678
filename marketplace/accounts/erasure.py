"""Erasure: names and addresses go, what happened stays.

Events hold identifiers; who it was stands in rows that are deleted here. Where the person decided something in a
public office, the bare name stays for that decision's page. Rule: product rules, "Organisations and roles".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from marketplace.accounts.commands import confirm_password, end_all_sign_ins
from marketplace.accounts.models import Credential, KeptForm, OfficerName, Person, PersonDetails, SignIn, Ticket
from marketplace.core import database, events, mail
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound

Leaving = Callable[[Viewer, datetime], None]
Decided = Callable[[Viewer], bool]

_leaving: list[Leaving] = []
_decided: list[Decided] = []


def before_leaving(act: Leaving) -> Leaving:
    """Let a higher floor end what the person holds there, or refuse while it can't be left."""
    _leaving.append(act)
    return act


def decided_in_office(asks: Decided) -> Decided:
    """Let a higher floor say whether the person decided something in a public office."""
    _decided.append(asks)
    return asks


def erase_account(actor: Viewer, password: str, now: datetime) -> None:
    """Erase the person's own account, at once and for good.

    Raises:
        Refused: the password is wrong, or an organisation would be left without an owner.
    """
    assert actor.person_id is not None
    confirm_password(actor.person_id, password, now)
    for act in _leaving:
        act(actor, now)
    with reading_as_system("everything that names one person"):
        person = database.session.scalars(select(Person).where(Person.id == actor.person_id)).one_or_none()
        if person is None or person.details is None:
            raise NotFound
        details = person.details
        _forget_mails(details)
        mail.send("account.erased", details.email, person.language)
        if any(asks(actor) for asks in _decided):
            database.session.add(OfficerName(person_id=person.id, name=details.name))
        end_all_sign_ins(person.id, now)
        for sign_in in database.session.scalars(select(SignIn).where(SignIn.person_id == person.id)):
            sign_in.agent = sign_in.place = ""
        database.session.delete(details)
        for model in (Credential, Ticket, KeptForm):
            for row in database.session.scalars(select(model).where(model.person_id == person.id)):
                database.session.delete(row)
        person.zone, person.erased_at = None, now
    events.record("account.erased", actor, on=person, now=now)


def _forget_mails(details: PersonDetails) -> None:
    """No mail goes any more to the address, nor to one that it was to be changed to."""
    mail.forget(details.email)
    for ticket in database.session.scalars(select(Ticket).where(Ticket.person_id == details.person_id)):
        if email := ticket.data.get("email"):
            mail.forget(email)
