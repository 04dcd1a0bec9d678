"""What must stand at submission, and only then: a draft may be as unfinished as its team likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.money import MAX_MINOR, Money, parse_money, short_money
from marketplace.proposals import sections
from marketplace.proposals.contents import Saved
from marketplace.proposals.models import Proposal, Section


@dataclass(frozen=True)
class Fault:
    """One thing to correct before the proposal can be sent.

    Attributes:
        field: the field's identifier on the section's page.
        is_missing: nothing stands there yet; else what stands there can't be read.
    """

    section: Section
    field: str
    message: str
    is_missing: bool = True


class Progress(StrEnum):
    """How far a section is, for the task list."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ERRORS = "errors"
    OPTIONAL = "optional"
    DONE = "done"


@dataclass(frozen=True)
class SectionProgress:
    """A section of the task list."""

    section: Section
    progress: Progress
    errors: int

    @property
    def is_done(self) -> bool:
        return self.progress in (Progress.DONE, Progress.OPTIONAL)


def faults_of(proposal: Proposal, draft: Mapping[Section, Saved]) -> list[Fault]:
    """Everything that stands in the way of a submission, in the order of the sections."""
    return [fault for section in Section for fault in _faults(section, draft[section].content, proposal)]


def progress_of(draft: Mapping[Section, Saved], faults: list[Fault]) -> list[SectionProgress]:
    """The task list: each section with its state."""
    return [_progress(draft[section], [f for f in faults if f.section == section]) for section in Section]


def _progress(saved: Saved, faults: list[Fault]) -> SectionProgress:
    wrong = sum(not fault.is_missing for fault in faults)
    if saved.section == Section.DOCUMENTS and not saved.content.get("files"):
        return SectionProgress(saved.section, Progress.OPTIONAL, 0)
    if saved.number == 0:
        return SectionProgress(saved.section, Progress.NOT_STARTED, 0)
    if wrong:
        return SectionProgress(saved.section, Progress.ERRORS, wrong)
    if faults:
        return SectionProgress(saved.section, Progress.IN_PROGRESS, 0)
    return SectionProgress(saved.section, Progress.DONE, 0)


def _faults(section: Section, content: Mapping[str, Any], proposal: Proposal) -> list[Fault]:
    found = [
        Fault(section, field.name, str(field.missing))
        for field in sections.TEXTS[section]
        if field.missing is not None and not content.get(field.name)
    ]
    if section == Section.SUMMARY:
        found += _language_faults(content, proposal)
    elif section == Section.EVIDENCE and content.get("readiness") is None:
        found.insert(0, Fault(section, "readiness", _("Choose how ready it is")))
    elif section == Section.TEAM:
        found = _team_faults(content) + found
    elif section == Section.PRICE:
        found = _price_faults(content, proposal) + found
    return found


def _language_faults(content: Mapping[str, Any], proposal: Proposal) -> list[Fault]:
    chosen, taken = content.get("language"), proposal.challenge.proposal_languages
    if chosen is None:
        return [Fault(Section.SUMMARY, "language", _("Choose the language of your proposal"))]
    if taken and chosen not in taken:
        message = _("The agency takes no proposals in this language")
        return [Fault(Section.SUMMARY, "language", message, is_missing=False)]
    return []


def _team_faults(content: Mapping[str, Any]) -> list[Fault]:
    rows = content.get("team") or []
    if not rows:
        return [Fault(Section.TEAM, "team", _("Name at least one person of the team"))]
    found = []
    for index, row in enumerate(rows):
        if not row["name"]:
            found.append(Fault(Section.TEAM, f"team-{index}-name", _("Person %(n)s: enter a name", n=index + 1)))
        if not row["role"]:
            found.append(Fault(Section.TEAM, f"team-{index}-role", _("Person %(n)s: enter a role", n=index + 1)))
    return found


def _price_faults(content: Mapping[str, Any], proposal: Proposal) -> list[Fault]:
    rows = content.get("milestones") or []
    if not rows:
        return [Fault(Section.PRICE, "milestones", _("Add at least one milestone"))]
    found = [fault for index, row in enumerate(rows) for fault in _milestone_faults(index, row)]
    amounts = [row["price_minor"] for row in rows]
    if not found and sum(amounts) > MAX_MINOR:
        most = short_money(Money(MAX_MINOR, proposal.challenge.currency))
        found.append(
            Fault(
                Section.PRICE,
                "milestones",
                _("Keep the sum at %(most)s or less", most=most),
                is_missing=False,
            )
        )
    return found


def _milestone_faults(index: int, row: Mapping[str, Any]) -> list[Fault]:
    found, place = [], index + 1
    if not row["title"]:
        found.append(
            Fault(Section.PRICE, f"milestones-{index}-title", _("Milestone %(n)s: say what is done", n=place))
        )
    if row["due_days"] is None:
        message = _("Milestone %(n)s: enter after how many days, 0 to %(most)s", n=place, most=sections.MAX_DAYS)
        found.append(Fault(Section.PRICE, f"milestones-{index}-due_text", message, is_missing=not row["due_text"]))
    if row["price_minor"] is None:
        message = _("Milestone %(n)s: enter a price, or 0 if it costs nothing", n=place)
        found.append(
            Fault(Section.PRICE, f"milestones-{index}-price_text", message, is_missing=not row["price_text"])
        )
    return found


def read_price(typed: str, currency: str) -> int | None:
    """Minor units of an amount as it was typed, or None where it can't be read: the text stays as it is."""
    try:
        return parse_money(typed, currency).minor if typed.strip() else None
    except Refused:
        return None
