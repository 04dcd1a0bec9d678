"""A case study in words and shapes: its tags, its evidence lines, its chart, its mapping."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal

from marketplace.casestudies.evidence import Evidence, thaw
from marketplace.casestudies.filters import OUTCOMES, TERMINATED
from marketplace.casestudies.models import CaseStudy, Claim, Edition, EditionState, EditionText
from marketplace.core import clock
from marketplace.core.i18n import OWN_NAMES, _, _l, current_language, ngettext
from marketplace.core.vocabularies import csf, topics

WORDS_A_MINUTE = 200
_READ = ("summary", "problem", "solution", "cost", "lessons", "replication")
_OUTCOME_TAGS = {"success": "good", "partial": "time", "no_success": "bad", TERMINATED: "bad"}
_STATES: dict[EditionState, tuple[str, Any]] = {
    EditionState.DRAFT: ("draft", _l("Draft")),
    EditionState.CLEARANCE: ("waiting", _l("In clearance")),
    EditionState.PUBLISHED: ("good", _l("Published")),
    EditionState.SUPERSEDED: ("closed", _l("Replaced by a newer version")),
    EditionState.RETRACTED: ("bad", _l("Retracted")),
}


@dataclass(frozen=True)
class Tag:
    """A state by its shape and its word."""

    kind: str
    label: str


def state(edition: Edition) -> Tag:
    """How far an edition is."""
    kind, label = _STATES[edition.state]
    return Tag(kind, str(label))


def outcome(study: CaseStudy) -> Tag:
    """How the pilot ended."""
    value = study.outcome.value if study.outcome else TERMINATED
    return Tag(_OUTCOME_TAGS[value], str(OUTCOMES[value]))


def minutes(edition: Edition, text: EditionText) -> int:
    """How long a reader needs, at 200 words a minute, a minute at least."""
    words = sum(len(getattr(text, name).split()) for name in _READ)
    words += sum(len(claim.sentence(text.language, edition.language).split()) for claim in edition.claims)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def minutes_words(edition: Edition, text: EditionText) -> str:
    """The same in words."""
    return ngettext("%(num)d minute to read", "%(num)d minutes to read", minutes(edition, text))


def apart(words: str) -> str:
    """Words of people inside a sentence of ours, kept from turning its order round: `<bdi>` where there is no markup."""
    return f"\u2068{words}\u2069"


def number(value: Decimal) -> str:
    """A measured value as the language writes numbers."""
    return format_decimal(value, format="#,##0.####", locale=current_language())


@dataclass(frozen=True)
class Proven:
    """A result beside what proves it.

    Attributes:
        label: "E1", "E2" … as the text may cite it.
        lines: what the measurement says, where it is from, who verified it.
    """

    label: str
    words: str
    lines: Sequence[str]


def results(edition: Edition, text: EditionText, people: Mapping[UUID, str]) -> list[Proven]:
    """Every result with its evidence.

    Args:
        people: the names of the verifiers, by id.
    """
    return [
        Proven(
            f"E{place}",
            claim.sentence(text.language, edition.language),
            _evidence_lines(claim, claim.source(text.language, edition.language), people),
        )
        for place, claim in enumerate(edition.claims, start=1)
    ]


def _evidence_lines(claim: Claim, source: str, people: Mapping[UUID, str]) -> list[str]:
    found = thaw(claim.evidence)
    if found is None:
        return [_("Not tied to a measurement yet")]
    measured = _(
        "“%(kpi)s”, %(date)s: %(value)s %(unit)s; target %(target)s",
        kpi=apart(found.kpi),
        date=clock.date_words(found.measured_on),
        value=number(found.value),
        unit=apart(found.unit),
        target=number(found.target),
    )
    verified = []
    if found.verified_by is not None and found.verified_at is not None:
        name, day = people.get(found.verified_by, "–"), clock.day_in_zone(found.verified_at, "UTC")
        verified = [_("Verified by %(name)s on %(date)s", name=apart(name), date=day)]
    return [measured, *([apart(source)] if source else []), *verified]


@dataclass(frozen=True)
class Chart:
    """The course of a measure, for the macro that draws it."""

    title: str
    unit: str
    sentence: str
    points: Sequence[tuple[str, Decimal]]
    target: Decimal
    target_words: str
    last_words: str


def chart(edition: Edition) -> Chart | None:
    """The course of the first result's measure, from two measurements on."""
    found = next((thawed for claim in edition.claims if (thawed := thaw(claim.evidence)) is not None), None)
    if found is None or len(found.series) < 2:
        return None
    return Chart(
        title=found.kpi,
        unit=found.unit,
        sentence=_sentence(found),
        points=[(_axis_date(day, found), value) for day, value in found.series],
        target=found.target,
        target_words=_("target %(target)s", target=number(found.target)),
        last_words=number(found.series[-1][1]),
    )


def _sentence(found: Evidence) -> str:
    (first_day, first), (last_day, last) = found.series[0], found.series[-1]
    return _(
        "%(kpi)s: from %(first)s on %(first_day)s to %(last)s on %(last_day)s; target %(target)s %(unit)s.",
        kpi=apart(found.kpi),
        first=number(first),
        first_day=clock.date_words(first_day),
        last=number(last),
        last_day=clock.date_words(last_day),
        target=number(found.target),
        unit=apart(found.unit),
    )


def _axis_date(day: date, found: Evidence) -> str:
    months = {(each.year, each.month) for each, _value in found.series}
    is_monthly = len(months) == len(found.series)
    return format_date(day, "MMM y" if is_monthly else "d MMM", locale=current_language())


def mapping(edition: Edition) -> list[tuple[str, str]]:
    """The NIST CSF 2.0 categories that its topics belong to: (code, words), in the framework's order."""
    touched = {code for topic in edition.topics for code in topics.CATEGORIES_OF.get(topic, ())}
    return [(code, csf.label(code)) for code in csf.CODES if code in touched]


def other_languages(edition: Edition, shown: EditionText) -> list[tuple[str, str]]:
    """The languages it can be read in besides the one shown: (code, its own name)."""
    return [(code, OWN_NAMES[code]) for code in edition.languages if code != shown.language]


def languages_words(edition: Edition, shown: EditionText) -> str | None:
    """Which other languages it can be read in: "also in العربية, Français"; None where it can't."""
    others = [name for _code, name in other_languages(edition, shown)]
    return _("also in %(languages)s", languages=_(", ").join(others)) if others else None


def published_words(edition: Edition) -> str:
    """The date of publication in words, in the language of the page."""
    return clock.day_in_zone(edition.published_at, "UTC") if edition.published_at else ""


def version_words(edition: Edition) -> str:
    """Which version it is, and of when."""
    if edition.published_at is None:
        return _("Version %(number)d, not published", number=edition.number)
    return _("Version %(number)d, %(date)s", number=edition.number, date=published_words(edition))


def all_languages(edition: Edition) -> str:
    """All the languages it can be read in, by their own names."""
    return " · ".join(OWN_NAMES[code] for code in edition.languages)
