"""Who sees and does what with organisations, memberships and invitations.

Verified organisations are public. One that waits for its verification is seen by its people and by the host's
administrators. Who belongs to an organisation is seen by those who act for it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from marketplace.accounts.models import Person, PersonDetails
from marketplace.accounts.policy import is_host_administrator
from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.organisations.models import Invitation, Membership, Organisation, OrganisationState
from marketplace.organisations.roles import LEADING

PUBLIC_STATES = (OrganisationState.VERIFIED, OrganisationState.SUSPENDED)


def leads(viewer: Viewer, organisation: Organisation) -> bool:
    """Looks after its people and profile: the owner, at the host the administrator."""
    return viewer.has(LEADING[organisation.kind], organisation.id)


def can_verify(viewer: Viewer, organisation: Organisation) -> bool:
    """A host administrator, of any organisation but the host."""
    return is_host_administrator(viewer) and organisation.kind != Kind.HOST


def can_invite(viewer: Viewer, organisation: Organisation) -> bool:
    """Who leads it; the host's administrator the first owner of one that nobody acts for yet; nobody into a suspended."""
    if organisation.state == OrganisationState.SUSPENDED:
        return False
    return leads(viewer, organisation) or (is_host_administrator(viewer) and not organisation.is_claimed)


def can_place(viewer: Viewer, organisation: Organisation) -> bool:
    """Only the host's administrator moves an organisation in the tree, else anybody could name a ministry."""
    return is_host_administrator(viewer) and organisation.kind == Kind.AGENCY


def sees_people(viewer: Viewer, organisation: Organisation) -> bool:
    """Those who act for it, and the host's administrators; who only judges there finds himself alone."""
    return viewer.acts_for(organisation.id) or is_host_administrator(viewer)


def only_judges(viewer: Viewer) -> bool:
    """An evaluator with no other role, often an outsider invited for one panel: sees nobody's address but his own."""
    return viewer.roles == {Role.EVALUATOR}


def _has_seat(person_id: UUID, viewer: Viewer, organisation_column: Any) -> ColumnElement[bool]:
    seat = Membership.__table__.alias()
    return exists(
        select(seat.c.id).where(
            seat.c.organisation_id == organisation_column,
            seat.c.person_id == person_id,
            seat.c.starts_at <= viewer.at,
            or_(seat.c.ends_at.is_(None), seat.c.ends_at > viewer.at),
        )
    )


def _organisation(viewer: Viewer) -> ColumnElement[bool]:
    if is_host_administrator(viewer):
        return true()
    public = or_(Organisation.state.in_(PUBLIC_STATES), Organisation.is_claimed.is_(False))
    if viewer.person_id is None:
        return public
    return or_(public, _has_seat(viewer.person_id, viewer, Organisation.id))


def _membership(viewer: Viewer) -> ColumnElement[bool]:
    if is_host_administrator(viewer):
        return true()
    if viewer.person_id is None:
        return false()
    own = Membership.person_id == viewer.person_id
    if viewer.organisation_id is None or only_judges(viewer):
        return own
    return or_(own, Membership.organisation_id == viewer.organisation_id)


def _invitation(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.organisation_id is None or viewer.organisation_kind is None:
        return false()
    if is_host_administrator(viewer):
        return true()
    if LEADING[viewer.organisation_kind] not in viewer.roles:
        return false()
    return Invitation.organisation_id == viewer.organisation_id


def _colleague(viewer: Viewer, person_column: Any) -> ColumnElement[bool]:
    """Whoever has or had a role in the organisation that the viewer acts for; nobody for one who only judges there."""
    if viewer.organisation_id is None or only_judges(viewer):
        return false()
    seat = Membership.__table__.alias()
    return exists(
        select(seat.c.id).where(seat.c.person_id == person_column, seat.c.organisation_id == viewer.organisation_id)
    )


access.guard(Organisation, _organisation)
access.guard(Membership, _membership)
access.guard(Invitation, _invitation)
access.also_visible(Person, lambda viewer: _colleague(viewer, Person.id))
access.also_visible(PersonDetails, lambda viewer: _colleague(viewer, PersonDetails.person_id))
