"""The signed-in person's desk: what the features say needs the person, and whom the person waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace.casestudies import desk as casestudies
from marketplace.challenges import queries as challenges
from marketplace.core import clock
from marketplace.core.access import Viewer
from marketplace.core.i18n import _, ngettext
from marketplace.core.needs import Need, Waiting
from marketplace.evaluations import desk as evaluations
from marketplace.organisations import queries as organisations
from marketplace.pilots import queries as pilots
from marketplace.proposals import queries as proposals

# In the order of the main job; each asks a bounded number of statements.
FEATURES: tuple[Any, ...] = (organisations, challenges, proposals, evaluations, pilots, casestudies)
SHOWN = 30

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A need as the page shows it: when, in words and with its tone."""

    need: Need
    when: str
    note: str | None
    tone: str | None


@dataclass(frozen=True)
class Desk:
    """What a dashboard shows, the most pressing first."""

    rows: list[Row]
    waiting: list[Waiting]

    @property
    def sentence(self) -> str:
        """How much needs the person, and how much waits for others, in one sentence each."""
        if not self.rows and not self.waiting:
            return _("Nothing needs you now.")
        mine = ngettext("%(num)d thing needs you now.", "%(num)d things need you now.", len(self.rows))
        theirs = ngettext("%(num)d waits for others.", "%(num)d wait for others.", len(self.waiting))
        if not self.rows:
            return f"{_('Nothing needs you now.')} {theirs}"
        return f"{mine} {theirs}" if self.waiting else mine


def of(viewer: Viewer, now: datetime) -> Desk:
    """The desk of a person for the organisation that the person acts for."""
    needs = _asked("needs", viewer, now)
    waiting = _asked("waiting", viewer, now)
    needs.sort(key=lambda need: (need.due or _FAR, need.title, need.about))
    waiting.sort(key=lambda wait: (wait.since or _FAR, wait.about))
    return Desk([_row(need, now) for need in needs[:SHOWN]], waiting[:SHOWN])


def _asked(what: str, viewer: Viewer, now: datetime) -> list[Any]:
    asked: Iterable[Callable[[Viewer, datetime], Iterable[Any]]] = (getattr(each, what) for each in FEATURES)
    return [found for ask in asked for found in ask(viewer, now)]


def _row(need: Need, now: datetime) -> Row:
    if need.due is None:
        return Row(need, _("When you can"), None, None)
    if need.due < now:
        late = clock.span_parts(now - need.due)[0]
        was = clock.in_zone_short(need.due, need.zone)
        return Row(need, _("%(span)s late", span=late), _("was due %(when)s", when=was), "late")
    left = clock.span_parts(need.due - now)[0]
    tone = "time-presses" if need.due - now < timedelta(hours=96) else None
    return Row(need, clock.in_zone_short(need.due, need.zone), _("in %(span)s", span=left), tone)


def greeting(now: datetime, zone: str, name: str) -> str:
    """Good morning, afternoon or evening, by the person's own clock."""
    hour = clock.hour_in_zone(now, zone)
    first = name.split(" ", 1)[0]
    if 5 <= hour < 12:
        return _("Good morning, %(name)s", name=first)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=first)
    return _("Good evening, %(name)s", name=first)
