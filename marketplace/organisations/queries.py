"""What pages read of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts.models import Person, PersonDetails
from marketplace.core import database, search
from marketplace.core.access import Kind, Role, Viewer, reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _, ngettext
from marketplace.core.lists import Asked
from marketplace.core.needs import Need, Waiting
from marketplace.core.paging import Page, page
from marketplace.organisations.models import Invitation, Membership, Organisation, OrganisationState


@dataclass(frozen=True)
class Filter:
    """What the list shows: the state of its address."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facets:
    """How many organisations each choice would show, for the present text and the other facet."""

    kinds: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)


def listed(wanted: Filter, after: str | None, limit: int = 20) -> Page:
    """Verified organisations by name; those that wait for their verification are not listed. Two statements."""
    statement = select(Organisation).where(*_conditions(wanted)).options(joinedload(Organisation.parent))
    return page(statement, [(Organisation.folded_name, "asc"), (Organisation.id, "asc")], after, limit)


def facets(wanted: Filter) -> Facets:
    """The counts beside the choices. Two statements, whatever the number of organisations."""
    kinds = _counts(Organisation.kind, _conditions(Filter(wanted.text, (), wanted.countries)))
    nations = _counts(Organisation.country, _conditions(Filter(wanted.text, wanted.kinds, ())))
    return Facets({kind.value: count for kind, count in kinds.items()}, nations)


def _counts(column, conditions: list[ColumnElement[bool]]) -> dict:
    return dict(
        database.session.execute(
            select(column, func.count(Organisation.id)).where(*conditions).group_by(column)
        ).all()
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(Organisation.state == OrganisationState.VERIFIED, Organisation.is_claimed.is_(False))
    ]
    if wanted.text:
        conditions.append(search.matches(Organisation.search, wanted.text))
    if wanted.kinds:
        conditions.append(Organisation.kind.in_([Kind(kind) for kind in wanted.kinds]))
    if wanted.countries:
        conditions.append(Organisation.country.in_(wanted.countries))
    return conditions


def by_key(key: str) -> Organisation:
    """An organisation by the key in its address, with the one above it. One statement.

    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    return _one(select(Organisation).where(Organisation.key == key).options(joinedload(Organisation.parent)))


def by_id(organisation_id: UUID | None) -> Organisation:
    """An organisation by its id.

    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    return _one(
        select(Organisation).where(Organisation.id == organisation_id).options(joinedload(Organisation.parent))
    )


def _one(statement) -> Organisation:
    found = database.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def below(organisation: Organisation) -> Sequence[Organisation]:
    """The agencies right below one in the tree, by name. One statement."""
    return database.session.scalars(
        select(Organisation)
        .where(Organisation.parent_id == organisation.id, *_conditions(Filter()))
        .order_by(Organisation.folded_name, Organisation.id)
        .limit(200)
    ).all()


def above(organisation: Organisation) -> list[Organisation]:
    """The agencies above one, the topmost first, as far as the viewer sees them. One statement."""
    if organisation.parent_id is None:
        return []
    tree = (
        select(Organisation.id, Organisation.parent_id)
        .where(Organisation.id == organisation.parent_id)
        .cte("tree", recursive=True)
    )
    higher = aliased(Organisation)
    tree = tree.union(select(higher.id, higher.parent_id).join(tree, higher.id == tree.c.parent_id))
    found = {
        one.id: one
        for one in database.session.scalars(select(Organisation).where(Organisation.id.in_(select(tree.c.id))))
    }
    line, step = [], found.get(organisation.parent_id)
    while step is not None and step not in line:
        line.append(step)
        step = found.get(step.parent_id) if step.parent_id else None
    return line[::-1]


def possible_parents() -> Sequence[tuple[UUID, str]]:
    """Verified agencies that another one may belong to, by name. One statement."""
    rows = database.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind == Kind.AGENCY, Organisation.state == OrganisationState.VERIFIED)
        .order_by(Organisation.folded_name, Organisation.id)
        .limit(1000)
    ).all()
    return [(id_, name) for id_, name in rows]


@dataclass(frozen=True)
class Member:
    """A person with the roles held now in one organisation."""

    person_id: UUID
    name: str
    email: str
    is_suspended: bool
    memberships: tuple[Membership, ...]


def members(organisation: Organisation, now: datetime) -> list[Member]:
    """Who belongs to an organisation now, by name, with every role. One statement."""
    rows = database.session.execute(
        select(Membership, PersonDetails.name, PersonDetails.email, Person.suspended_at)
        .join(PersonDetails, PersonDetails.person_id == Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.starts_at <= now,
            or_(Membership.ends_at.is_(None), Membership.ends_at > now),
        )
        .order_by(PersonDetails.folded_name, PersonDetails.person_id, Membership.starts_at, Membership.id)
        .limit(1000)
    ).all()
    found: dict[UUID, Member] = {}
    for membership, name, email, suspended_at in rows:
        known = found.get(membership.person_id)
        held = (*known.memberships, membership) if known else (membership,)
        found[membership.person_id] = Member(membership.person_id, name, email, suspended_at is not None, held)
    return list(found.values())


def former_memberships(organisation: Organisation, now: datetime, limit: int = 50) -> Sequence[Membership]:
    """Roles that have ended, the latest first. One statement."""
    return database.session.scalars(
        select(Membership)
        .where(Membership.organisation_id == organisation.id, Membership.ends_at <= now)
        .order_by(Membership.ends_at.desc(), Membership.id)
        .limit(limit)
    ).all()


def one_membership(membership_id: UUID) -> Membership:
    """A membership as the viewer may see it.

    Raises:
        NotFound: unknown or unseen.
    """
    found = database.session.scalars(
        select(Membership).where(Membership.id == membership_id).options(joinedload(Membership.organisation))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_invitations(organisation: Organisation, now: datetime) -> Sequence[Invitation]:
    """Invitations that wait for their answer, for those who lead the organisation. One statement."""
    return database.session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
        .limit(200)
    ).all()


def queue(state: OrganisationState, asked: Asked) -> Page:
    """Organisations in a state of their verification, as they were asked for, for host administrators."""
    statement = (
        select(Organisation)
        .where(Organisation.state == state, Organisation.is_claimed.is_(True), Organisation.kind != Kind.HOST)
        .options(joinedload(Organisation.parent))
    )
    return asked.page(statement, 50)


def waiting_count() -> int:
    """How many organisations wait for their verification. One statement."""
    return (
        database.session.scalar(
            select(func.count(Organisation.id)).where(
                Organisation.state == OrganisationState.PENDING, Organisation.is_claimed.is_(True)
            )
        )
        or 0
    )


def holders(organisation_id: UUID, role: Role, at: datetime) -> list[UUID]:
    """Who holds a role in an organisation at a moment, for those who are told or put on panels. One statement.

    A suspended person is neither told nor chosen.
    """
    with reading_as_system("whoever holds a role is told of what happens in it"):
        return list(
            database.session.scalars(
                select(Membership.person_id)
                .join(Person, Person.id == Membership.person_id)
                .where(
                    Person.suspended_at.is_(None),
                    Membership.organisation_id == organisation_id,
                    Membership.role == role,
                    Membership.starts_at <= at,
                    or_(Membership.ends_at.is_(None), Membership.ends_at > at),
                )
            )
        )


def names(organisation_ids: set[UUID]) -> dict[UUID, str]:
    """The names of organisations, for pages whose reader is entitled to them. One statement."""
    if not organisation_ids:
        return {}
    with reading_as_system("a page that is entitled to names says which organisation it was"):
        return dict(
            database.session.execute(
                select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
            ).all()
        )


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """What the dashboard asks of the viewer: verifications that wait, a refusal to mend. One statement."""
    if viewer.is_host(Role.ADMINISTRATOR):
        count = waiting_count()
        if not count:
            return []
        title = ngettext("Verify %(num)d organisation", "Verify %(num)d organisations", count)
        return [Need(title, _("Organisations"), None, url_for("organisations.verification"), _("Decide"))]
    own = _own_unverified(viewer)
    if own is None or own.state != OrganisationState.REFUSED:
        return []
    page_of_it = url_for("organisations.show", slug=own.slug, key=own.key)
    return [Need(_("Mend what was missing and ask again for verification"), own.name, None, page_of_it, _("Read"))]


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Whom the viewer waits for: the host, while the organisation is not verified. One statement."""
    own = _own_unverified(viewer)
    if own is None or own.state != OrganisationState.PENDING:
        return []
    page_of_it = url_for("organisations.show", slug=own.slug, key=own.key)
    return [
        Waiting(
            _("The host's administrator"),
            _("verification of %(name)s", name=own.name),
            own.decided_at or own.created_at,
            page_of_it,
        )
    ]


def _own_unverified(viewer: Viewer) -> Organisation | None:
    if viewer.organisation_id is None or viewer.is_verified or viewer.organisation_kind == Kind.HOST:
        return None
    own = select(Organisation).where(Organisation.id == viewer.organisation_id)
    return database.session.scalars(own).one_or_none()
