"""The files of a pilot: evidence of milestones and of measurements, and what belongs to the pilot as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.core import database, events, files
from marketplace.core.access import Viewer, require
from marketplace.core.files import File
from marketplace.core.i18n import _
from marketplace.pilots import policy
from marketplace.pilots.commands import refuse_ended
from marketplace.pilots.models import Actual, Milestone, Pilot
from marketplace.pilots.queries import Board

PILOT, MILESTONE, ACTUAL = "pilot", "milestone", "kpi_actual"

files.readers.with_subject(PILOT, Pilot)
files.readers.with_subject(MILESTONE, Milestone)
files.readers.with_subject(ACTUAL, Actual)


def keep(actor: Viewer, uploads: Iterable[Any], kind: str, subject_id: UUID) -> int:
    """Keep what was sent with a form; a file that lies there already is not kept twice.

    Args:
        kind: `PILOT`, `MILESTONE` or `ACTUAL`; the caller has checked that the actor may add to it.
    Returns:
        How many are new.
    Raises:
        Refused: too large, of a type that is not taken, not what its name says, or harmful.
    """
    sent = [upload for upload in uploads or () if upload and upload.filename]
    if not sent:
        return 0
    known = {file.sha256 for file in files.of(kind, [subject_id])[subject_id]}
    count = 0
    for upload in sent:
        file = files.store(actor, upload, kind, subject_id, field="files")
        if file.sha256 in known:
            database.session.expunge(file)
            continue
        known.add(file.sha256)
        count += 1
    return count


def add(actor: Viewer, pilot: Pilot, uploads: Iterable[Any], now: datetime) -> None:
    """Add files to the pilot as a whole.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the pilot has ended, or a file can't be taken.
    """
    require(policy.can_write(actor, pilot))
    refuse_ended(pilot)
    for _new in range(keep(actor, uploads, PILOT, pilot.id)):
        events.record("pilot.file_added", actor, on=pilot, now=now)


def of_pilot(pilot: Pilot) -> Sequence[File]:
    """The files of the pilot as a whole, oldest first. One statement."""
    return files.of(PILOT, [pilot.id])[pilot.id]


def of_milestones(milestones: Iterable[Milestone]) -> dict[UUID, list[File]]:
    """The evidence of milestones. One statement."""
    return _of(MILESTONE, [milestone.id for milestone in milestones])


def of_actuals(actuals: Iterable[Actual]) -> dict[UUID, list[File]]:
    """The evidence of measurements. One statement."""
    return _of(ACTUAL, [actual.id for actual in actuals])


@dataclass(frozen=True)
class Group:
    """Files that belong together, under what they belong to."""

    title: str
    files: Sequence[File]


def groups(board: Board) -> list[Group]:
    """All files of a pilot by what they belong to; empty groups are left out. Three statements."""
    pilot = board.pilot
    found = [Group(_("Of the pilot as a whole"), of_pilot(pilot))]
    of_steps = of_milestones(pilot.milestones)
    found += [Group(f"{step.position}. {step.title}", of_steps[step.id]) for step in pilot.milestones]
    of_values = of_actuals([actual for reading in board.readings for actual in reading.actuals])
    for reading in board.readings:
        lists = [of_values[actual.id] for actual in reading.actuals]
        found.append(Group(reading.kpi.name, [file for files_ in lists for file in files_]))
    return [group for group in found if group.files]


def _of(kind: str, ids: list[UUID]) -> dict[UUID, list[File]]:
    return files.of(kind, ids) if ids else {}
