"""Technology readiness levels, 1 to 9.

Source: Horizon 2020 work programme, general annex G.
"""

from __future__ import annotations

from marketplace.core.i18n import _, _l, current_language, in_language
from marketplace.core.vocabularies.terms import Vocabulary

DESCRIPTIONS = Vocabulary(
    [
        ("1", _l("Basic principles observed")),
        ("2", _l("Technology concept formulated")),
        ("3", _l("Proof of concept by experiment")),
        ("4", _l("Validated in the laboratory")),
        ("5", _l("Validated in a relevant environment")),
        ("6", _l("Demonstrated in a relevant environment")),
        ("7", _l("Prototype demonstrated in operation")),
        ("8", _l("Complete and qualified")),
        ("9", _l("Proven in operation")),
    ]
)
LEVELS = range(1, 10)
CODES = DESCRIPTIONS.codes
exists = DESCRIPTIONS.exists


def description(level: int | str, language: str | None = None) -> str:
    """What a level means, in a few words."""
    return DESCRIPTIONS.label(str(level), language)


def label(level: int | str, language: str | None = None) -> str:
    """A level with its meaning: "TRL 7: Prototype demonstrated in operation"."""
    with in_language(language or current_language()):
        return _("TRL %(level)s: %(description)s", level=level, description=description(level))


def choices(language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of level and words, for a field."""
    return [(code, label(code, language)) for code in CODES]
