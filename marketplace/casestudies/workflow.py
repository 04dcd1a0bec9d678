"""The lifecycle of an edition."""

from __future__ import annotations

from datetime import datetime

from marketplace.casestudies import policy, sections
from marketplace.casestudies.models import PUBLIC_STATES, Edition, EditionState, EditionText
from marketplace.casestudies.sections import Section
from marketplace.core.i18n import _, _l
from marketplace.core.workflow import Workflow, transition

S = EditionState

# What a reader needs before anything is sent to be cleared: field -> what to do.
NEEDED = {
    "title": _l("Write a title."),
    "summary": _l("Write a summary of two or three sentences."),
    "problem": _l("Say what the problem was."),
    "solution": _l("Say what was done."),
    "lessons": _l("Say what you would do differently."),
    "replication": _l("Say what it takes to repeat it."),
}


def missing(edition: Edition) -> dict[str, str]:
    """Which fields of the original text are still empty, each with what to do."""
    return {name: str(todo) for name, todo in NEEDED.items() if not getattr(edition.original, name).strip()}


def text_is_whole(edition: Edition, _now: datetime) -> str | None:
    """Every needed section of the original is written."""
    return next(iter(missing(edition).values()), None)


def claims_are_proven(edition: Edition, _now: datetime) -> str | None:
    """Each claim says something and stands on a measurement that was verified; a failure may have none."""
    for place, claim in enumerate(edition.claims, start=1):
        if not claim.words.get(edition.language, "").strip():
            return _("Write result %(position)s, or remove it.", position=place)
        if claim.actual_id is None:
            return _("Tie result %(position)s to a verified measurement, or remove it.", position=place)
    return None


def translations_are_whole(edition: Edition, _now: datetime) -> str | None:
    """A translation has all that the original has, and says who made it; else it would be half a page."""
    for text in edition.texts:
        if text.language == edition.language or not text.title.strip():
            continue
        if not text.translated_by.strip():
            return _("Say who translated the text into %(language)s.", language=_language(text.language))
        section = _untranslated(edition, text)
        if section is not None:
            return _(
                "The translation into %(language)s is not whole: “%(section)s” is missing.",
                language=_language(text.language),
                section=section.title,
            )
    return None


def _untranslated(edition: Edition, text: EditionText) -> Section | None:
    """The first section that the original has and a translation lacks."""
    original = edition.original
    for section in sections.SECTIONS:
        columns = [name for name in section.texts if name != "translated_by"]
        if any(getattr(original, name).strip() and not getattr(text, name).strip() for name in columns):
            return section
        if section.name == "figures" and len(original.figures) != len(text.figures):
            return section
        if section.name == "results" and any(not claim.words.get(text.language) for claim in edition.claims):
            return section
    return None


def _language(code: str) -> str:
    return {"en": _("English"), "ar": _("Arabic"), "fr": _("French")}[code]


def correction_is_explained(edition: Edition, _now: datetime) -> str | None:
    """A later edition says what it corrects."""
    if edition.number > 1 and not edition.original.correction.strip():
        return _("Say what this version corrects.")
    return None


def study_stands(edition: Edition, _now: datetime) -> str | None:
    """A retraction is for good: what was retracted as a whole gets no newer version."""
    out = [known for known in edition.case_study.editions if known.state in PUBLIC_STATES]
    if out and all(known.state == S.RETRACTED for known in out):
        return _("This case study was retracted. No newer version of it can be published.")
    return None


def both_have_cleared(edition: Edition, _now: datetime) -> str | None:
    """Both sides, on this exact version."""
    done = cleared_by(edition)
    if edition.case_study.agency_id not in done:
        return _("The agency has not cleared this version yet.")
    if edition.case_study.startup_id not in done:
        return _("The startup has not cleared this version yet.")
    return None


def cleared_by(edition: Edition) -> set:
    """The organisations that have cleared exactly these words."""
    return {
        clearance.organisation_id
        for clearance in edition.clearances
        if clearance.version == edition.version and clearance.sha256 == edition.sha256
    }


LIFECYCLE = Workflow(
    "edition",
    transition(
        S.DRAFT,
        S.CLEARANCE,
        "ask_clearance",
        policy.can_write_edition,
        [text_is_whole, claims_are_proven, translations_are_whole, correction_is_explained, study_stands],
        label=_l("Ask both sides to clear it"),
        event="edition.clearance_asked",
    ),
    transition(
        S.CLEARANCE,
        S.DRAFT,
        "take_back",
        policy.can_write_edition,
        label=_l("Take it back to edit"),
        event="edition.taken_back",
    ),
    transition(
        S.CLEARANCE,
        S.PUBLISHED,
        "publish",
        policy.can_publish,
        [both_have_cleared, study_stands],
        label=_l("Publish"),
        event="edition.published",
    ),
    transition(
        S.PUBLISHED,
        S.SUPERSEDED,
        "supersede",
        policy.can_publish,
        label=_l("Replace by the newer version"),
        event="edition.superseded",
    ),
    transition(
        {S.PUBLISHED, S.SUPERSEDED},
        S.RETRACTED,
        "retract",
        policy.can_publish,
        label=_l("Retract"),
        event="edition.retracted",
    ),
)
