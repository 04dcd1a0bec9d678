"""Measures of success: what is measured, the dated measurements, and their verification by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.workflow import lock
from marketplace.pilots import agreements, policy
from marketplace.pilots.commands import refuse_ended
from marketplace.pilots.models import Actual, Direction, Kpi, Pilot, PilotState

constraint_message("uq_kpi_actual_standing", _l("There is a measurement of that day already."), field="measured_on")


@dataclass(frozen=True)
class Definition:
    """What a measure is.

    Attributes:
        unit: of all its values, such as "hours" or "%".
        method: how and from which records it is measured.
    """

    name: str
    unit: str
    direction: Direction
    baseline: Decimal
    target: Decimal
    method: str


def define(actor: Viewer, pilot: Pilot, definition: Definition, now: datetime) -> Kpi:
    """Add a measure of success while the agreement is being made.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the agreement is signed, or the target does not lie in the direction.
    """
    require(policy.can_write(actor, pilot))
    lock(pilot)
    agreements.refuse_signed(pilot)
    _refuse_wrong_way(definition)
    kpi = Kpi(position=max((known.position for known in pilot.kpis), default=0) + 1, **vars(definition))
    pilot.kpis.append(kpi)
    database.session.flush()
    events.record("kpi.defined", actor, on=pilot, now=now, position=kpi.position)
    agreements.renew(actor, pilot, now)
    return kpi


def redefine(actor: Viewer, kpi: Kpi, definition: Definition, now: datetime) -> None:
    """Change a measure while the agreement is being made; see `define`."""
    require(policy.can_write(actor, kpi.pilot))
    lock(kpi.pilot)
    agreements.refuse_signed(kpi.pilot)
    _refuse_wrong_way(definition)
    for name, value in vars(definition).items():
        setattr(kpi, name, value)
    events.record("kpi.changed", actor, on=kpi.pilot, now=now, position=kpi.position)
    agreements.renew(actor, kpi.pilot, now)


def remove(actor: Viewer, kpi: Kpi, now: datetime) -> None:
    """Remove a measure while the agreement is being made; see `define`."""
    pilot = kpi.pilot
    require(policy.can_write(actor, pilot))
    lock(pilot)
    agreements.refuse_signed(pilot)
    events.record("kpi.removed", actor, on=pilot, now=now, position=kpi.position)
    pilot.kpis.remove(kpi)
    database.session.delete(kpi)
    database.session.flush()
    agreements.renew(actor, pilot, now)


def _refuse_wrong_way(definition: Definition) -> None:
    better = definition.target > definition.baseline
    if definition.target == definition.baseline:
        raise Refused(_("Enter a target that differs from the baseline."), field="target")
    if better != (definition.direction == Direction.UP):
        raise Refused(_("The target does not lie in the direction that you chose."), field="target")


def report(actor: Viewer, kpi: Kpi, measured_on: date, value: Decimal, evidence: str, now: datetime) -> Actual:
    """Report a measurement, with where its evidence stands.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the pilot does not run, the day lies ahead, or has its measurement already.
    """
    require(policy.can_write(actor, kpi.pilot))
    refuse_ended(kpi.pilot)
    if kpi.pilot.state == PilotState.AGREEMENT:
        raise Refused(_("Measurements begin with the pilot."))
    if measured_on > now.date():
        raise Refused(_("Enter a day that is not in the future."), field="measured_on")
    actual = Actual(
        measured_on=measured_on,
        value=value,
        evidence=evidence,
        reported_by=actor.person_id,
        reported_at=now,
    )
    kpi.actuals.append(actual)
    database.session.flush()
    events.record("kpi.reported", actor, on=kpi.pilot, now=now, position=kpi.position, actual_id=actual.id)
    return actual


def verify(actor: Viewer, actual: Actual, now: datetime) -> None:
    """Verify a measurement against its evidence.

    Raises:
        NotAllowed: not of the agency, or the person who reported it.
        Refused: judged already.
    """
    require(policy.can_verify(actor, actual))
    lock(actual)
    _refuse_judged(actual)
    actual.verified_by, actual.verified_at = actor.person_id, now
    _tell("kpi.verified", actor, actual, now)


def refuse(actor: Viewer, actual: Actual, reason: str, now: datetime) -> None:
    """Say that a measurement is not verified, and why; the day can be reported anew."""
    require(policy.can_verify(actor, actual))
    lock(actual)
    _refuse_judged(actual)
    actual.refused_by, actual.refused_at, actual.refusal = actor.person_id, now, reason
    _tell("kpi.refused", actor, actual, now)


def _refuse_judged(actual: Actual) -> None:
    if actual.verified_at is not None or actual.refused_at is not None:
        raise Refused(_("This measurement is judged already."))


def _tell(name: str, actor: Viewer, actual: Actual, now: datetime) -> None:
    kpi = actual.kpi
    events.record(name, actor, on=kpi.pilot, now=now, position=kpi.position, actual_id=actual.id)
