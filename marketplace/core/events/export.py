"""The record of events as a file, for a check with other tools."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.core.events.models import Event
from marketplace.core.events.record import canonical


def export_events(session: Session, target: Path) -> int:
    """Write every event as a line of JSON: the hashed content, then its hash.

    Returns:
        How many were written.
    """
    count = 0
    rows = session.scalars(select(Event).order_by(Event.stream_id, Event.number).execution_options(yield_per=1000))
    with target.open("w", encoding="utf-8") as file:
        for happened in rows:
            file.write(json.dumps({**canonical(happened), "hash": happened.hash}, ensure_ascii=False) + "\n")
            count += 1
    return count
