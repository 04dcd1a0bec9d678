"""What events of pilots are about, by name: events themselves hold identifiers alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import database
from marketplace.core.events import Event
from marketplace.pilots.models import Kpi, Milestone


def named_in(happened: Iterable[Event]) -> dict[UUID, str]:
    """The measure or the milestone of each event that has one its reader may see, by the event's identifier.

    Two statements at most, whatever the number of events.
    """
    kpis, milestones = {}, {}
    for event in happened:
        if event.subject_kind == "milestone":
            milestones[event.id] = event.subject_id
        elif "kpi_id" in event.data:
            kpis[event.id] = UUID(event.data["kpi_id"])
    return _names(Kpi.id, Kpi.name, kpis) | _names(Milestone.id, Milestone.title, milestones)


def _names(key: Any, name: Any, wanted: dict[UUID, UUID]) -> dict[UUID, str]:
    if not wanted:
        return {}
    rows = database.session.execute(select(key, name).where(key.in_(wanted.values())))
    known = {row[0]: row[1] for row in rows}
    return {event: known[about] for event, about in wanted.items() if about in known}
