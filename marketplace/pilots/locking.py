"""Locking a pilot with all that its rules look at, so that two who act at once see each other's deeds."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.core import database
from marketplace.core.workflow import lock
from marketplace.pilots.models import AgreementVersion, Kpi, Milestone, Pilot


def lock_whole(pilot: Pilot) -> None:
    """Lock a pilot, then read it anew with signatures, milestones and measurements, until the transaction's end.

    The pilot's row is the one lock for all below it, always taken first: nobody waits in a circle.

    Raises:
        NotFound: it is gone, or the viewer may not see it.
    """
    lock(pilot)
    # After the lock: what a page had read before may have been changed by whoever held it.
    database.session.execute(
        select(Pilot)
        .where(Pilot.id == pilot.id)
        .options(
            selectinload(Pilot.agreements).selectinload(AgreementVersion.signatures),
            selectinload(Pilot.milestones),
            selectinload(Pilot.kpis).selectinload(Kpi.actuals),
        )
        .execution_options(populate_existing=True)
    ).unique().scalar_one()


def lock_milestone(milestone: Milestone) -> None:
    """Lock a milestone's pilot, then the milestone.

    Raises:
        NotFound: it is gone, or the viewer may not see it.
    """
    lock(milestone.pilot)
    lock(milestone)
