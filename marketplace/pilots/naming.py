"""What events of pilots are about, by name: events themselves hold identifiers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import database
from marketplace.core.events import Event
from marketplace.pilots.models import Kpi, Milestone, Pilot


def named_in(happened: Sequence[Event]) -> dict[UUID, str]:
    """The measure or the milestone of each event that has one its reader may see, by the event's identifier.

    Two statements at most, whatever the number of events.
    """
    about = _about(happened)
    return _told(
        about, _names(Kpi.id, Kpi.name, about) | _names(Milestone.id, Milestone.title, about) if about else {}
    )


def named_within(pilot: Pilot, happened: Sequence[Event]) -> dict[UUID, str]:
    """The same for the events of one pilot whose measures and milestones are loaded. No statement."""
    kpis = {kpi.id: kpi.name for kpi in pilot.kpis}
    return _told(_about(happened), kpis | {step.id: step.title for step in pilot.milestones})


def _about(happened: Sequence[Event]) -> dict[UUID, UUID]:
    """The measure or the milestone of each event that has one, by identifiers."""
    found = {event.id: event.subject_id for event in happened if event.subject_kind == "milestone"}
    return found | {event.id: UUID(event.data["kpi_id"]) for event in happened if "kpi_id" in event.data}


def _told(about: dict[UUID, UUID], names: dict[UUID, str]) -> dict[UUID, str]:
    return {event: names[thing] for event, thing in about.items() if thing in names}


def _names(key: Any, name: Any, about: dict[UUID, UUID]) -> dict[UUID, str]:
    rows = database.session.execute(select(key, name).where(key.in_(about.values())))
    return {row[0]: row[1] for row in rows}
