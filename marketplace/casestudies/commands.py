"""Clearing, publishing, correcting and retracting editions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from marketplace.casestudies import indexing, policy
from marketplace.casestudies.hashing import FIELDS, digest
from marketplace.casestudies.models import CaseStudy, Claim, Clearance, Edition, EditionState, EditionText
from marketplace.casestudies.saving import read_anew
from marketplace.casestudies.workflow import LIFECYCLE
from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.text import clean_text
from marketplace.core.workflow import lock

MOST_REASON = 2_000  # characters

constraint_message("uq_edition_one_in_work", _l("A correction is under way already."))
constraint_message(
    "uq_clearance_edition_id_organisation_id_version", _l("Your side has cleared this version already.")
)


def ask_clearance(actor: Viewer, edition: Edition, now: datetime) -> None:
    """Freeze the words and ask both sides to clear them.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: a needed section is empty, or a claim stands on no verified measurement.
    """
    _open(edition)
    edition.sha256, edition.asked_at = digest(edition), now
    LIFECYCLE.fire(edition, "ask_clearance", actor, now, number=edition.number, sha256=edition.sha256)


def take_back(actor: Viewer, edition: Edition, now: datetime) -> None:
    """Open the words again; clearances of the frozen ones stay on record and bind no other version."""
    _open(edition)
    edition.version += 1
    LIFECYCLE.fire(edition, "take_back", actor, now, number=edition.number)


def clear(actor: Viewer, edition: Edition, sha256: str, now: datetime) -> Clearance:
    """Say for one's side that these exact words may be published.

    Args:
        sha256: of the words that the actor read.
    Raises:
        NotAllowed: the actor binds neither side.
        Refused: the words are others meanwhile, or cleared by this side already, or by the actor for the other one.
    """
    require(policy.can_clear(actor, edition.case_study))
    _open(edition)
    if edition.state != EditionState.CLEARANCE or edition.sha256 != sha256:
        raise Refused(_("The text has changed since you read it. Read it again, then clear it."))
    if any(
        known.organisation_id == actor.organisation_id and known.version == edition.version
        for known in edition.clearances
    ):
        raise Refused(_("Your side has cleared this version already."))
    if any(known.by_id == actor.person_id and known.version == edition.version for known in edition.clearances):
        raise Refused(_("You have cleared this version for the other side. Somebody else clears it for yours."))
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
        NotAllowed: not the agency's to publish.
        Refused: a side has not cleared this exact version.
    """
    # Judged before anything moves: the older edition steps back only for one that may be published.
    require(policy.can_publish(actor, edition))
    lock(edition.case_study)
    _open(edition)
    if edition.state == EditionState.CLEARANCE and digest(edition) != edition.sha256:
        raise Refused(_("The text has changed since you read it. Read it again, then clear it."))
    offer = LIFECYCLE.offer(edition, "publish", actor, now)
    if offer is not None and offer.is_ready:
        for older in edition.case_study.editions:
            if older.state == EditionState.PUBLISHED and older.id != edition.id:
                older.superseded_at = now
                LIFECYCLE.fire(older, "supersede", actor, now, number=older.number)
        # Written first: a partial index allows one published edition at any moment.
        database.session.flush()
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
    if any(known.is_in_work for known in study.editions):
        raise Refused(_("A correction is under way already."))
    present = next((known for known in study.editions if known.state == EditionState.PUBLISHED), None)
    if present is None:
        raise Refused(_("Only what is published can be corrected."))
    edition = Edition(
        number=_highest_number(study) + 1,
        language=present.language,
        label=present.label,
        topics=list(present.topics),
        functions=list(present.functions),
        sectors=list(present.sectors),
        licence=present.licence,
        texts=[_copied(text, present) for text in present.texts],
        claims=[
            Claim(
                position=claim.position,
                words=dict(claim.words),
                sources=dict(claim.sources),
                actual_id=claim.actual_id,
                evidence=dict(claim.evidence),
            )
            for claim in present.claims
        ],
    )
    study.editions.append(edition)
    database.session.flush()
    events.record("case_study.correction_started", actor, on=edition, now=now, number=edition.number)
    return edition


def _copied(text: EditionText, of: Edition) -> EditionText:
    kept = {name: getattr(text, name) for name in FIELDS if name not in ("correction", "translated_from")}
    is_translation = text.language != of.language
    return EditionText(
        language=text.language,
        translated_from=(text.translated_from or of.number) if is_translation else None,
        **kept,
    )


def _highest_number(study: CaseStudy) -> int:
    highest = select(func.max(Edition.number)).where(Edition.case_study_id == study.id)
    return database.session.scalar(highest) or 0


def retract(actor: Viewer, edition: Edition, reason: str, now: datetime) -> None:
    """Take an edition back for good; a tombstone with the reason stays.

    With the present edition go those before it: what is wrong now was no better before. An old one goes alone.

    Args:
        reason: public; 1 to 2000 characters.
    Raises:
        NotAllowed: not the agency's to retract.
        Refused: no reason, or it is not published.
    """
    require(policy.can_publish(actor, edition))
    reason = clean_text(reason)
    if not reason.strip() or len(reason) > MOST_REASON:
        raise Refused(_("Say why, in at most %(most)d characters.", most=MOST_REASON), field="reason")
    study = edition.case_study
    lock(study)
    database.session.expire(study, ["editions"])
    lock(edition)
    taken = [edition]
    if edition.state == EditionState.PUBLISHED:
        taken += [known for known in study.editions if known.state == EditionState.SUPERSEDED]
    for each in taken:
        each.retracted_at, each.retraction_reason = now, reason
        LIFECYCLE.fire(each, "retract", actor, now, number=each.number)


def _open(edition: Edition) -> None:
    """Lock an edition and read its words and clearances anew: others may have written before the lock."""
    lock(edition)
    read_anew(edition)
