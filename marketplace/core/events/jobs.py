"""The anchoring of all streams' heads, each minute."""

from __future__ import annotations

from marketplace.core import clock, database, jobs
from marketplace.core.access import reading_as_system
from marketplace.core.events.anchor import anchor_heads


@jobs.periodic("* * * * *", "events.anchor")
def anchor_every_minute() -> None:
    """Add a link that holds the heads of the streams which moved, and tell the log, which leaves this machine."""
    import structlog  # with what it prints in colours by: for the worker alone

    with database.session_scope() as session, reading_as_system("an anchor holds every stream's head"):
        anchor = anchor_heads(session, clock.now())
        session.commit()
        if anchor is not None:
            structlog.get_logger().info("anchor", number=anchor.number, hash=anchor.hash)
