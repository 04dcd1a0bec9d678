"""What pages read of pilots; the session adds what the viewer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts import queries as accounts
from marketplace.core import clock, database
from marketplace.core.access import Kind, Viewer
from marketplace.core.errors import NotFound
from marketplace.core.events import Event
from marketplace.core.i18n import _
from marketplace.core.lists import Asked
from marketplace.core.needs import Need, Waiting
from marketplace.core.paging import Page, page
from marketplace.pilots import desk, policy, unsettled
from marketplace.pilots.models import (
    Actual,
    AgreementVersion,
    EntryKind,
    Kpi,
    Milestone,
    Pilot,
    RecordEntry,
)
from marketplace.pilots.standing import Reading, Standing
from marketplace.proposals.models import Proposal, ProposalState

CHART_POINTS = 120  # measurements of one measure that a page draws
MAX_RISKS = 50
MAX_AWARDS = 20


@dataclass(frozen=True)
class Board:
    """A pilot with what its pages show of it."""

    pilot: Pilot
    readings: Sequence[Reading]

    @property
    def standing(self) -> Standing:
        """What says who has to act."""
        waiting = [actual for reading in self.readings for actual in reading.waiting]
        return Standing.of(self.pilot, len(self.pilot.kpis), self.pilot.last_version, waiting)


def by_key(key: str, *, whole: bool = False) -> Pilot:
    """A pilot with both organisations, its challenge, milestones, signatures and measures. Three statements.

    Args:
        whole: with every measurement, for rules that look at all of them. One statement more.
    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    statement = (
        select(Pilot)
        .where(Pilot.key == key)
        .options(
            joinedload(Pilot.agency),
            joinedload(Pilot.startup),
            joinedload(Pilot.challenge),
            joinedload(Pilot.proposal),  # not everybody who reads the pilot reads the proposal
            joinedload(Pilot.milestones),
            selectinload(Pilot.agreements)
            .load_only(AgreementVersion.number, AgreementVersion.sha256, AgreementVersion.by_id, AgreementVersion.at)
            .joinedload(AgreementVersion.signatures),
            selectinload(Pilot.kpis).selectinload(Kpi.actuals) if whole else selectinload(Pilot.kpis),
        )
    )
    found = database.session.execute(statement).unique().scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def board(key: str) -> Board:
    """A pilot with its latest measurements. Four statements."""
    pilot = by_key(key)
    return Board(pilot, readings(pilot.kpis))


def readings(kpis: Sequence[Kpi], each: int = CHART_POINTS) -> list[Reading]:
    """The latest measurements of each measure, oldest first. One statement."""
    found: dict[UUID, list[Actual]] = defaultdict(list)
    if kpis:
        newest = (
            func.row_number()
            .over(partition_by=Actual.kpi_id, order_by=(Actual.measured_on.desc(), Actual.id.desc()))
            .label("place")
        )
        ranked = select(Actual.id, newest).where(Actual.kpi_id.in_([kpi.id for kpi in kpis])).subquery()
        rows = database.session.scalars(
            select(Actual)
            .join(ranked, ranked.c.id == Actual.id)
            .where(ranked.c.place <= each)
            .order_by(Actual.measured_on, Actual.id)
        )
        for actual in rows:
            found[actual.kpi_id].append(actual)
    return [Reading(kpi, found[kpi.id]) for kpi in kpis]


def measurements(kpi: Kpi, after: str | None, limit: int = 30) -> Page:
    """All measurements of a measure, the newest first. Two statements."""
    statement = select(Actual).where(Actual.kpi_id == kpi.id)
    return page(statement, [(Actual.measured_on, "desc"), (Actual.id, "desc")], after, limit)


def version(pilot: Pilot, number: int | None) -> AgreementVersion | None:
    """A version of the agreement with its whole text, the last one when none is named. One statement.

    Raises:
        NotFound: there is no version of that number.
    """
    if pilot.last_version is None:
        return None
    found = database.session.scalars(
        select(AgreementVersion)
        .where(
            AgreementVersion.pilot_id == pilot.id, AgreementVersion.number == (number or pilot.last_version.number)
        )
        .options(joinedload(AgreementVersion.signatures))
        .execution_options(populate_existing=True)
    )
    row = found.unique().one_or_none()
    if row is None:
        raise NotFound
    return row


def milestone_of(pilot: Pilot, milestone_id: UUID) -> Milestone:
    """A milestone of this pilot.

    Raises:
        NotFound: it is none of this pilot's.
    """
    return _of(pilot.milestones, milestone_id)


def kpi_of(pilot: Pilot, kpi_id: UUID) -> Kpi:
    """A measure of this pilot.

    Raises:
        NotFound: it is none of this pilot's.
    """
    return _of(pilot.kpis, kpi_id)


def _of(rows: Iterable, row_id: UUID):
    found = next((row for row in rows if row.id == row_id), None)
    if found is None:
        raise NotFound
    return found


def actual_of(pilot: Pilot, actual_id: UUID) -> Actual:
    """A measurement of this pilot. One statement.

    Raises:
        NotFound: it is none of this pilot's.
    """
    found = database.session.scalars(
        select(Actual)
        .where(Actual.id == actual_id, Actual.kpi_id.in_([kpi.id for kpi in pilot.kpis]))
        .options(joinedload(Actual.kpi))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def entry_of(pilot: Pilot, entry_id: UUID) -> RecordEntry:
    """An entry of this pilot's record. One statement.

    Raises:
        NotFound: it is none of this pilot's.
    """
    found = database.session.scalars(
        select(RecordEntry).where(RecordEntry.id == entry_id, RecordEntry.pilot_id == pilot.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def entries(pilot: Pilot, kind: EntryKind | None, after: str | None, limit: int = 20) -> Page:
    """What was written down, the newest first. Two statements."""
    statement = select(RecordEntry).where(RecordEntry.pilot_id == pilot.id)
    if kind is not None:
        statement = statement.where(RecordEntry.kind == kind)
    return page(statement, [(RecordEntry.at, "desc"), (RecordEntry.id, "desc")], after, limit)


def open_risks(pilot: Pilot) -> Sequence[RecordEntry]:
    """Risks that are not closed, the oldest first, `MAX_RISKS` at most. One statement."""
    return database.session.scalars(
        select(RecordEntry)
        .where(RecordEntry.pilot_id == pilot.id, RecordEntry.kind == EntryKind.RISK, RecordEntry.closed_at.is_(None))
        .order_by(RecordEntry.at, RecordEntry.id)
        .limit(MAX_RISKS)
    ).all()


def happened(pilot: Pilot, after: str | None, limit: int = 40) -> Page:
    """What happened in a pilot, the newest first, each as its viewer may see it. Two statements."""
    return page(select(Event).where(Event.stream_id == pilot.id), [(Event.number, "desc")], after, limit)


def names_in(pilot: Pilot, *more: UUID | None) -> dict[UUID, str]:
    """The names of who acted in a pilot: both sides know each other's people. One statement."""
    people: set[UUID | None] = set(more)
    for milestone in pilot.milestones:
        people |= {milestone.delivered_by, milestone.decided_by}
        people |= {milestone.payment_recorded_by, milestone.payment_confirmed_by}
    for agreed in pilot.agreements:
        people |= {agreed.by_id, *(signature.person_id for signature in agreed.signatures)}
    return accounts.names(people)


# --- Lists ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A pilot in the list, with what shows at a glance."""

    pilot: Pilot
    readings: Sequence[Reading]


def listed(asked: Asked) -> tuple[Page, list[Row]]:
    """The viewer's pilots, as they were asked for. Five statements, whatever the count."""
    statement = select(Pilot).options(
        joinedload(Pilot.agency),
        joinedload(Pilot.startup),
        selectinload(Pilot.milestones),
        selectinload(Pilot.kpis),
    )
    found = asked.page(statement)
    latest = _latest_verified([kpi.id for pilot in found.items for kpi in pilot.kpis])
    rows = [
        Row(pilot, [Reading(kpi, [latest[kpi.id]] if kpi.id in latest else []) for kpi in pilot.kpis])
        for pilot in found.items
    ]
    return found, rows


def _latest_verified(kpi_ids: Sequence[UUID]) -> dict[UUID, Actual]:
    if not kpi_ids:
        return {}
    rows = database.session.scalars(
        select(Actual)
        .where(Actual.kpi_id.in_(kpi_ids), Actual.verified_at.is_not(None))
        .ext(distinct_on(Actual.kpi_id))
        .order_by(Actual.kpi_id, Actual.measured_on.desc(), Actual.id.desc())
    )
    return {actual.kpi_id: actual for actual in rows}


def awards_without_pilot(viewer: Viewer) -> Sequence[Proposal]:
    """Awarded proposals of the agency whose pilot nobody has opened, the oldest first. At most one statement."""
    if viewer.organisation_kind != Kind.AGENCY or not viewer.has_any(policy.AGENCY_RUNNERS, viewer.organisation_id):
        return []
    opened = select(Pilot.__table__.c.id).where(Pilot.__table__.c.proposal_id == Proposal.id).exists()
    statement = (
        select(Proposal)
        .where(Proposal.state == ProposalState.AWARDED, ~opened)
        .options(joinedload(Proposal.startup), joinedload(Proposal.challenge))
        .order_by(Proposal.opened_at, Proposal.id)
        .limit(MAX_AWARDS)
    )
    return database.session.scalars(statement).all()


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """What the dashboard asks of the viewer: awards to open, and what waits in pilots. Five statements at most."""
    asked = [
        Need(_("Open the pilot"), proposal.startup.name, None, url_for("pilots.open", key=proposal.key), _("Open"))
        for proposal in awards_without_pilot(viewer)
    ]
    for standing in unsettled.standings(viewer):
        pilot = standing.pilot
        asked += [
            Need(act.title.rstrip("."), pilot.title, _end_of(act.due, pilot.zone), act.url, act.verb, pilot.zone)
            for act in desk.acts(viewer, standing, now)
        ]
    return asked


def _end_of(day: date | None, zone: str) -> datetime | None:
    return clock.to_utc(datetime.combine(day, time(23, 59)), zone) if day is not None else None


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Whom the viewer waits for in pilots. No further statement where `needs` was asked in the same session."""
    return [
        Waiting(wait.whom, wait.about, wait.since, wait.url)
        for standing in unsettled.standings(viewer)
        for wait in desk.waits(viewer, standing)
    ]
