"""The sections of a proposal: the fields of each, how long they may be, what must stand at submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, _, _l
from marketplace.core.money import MAX_MINOR
from marketplace.core.vocabularies.readiness import LEVELS
from marketplace.core.writing.limits import fitting
from marketplace.proposals.models import Section

MAX_ROWS = 30
MAX_DAYS = 3650

NAMES = {
    Section.SUMMARY: _l("Summary"),
    Section.APPROACH: _l("Approach"),
    Section.EVIDENCE: _l("Evidence it works"),
    Section.TEAM: _l("Team and roles"),
    Section.DATA_SECURITY: _l("Data and security"),
    Section.PRICE: _l("Price by milestone"),
    Section.INTELLECTUAL_PROPERTY: _l("Intellectual property"),
    Section.DOCUMENTS: _l("Documents"),
}


@dataclass(frozen=True)
class TextField:
    """A field that holds words.

    Attributes:
        max_length: in characters.
        missing: what to do when it is empty at submission; None where it may be.
    """

    name: str
    label: Any
    hint: Any
    max_length: int
    missing: Any = None
    is_line: bool = False


TEXTS: dict[Section, tuple[TextField, ...]] = {
    Section.SUMMARY: (
        TextField(
            "title",
            _l("Title"),
            _l("What you offer, in one line."),
            120,
            _l("Enter a title"),
            is_line=True,
        ),
        TextField(
            "summary",
            _l("Summary"),
            _l("What you would do, and what changes for the agency. The panel reads this first."),
            1_500,
            _l("Write the summary"),
        ),
    ),
    Section.APPROACH: (
        TextField(
            "approach",
            _l("How it works"),
            _l("How your solution meets each outcome that the agency wants."),
            8_000,
            _l("Say how your solution works"),
        ),
        TextField(
            "plan",
            _l("How you would run the pilot"),
            _l("Steps, time, what you need from the agency, and the risks that you see."),
            6_000,
            _l("Say how you would run the pilot"),
        ),
    ),
    Section.EVIDENCE: (
        TextField(
            "evidence",
            _l("Evidence"),
            _l("Where it has run, what was measured, and who can confirm it."),
            6_000,
            _l("Say what shows that it works"),
        ),
    ),
    Section.TEAM: (
        TextField(
            "partners",
            _l("Partners and subcontractors"),
            _l("Who else would do part of the work. Leave it empty if nobody."),
            2_000,
        ),
    ),
    Section.DATA_SECURITY: (
        TextField(
            "data",
            _l("Data that you need"),
            _l("Which data of the agency you would use, where it would be kept, and when it is deleted."),
            4_000,
            _l("Say which data you need, or that you need none"),
        ),
        TextField(
            "security",
            _l("How you protect it"),
            _l("Access, updates, tests by others, and what happens after an incident."),
            4_000,
            _l("Say how you protect data and systems"),
        ),
    ),
    Section.PRICE: (
        TextField(
            "covers",
            _l("What the price covers"),
            _l("People, devices, licences, travel."),
            1_500,
        ),
    ),
    Section.INTELLECTUAL_PROPERTY: (
        TextField(
            "rights",
            _l("Rights"),
            _l("What you bring, what is made in the pilot, and what the agency may do with it afterwards."),
            3_000,
            _l("Say who holds which rights"),
        ),
    ),
    Section.DOCUMENTS: (),
}


@dataclass(frozen=True)
class RowField:
    """A column of the team's or the milestones' rows."""

    name: str
    max_length: int


TEAM_ROW = (RowField("name", 120), RowField("role", 120), RowField("about", 500))
MILESTONE_ROW = (
    RowField("title", 160),
    RowField("deliverable", 1_000),
    RowField("due_text", 40),
    RowField("price_text", 60),
)


def shaped(section: Section, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a section as it is kept: known fields alone, cleaned, within their lengths.

    Args:
        content: as a form or another program gives it; what is left out is empty.
    Raises:
        Refused: a text is too long, or there are too many rows; names the field.
    """
    kept: dict[str, Any] = {field.name: _text(field, content.get(field.name)) for field in TEXTS[section]}
    if section == Section.SUMMARY:
        kept["language"] = content.get("language") if content.get("language") in LANGUAGES else None
    elif section == Section.EVIDENCE:
        kept["readiness"] = _whole(content.get("readiness"), min(LEVELS), max(LEVELS))
    elif section == Section.TEAM:
        kept["team"] = [_row(TEAM_ROW, "team", i, row) for i, row in _rows("team", content)]
    elif section == Section.PRICE:
        kept["milestones"] = [
            _row(MILESTONE_ROW, "milestones", i, row)
            | {
                "due_days": _whole(row.get("due_days"), 0, MAX_DAYS),
                "price_minor": _whole(row.get("price_minor"), 0, MAX_MINOR),
            }
            for i, row in _rows("milestones", content)
        ]
    elif section == Section.DOCUMENTS:
        kept["files"] = [str(file) for _i, file in _rows("files", content)]
    return kept


def _text(field: TextField, value: Any) -> str:
    return fitting(str(value or ""), field.max_length, field.name, is_line=field.is_line)


def _row(columns: tuple[RowField, ...], name: str, index: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column.name: fitting(str(row.get(column.name) or ""), column.max_length, f"{name}-{index}-{column.name}")
        for column in columns
    }


def _rows(name: str, content: Mapping[str, Any]) -> list[tuple[int, Any]]:
    rows = list(content.get(name) or [])
    if len(rows) > MAX_ROWS:
        raise Refused(_("Use no more than %(most)s rows.", most=MAX_ROWS), name)
    return list(enumerate(rows))


def _whole(value: Any, least: int, most: int) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and least <= value <= most else None
