"""Measures of success: what is measured, the dated measurements, and their verification by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from marketplace.core import clock, database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.ids import new_id
from marketplace.core.workflow import lock
from marketplace.pilots import agreements, policy
from marketplace.pilots.commands import refuse_ended
from marketplace.pilots.locking import lock_whole
from marketplace.pilots.models import Actual, Direction, Kpi, Pilot, PilotState

MAX_KPIS = 12  # what a page shows at a glance

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


def define(actor: Viewer, pilot: Pilot, definition: Definition, now: datetime, *, once: UUID | None = None) -> Kpi:
    """Add a measure of success while the agreement is being made.

    Args:
        once: the identifier that the form brought: sent twice, it is refused the second time.
    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the agreement is signed, there are too many, or the target does not lie in the direction.
    """
    require(policy.can_write(actor, pilot))
    lock_whole(pilot)
    agreements.refuse_signed(pilot)
    _refuse_wrong_way(definition)
    if any(known.id == once for known in pilot.kpis):
        raise Refused(_("This measure was added already."))
    if len(pilot.kpis) >= MAX_KPIS:
        raise Refused(_("A pilot has at most %(count)s measures. Remove one first.", count=MAX_KPIS))
    position = max((known.position for known in pilot.kpis), default=0) + 1
    kpi = Kpi(id=once or new_id(), position=position, **vars(definition))
    pilot.kpis.append(kpi)
    database.session.flush()
    events.record("kpi.defined", actor, on=pilot, now=now, position=kpi.position, kpi_id=kpi.id)
    agreements.renew(actor, pilot, now)
    return kpi


def redefine(actor: Viewer, kpi: Kpi, definition: Definition, now: datetime) -> None:
    """Change a measure while the agreement is being made; see `define`."""
    require(policy.can_write(actor, kpi.pilot))
    lock_whole(kpi.pilot)
    agreements.refuse_signed(kpi.pilot)
    _refuse_wrong_way(definition)
    for name, value in vars(definition).items():
        setattr(kpi, name, value)
    events.record("kpi.changed", actor, on=kpi.pilot, now=now, position=kpi.position, kpi_id=kpi.id)
    agreements.renew(actor, kpi.pilot, now)


def remove(actor: Viewer, kpi: Kpi, now: datetime) -> None:
    """Remove a measure while the agreement is being made; see `define`.

    Raises:
        Refused: the agreement is signed, or its text would stand without any measure.
    """
    pilot = kpi.pilot
    require(policy.can_write(actor, pilot))
    lock_whole(pilot)
    agreements.refuse_signed(pilot)
    if pilot.last_version is not None and len(pilot.kpis) == 1:
        raise Refused(_("The agreement needs one measure at least. Define another one first."))
    events.record("kpi.removed", actor, on=pilot, now=now, position=kpi.position, kpi_id=kpi.id)
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
    # Locked: the pilot must not close over a measurement that nobody has judged.
    lock(kpi.pilot)
    refuse_ended(kpi.pilot)
    if kpi.pilot.state == PilotState.AGREEMENT:
        raise Refused(_("Measurements begin with the pilot."))
    if measured_on > kpi.pilot.today(now):
        raise Refused(_("Enter a day that is not in the future."), field="measured_on")
    if kpi.pilot.starts_on and measured_on < kpi.pilot.starts_on:
        first = clock.date_words(kpi.pilot.starts_on)
        raise Refused(_("Enter a day from the pilot's start, %(first)s, on.", first=first), field="measured_on")
    actual = Actual(
        measured_on=measured_on,
        value=value,
        evidence=evidence,
        reported_by=actor.person_id,
        reported_at=now,
    )
    kpi.actuals.append(actual)
    database.session.flush()
    events.record("kpi.reported", actor, on=kpi.pilot, now=now, **_about(actual))
    return actual


def verify(actor: Viewer, actual: Actual, now: datetime) -> None:
    """Verify a measurement against its evidence.

    The pilot's end stops reporting, not judging: what was reported while it ran can still be verified, or not. A
    pilot that ended early would otherwise leave its case study without the evidence that stood before the end.

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
    """Say that a measurement is not verified, and why; the day can be reported anew while the pilot runs.

    As `verify`, also after the pilot's end.

    Raises:
        NotAllowed: not of the agency, or the person who reported it.
        Refused: judged already, or no reason is given.
    """
    if not reason.strip():
        raise Refused(_("Say why: whoever reported it will read it."), field="reason")
    require(policy.can_verify(actor, actual))
    lock(actual)
    _refuse_judged(actual)
    actual.refused_by, actual.refused_at, actual.refusal = actor.person_id, now, reason
    _tell("kpi.refused", actor, actual, now)


def _refuse_judged(actual: Actual) -> None:
    if not actual.is_open:
        raise Refused(_("This measurement is judged already."))


def _about(actual: Actual) -> dict[str, Any]:
    kpi = actual.kpi
    return {"position": kpi.position, "kpi_id": kpi.id, "actual_id": actual.id}


def _tell(name: str, actor: Viewer, actual: Actual, now: datetime) -> None:
    events.record(name, actor, on=actual.kpi.pilot, now=now, **_about(actual))
