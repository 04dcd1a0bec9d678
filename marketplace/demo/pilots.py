"""Pilots: the agreement, milestones, measurements and the record, as far as each has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

from werkzeug.datastructures import FileStorage

from marketplace.core.access import Role, Viewer
from marketplace.core.i18n import in_language
from marketplace.demo import reading
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record
from marketplace.pilots import agreements, commands, evidence, measures, milestones
from marketplace.pilots.measures import Definition
from marketplace.pilots.models import Actual, Direction, EntryKind, Kpi, Milestone, Outcome, Pilot, RecordEntry
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

    agenda: list[tuple[datetime, Callable[[datetime], object]]] = field(default_factory=list)

    def plan(self, when: datetime, do: Callable[[datetime], object]) -> None:
        """Put a deed on the agenda; `act` does all of them, the earliest first."""
        self.agenda.append((when, do))

    def act(self) -> None:
        """Do what was planned, a transaction a deed."""
        for when, do in sorted(self.agenda, key=lambda planned: planned[0]):
            with deed(when) as moment:
                do(moment)
        self.agenda.clear()

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
    running.act()
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


# --- the work: planned deed by deed, then done in the order of time, as the record is a chain ---


def _work(running: Running) -> None:
    """Accepted milestones near their dates, one returned on the way, the last one as the record says."""
    record = running.record
    accepted = record["accepted"]
    for milestone in running.pilot.milestones[:accepted]:
        due = _due(running, milestone)
        if milestone.position in record.get("returned", ()):
            _deliver(running, milestone, due - timedelta(days=9))
            _return(running, milestone, due - timedelta(days=6))
        _deliver(running, milestone, due - timedelta(days=1))
        _accept(running, milestone, due + timedelta(days=1))
        is_last = milestone.position == accepted
        _pay(running, milestone, due, how=record.get("paid", "confirmed") if is_last else "confirmed")
    for milestone in running.pilot.milestones[accepted : accepted + 1]:
        if record.get("next") in ("delivered", "returned"):
            _deliver(running, milestone, running.ends - timedelta(days=4))
        if record.get("next") == "returned":
            _return(running, milestone, running.ends - timedelta(days=2))


def _due(running: Running, milestone: Milestone) -> datetime:
    """The moment at which a milestone is due, but never after what is told stops."""
    assert milestone.due_on is not None
    assert running.pilot.activated_at is not None
    days = (milestone.due_on - running.pilot.activated_at.date()).days
    # Milestones that would all be due at the end keep their order.
    latest = running.ends - timedelta(days=3) - timedelta(hours=4 * (10 - milestone.position))
    return min(running.pilot.activated_at + timedelta(days=days), latest)


def _deliver(running: Running, milestone: Milestone, when: datetime) -> None:
    notes = reading.file("standard")["delivered"][running.language]

    def do(moment: datetime) -> None:
        writer = running.writer(moment)
        milestones.deliver(writer, milestone, notes[milestone.position % len(notes)], moment)
        paper = reading.file("standard")["paper"][running.language]
        text = f"{paper}\n\n{milestone.position}. {milestone.title}\n{milestone.deliverable}\n"
        name = f"{paper} {milestone.position}.{milestone.times_returned + 1}.txt"
        evidence.keep(writer, [FileStorage(BytesIO(text.encode()), filename=name)], evidence.MILESTONE, milestone.id)

    running.plan(when, do)


def _accept(running: Running, milestone: Milestone, when: datetime) -> None:
    words = reading.file("standard")["accepted"][running.language]
    running.plan(when, lambda moment: milestones.accept(running.manager(moment), milestone, words, moment))


def _return(running: Running, milestone: Milestone, when: datetime) -> None:
    words = running.record.get("return_reason") or reading.file("standard")["returned"][running.language]
    running.plan(when, lambda moment: milestones.send_back(running.manager(moment), milestone, words, moment))


def _pay(running: Running, milestone: Milestone, due: datetime, *, how: str) -> None:
    if how == "unpaid":
        return
    cast, place, startup = running.cast, running.story["agency"], running.record["startup"]
    latest = cast.calendar.now - timedelta(hours=4)

    def record(moment: datetime) -> None:
        officer = cast.holder(place, Role.FINANCE_OFFICER, moment)
        reference = f"TR-{moment:%Y}-{int(running.pilot.key[:4], 36) % 9000 + 1000}-{milestone.position}"
        milestones.record_payment(officer, milestone, moment.date(), reference, moment)

    def confirm(moment: datetime) -> None:
        role = Role.FINANCE if Role.FINANCE in cast.places[startup].people else Role.OWNER
        milestones.confirm_payment(cast.holder(startup, role, moment), milestone, moment)

    running.plan(min(due + timedelta(days=8), latest), record)
    if how == "confirmed":
        running.plan(min(due + timedelta(days=11), latest + timedelta(hours=1)), confirm)


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
            _refuse(running, kpi, value, when)
        _report(running, kpi, row, value, when, is_verified=number <= len(values) - waiting)


def _report(running: Running, kpi: Kpi, row: Record, value: float, when: datetime, *, is_verified: bool) -> None:
    words = row.get("evidence") or reading.file("standard")["evidence"][running.language]
    made: list[Actual] = []

    def report(moment: datetime) -> None:
        writer = running.writer(moment)
        made.append(measures.report(writer, kpi, when.date(), Decimal(str(value)), words, moment))

    running.plan(when, report)
    if is_verified:
        later = when + timedelta(hours=19)
        running.plan(later, lambda moment: measures.verify(running.manager(moment), made[0], moment))


def _refuse(running: Running, kpi: Kpi, value: float, when: datetime) -> None:
    """A value of the day before that was counted wrongly."""
    made: list[Actual] = []
    day = when.date() - timedelta(days=1)
    reason = reading.file("standard")["refused"][running.language]

    def report(moment: datetime) -> None:
        made.append(measures.report(running.writer(moment), kpi, day, Decimal(str(value)) * 2, "", moment))

    running.plan(when - timedelta(hours=8), report)
    running.plan(
        when - timedelta(hours=3), lambda moment: measures.refuse(running.manager(moment), made[0], reason, moment)
    )


def _write_down(running: Running) -> None:
    assert running.pilot.activated_at is not None
    began, ends = running.pilot.activated_at, running.ends - timedelta(days=2)
    rows = [(EntryKind(kind), row) for kind in ("note", "decision", "risk") for row in running.record.get(kind, ())]
    for number, (kind, row) in enumerate(rows, start=1):
        when = began + (ends - began) * (number / (len(rows) + 2))
        entry = RecordEntry(
            kind=kind, text=row["text"], owner=row.get("owner", ""), next_step=row.get("next_step", "")
        )
        _enter(running, entry, when, by_startup=bool(number % 2))
        if "closed" in row:
            _close_risk(running, entry, row["closed"], when + (ends - when) * 0.4)


def _enter(running: Running, entry: RecordEntry, when: datetime, *, by_startup: bool) -> None:
    who = running.writer if by_startup else running.manager
    running.plan(when, lambda moment: commands.write_down(who(moment), running.pilot, entry, moment))


def _close_risk(running: Running, risk: RecordEntry, word: str, when: datetime) -> None:
    running.plan(when, lambda moment: commands.close_risk(running.manager(moment), running.pilot, risk, word, moment))


# --- the end ---


def _end(running: Running) -> None:
    record, pilot, ends = running.record, running.pilot, running.ends
    if record["state"] == "terminated":
        running.plan(ends, lambda moment: commands.terminate(running.manager(moment), pilot, record["why"], moment))
        _learn(running, ends + timedelta(days=3))
    if record["state"] in ("closing", "completed"):
        closing = ends - timedelta(hours=28)
        running.plan(closing, lambda moment: commands.start_closing(running.manager(moment), pilot, moment))
    if record["state"] == "closing":
        _learn(running, ends - timedelta(hours=3))
    if record["state"] == "completed":
        _learn(running, ends - timedelta(hours=20))
        outcome = Outcome(record["outcome"])
        running.plan(
            ends, lambda moment: commands.complete(running.manager(moment), pilot, outcome, record["why"], moment)
        )


def _learn(running: Running, when: datetime) -> None:
    """What each side has written down, the startup some hours before the agency."""
    sides = {"lessons_startup": running.writer, "lessons_agency": running.manager}
    for hours, (name, who) in enumerate(sides.items()):
        if name in running.record:
            _write_lessons(running, who, running.record[name], when + timedelta(hours=hours * 2))


def _write_lessons(running: Running, who: Callable[[datetime], Viewer], words: str, when: datetime) -> None:
    running.plan(when, lambda moment: commands.write_lessons(who(moment), running.pilot, words, moment))
