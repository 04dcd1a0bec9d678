"""Clearing, publishing, correcting and retracting editions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.casestudies import indexing, policy
from marketplace.casestudies.hashing import FIELDS, digest
from marketplace.casestudies.models import CaseStudy, Claim, Clearance, Edition, EditionState, EditionText
from marketplace.casestudies.workflow import LIFECYCLE
from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.workflow import lock


def ask_clearance(actor: Viewer, edition: Edition, now: datetime) -> None:
    """Freeze the words and ask both sides to clear them.

    Raises:
        Refused: a needed section is empty, or a claim stands on no verified measurement.
    """
    lock(edition)
    edition.sha256 = digest(edition)
    LIFECYCLE.fire(edition, "ask_clearance", actor, now, number=edition.number, sha256=edition.sha256)


def take_back(actor: Viewer, edition: Edition, now: datetime) -> None:
    """Open the words again; clearances of the frozen ones stay on record and bind no other version."""
    lock(edition)
    edition.version += 1
    LIFECYCLE.fire(edition, "take_back", actor, now, number=edition.number)


def clear(actor: Viewer, edition: Edition, sha256: str, now: datetime) -> Clearance:
    """Say for one's side that these exact words may be published.

    Args:
        sha256: of the words that the actor read.
    Raises:
        NotAllowed: the actor binds neither side.
        Refused: the words are others meanwhile, or cleared by this side already.
    """
    require(policy.can_clear(actor, edition.case_study))
    lock(edition)
    if edition.state != EditionState.CLEARANCE or edition.sha256 != sha256:
        raise Refused(_("The text has changed since you read it. Read it again, then clear it."))
    if any(
        known.organisation_id == actor.organisation_id and known.version == edition.version
        for known in edition.clearances
    ):
        raise Refused(_("Your side has cleared this version already."))
    clearance = Clearance(
        organisation_id=actor.organisation_id,
        version=edition.version,
        sha256=sha256,
        by_id=actor.person_id,
        at=now,
    )
    edition.clearances.append(clearance)
    database.session.flush()
    events.record("edition.cleared", actor, on=edition, now=now, number=edition.number, sha256=sha256)
    return clearance


def publish(actor: Viewer, edition: Edition, now: datetime) -> None:
    """Publish what both sides have cleared; the edition before it stays readable and says that it is old.

    Raises:
        Refused: a side has not cleared this exact version.
    """
    lock(edition)
    if digest(edition) != edition.sha256:
        raise Refused(_("The text has changed since you read it. Read it again, then clear it."))
    for older in edition.case_study.editions:
        if older.state == EditionState.PUBLISHED and older.id != edition.id:
            LIFECYCLE.fire(older, "supersede", actor, now, number=older.number)
    edition.published_at = now
    LIFECYCLE.fire(edition, "publish", actor, now, number=edition.number, sha256=edition.sha256)
    indexing.index(edition)


def start_correction(actor: Viewer, study: CaseStudy, now: datetime) -> Edition:
    """Begin the next edition from the published one; it says what it corrects before it is cleared.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: nothing is published, or a correction is under way.
    """
    require(policy.can_write(actor, study))
    lock(study)
    database.session.expire(study, ["editions"])
    if any(known.state in {EditionState.DRAFT, EditionState.CLEARANCE} for known in study.editions):
        raise Refused(_("A correction is under way already."))
    present = next((known for known in study.editions if known.state == EditionState.PUBLISHED), None)
    if present is None:
        raise Refused(_("Only what is published can be corrected."))
    edition = Edition(
        number=_highest_number(study) + 1,
        language=present.language,
        label=present.label,
        figures=list(present.figures),
        texts=[
            EditionText(language=text.language, **{name: getattr(text, name) for name in FIELDS})
            for text in present.texts
        ],
        claims=[
            Claim(position=claim.position, words=dict(claim.words), actual_id=claim.actual_id)
            for claim in present.claims
        ],
    )
    study.editions.append(edition)
    database.session.flush()
    events.record("case_study.correction_started", actor, on=edition, now=now, number=edition.number)
    return edition


def _highest_number(study: CaseStudy) -> int:
    highest = select(func.max(Edition.number)).where(Edition.case_study_id == study.id)
    return database.session.scalar(highest) or 0


def retract(actor: Viewer, edition: Edition, reason: str, now: datetime) -> None:
    """Take an edition back for good; a tombstone with the reason stays.

    Args:
        reason: public; 1 to 2000 characters.
    """
    lock(edition)
    edition.retracted_at, edition.retraction_reason = now, reason
    LIFECYCLE.fire(edition, "retract", actor, now, number=edition.number)
