"""The sections of a challenge: what each holds, in the order of writing and of reading."""

from __future__ import annotations

from marketplace.core.i18n import _l
from marketplace.core.writing.sections import Section

SECTIONS = (
    Section("problem", _l("The problem"), ("title", "summary", "problem"), ("topics", "sectors")),
    Section("outcomes", _l("Outcomes wanted"), ("outcomes",)),
    Section("context", _l("Context and constraints"), ("context",), is_optional=True),
    Section("eligibility", _l("Who may take part"), ("eligibility",), ("proposal_languages",)),
    Section("criteria", _l("Criteria"), ("judging",)),
    Section(
        "dates",
        _l("Stages and dates"),
        ("stages_note",),
        ("zone", "deadline", "decision_due", "pilot_starts", "pilot_months"),
    ),
    Section("budget", _l("Budget and prize"), ("budget_note",), ("currency", "budget_minor", "prize_minor")),
    Section("intellectual-property", _l("Intellectual property"), ("intellectual_property",)),
    Section("data-security", _l("Data and security"), ("data_security",)),
    Section("adoption", _l("Route to adoption"), ("adoption_route",)),
    Section("attachments", _l("Attachments"), is_optional=True),
)
BY_NAME = {section.name: section for section in SECTIONS}
TEXTS = tuple(column for section in SECTIONS for column in section.texts)

# In characters; generous, and a bound on what one request can make the server store.
LIMITS = {"title": 150, "summary": 300}
LONG_TEXT = 20_000

LABELS = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "problem": _l("The problem"),
    "outcomes": _l("Outcomes wanted"),
    "context": _l("Context and constraints"),
    "eligibility": _l("Who may take part"),
    "judging": _l("How proposals are judged"),
    "stages_note": _l("On stages and dates"),
    "budget_note": _l("On budget and prize"),
    "intellectual_property": _l("Intellectual property"),
    "data_security": _l("Data and security"),
    "adoption_route": _l("Route to adoption"),
}


def limit_of(column: str) -> int:
    """How many characters a text may have."""
    return LIMITS.get(column, LONG_TEXT)
