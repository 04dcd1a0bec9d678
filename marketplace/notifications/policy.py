"""Notices and preferences are their person's own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from marketplace.core import access
from marketplace.core.access import Viewer
from marketplace.notifications.models import Notice, Preference


def own_notices(viewer: Viewer) -> ColumnElement[bool]:
    """Whatever organisation the person acts for: what needs somebody must not hide behind a switch."""
    return Notice.person_id == viewer.person_id if viewer.person_id is not None else false()


def own_preferences(viewer: Viewer) -> ColumnElement[bool]:
    """One's own alone."""
    return Preference.person_id == viewer.person_id if viewer.person_id is not None else false()


access.guard(Notice, own_notices)
access.guard(Preference, own_preferences)
