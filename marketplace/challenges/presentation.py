"""A challenge in words and shapes: its state's tag, the answers of its first line, its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.challenges.blueprint import address as address  # beside its words, for pages of other floors
from marketplace.challenges.filters import STATUSES
from marketplace.challenges.models import Challenge, ChallengeState, Criterion, CriterionKind, TieBreak
from marketplace.core import clock
from marketplace.core.clock import Urgency
from marketplace.core.i18n import OWN_NAMES, _, _l, current_language, ngettext
from marketplace.core.money import short_money
from marketplace.core.text import clean_line

S = ChallengeState
TONES = {Urgency.SOON: "time-presses", Urgency.LAST_HOUR: "late"}
KINDS = {
    CriterionKind.POINTS: _l("Points"),
    CriterionKind.RATING: _l("Labelled rating"),
    CriterionKind.YES_NO: _l("Yes or no"),
    CriterionKind.PRICE: _l("Price"),
}
TIE_BREAKS = {
    TieBreak.LOWER_PRICE: _l("The lower price comes first"),
    TieBreak.CRITERION: _l("The higher score on one criterion comes first"),
    TieBreak.EARLIER_RECEIPT: _l("The proposal that arrived earlier comes first"),
    TieBreak.PANEL_VOTE: _l("The panel votes"),
    TieBreak.SHARED: _l("The award is shared"),
}
_TAGS: dict[str, str] = {
    "open": "open",
    "closed": "closed",
    "evaluation": "waiting",
    "awarded": "good",
    "unsuccessful": "bad",
    "withdrawn": "bad",
    "cancelled": "bad",
}
_INSIDE: dict[ChallengeState, tuple[str, Any]] = {
    S.DRAFT: ("draft", _l("Draft")),
    S.IN_REVIEW: ("waiting", _l("In review")),
    S.EDITS_REQUESTED: ("time", _l("Edits requested")),
    S.APPROVED: ("good", _l("Approved, not published")),
}


@dataclass(frozen=True)
class Tag:
    """A state by its shape and its word."""

    kind: str
    label: Any


@dataclass(frozen=True)
class Step:
    """One of the dated steps that a reader is told of."""

    name: str
    note: str
    state: str  # done, now, ahead, stopped


def status_of(challenge: Challenge, now: datetime) -> str:
    """The status by which lists and filters call it: the clock decides between open and closed."""
    if challenge.state != S.PUBLISHED:
        return challenge.state.value
    if challenge.is_scheduled(now):
        return "scheduled"
    return "open" if challenge.is_open(now) else "closed"


def tag(challenge: Challenge, now: datetime) -> Tag:
    """The tag of its state at this moment."""
    if challenge.state in _INSIDE:
        return Tag(*_INSIDE[challenge.state])
    status = status_of(challenge, now)
    if status == "scheduled":
        return Tag("time", _("Scheduled"))
    if status == "closed" and challenge.is_external:
        return Tag("closed", _("Closed"))
    return Tag(_TAGS[status], STATUSES[status])


def zones_line(moment: datetime, zone: str, reader_zone: str) -> str:
    """A moment in the challenge's zone, and in the reader's where that differs at that moment."""
    there = clock.in_zone(moment, zone)
    here = clock.in_zone(moment, reader_zone)
    if here.rpartition(" (")[0] == there.rpartition(" (")[0]:
        return there
    return _("%(there)s; for you %(here)s", there=there, here=here)


def money_words(challenge: Challenge) -> str:
    """What it is worth, in a few words; a foreign site's own words where it gave no amount."""
    if challenge.budget is not None:
        return _("Up to %(amount)s", amount=short_money(challenge.budget))
    if challenge.prize is not None:
        return _("Prize of %(amount)s", amount=short_money(challenge.prize))
    return clean_line(challenge.prize_words or "") or _("Not stated")


def money_note(challenge: Challenge) -> str | None:
    """What the money is for: the pilot and how long it runs; the prize beside the budget."""
    parts = []
    if challenge.budget is not None and challenge.pilot_months:
        parts.append(
            ngettext("for a pilot of %(num)d month", "for a pilot of %(num)d months", challenge.pilot_months)
        )
    if challenge.budget is not None and challenge.prize is not None:
        parts.append(_("and a prize of %(amount)s", amount=short_money(challenge.prize)))
    return _listed(parts) or None


def languages_words(codes: list[str]) -> str:
    """The names of languages, each in the reader's language."""
    from babel import Locale

    names = Locale.parse(current_language()).languages
    return _listed([names.get(code, OWN_NAMES.get(code, code)) for code in codes])


def _listed(parts: list[str]) -> str:
    """Parts of a sentence with the commas of the reader's writing."""
    return _(", ").join(parts)


def deadline_fact(challenge: Challenge, now: datetime, reader_zone: str) -> tuple[str, str | None, str | None]:
    """How long it is open: words, both zones, and the tone that says how time presses."""
    if challenge.deadline is None:
        return _("Not set"), None, None
    both = zones_line(challenge.deadline, challenge.zone, reader_zone)
    if challenge.is_open(now):
        left = clock.time_left(challenge.deadline, now)
        return left.words, both, TONES.get(left.urgency)
    if challenge.deadline >= now:
        return clock.day_in_zone(challenge.deadline, challenge.zone), both, None
    return _("Closed"), both, None


def deadline_line(challenge: Challenge) -> str:
    """The deadline in its own place, short enough for the end of a list's line: "Fri 27 Nov 2026, 12:00 Amman".

    The challenge's own page says it in the reader's zone too.
    """
    if challenge.deadline is None:
        return ""
    return clock.deadline_line(challenge.deadline, challenge.zone)


def first_line(challenge: Challenge, now: datetime, reader_zone: str) -> list[tuple[Any, ...]]:
    """The four answers at the head of the page: how long, how much, may I, in which language."""
    language = current_language()
    words, both, tone = deadline_fact(challenge, now, reader_zone)
    who = clean_line(challenge.text(language).eligibility.split("\n", 1)[0].lstrip("#-* "))
    facts = [
        (_("Deadline"), words, both, tone),
        (_("Money"), money_words(challenge), money_note(challenge), None),
    ]
    if who and not challenge.is_external:
        facts.append((_("Who may take part"), _shortened(who), None, None))
    if not challenge.is_external:
        several = len(challenge.proposal_languages) > 1
        facts.append(
            (
                _("Language of the proposal"),
                languages_words(challenge.proposal_languages),
                _("one of them is enough") if several else None,
                None,
            )
        )
    return facts


def _shortened(line: str, most: int = 90) -> str:
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def steps(challenge: Challenge, now: datetime) -> list[Step]:
    """The dated steps in their order, up to now done, the present one marked."""
    dated = [(each.starts_at, each.ends_at, each) for each in challenge.stages]
    language, zone = current_language(), challenge.zone
    rows = [(end or start, each.name_in(language), _span(start, end, zone)) for start, end, each in dated]
    if challenge.publish_at:
        rows.append((challenge.publish_at, _("Published"), clock.day_in_zone(challenge.publish_at, zone)))
    if challenge.deadline:
        until = _("until %(moment)s", moment=clock.in_zone_short(challenge.deadline, zone))
        rows.append((challenge.deadline, _("Proposals"), until))
    if challenge.decision_expected:
        rows.append(
            (challenge.decision_expected, _("Decision"), clock.day_in_zone(challenge.decision_expected, zone))
        )
    if challenge.pilot_expected:
        rows.append((challenge.pilot_expected, _("Pilot"), _pilot(challenge)))
    rows.sort(key=lambda row: row[0])
    return _with_states(challenge, rows, now)


def _with_states(challenge: Challenge, rows: list[tuple[datetime, str, str]], now: datetime) -> list[Step]:
    has_ended = challenge.state in (S.WITHDRAWN, S.CANCELLED, S.UNSUCCESSFUL)
    found, is_now_marked = [], challenge.state not in (S.PUBLISHED, S.EVALUATION, S.AWARDED)
    for at, name, note in rows:
        if at < now:
            state = "done"
        elif has_ended:
            state = "stopped"
        elif not is_now_marked:
            state, is_now_marked = "now", True
        else:
            state = "ahead"
        found.append(Step(name, note, state))
    return found


def step_rows(challenge: Challenge, now: datetime) -> list[tuple[str, str, str]]:
    """The steps as the stepper takes them: name, note, state."""
    return [(step.name, step.note, step.state) for step in steps(challenge, now)]


def texts_in(challenge: Challenge) -> str:
    """The languages in which it can be read, each in its own script."""
    return " · ".join(OWN_NAMES[language] for language in challenge.languages)


def _span(start: datetime, end: datetime | None, zone: str) -> str:
    first = clock.in_zone_short(start, zone)
    return first if end is None else f"{first} – {clock.in_zone_short(end, zone)}"


def _pilot(challenge: Challenge) -> str:
    assert challenge.pilot_expected is not None
    starts = _("from %(day)s", day=clock.day_in_zone(challenge.pilot_expected, challenge.zone))
    if not challenge.pilot_months:
        return starts
    span = ngettext("%(num)d month", "%(num)d months", challenge.pilot_months)
    return _listed([starts, span])


def kind_words(criterion: Criterion) -> str:
    """How a criterion is scored, in a few words."""
    if criterion.kind == CriterionKind.POINTS:
        return _("Points 0–%(most)d", most=criterion.scale)
    if criterion.kind == CriterionKind.RATING:
        return _(
            "Rating: %(labels)s",
            labels=" · ".join(
                f"{label['label']} {label['points']}" for label in criterion.labels_in(current_language())
            ),
        )
    if criterion.kind == CriterionKind.PRICE:
        return _("Lowest price ÷ price")
    return _("Yes or no; no excludes") if criterion.is_required else _("Yes or no")


def tie_break_sentence(challenge: Challenge) -> str:
    """What decides between equal totals."""
    if challenge.tie_break == TieBreak.CRITERION:
        name = next(
            (
                each.name_in(current_language())
                for each in challenge.criteria
                if each.id == challenge.tie_break_criterion_id
            ),
            "–",
        )
        return _("Between equal totals the higher score on “%(name)s” decides.", name=name)
    return {
        TieBreak.LOWER_PRICE: _("Between equal totals the lower price decides."),
        TieBreak.EARLIER_RECEIPT: _("Between equal totals the earlier arrival decides."),
        TieBreak.PANEL_VOTE: _("Between equal totals the panel votes."),
        TieBreak.SHARED: _("Equal totals share the award."),
    }[challenge.tie_break]
