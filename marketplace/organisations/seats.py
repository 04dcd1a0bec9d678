"""The seats of a person, told to the accounts' floor, which knows no organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from marketplace.accounts.rights import Seat, told_by
from marketplace.core import database
from marketplace.core.access import Role, reading_as_system
from marketplace.organisations.models import Membership, Organisation, OrganisationState


@told_by
def seats(person_id: UUID, at: datetime) -> Sequence[Seat]:
    """Every organisation in which the person holds a role at that moment, by name. One statement."""
    statement = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.state,
            Organisation.slug,
            Organisation.key,
            func.array_agg(Membership.role.distinct()),
        )
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person_id,
            Membership.starts_at <= at,
            or_(Membership.ends_at.is_(None), Membership.ends_at > at),
        )
        .group_by(Organisation.id)
        .order_by(Organisation.folded_name, Organisation.id)
        .limit(200)
    )
    with reading_as_system("a person's seats make the viewer"):
        rows = database.session.execute(statement).all()
    return [
        Seat(
            organisation_id=id_,
            name=name,
            kind=kind,
            roles=frozenset(Role(role) for role in roles),
            is_verified=state == OrganisationState.VERIFIED,
            slug=slug,
            key=key,
        )
        for id_, name, kind, state, slug, key, roles in rows
    ]
