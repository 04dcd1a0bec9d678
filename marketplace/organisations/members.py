"""People in organisations: dated memberships, granted and ended, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.accounts.erasure import before_leaving
from marketplace.accounts.models import Person, PersonDetails
from marketplace.core import database, events
from marketplace.core.access import Role, Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.organisations import policy
from marketplace.organisations.models import Invitation, Membership, Organisation
from marketplace.organisations.roles import LEADING, ROLES_OF


def seat(organisation: Organisation, person_id: UUID, role: Role, now: datetime, *, by: UUID | None) -> Membership:
    """Give a role without asking who may: a founder's first, an accepted invitation's, the demo's.

    Args:
        by: who granted it; None: the set-up itself.
    Raises:
        Refused: this kind of organisation has no such role.
    """
    if role not in ROLES_OF[organisation.kind]:
        raise Refused(_("This kind of organisation has no such role."), "role")
    with reading_as_system("a role is held once, whoever grants it"):
        held = database.session.scalars(
            select(Membership).where(
                Membership.organisation_id == organisation.id,
                Membership.person_id == person_id,
                Membership.role == role,
                Membership.ends_at.is_(None),
            )
        ).one_or_none()
    if held is not None:
        return held
    granted = Membership(
        organisation_id=organisation.id,
        person_id=person_id,
        role=role,
        starts_at=now,
        granted_by=by,
        created_at=now,
    )
    database.session.add(granted)
    database.session.flush()
    return granted


def grant_role(actor: Viewer, organisation: Organisation, person_id: UUID, role: Role, now: datetime) -> Membership:
    """Give another role to somebody who belongs to the organisation already; others are invited.

    Raises:
        NotAllowed: the actor doesn't lead it.
        NotFound: the person does not belong to it.
        Refused: this kind of organisation has no such role.
    """
    require(policy.leads(actor, organisation))
    if not _current(organisation.id, person_id, now):
        raise NotFound
    granted = seat(organisation, person_id, role, now, by=actor.person_id)
    events.record("organisation.role_granted", actor, on=organisation, now=now, person=person_id, role=role)
    return granted


def end_role(actor: Viewer, membership: Membership, now: datetime) -> None:
    """End a role, one's own or somebody else's; it ends access at the next request.

    Raises:
        NotAllowed: the actor neither leads the organisation nor holds the role.
        Refused: it is the last one who leads, or has ended already.
    """
    organisation = _locked(membership.organisation_id)
    own = membership.person_id == actor.person_id
    require(own or policy.leads(actor, organisation))
    if membership.ends_at is not None:
        raise Refused(_("This role has ended already."))
    if membership.role == LEADING[organisation.kind] and not _others_lead(organisation, membership.person_id, now):
        raise Refused(
            _("The last one who leads an organisation can't leave it. Give this role to somebody else first.")
        )
    membership.ends_at, membership.ended_by = now, actor.person_id
    events.record(
        "organisation.left" if own else "organisation.role_ended",
        actor,
        on=organisation,
        now=now,
        person=membership.person_id,
        role=membership.role,
    )


def leaders_of(organisation: Organisation) -> Sequence[tuple[UUID, str]]:
    """Who leads an organisation now, with the language of each, for mail."""
    with reading_as_system("the organisation's owners are written to"):
        rows = database.session.execute(
            select(Person.id, Person.language)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == organisation.id,
                Membership.role == LEADING[organisation.kind],
                Membership.ends_at.is_(None),
            )
            .limit(50)
        ).all()
    return [(person_id, language) for person_id, language in rows]


@before_leaving
def leave_all(actor: Viewer, now: datetime) -> None:
    """End every role of a person who erases the account, and what invitations say of the address.

    Raises:
        Refused: an organisation would be left with nobody who leads it.
    """
    with reading_as_system("everything that one person holds"):
        held = database.session.scalars(
            select(Membership)
            .where(Membership.person_id == actor.person_id, Membership.ends_at.is_(None))
            .order_by(Membership.organisation_id)
        ).all()
        for membership in held:
            end_role(actor, membership, now)
        _forget_invitations(actor.person_id, now)


def _forget_invitations(person_id: UUID | None, now: datetime) -> None:
    own = select(PersonDetails.email).where(PersonDetails.person_id == person_id).scalar_subquery()
    for each in database.session.scalars(
        select(Invitation).where(or_(Invitation.used_by == person_id, Invitation.email == own))
    ):
        each.email = ""
        if each.used_at is None and each.revoked_at is None:
            each.revoked_at = now


def _current(organisation_id: UUID, person_id: UUID, now: datetime) -> bool:
    with reading_as_system("whether somebody belongs to the actor's organisation"):
        return (
            database.session.scalars(
                select(Membership.id).where(
                    Membership.organisation_id == organisation_id,
                    Membership.person_id == person_id,
                    Membership.starts_at <= now,
                    or_(Membership.ends_at.is_(None), Membership.ends_at > now),
                )
            ).first()
            is not None
        )


def _locked(organisation_id: UUID) -> Organisation:
    # Two owners who leave at once must not each see the other one staying.
    with reading_as_system("whoever leaves, the organisation keeps somebody who leads it"):
        return database.session.scalars(
            select(Organisation).where(Organisation.id == organisation_id).with_for_update()
        ).one()


def _others_lead(organisation: Organisation, person_id: UUID, now: datetime) -> bool:
    with reading_as_system("whoever leaves, the organisation keeps somebody who leads it"):
        return (
            database.session.scalars(
                select(Membership.id)
                .join(Person, Person.id == Membership.person_id)
                .where(
                    Membership.organisation_id == organisation.id,
                    Membership.role == LEADING[organisation.kind],
                    Membership.person_id != person_id,
                    Membership.starts_at <= now,
                    Membership.ends_at.is_(None),
                    Person.suspended_at.is_(None),
                    Person.erased_at.is_(None),
                )
            ).first()
            is not None
        )
