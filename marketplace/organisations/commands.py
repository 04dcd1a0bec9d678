"""Organisations: founding, verification and the profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core import clock, database, events, mail
from marketplace.core.access import Kind, Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.search import document
from marketplace.core.text import clean_line, clean_text, fold, slugify
from marketplace.core.vocabularies import countries, sectors
from marketplace.organisations import (
    office,  # noqa: F401  (tells the accounts of decisions)
    policy,
)
from marketplace.organisations.members import leaders_of, seat
from marketplace.organisations.models import Membership, Organisation, OrganisationState
from marketplace.organisations.roles import LEADING
from marketplace.organisations.workflow import VERIFICATION

# Ministry, agency, unit, and room for one more of each.
DEEPEST = 6


@dataclass(frozen=True)
class Profile:
    """What an organisation tells about itself.

    Attributes:
        country: ISO 3166-1 alpha-2.
        zone: IANA name.
        description: Markdown.
        sectors: codes of the vocabulary.
    """

    name: str
    country: str
    zone: str = "UTC"
    summary: str = ""
    description: str = ""
    website: str | None = None
    founded_year: int | None = None
    sectors: list[str] = field(default_factory=list)


def found_organisation(
    actor: Viewer, kind: Kind, profile: Profile, now: datetime, *, parent_id: UUID | None = None
) -> Organisation:
    """Enter a new agency, startup or partner; it waits for verification, its founder leads it.

    Args:
        parent_id: of an agency: the one that it belongs to, checked when it is verified.
    Raises:
        NotAllowed: the actor is not signed in, or the kind is the host.
        Refused: a value of a vocabulary does not exist, or the same was entered already by the same person.
    """
    require(actor.is_signed_in and kind != Kind.HOST)
    assert actor.person_id is not None
    _refuse_twice(actor.person_id, kind, profile.name, now)
    organisation = Organisation(kind=kind, is_claimed=True, created_at=now)
    _write(organisation, profile)
    if parent_id is not None:
        _place(organisation, parent_id)
    database.session.add(organisation)
    database.session.flush()
    seat(organisation, actor.person_id, LEADING[kind], now, by=actor.person_id)
    events.record("organisation.founded", actor, on=organisation, now=now, kind=kind)
    return organisation


def set_up_host(person_id: UUID, profile: Profile, now: datetime) -> Organisation:
    """Make the organisation that runs this marketplace, once; its first administrator is that person.

    Called by the command line and the demo, not by a page.
    """
    with reading_as_system("there is one host"):
        host = database.session.scalars(select(Organisation).where(Organisation.kind == Kind.HOST)).first()
    actor = Viewer(at=now, person_id=person_id)
    if host is None:
        host = Organisation(kind=Kind.HOST, state=OrganisationState.VERIFIED, decided_at=now, created_at=now)
        _write(host, profile)
        database.session.add(host)
        database.session.flush()
        events.record("organisation.founded", actor, on=host, now=now, kind=Kind.HOST)
    seat(host, person_id, Role.ADMINISTRATOR, now, by=None)
    return host


def import_agency(actor: Viewer, profile: Profile, now: datetime, *, key: str | None = None) -> Organisation:
    """Enter an agency that an import names: public, and nobody acts for it until its first owner is invited."""
    agency = Organisation(
        kind=Kind.AGENCY,
        is_claimed=False,
        state=OrganisationState.PENDING,
        created_at=now,
        **({"key": key} if key else {}),
    )
    _write(agency, profile)
    database.session.add(agency)
    database.session.flush()
    events.record("organisation.imported", actor, on=agency, now=now)
    return agency


def change_profile(actor: Viewer, organisation: Organisation, profile: Profile, now: datetime) -> None:
    """Set what the organisation tells about itself.

    Raises:
        NotAllowed: the actor doesn't lead it.
        Refused: a value of a vocabulary does not exist.
    """
    require(policy.leads(actor, organisation))
    _write(organisation, profile)
    events.record("organisation.profile_changed", actor, on=organisation, now=now)


def place(actor: Viewer, organisation: Organisation, parent_id: UUID | None, now: datetime) -> None:
    """Move an agency in the tree of agencies.

    Raises:
        NotAllowed: the actor is no host administrator.
        Refused: it would stand below itself, or too deep.
    """
    require(policy.can_place(actor, organisation))
    if parent_id is None:
        organisation.parent_id = None
    else:
        _place(organisation, parent_id)
    events.record("organisation.profile_changed", actor, on=organisation, now=now, parent=parent_id)


def verify(actor: Viewer, organisation: Organisation, reason: str, now: datetime) -> None:
    """Verify an organisation: it may publish, submit and read what verified ones may.

    Args:
        reason: what was checked; kept, and told to its owners.
    """
    _decide(actor, organisation, "verify", reason, now)


def refuse(actor: Viewer, organisation: Organisation, reason: str, now: datetime) -> None:
    """Refuse to verify an organisation; its owner may ask again.

    Args:
        reason: what is missing; told to its owners.
    """
    _decide(actor, organisation, "refuse", reason, now)


def suspend(actor: Viewer, organisation: Organisation, reason: str, now: datetime) -> None:
    """Take a verified organisation's rights away until the suspension is lifted."""
    _decide(actor, organisation, "suspend", reason, now)


def reinstate(actor: Viewer, organisation: Organisation, reason: str, now: datetime) -> None:
    """Lift a suspension."""
    _decide(actor, organisation, "reinstate", reason, now)


def ask_again(actor: Viewer, organisation: Organisation, now: datetime) -> None:
    """Ask for verification once more, after what was missing has been mended."""
    VERIFICATION.fire(organisation, "ask_again", actor, now)
    organisation.decided_at = now


DECISIONS = {"verify": verify, "refuse": refuse, "suspend": suspend, "reinstate": reinstate}


def _decide(actor: Viewer, organisation: Organisation, name: str, reason: str, now: datetime) -> None:
    text = clean_text(reason)
    if not text:
        raise Refused(_("Say why: it is told to the organisation's owners."), "reason")
    VERIFICATION.fire(organisation, name, actor, now)
    organisation.state_reason, organisation.decided_at = text, now
    for person_id, language in leaders_of(organisation):
        mail.send("organisation.decided", person_id, language, decision=name, organisation_id=organisation.id)


def _refuse_twice(person_id: UUID, kind: Kind, name: str, now: datetime) -> None:
    with reading_as_system("a form that is sent twice enters one organisation"):
        # Locked: of two that come at once the second waits, and sees what the first has made.
        database.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
        same = database.session.scalars(
            select(Organisation.id)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(
                Membership.person_id == person_id,
                Membership.ends_at.is_(None),
                Organisation.kind == kind,
                Organisation.folded_name == fold(clean_line(name)),
            )
        ).first()
    if same is not None:
        raise Refused(_("You belong to an organisation of this name and kind already."), "name")


def _write(organisation: Organisation, profile: Profile) -> None:
    if not countries.exists(profile.country):
        raise Refused(_("Choose a country from the list."), "country")
    if not clock.zone_exists(profile.zone):
        raise Refused(_("Choose a time zone from the list."), "zone")
    if unknown := set(profile.sectors) - set(sectors.CODES):
        raise Refused(_("Choose sectors from the list; %(code)s is none.", code=min(unknown)), "sectors")
    organisation.name = clean_line(profile.name)
    organisation.folded_name, organisation.slug = fold(organisation.name), slugify(organisation.name)
    organisation.country, organisation.zone = profile.country, profile.zone
    organisation.summary = clean_line(profile.summary)
    organisation.description = clean_text(profile.description)
    organisation.website, organisation.founded_year = profile.website or None, profile.founded_year
    organisation.sectors = sorted(set(profile.sectors))
    organisation.search = document(
        [(organisation.name, "A"), (organisation.summary, "B"), (organisation.description, "C")]
    )


def _place(organisation: Organisation, parent_id: UUID) -> None:
    require(organisation.kind == Kind.AGENCY)
    above = _seen(parent_id)
    if above is None or above.kind != Kind.AGENCY:
        raise NotFound
    organisation.parent_id = above.id
    depth, step = 1, _seen(parent_id)
    while step is not None:
        depth += 1
        if step.id == organisation.id:
            raise Refused(_("An agency can't stand below itself."), "parent")
        if depth > DEEPEST:
            raise Refused(_("This tree is too deep. Choose an agency nearer to its top."), "parent")
        step = _seen(step.parent_id)


def _seen(organisation_id: UUID | None) -> Organisation | None:
    return database.session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one_or_none()
