"""Pilots: the agreement, milestones, measurements and the record, as far as each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from werkzeug.datastructures import FileStorage

from marketplace.core import database
from marketplace.core.access import Role, Viewer
from marketplace.core.i18n import in_language
from marketplace.demo import reading
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record
from marketplace.pilots import agreements, commands, evidence, measures, milestones
from marketplace.pilots.measures import Definition
from marketplace.pilots.models import Direction, EntryKind, Kpi, Milestone, Outcome, Pilot, RecordEntry
from marketplace.proposals.models import Proposal

RUNNING = ("active", "closing", "completed", "terminated")
OPENED_AFTER = timedelta(days=4)


@dataclass
class Running:
    """A pilot, its two sides, and how it is told."""

    cast: Cast
    story: Record
    record: Record
    pilot: Pilot

    @property
    def language(self) -> str:
        return self.story["language"]

    def manager(self, at: datetime) -> Viewer:
        place = self.story["agency"]
        return self.cast.holder(place, Role.CHALLENGE_MANAGER, at, number=self.story.get("author", 0))

    def writer(self, at: datetime) -> Viewer:
        return self.cast.writer(self.record["startup"], at)

    @property
    def ends(self) -> datetime:
        """When what is told stops: at the pilot's end, or now."""
        return self.cast.calendar.moment(self.record.get("ended", "-2h"), self.pilot.zone)


def tell(cast: Cast, story: Record, record: Record, proposal: Proposal, decided: datetime) -> Pilot:
    """Open a pilot from an award and bring it as far as the record says."""
    with deed(decided + OPENED_AFTER) as moment:
        manager = cast.holder(story["agency"], Role.CHALLENGE_MANAGER, moment, number=story.get("author", 0))
        pilot = commands.open_pilot(manager, proposal, record["title"], moment)
    running = Running(cast, story, record, pilot)
    _agree(running, decided)
    if record["state"] not in RUNNING:
        return pilot
    _work(running)
    _measure(running)
    _write_down(running)
    _end(running)
    return pilot


# --- the agreement ---


def _agree(running: Running, decided: datetime) -> None:
    """Measures, dates and terms within two weeks of the decision; then the signatures."""
    pilot, record = running.pilot, running.record
    signed = _signing(running, decided)
    opened = decided + OPENED_AFTER
    with deed(opened + (signed - opened) * 0.5) as moment:
        _plan(running, moment, signed)
        terms = reading.file("standard")["agreement"][running.language]
        with in_language(running.language):
            agreements.propose(running.manager(moment), pilot, terms, moment)
    if record["state"] == "not_signed":
        with deed(signed) as moment:
            commands.give_up(running.cast.binder(record["startup"], moment), pilot, record["why"], moment)
        return
    if record["state"] == "agreement":
        return
    approver = running.cast.holder(running.story["agency"], Role.APPROVER, signed)
    version = pilot.agreements[-1]
    with deed(signed - timedelta(days=1)) as moment:
        agreements.sign(approver.later(moment), pilot, version.sha256, moment)
    if record["state"] == "half_signed":
        return
    with deed(signed) as moment:
        agreements.sign(running.cast.binder(record["startup"], moment), pilot, version.sha256, moment)


def _signing(running: Running, decided: datetime) -> datetime:
    if "signed" in running.record:
        return running.cast.calendar.moment(running.record["signed"], running.pilot.zone)
    return min(decided + timedelta(days=16), running.cast.calendar.now - timedelta(hours=20))


def _plan(running: Running, moment: datetime, signed: datetime) -> None:
    pilot, record = running.pilot, running.record
    with in_language(running.language):
        for row in record["kpi"]:
            definition = Definition(
                name=row["name"],
                unit=row["unit"],
                direction=Direction.UP if row["target"] > row["baseline"] else Direction.DOWN,
                baseline=Decimal(str(row["baseline"])),
                target=Decimal(str(row["target"])),
                method=row["method"],
            )
            measures.define(running.manager(moment), pilot, definition, moment)
        for milestone, days in zip(pilot.milestones, _days(running), strict=True):
            due = (signed + timedelta(days=days)).date()
            milestones.plan(running.writer(moment), milestone, milestone.deliverable, due, moment)


def _days(running: Running) -> list[int]:
    """After how many days each milestone is due, counted from the signatures."""
    steps = (
        next(
            (found["milestone"] for found in running.story.get("solution", ()) if _is_own(running, found)),
            None,
        )
        or reading.file("standard")["milestones"][running.language]
    )
    return [step["days"] for step in steps]


def _is_own(running: Running, solution: Record) -> bool:
    return solution["startup"] == running.record["startup"] and "milestone" in solution


# --- the work ---


def _work(running: Running) -> None:
    """Accepted milestones near their dates, one returned on the way, the last one as the record says."""
    record = running.record
    accepted = record["accepted"]
    for milestone in running.pilot.milestones[:accepted]:
        assert milestone.due_on is not None
        due = _at(running, milestone, 10)
        if milestone.position in record.get("returned", ()):
            _deliver(running, milestone, due - timedelta(days=9))
            _return(running, milestone, due - timedelta(days=6))
        _deliver(running, milestone, due - timedelta(days=1))
        with deed(due + timedelta(days=1)) as moment:
            words = reading.file("standard")["accepted"][running.language]
            milestones.accept(running.manager(moment), milestone, words, moment)
        is_last = milestone.position == accepted
        _pay(running, milestone, due, how=record.get("paid", "confirmed") if is_last else "confirmed")
    following = running.pilot.milestones[accepted : accepted + 1]
    for milestone in following:
        if record.get("next") in ("delivered", "returned"):
            _deliver(running, milestone, running.ends - timedelta(days=4))
        if record.get("next") == "returned":
            _return(running, milestone, running.ends - timedelta(days=2))


def _at(running: Running, milestone: Milestone, hour: int) -> datetime:
    """A moment on the day that a milestone is due, but never after what is told stops."""
    assert milestone.due_on is not None
    assert running.pilot.activated_at is not None
    days = (milestone.due_on - running.pilot.activated_at.date()).days
    return min(running.pilot.activated_at + timedelta(days=days), running.ends - timedelta(days=3))


def _deliver(running: Running, milestone: Milestone, when: datetime) -> None:
    notes = reading.file("standard")["delivered"][running.language]
    with deed(when) as moment:
        writer = running.writer(moment)
        milestones.deliver(writer, milestone, notes[milestone.position % len(notes)], moment)
        paper = reading.file("standard")["paper"][running.language]
        text = f"{paper}\n\n{milestone.position}. {milestone.title}\n{milestone.deliverable}\n"
        upload = FileStorage(
            BytesIO(text.encode()), filename=f"{paper} {milestone.position}.{milestone.times_returned + 1}.txt"
        )
        evidence.keep(writer, [upload], evidence.MILESTONE, milestone.id)


def _return(running: Running, milestone: Milestone, when: datetime) -> None:
    with deed(when) as moment:
        words = running.record.get("return_reason") or reading.file("standard")["returned"][running.language]
        milestones.send_back(running.manager(moment), milestone, words, moment)


def _pay(running: Running, milestone: Milestone, due: datetime, *, how: str) -> None:
    if how == "unpaid":
        return
    cast, place, startup = running.cast, running.story["agency"], running.record["startup"]
    with deed(min(due + timedelta(days=8), running.cast.calendar.now - timedelta(hours=4))) as moment:
        officer = cast.holder(place, Role.FINANCE_OFFICER, moment)
        reference = f"TR-{moment:%Y}-{int(running.pilot.key[:4], 36) % 9000 + 1000}-{milestone.position}"
        milestones.record_payment(officer, milestone, moment.date(), reference, moment)
    if how == "recorded":
        return
    with deed(min(due + timedelta(days=11), running.cast.calendar.now - timedelta(hours=3))) as moment:
        role = Role.FINANCE if Role.FINANCE in cast.places[startup].people else Role.OWNER
        milestones.confirm_payment(cast.holder(startup, role, moment), milestone, moment)


# --- measures and the record ---


def _measure(running: Running) -> None:
    for kpi, row in zip(running.pilot.kpis, running.record["kpi"], strict=True):
        _series(running, kpi, row)


def _series(running: Running, kpi: Kpi, row: Record) -> None:
    """Dated values to the end of what is told; the last ones may wait, one may be refused and measured anew."""
    assert running.pilot.activated_at is not None
    values = row.get("values", ())
    waiting = row.get("waiting", 0)
    began, ends = running.pilot.activated_at, running.ends - timedelta(days=2)
    for number, value in enumerate(values, start=1):
        when = began + (ends - began) * (number / max(len(values), 1))
        if number == row.get("refused"):
            _refuse(running, kpi, row, value, when)
        with deed(when) as moment:
            words = row.get("evidence") or reading.file("standard")["evidence"][running.language]
            measured = measures.report(running.writer(moment), kpi, when.date(), Decimal(str(value)), words, moment)
            if number <= len(values) - waiting:
                later = moment + timedelta(hours=19)
                measures.verify(running.manager(later), measured, later)


def _refuse(running: Running, kpi: Kpi, row: Record, value: float, when: datetime) -> None:
    with deed(when - timedelta(hours=8)) as moment:
        wrong = measures.report(
            running.writer(moment), kpi, when.date() - timedelta(days=1), Decimal(str(value)) * 2, "", moment
        )
    with deed(when - timedelta(hours=3)) as moment:
        reason = reading.file("standard")["refused"][running.language]
        measures.refuse(running.manager(moment), wrong, reason, moment)


def _write_down(running: Running) -> None:
    assert running.pilot.activated_at is not None
    began, ends = running.pilot.activated_at, running.ends
    rows = [(EntryKind(kind), row) for kind in ("note", "decision", "risk") for row in running.record.get(kind, ())]
    for number, (kind, row) in enumerate(rows, start=1):
        with deed(began + (ends - began) * (number / (len(rows) + 2))) as moment:
            actor = running.writer(moment) if number % 2 else running.manager(moment)
            entry = RecordEntry(
                kind=kind, text=row["text"], owner=row.get("owner", ""), next_step=row.get("next_step", "")
            )
            commands.write_down(actor, running.pilot, entry, moment)
        if "closed" in row:
            with deed(moment + (ends - moment) * 0.4) as later:
                commands.close_risk(running.manager(later), running.pilot, entry, row["closed"], later)


# --- the end ---


def _end(running: Running) -> None:
    record, pilot = running.record, running.pilot
    if record["state"] == "active":
        return
    ends = running.ends
    if record["state"] == "terminated":
        with deed(ends) as moment:
            commands.terminate(running.manager(moment), pilot, record["why"], moment)
        _learn(running, ends + timedelta(days=3))
        return
    with deed(ends - timedelta(hours=30)) as moment:
        commands.start_closing(running.manager(moment), pilot, moment)
    if record["state"] == "closing":
        with deed(ends - timedelta(hours=3)) as moment:
            commands.write_lessons(running.writer(moment), pilot, record["lessons_startup"], moment)
        return
    _learn(running, ends - timedelta(hours=20))
    with deed(ends) as moment:
        commands.complete(running.manager(moment), pilot, Outcome(record["outcome"]), record["why"], moment)
    database.session.flush()


def _learn(running: Running, when: datetime) -> None:
    with deed(when) as moment:
        commands.write_lessons(running.manager(moment), running.pilot, running.record["lessons_agency"], moment)
    if "lessons_startup" in running.record:
        with deed(when + timedelta(hours=6)) as moment:
            commands.write_lessons(running.writer(moment), running.pilot, running.record["lessons_startup"], moment)
