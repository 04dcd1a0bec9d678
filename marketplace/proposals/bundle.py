"""The form in which a proposal is sent: canonical JSON, one way to write each, so that its hash means its text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.core.money import Money, total
from marketplace.proposals import sections
from marketplace.proposals.attachments import PinnedFile
from marketplace.proposals.models import Proposal, Section

FORMAT = "marketplace-proposal-1"


@dataclass(frozen=True)
class MilestoneLine:
    """A step of the pilot with its price, as it was sent."""

    title: str
    deliverable: str
    due_days: int | None  # days after the pilot's start
    price: Money


@dataclass(frozen=True)
class TeamMember:
    """A person of the team, as it was sent."""

    name: str
    role: str
    about: str


@dataclass(frozen=True)
class Contents:
    """A sent proposal, readable: by its team always, by the agency from the opening on."""

    language: str
    title: str
    readiness: int | None  # technology readiness level, 1 to 9
    answers: Mapping[Section, Mapping[str, Any]]
    milestones: tuple[MilestoneLine, ...]
    team: tuple[TeamMember, ...]
    files: tuple[PinnedFile, ...]
    price: Money

    def texts(self, section: Section) -> list[tuple[Any, str]]:
        """The section's texts that are not empty, each with its label."""
        answers = self.answers.get(section, {})
        return [(known.label, answers[known.name]) for known in sections.TEXTS[section] if answers.get(known.name)]


def encode(proposal: Proposal, draft: Mapping[Section, Mapping[str, Any]], files: Sequence[PinnedFile]) -> bytes:
    """The bytes of a draft: keys sorted, no blanks, UTF-8."""
    whole = {
        "format": FORMAT,
        "challenge": str(proposal.challenge_id),
        "proposal": str(proposal.id),
        "startup": str(proposal.startup_id),
        "currency": proposal.challenge.currency,
        "language": draft[Section.SUMMARY].get("language") or proposal.challenge.language,
        "sections": {section.value: _sent(section, draft[section]) for section in Section},
        "files": [pinned.as_dict() for pinned in files],
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _sent(section: Section, content: Mapping[str, Any]) -> dict[str, Any]:
    # Files stand beside with their hashes; what was typed for a number gives way to the number.
    kept = {name: value for name, value in content.items() if name not in {"files", "language"}}
    if section == Section.PRICE:
        kept["milestones"] = [
            {name: value for name, value in row.items() if name not in {"due_text", "price_text"}}
            for row in content.get("milestones", ())
        ]
    return kept


def decode(exact: bytes) -> Contents:
    """The contents that the bytes of `encode` hold."""
    read_in = json.loads(exact)
    answers = {Section(name): content for name, content in read_in["sections"].items()}
    currency = read_in["currency"]
    milestones = tuple(
        MilestoneLine(row["title"], row["deliverable"], row["due_days"], Money(row["price_minor"], currency))
        for row in answers[Section.PRICE].get("milestones", ())
    )
    return Contents(
        language=read_in["language"],
        title=answers[Section.SUMMARY].get("title", ""),
        readiness=answers[Section.EVIDENCE].get("readiness"),
        answers=answers,
        milestones=milestones,
        team=tuple(TeamMember(**row) for row in answers[Section.TEAM].get("team", ())),
        files=tuple(PinnedFile.from_dict(row) for row in read_in["files"]),
        price=total((line.price for line in milestones), currency),
    )
