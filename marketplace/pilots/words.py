"""What states, outcomes and kinds of entries are called, and which sign each has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date

from marketplace.core import clock
from marketplace.core.fields import figure
from marketplace.core.i18n import _, _l, current_language
from marketplace.pilots.models import EntryKind, Kpi, Milestone, MilestoneState, Outcome, Pilot, PilotState
from marketplace.pilots.standing import is_late, month_of

OUTCOME_WORDS = {
    Outcome.SUCCESS: _l("Success"),
    Outcome.PARTIAL: _l("Partial success"),
    Outcome.NO_SUCCESS: _l("No success"),
}
OUTCOME_MEANS = {
    Outcome.SUCCESS: _l("All work is accepted, and every measure has a verified measurement."),
    Outcome.PARTIAL: _l("Some of what was wanted was reached."),
    Outcome.NO_SUCCESS: _l("It did not work here. What was learnt is as valuable to others."),
}
KIND_WORDS = {EntryKind.NOTE: _l("Note"), EntryKind.DECISION: _l("Decision"), EntryKind.RISK: _l("Risk")}

Tag = tuple[str, str]  # the component's kind, and the words


def state_tag(pilot: Pilot, now: datetime) -> Tag:
    """The sign and the words of a pilot's state: "Active, month 4 of 6"."""
    if pilot.state == PilotState.ACTIVE:
        return _active(pilot, now)
    if pilot.state == PilotState.COMPLETED and pilot.outcome is not None:
        return "good" if pilot.outcome == Outcome.SUCCESS else "closed", str(OUTCOME_WORDS[pilot.outcome])
    return {
        PilotState.AGREEMENT: ("waiting", _("Agreement in the making")),
        PilotState.CLOSING: ("time", _("Being closed")),
        PilotState.COMPLETED: ("closed", _("Completed")),
        PilotState.TERMINATED: ("bad", _("Ended early")),
        PilotState.NOT_SIGNED: ("bad", _("Not signed")),
    }[pilot.state]


def _active(pilot: Pilot, now: datetime) -> Tag:
    today = pilot.today(now)
    if pilot.starts_on is None or pilot.ends_on is None:
        return "open", _("Active")
    if today < pilot.starts_on:
        return "open", _("Signed, starts on %(date)s", date=clock.date_words(pilot.starts_on))
    if today > pilot.ends_on:
        return "time", _("Active, past its end")
    month, months = month_of(pilot, today)
    return "open", _("Active, month %(month)s of %(months)s", month=month, months=months)


def milestone_tag(milestone: Milestone, now: datetime) -> Tag:
    """The sign and the words of a milestone's state."""
    if is_late(milestone, now):
        return "time", _("Late")
    return {
        MilestoneState.PLANNED: ("draft", _("Planned")),
        MilestoneState.DELIVERED: ("waiting", _("Delivered")),
        MilestoneState.RETURNED: ("bad", _("Returned")),
        MilestoneState.ACCEPTED: ("good", _("Accepted")),
    }[milestone.state]


def measured(value: Decimal, kpi: Kpi) -> str:
    """A value with its measure's unit: "2.6 alarms a month", "80%"."""
    number = figure(value.normalize() if value else Decimal(0))
    words = f"{number}{kpi.unit}" if kpi.unit in {"%", "٪"} else f"{number} {kpi.unit}"
    # Isolated (FSI, PDI): an English unit on an Arabic page would jump before its number.
    return f"\u2068{words}\u2069"


def short_days(days: Sequence[date]) -> list[str]:
    """Days as a chart's axis names them: "11 Mar", with the year where there are several."""
    several = len({day.year for day in days}) > 1
    return [format_date(day, "d MMM yy" if several else "d MMM", locale=current_language()) for day in days]


def size(size_bytes: int) -> str:
    """A file's size in the reader's language: "2.1 MB"."""
    kilobytes = max(1, round(size_bytes / 1000))
    if kilobytes < 1000:
        return _("%(size)s kB", size=figure(kilobytes))
    return _("%(size)s MB", size=figure(round(Decimal(size_bytes) / 1_000_000, 1)))
