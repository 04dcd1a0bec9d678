"""The pilots in which something may wait for somebody, with no more than what says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from marketplace.core import database
from marketplace.core.access import Kind, Viewer
from marketplace.pilots.models import (
    ENDED,
    Actual,
    AgreementVersion,
    Kpi,
    Milestone,
    MilestoneState,
    Pilot,
    PilotState,
)
from marketplace.pilots.standing import Standing

MOST = 40  # a dashboard with more is no dashboard
_READ = "marketplace.pilots.standings"


def standings(viewer: Viewer) -> list[Standing]:
    """How the viewer's unsettled pilots stand, the newest first, `MOST` at most.

    Five statements, one where there is no such pilot, none when asked again in the same session.
    """
    if viewer.organisation_kind not in {Kind.AGENCY, Kind.STARTUP}:
        return []
    known = database.session.info.get(_READ)
    if known is None or known[0] != viewer:
        known = database.session.info[_READ] = (viewer, _read())
    return known[1]


def _read() -> list[Standing]:
    pilots = database.session.scalars(_unsettled()).unique().all()
    if not pilots:
        return []
    ids = [pilot.id for pilot in pilots]
    versions, counts, waiting = _last_versions(ids), _kpi_counts(ids), _open_actuals(ids)
    return [
        Standing.of(pilot, counts.get(pilot.id, 0), versions.get(pilot.id), waiting[pilot.id]) for pilot in pilots
    ]


def _unsettled() -> Select:
    step = aliased(Milestone.__table__)
    owed = (
        select(step.c.id)
        .where(step.c.pilot_id == Pilot.id, step.c.state == MilestoneState.ACCEPTED, step.c.price_minor > 0)
        .where(step.c.payment_confirmed_at.is_(None))
        .exists()
    )
    taught = Pilot.state.in_([PilotState.COMPLETED, PilotState.TERMINATED])
    silent = or_(Pilot.lessons_agency == "", Pilot.lessons_startup == "")
    return (
        select(Pilot)
        .where(or_(Pilot.state.not_in(ENDED), owed, taught & silent))
        .options(joinedload(Pilot.agency), joinedload(Pilot.startup), selectinload(Pilot.milestones))
        .order_by(Pilot.created_at.desc(), Pilot.id.desc())
        .limit(MOST)
    )


def _last_versions(pilot_ids: Sequence[UUID]) -> dict[UUID, AgreementVersion]:
    rows = database.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.pilot_id.in_(pilot_ids))
        .ext(distinct_on(AgreementVersion.pilot_id))
        .order_by(AgreementVersion.pilot_id, AgreementVersion.number.desc())
        .options(
            load_only(AgreementVersion.pilot_id, AgreementVersion.number, AgreementVersion.at),
            selectinload(AgreementVersion.signatures),
        )
    )
    return {version.pilot_id: version for version in rows}


def _kpi_counts(pilot_ids: Sequence[UUID]) -> dict[UUID, int]:
    counted = select(Kpi.pilot_id, func.count(Kpi.id)).where(Kpi.pilot_id.in_(pilot_ids)).group_by(Kpi.pilot_id)
    return dict(database.session.execute(counted).all())


def _open_actuals(pilot_ids: Sequence[UUID]) -> dict[UUID, list[Actual]]:
    found: dict[UUID, list[Actual]] = defaultdict(list)
    rows = database.session.scalars(
        select(Actual)
        .join(Actual.kpi)
        .where(Kpi.pilot_id.in_(pilot_ids), Actual.verified_at.is_(None), Actual.refused_at.is_(None))
        .options(joinedload(Actual.kpi))
        .order_by(Actual.measured_on, Actual.id)
        .limit(400)
    )
    for actual in rows:
        found[actual.kpi.pilot_id].append(actual)
    return found
