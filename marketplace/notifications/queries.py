"""What pages read of notices."""

from __future__ import annotations

from sqlalchemy import func, select

from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.notifications.models import Notice

MOST_COUNTED = 99


def unread_count(viewer: Viewer) -> int:
    """How many notices the viewer has not read, counted to `MOST_COUNTED`. One statement."""
    if viewer.person_id is None:
        return 0
    unread = select(Notice.id).where(Notice.read_at.is_(None)).limit(MOST_COUNTED).subquery()
    return database.session.scalar(select(func.count()).select_from(unread)) or 0
