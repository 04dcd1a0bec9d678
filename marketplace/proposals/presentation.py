"""A proposal in words and shapes: its state's tag, the tags of its sections, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask import url_for
from flask_babel import get_timezone

from marketplace.challenges.models import Challenge, ChallengeState, CriterionKind
from marketplace.core import clock
from marketplace.core.access import Viewer
from marketplace.core.clock import Urgency
from marketplace.core.i18n import _, _l, current_language, ngettext
from marketplace.core.money import Money, format_money, short_money
from marketplace.core.text import slugify
from marketplace.proposals import policy, queries
from marketplace.proposals.models import Proposal, ProposalState, Section
from marketplace.proposals.requirements import Progress, SectionProgress
from marketplace.proposals.workflow import why_not_opened

S = ProposalState
TONES = {Urgency.SOON: "time-presses", Urgency.LAST_HOUR: "late", Urgency.OVER: "late"}
STATE_TAGS: dict[ProposalState, tuple[str, Any]] = {
    S.DRAFT: ("draft", _l("Draft")),
    S.SUBMITTED: ("locked", _l("Sent, closed until the deadline")),
    S.WITHDRAWN: ("draft", _l("Withdrawn")),
    S.OPENED: ("open", _l("Opened")),
    S.SCREENED_OUT: ("bad", _l("Screened out")),
    S.UNDER_EVALUATION: ("waiting", _l("Under evaluation")),
    S.RESERVE: ("waiting", _l("In reserve")),
    S.AWARDED: ("good", _l("Awarded")),
    S.NOT_AWARDED: ("closed", _l("Not awarded")),
    S.DECLINED: ("closed", _l("Award declined")),
    S.DISQUALIFIED: ("bad", _l("Disqualified")),
}


@dataclass(frozen=True)
class Countdown:
    """How long a challenge takes proposals, in words."""

    left: str
    when: str
    tone: str | None


@dataclass(frozen=True)
class Step:
    """A step on the way of a proposal."""

    name: str
    note: str | None
    state: str  # done, now, ahead, stopped


def reader_zone() -> str:
    """The IANA zone in which the present reader is told of times."""
    return str(get_timezone())


def both_zones(moment: datetime, zone: str) -> str:
    """A moment in the challenge's zone, and in the reader's where its clock shows another time."""
    there, here = clock.in_zone(moment, zone), clock.in_zone(moment, reader_zone())
    is_same = there.rpartition(" (")[0] == here.rpartition(" (")[0]
    return there if is_same else f"{there} · {here}"


def countdown(challenge: Challenge, now: datetime) -> Countdown | None:
    """The time left; None where there is no deadline."""
    if challenge.deadline is None:
        return None
    left = clock.time_left(challenge.deadline, now)
    return Countdown(left.words, both_zones(challenge.deadline, challenge.zone), TONES.get(left.urgency))


def state_tag(state: ProposalState, challenge: Challenge, now: datetime) -> tuple[str, Any]:
    """Kind and words of the tag."""
    if state == S.SUBMITTED and challenge.deadline and now > challenge.deadline:
        return "locked", _("Sent, not opened yet")
    if state == S.DRAFT and not challenge.is_open(now):
        return "closed", _("Not sent")
    return STATE_TAGS[state]


def section_tag(progress: SectionProgress) -> tuple[str, str]:
    """Kind and words of the tag in the task list."""
    if progress.progress == Progress.DONE:
        return "good", _("Done")
    if progress.progress == Progress.ERRORS:
        return "bad", ngettext("%(num)d error", "%(num)d errors", progress.errors)
    if progress.progress == Progress.IN_PROGRESS:
        return "waiting", _("In progress")
    if progress.progress == Progress.OPTIONAL:
        return "draft", _("Optional")
    return "draft", _("Not started")


def steps(viewer: Viewer, proposal: Proposal, now: datetime) -> list[Step]:
    """Where a proposal stands, for its proposer: from the draft to the decision."""
    zone = reader_zone()
    was_sent = proposal.submitted_at is not None
    return [
        Step(_("Draft"), _("begun on %(day)s", day=clock.day_in_zone(proposal.created_at, zone)), "done"),
        _sending(proposal, now, zone),
        _opening(proposal, was_sent),
        _evaluation(proposal, was_sent),
        _decision(viewer, proposal, was_sent),
    ]


def _sending(proposal: Proposal, now: datetime, zone: str) -> Step:
    if proposal.submitted_at is not None:
        return Step(_("Sent"), clock.in_zone_short(proposal.submitted_at, zone), "done")
    if proposal.challenge.is_open(now) and proposal.challenge.deadline:
        until = clock.in_zone_short(proposal.challenge.deadline, zone)
        return Step(_("Send"), _("until %(moment)s", moment=until), "now")
    return Step(_("Not sent"), None, "stopped")


def _opening(proposal: Proposal, was_sent: bool) -> Step:
    if proposal.opened_at is not None:
        return Step(_("Opened"), clock.in_zone_short(proposal.opened_at, reader_zone()), "done")
    if was_sent and _has_ended(proposal.challenge):
        return Step(_("Never opened"), _("The challenge was ended before."), "stopped")
    return Step(_("Opening"), _("after the deadline, by an opening officer"), "now" if was_sent else "ahead")


def _evaluation(proposal: Proposal, was_sent: bool) -> Step:
    if proposal.challenge.state in policy.DECIDED and proposal.opened_at is not None:
        return Step(_("Evaluation"), None, "done")
    is_now = proposal.opened_at is not None and was_sent
    return Step(_("Evaluation"), _("by the agency's panel") if is_now else None, "now" if is_now else "ahead")


def _decision(viewer: Viewer, proposal: Proposal, was_sent: bool) -> Step:
    if proposal.opened_at is not None and proposal.challenge.state in policy.DECIDED:
        state = policy.state_as_seen(viewer, proposal)
        good = state in (S.AWARDED, S.RESERVE)
        return Step(str(STATE_TAGS[state][1]), None, "done" if good else "stopped")
    return Step(_("Decision"), _("You get a letter with your scores.") if was_sent else None, "ahead")


def _has_ended(challenge: Challenge) -> bool:
    return challenge.state in (ChallengeState.WITHDRAWN, ChallengeState.CANCELLED)


def list_words(names: list[str]) -> str:
    """Names one after the other, with the comma of the language."""
    return ("، " if current_language() == "ar" else ", ").join(names)


def challenge_url(challenge: Challenge) -> str:
    """The public page of a challenge."""
    return url_for("challenges.show", slug=slugify(title_of(challenge)), key=challenge.key)


def saved_at(moment: datetime | None) -> str | None:
    """The time of a save in the reader's zone, with seconds."""
    return None if moment is None else clock.time_in_zone(moment, reader_zone())


def writing_now(name: str, section_name: str) -> str:
    """Who else is at it: "Karim Bensalem is editing Data and security now."."""
    return _("%(name)s is editing “%(section)s” now.", name=name, section=section_name)


def section_lead(section: Section, challenge: Challenge) -> str | None:
    """What to know before writing a section."""
    if section == Section.PRICE:
        return _price_lead(challenge)
    if section == Section.DOCUMENTS:
        return _("Drawings, certificates, test reports. None is needed. They are closed and opened with the text.")
    if section == Section.TEAM:
        return _("Who would do the work. The agency reads these names after the opening.")
    if section == Section.SUMMARY:
        return _("You can write headings, lists and links in Markdown in every longer text.")
    return None


def _price_lead(challenge: Challenge) -> str:
    weight = sum(each.weight for each in challenge.criteria if each.kind == CriterionKind.PRICE)
    if not weight:
        return _("A sum for each milestone, without tax. The price gets no points.")
    half = format_decimal(weight / 2, locale=current_language())
    return _(
        "Counts for %(weight)s of 100. The lowest price that passes all minimums gets the %(weight)s; a price twice"
        " as high gets %(half)s. Write a sum for each milestone, without tax.",
        weight=weight,
        half=half,
    )


@dataclass(frozen=True)
class Sum:
    """The sum of the milestones that can be read, beside the budget."""

    words: str
    note: str | None
    is_over: bool


def price_sum(content: Mapping[str, Any], challenge: Challenge) -> Sum:
    """What the milestones add up to so far."""
    amounts = [row["price_minor"] for row in content.get("milestones", ()) if row["price_minor"] is not None]
    added = Money(sum(amounts), challenge.currency)
    budget = challenge.budget
    if budget is None:
        return Sum(format_money(added), None, False)
    note = _("The agency's budget is %(budget)s.", budget=short_money(budget))
    if added.minor > budget.minor:
        over = Money(added.minor - budget.minor, challenge.currency)
        note = _(
            "%(over)s more than the agency's budget of %(budget)s.",
            over=short_money(over),
            budget=short_money(budget),
        )
    return Sum(format_money(added), note, added.minor > budget.minor)


def typed_price(row: Mapping[str, Any], currency: str) -> str:
    """A milestone's price in words, else as it was typed."""
    if row.get("price_minor") is None:
        return row.get("price_text") or "–"
    return format_money(Money(row["price_minor"], currency))


def saved_words(proposal: Proposal) -> str | None:
    """When somebody last wrote on the draft."""
    if proposal.last_saved_at is None:
        return None
    return _("Last saved: %(moment)s", moment=clock.in_zone_short(proposal.last_saved_at, reader_zone()))


def title_of(challenge: Challenge) -> str:
    """The challenge's title in the reader's language, else in its own."""
    return queries.challenge_title(challenge)


def opening_reason(challenge: Challenge, now: datetime) -> str | None:
    """Why the proposals can't be opened now; it depends on the clock and the challenge alone."""
    return why_not_opened(challenge, now)


def withdrawal(proposal: Proposal) -> tuple[str, str, str, str, str]:
    """What is asked before a withdrawal: the question, its consequence, the address, to do it and to leave it."""
    assert proposal.challenge.deadline
    deadline = both_zones(proposal.challenge.deadline, proposal.challenge.zone)
    return (
        _("Withdraw this proposal?"),
        _("The agency learns nothing of it. You can submit it again until %(deadline)s.", deadline=deadline),
        url_for("proposals.withdrawal", key=proposal.key),
        _("Withdraw the proposal"),
        _("Keep it"),
    )
