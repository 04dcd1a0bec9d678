"""Accounts: opening one, signing in and out, and what a person sets for himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts import limits, passwords, policy, tickets
from marketplace.accounts.models import Credential, Person, PersonDetails, SignIn, TicketKind
from marketplace.accounts.rights import seat_in, seats_of
from marketplace.core import clock, database, events, mail
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused, constraint_message
from marketplace.core.i18n import LANGUAGES, _, _l
from marketplace.core.text import clean_line, fold

constraint_message(
    "uq_person_details_email", _l("An account uses this e-mail address already. Sign in with it."), field="email"
)


@dataclass(frozen=True)
class NewAccount:
    """What somebody who signs up tells."""

    name: str
    email: str
    password: str
    language: str


def folded(email: str) -> str:
    """An e-mail address as accounts compare it."""
    return email.strip().lower()


def create_person(
    name: str,
    email: str,
    now: datetime,
    *,
    password: str | None = None,
    password_hash: str | None = None,
    language: str = "en",
    zone: str | None = None,
) -> Person:
    """Open an account whose address is known to be its owner's.

    Args:
        password: plain; or its hash; with neither nobody can sign in until the password is reset.
        zone: IANA name; None: the site's.
    Raises:
        Refused: the address has an account.
    """
    with reading_as_system("an address has one account, whoever asks"):
        if _details_of(folded(email)) is not None:
            raise Refused(_("An account uses this e-mail address already. Sign in with it."), "email")
    person = Person(language=language if language in LANGUAGES else "en", zone=zone, created_at=now)
    database.session.add(person)
    database.session.flush()
    person.details = PersonDetails(
        name=clean_line(name), folded_name=fold(name), email=folded(email), email_confirmed_at=now
    )
    secret = password_hash or (passwords.hashed(password) if password else None)
    if secret:
        database.session.add(Credential(person_id=person.id, password_hash=secret, changed_at=now))
    database.session.flush()
    events.record("account.created", Viewer(at=now, person_id=person.id), on=person, now=now)
    return person


def sign_up(new: NewAccount, now: datetime, network: str) -> None:
    """Answer a wish for an account by mail alone, so that the page tells nobody whether there is one.

    Nothing is opened before the address is confirmed, so nobody can take an address before its owner does.

    Raises:
        Refused: the password is common or short; too many tries.
    """
    passwords.check(new.password, [new.name, new.email])
    email = folded(new.email)
    limits.spend(limits.SIGN_UP, now, account=email, network=network)
    secret = passwords.hashed(new.password)  # in both cases: the same work, the same time
    with reading_as_system("whether the address has an account"):
        known = _details_of(email)
    if known is not None:
        mail.send("account.exists_already", known.person_id, new.language)
        return
    token = tickets.issue(
        TicketKind.CONFIRM_EMAIL, now, name=clean_line(new.name), email=email, secret=secret, language=new.language
    )
    mail.send("account.confirm", email, new.language, token=token)


def confirm_sign_up(token: str, password: str, now: datetime) -> Person:
    """Open the account by its mailed link and the password chosen for it.

    The password is asked again: the link alone might confirm an account that somebody else filled in.

    Raises:
        Refused: the link no longer works, or the password is another one.
    """
    ticket = tickets.read(TicketKind.CONFIRM_EMAIL, token, now)
    limits.spend(limits.PASSWORD, now, account=f"confirm:{ticket.id}")
    if not passwords.verify(ticket.data["secret"], password):
        raise Refused(_("This is not the password that you chose when you signed up."), "password")
    data = tickets.use(ticket, now)
    return create_person(data["name"], data["email"], now, password_hash=data["secret"], language=data["language"])


def check_sign_in(email: str, password: str, now: datetime, network: str) -> Person:
    """The person whose address and password these are.

    Raises:
        Refused: they don't belong together (the same words and time for an address without account); too many
            tries; the account is suspended.
    """
    address = folded(email)
    limits.spend(limits.SIGN_IN, now, account=address, network=network)
    with reading_as_system("there is no viewer before the sign-in"):
        details = _details_of(address)
        credential = _credential_of(details.person_id) if details else None
        person = _person_of(details.person_id) if details else None
    if not passwords.verify(credential.password_hash if credential else None, password) or person is None:
        raise Refused(_("The e-mail address and the password don't belong together."), "email")
    if person.suspended_at is not None:
        raise Refused(_("This account is suspended: %(reason)s", reason=person.suspended_reason))
    assert credential is not None
    if passwords.is_outdated(credential.password_hash):
        credential.password_hash = passwords.hashed(password)
    limits.forgive(limits.SIGN_IN, account=address, network=network)
    events.record("account.signed_in", Viewer(at=now, person_id=person.id), on=person, now=now)
    return person


def confirm_password(person_id: UUID, password: str, now: datetime, field: str = "password") -> None:
    """Make sure that it is the person, and not somebody at an open screen.

    Raises:
        Refused: it is not the password; too many tries.
    """
    limits.spend(limits.PASSWORD, now, account=str(person_id))
    with reading_as_system("the person's own password"):
        credential = _credential_of(person_id)
    if not passwords.verify(credential.password_hash if credential else None, password):
        raise Refused(_("This is not your present password."), field)
    limits.forgive(limits.PASSWORD, account=str(person_id), network="")


def end_sign_in(actor: Viewer, sign_in_id: UUID, now: datetime) -> None:
    """End one of the person's own sign-ins; that browser is out at its next request.

    Raises:
        NotFound: it is not the person's, or is not there.
    """
    sign_in = database.session.scalars(select(SignIn).where(SignIn.id == sign_in_id)).one_or_none()
    if sign_in is None:
        raise NotFound
    if sign_in.ended_at is None:
        sign_in.ended_at = now
        events.record("account.signed_out", actor, on=_own(actor), now=now)


def end_all_sign_ins(person_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
    """End every sign-in of a person, except one; how many there were."""
    with reading_as_system("all sign-ins of one person"):
        found = database.session.scalars(
            select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != but)
            if but
            else select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        ).all()
    for sign_in in found:
        sign_in.ended_at = now
    return len(found)


def act_as(actor: Viewer, sign_in: SignIn, organisation_id: UUID, now: datetime) -> None:
    """Let a browser's person act for another of his organisations from the next request on.

    Raises:
        NotFound: the person has no seat there.
    """
    require(actor.person_id == sign_in.person_id)
    assert actor.person_id is not None
    if seat_in(seats_of(actor.person_id, now), organisation_id) is None:
        raise NotFound
    if sign_in.organisation_id != organisation_id:
        sign_in.organisation_id = organisation_id
        events.record("account.acted_as", actor, on=_own(actor), now=now, to=organisation_id)


def change_profile(actor: Viewer, name: str, language: str, zone: str | None, now: datetime) -> None:
    """Set the person's own name, language and time zone.

    Args:
        zone: IANA name; None: the site's.
    Raises:
        Refused: the zone or the language does not exist.
    """
    person = _own(actor)
    if language not in LANGUAGES:
        raise Refused(_("Choose one of the three languages."), "language")
    if zone is not None and not clock.zone_exists(zone):
        raise Refused(_("Choose a time zone from the list."), "zone")
    details = person.details
    assert details is not None
    details.name, details.folded_name = clean_line(name), fold(name)
    person.language, person.zone = language, zone
    events.record("account.profile_changed", actor, on=person, now=now)


def suspend(actor: Viewer, person: Person, reason: str, now: datetime) -> None:
    """Keep a person out until it is lifted; every sign-in ends at its next request.

    Args:
        reason: told to the person by mail and at the next try to sign in.
    Raises:
        NotAllowed: the actor is no host administrator, or it is himself.
        Refused: suspended already.
    """
    require(policy.can_suspend(actor, person))
    if not person.may_sign_in:
        raise Refused(_("This account is suspended already."))
    person.suspended_at, person.suspended_reason = now, reason
    end_all_sign_ins(person.id, now)
    events.record("account.suspended", actor, on=person, now=now, readers=_readers(actor))
    mail.send("account.suspended", person.id, person.language, person=person.id)


def reinstate(actor: Viewer, person: Person, now: datetime) -> None:
    """Lift a suspension.

    Raises:
        NotAllowed: the actor is no host administrator.
        Refused: the account is not suspended.
    """
    require(policy.can_suspend(actor, person))
    if person.suspended_at is None:
        raise Refused(_("This account is not suspended."))
    person.suspended_at = person.suspended_reason = None
    events.record("account.reinstated", actor, on=person, now=now, readers=_readers(actor))
    mail.send("account.reinstated", person.id, person.language)


def _readers(actor: Viewer) -> list[UUID]:
    return [actor.organisation_id] if actor.organisation_id else []


def _details_of(email: str) -> PersonDetails | None:
    return database.session.scalars(select(PersonDetails).where(PersonDetails.email == email)).one_or_none()


def _credential_of(person_id: UUID) -> Credential | None:
    return database.session.scalars(select(Credential).where(Credential.person_id == person_id)).one_or_none()


def _person_of(person_id: UUID | None) -> Person | None:
    return database.session.scalars(select(Person).where(Person.id == person_id)).one_or_none()


def _own(actor: Viewer) -> Person:
    with reading_as_system("the actor's own account"):
        person = _person_of(actor.person_id)
    if person is None:
        raise NotFound
    return person
