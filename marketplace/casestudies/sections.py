"""The sections of a case study: what each holds, in the order of writing."""

from __future__ import annotations

from marketplace.core.i18n import _l
from marketplace.core.writing.sections import Section

SECTIONS = (
    Section("summary", _l("Title and summary"), ("title", "summary", "translated_by")),
    Section("problem", _l("The problem"), ("problem",)),
    Section("solution", _l("The solution"), ("solution",)),
    Section("results", _l("Results and how we know")),
    Section("figures", _l("Three figures")),
    Section("cost", _l("The cost"), ("cost",)),
    Section("lessons", _l("What we would do differently"), ("lessons",)),
    Section("replication", _l("What it takes to repeat it"), ("replication",)),
    Section("subject", _l("Topics and licence"), facts=("topics", "sectors", "licence")),
    Section("correction", _l("What this version corrects"), ("correction",)),
)
BY_NAME = {section.name: section for section in SECTIONS}
TEXTS = tuple(column for section in SECTIONS for column in section.texts)
LINES = frozenset({"title", "translated_by"})

# In characters; generous, and a bound on what one request can make the server store.
LIMITS = {"title": 150, "summary": 600, "translated_by": 120, "correction": 2_000}
LONG_TEXT = 12_000
CLAIM = 600
SOURCE = 300
FIGURE = 24
FIGURE_WORDS = 120
MOST_CLAIMS = 12
MOST_FIGURES = 3
MOST_TOPICS = 5

LABELS = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "translated_by": _l("Translated by"),
    "problem": _l("The problem"),
    "solution": _l("The solution"),
    "cost": _l("The cost"),
    "lessons": _l("What we would do differently"),
    "replication": _l("What it takes to repeat it"),
    "correction": _l("What this version corrects"),
}

# SPDX -> (words, address)
LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}


def limit_of(column: str) -> int:
    """How many characters a text may have."""
    return LIMITS.get(column, LONG_TEXT)


def shown(number: int, is_original: bool) -> list[Section]:
    """The sections of an edition in a language: a first edition corrects nothing, facts belong to the original.

    Args:
        number: of the edition.
    """
    return [
        section
        for section in SECTIONS
        if (section.name != "correction" or number > 1) and (section.name != "subject" or is_original)
    ]
