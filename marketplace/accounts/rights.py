"""What a person may do and for whom, as the organisations' floor tells it to this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.core.access import Kind, Role, Viewer


@dataclass(frozen=True)
class Seat:
    """An organisation that a person may act for at the moment, and the roles there."""

    organisation_id: UUID
    name: str
    kind: Kind
    roles: frozenset[Role]
    is_verified: bool
    slug: str = ""
    key: str = ""


Source = Callable[[UUID, datetime], Sequence[Seat]]
_sources: list[Source] = []


def told_by(source: Source) -> Source:
    """Let a higher floor tell the seats of a person at a moment; memberships live there."""
    _sources.append(source)
    return source


def seats_of(person_id: UUID, at: datetime) -> list[Seat]:
    """Every organisation that the person may act for at that moment. One statement."""
    return [seat for source in _sources for seat in source(person_id, at)]


def viewer_of(person_id: UUID, organisation_id: UUID | None, at: datetime, origin: str | None = None) -> Viewer:
    """The viewer that a person is while acting for an organisation; without a seat there, for none."""
    return viewer_in(person_id, seat_in(seats_of(person_id, at), organisation_id), at, origin)


def seat_in(seats: Sequence[Seat], organisation_id: UUID | None) -> Seat | None:
    """The seat in that organisation, if the person has one."""
    return next((seat for seat in seats if seat.organisation_id == organisation_id), None)


def viewer_in(person_id: UUID, seat: Seat | None, at: datetime, origin: str | None = None) -> Viewer:
    """The viewer that a person is in a seat, or in none."""
    if seat is None:
        return Viewer(at=at, person_id=person_id, origin=origin)
    return Viewer(
        at=at,
        person_id=person_id,
        organisation_id=seat.organisation_id,
        organisation_kind=seat.kind,
        roles=seat.roles,
        is_verified=seat.is_verified,
        origin=origin,
    )
