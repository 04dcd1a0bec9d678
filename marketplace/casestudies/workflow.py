"""The lifecycle of an edition."""

from __future__ import annotations

from datetime import datetime

from marketplace.casestudies import policy
from marketplace.casestudies.models import Edition, EditionState
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
    original = next((text for text in edition.texts if text.language == edition.language), None)
    return {name: str(todo) for name, todo in NEEDED.items() if not getattr(original, name, "").strip()}


def text_is_whole(edition: Edition, _now: datetime) -> str | None:
    """Every needed section of the original is written."""
    return next(iter(missing(edition).values()), None)


def claims_are_proven(edition: Edition, _now: datetime) -> str | None:
    """Each claim stands on a measurement that was verified."""
    unproven = [claim.position for claim in edition.claims if claim.actual_id is None]
    if unproven:
        return _("Tie result %(position)s to a verified measurement, or remove it.", position=unproven[0])
    return None


def correction_is_explained(edition: Edition, _now: datetime) -> str | None:
    """A later edition says what it corrects."""
    if edition.number > 1 and not edition.correction.strip():
        return _("Say what this version corrects.")
    return None


def both_have_cleared(edition: Edition, _now: datetime) -> str | None:
    """Both sides, on this exact version."""
    cleared = {
        clearance.organisation_id
        for clearance in edition.clearances
        if clearance.version == edition.version and clearance.sha256 == edition.sha256
    }
    if edition.case_study.agency_id not in cleared:
        return _("The agency has not cleared this version yet.")
    if edition.case_study.startup_id not in cleared:
        return _("The startup has not cleared this version yet.")
    return None


LIFECYCLE = Workflow(
    "edition",
    transition(
        S.DRAFT,
        S.CLEARANCE,
        "ask_clearance",
        policy.can_write_edition,
        [text_is_whole, claims_are_proven, correction_is_explained],
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
        [both_have_cleared],
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
