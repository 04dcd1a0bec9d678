"""Who reads the record of events."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Uuid, or_, true
from sqlalchemy.dialects.postgresql import array

from marketplace.core import access
from marketplace.core.access import Role, Viewer
from marketplace.core.events.models import AnchorHead, Event, EventAnchor, EventStream


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """What is public, one's own acts, what one's organisation may know; the host's auditor reads all of it.

    The auditor's rows carry no titles and no contents: events keep identifiers alone.
    """
    if viewer.is_host(Role.AUDITOR):
        return true()
    seen: list[Any] = [Event.is_public]
    if viewer.organisation_id is not None:
        seen.append(Event.readers.contains(array([viewer.organisation_id], type_=Uuid())))
    if viewer.person_id is not None:
        seen.append(Event.actor_id == viewer.person_id)
    return or_(*seen)


access.guard(Event, visible_to)
# An anchor's hash is published for everybody's check; which streams stand behind it tells who does what.
access.open_to_all(EventAnchor)
access.system_only(AnchorHead, EventStream)
