"""What pages read of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import OfficerName, Person, PersonDetails, SignIn
from marketplace.accounts.rights import viewer_of
from marketplace.accounts.sessions import IDLE, LONGEST
from marketplace.core import clock, database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _
from marketplace.core.lists import Asked
from marketplace.core.mail import Recipient, resolve_people_by
from marketplace.core.paging import Page


def names(person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of people, for pages whose reader is entitled to them (a colleague, a decision's officer).

    Erased people read as such, but for officers who decided something. One statement, two where someone is erased.
    """
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    with reading_as_system("a page that is entitled to names says who it was"):
        found = dict(
            database.session.execute(
                select(PersonDetails.person_id, PersonDetails.name).where(PersonDetails.person_id.in_(wanted))
            ).all()
        )
        if wanted - found.keys():
            kept = select(OfficerName.person_id, OfficerName.name).where(
                OfficerName.person_id.in_(wanted - found.keys())
            )
            found.update(database.session.execute(kept).all())
    nobody = _("Somebody whose account was erased")
    return {person_id: found.get(person_id, nobody) for person_id in wanted}


def name_of(person_id: UUID | None) -> str:
    """One person's name; see `names`."""
    return names([person_id]).get(person_id, _("The marketplace")) if person_id else _("The marketplace")


def language_of(person_id: UUID) -> str:
    """The language in which a person reads mail."""
    with reading_as_system("a mail speaks its receiver's language"):
        found = database.session.scalars(select(Person.language).where(Person.id == person_id)).one_or_none()
    return found or "en"


def own_details(viewer: Viewer) -> PersonDetails:
    """The viewer's own name and address, with the account.

    Raises:
        NotFound: not signed in.
    """
    found = database.session.scalars(
        select(PersonDetails)
        .where(PersonDetails.person_id == viewer.person_id)
        .options(joinedload(PersonDetails.person))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def sign_ins(viewer: Viewer, now: datetime) -> Sequence[SignIn]:
    """Where the viewer is signed in at the moment, the latest first. One statement."""
    return database.session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == viewer.person_id,
            SignIn.ended_at.is_(None),
            SignIn.last_seen_at >= now - IDLE,
            SignIn.created_at >= now - LONGEST,
        )
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
        .limit(100)
    ).all()


def people(asked: Asked) -> Page:
    """People as they were asked for, for host administrators, who alone see more than themselves here.

    Two statements.
    """
    return asked.page(select(PersonDetails).options(joinedload(PersonDetails.person)), 50)


def one_person(person_id: UUID) -> Person:
    """An account, with its name, as the viewer may see it.

    Raises:
        NotFound: unknown or unseen.
    """
    found = database.session.scalars(
        select(Person).where(Person.id == person_id).options(joinedload(Person.details))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


@resolve_people_by
def recipient(person_id: UUID, organisation_id: UUID | None) -> Recipient | None:
    """Where a person's mail goes and what its reader may see; suspended people still learn of their suspension."""
    with reading_as_system("a mail finds its receiver"):
        details = database.session.scalars(
            select(PersonDetails)
            .where(PersonDetails.person_id == person_id)
            .options(joinedload(PersonDetails.person))
        ).one_or_none()
        may_read = details is not None and details.person.may_sign_in
    if details is None:
        return None
    now = clock.now()
    # Suspended between the event and its mail: no seat, so that the letter's writer sees nothing to tell.
    reader = viewer_of(person_id, organisation_id, now) if may_read else Viewer(at=now, person_id=person_id)
    return Recipient(details.email, details.name, reader)
