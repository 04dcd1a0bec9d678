"""Who may do what in a pilot, and who sees it: the two sides, in working roles."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, select

from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.pilots.models import (
    Actual,
    AgreementVersion,
    Kpi,
    Milestone,
    MilestoneReturn,
    Pilot,
    RecordEntry,
    Signature,
)

# An evaluator sits on panels and may be an outsider: a pilot is not his to read.
AGENCY_READERS = frozenset(
    {
        Role.OWNER,
        Role.CHALLENGE_MANAGER,
        Role.APPROVER,
        Role.OPENING_OFFICER,
        Role.FINANCE_OFFICER,
        Role.VIEWER,
    }
)
AGENCY_RUNNERS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER})
AGENCY_SIGNERS = frozenset({Role.OWNER, Role.APPROVER})
STARTUP_READERS = frozenset({Role.OWNER, Role.EDITOR, Role.SIGNATORY, Role.FINANCE})
STARTUP_RUNNERS = frozenset({Role.OWNER, Role.EDITOR, Role.SIGNATORY})
STARTUP_SIGNERS = frozenset({Role.OWNER, Role.SIGNATORY})


def can_see(viewer: Viewer, pilot: Pilot) -> bool:
    """A member of one of the two sides in a working role."""
    return viewer.has_any(AGENCY_READERS, pilot.agency_id) or viewer.has_any(STARTUP_READERS, pilot.startup_id)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """`can_see` as SQL; a test compares the two."""
    if viewer.organisation_kind == Kind.AGENCY and viewer.roles & AGENCY_READERS:
        return Pilot.agency_id == viewer.organisation_id
    if viewer.organisation_kind == Kind.STARTUP and viewer.roles & STARTUP_READERS:
        return Pilot.startup_id == viewer.organisation_id
    return false()


def works_for_a_side(viewer: Viewer) -> bool:
    """Whether this viewer would see a pilot of the organisation that he acts for."""
    return viewer.has_any(AGENCY_READERS | STARTUP_READERS, viewer.organisation_id)


def runs_for_agency(viewer: Viewer, pilot: Pilot) -> bool:
    """Who runs pilots on the agency's side."""
    return viewer.is_verified and viewer.has_any(AGENCY_RUNNERS, pilot.agency_id)


def runs_for_startup(viewer: Viewer, pilot: Pilot) -> bool:
    """Who does the work on the startup's side."""
    return viewer.is_verified and viewer.has_any(STARTUP_RUNNERS, pilot.startup_id)


def can_write(viewer: Viewer, pilot: Pilot) -> bool:
    """Either side's people write into the record, propose agreement texts and report measurements."""
    return runs_for_agency(viewer, pilot) or runs_for_startup(viewer, pilot)


def can_sign(viewer: Viewer, pilot: Pilot) -> bool:
    """Who binds a side: the agency's owner or approver, the startup's owner or signatory."""
    return viewer.is_verified and (
        viewer.has_any(AGENCY_SIGNERS, pilot.agency_id) or viewer.has_any(STARTUP_SIGNERS, pilot.startup_id)
    )


def by_rule(viewer: Viewer, pilot: Pilot) -> bool:
    """Nobody by hand: it follows from what became of the award."""
    return viewer.is_marketplace


def can_end_early(viewer: Viewer, pilot: Pilot) -> bool:
    """Who may terminate: whoever binds a side, and who runs it for the agency."""
    return can_sign(viewer, pilot) or runs_for_agency(viewer, pilot)


def can_deliver(viewer: Viewer, milestone: Milestone) -> bool:
    """The startup delivers."""
    return runs_for_startup(viewer, milestone.pilot)


def can_judge(viewer: Viewer, milestone: Milestone) -> bool:
    """The agency accepts or returns, and never the person who delivered."""
    return runs_for_agency(viewer, milestone.pilot) and viewer.person_id != milestone.delivered_by


def can_verify(viewer: Viewer, actual: Actual) -> bool:
    """The agency verifies a measurement, and never the person who reported it."""
    return runs_for_agency(viewer, actual.kpi.pilot) and viewer.person_id != actual.reported_by


def can_record_payment(viewer: Viewer, pilot: Pilot) -> bool:
    """Who says for the agency that a milestone was paid outside the marketplace."""
    return viewer.is_verified and viewer.has_any({Role.OWNER, Role.FINANCE_OFFICER}, pilot.agency_id)


def can_confirm_payment(viewer: Viewer, pilot: Pilot) -> bool:
    """Who says for the startup that the money arrived."""
    return viewer.is_verified and viewer.has_any({Role.OWNER, Role.FINANCE}, pilot.startup_id)


@dataclass(frozen=True)
class Rights:
    """What a viewer may do in one pilot, for its pages."""

    viewer: Viewer
    pilot: Pilot

    @property
    def write(self) -> bool:
        return can_write(self.viewer, self.pilot)

    @property
    def sign(self) -> bool:
        return can_sign(self.viewer, self.pilot)

    @property
    def run(self) -> bool:
        return runs_for_agency(self.viewer, self.pilot)

    @property
    def pay(self) -> bool:
        return can_record_payment(self.viewer, self.pilot)

    @property
    def confirm(self) -> bool:
        return can_confirm_payment(self.viewer, self.pilot)

    def verify(self, actual: Actual) -> bool:
        return can_verify(self.viewer, actual)


def _of_visible_pilot(column):
    """A row below a pilot is seen where the pilot is; it has no rule of its own."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        return column.in_(_visible_pilots(viewer))

    return predicate


def _visible_pilots(viewer: Viewer):
    pilot = Pilot.__table__
    side = pilot.c.agency_id if viewer.organisation_kind == Kind.AGENCY else pilot.c.startup_id
    roles = AGENCY_READERS if viewer.organisation_kind == Kind.AGENCY else STARTUP_READERS
    is_side = viewer.organisation_kind in {Kind.AGENCY, Kind.STARTUP} and bool(viewer.roles & roles)
    return select(pilot.c.id).where(side == viewer.organisation_id if is_side else false())


def _kpis_of_visible_pilots(viewer: Viewer) -> ColumnElement[bool]:
    kpi = Kpi.__table__
    return Actual.kpi_id.in_(select(kpi.c.id).where(kpi.c.pilot_id.in_(_visible_pilots(viewer))))


def _milestones_of_visible_pilots(viewer: Viewer) -> ColumnElement[bool]:
    milestone = Milestone.__table__
    seen = select(milestone.c.id).where(milestone.c.pilot_id.in_(_visible_pilots(viewer)))
    return MilestoneReturn.milestone_id.in_(seen)


def _versions_of_visible_pilots(viewer: Viewer) -> ColumnElement[bool]:
    version = AgreementVersion.__table__
    seen = select(version.c.id).where(version.c.pilot_id.in_(_visible_pilots(viewer)))
    return Signature.version_id.in_(seen)


access.guard(Pilot, visible_to)
for _model in (AgreementVersion, Milestone, Kpi, RecordEntry):
    access.guard(_model, _of_visible_pilot(_model.pilot_id))
access.guard(Actual, _kpis_of_visible_pilots)
access.guard(MilestoneReturn, _milestones_of_visible_pilots)
access.guard(Signature, _versions_of_visible_pilots)
