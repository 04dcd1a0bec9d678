"""Who reads an edition: one rule, in one place, for every path of reading.

Markings and agreements will stand in `readable`; nothing below an edition has a rule of its own.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from marketplace.casestudies.models import (
    CaseStudy,
    Claim,
    Clearance,
    Edition,
    EditionState,
    EditionText,
)
from marketplace.core import access
from marketplace.core.access import Kind, Viewer
from marketplace.pilots.policy import (
    AGENCY_READERS,
    AGENCY_RUNNERS,
    AGENCY_SIGNERS,
    STARTUP_READERS,
    STARTUP_RUNNERS,
    STARTUP_SIGNERS,
)

OPEN = (EditionState.PUBLISHED, EditionState.SUPERSEDED)


def works_on(viewer: Viewer, study: CaseStudy) -> bool:
    """A member of one of the two source organisations in a working role."""
    return viewer.has_any(AGENCY_READERS, study.agency_id) or viewer.has_any(STARTUP_READERS, study.startup_id)


def can_write(viewer: Viewer, study: CaseStudy) -> bool:
    """Who edits, on either side."""
    return viewer.is_verified and (
        viewer.has_any(AGENCY_RUNNERS, study.agency_id) or viewer.has_any(STARTUP_RUNNERS, study.startup_id)
    )


def can_clear(viewer: Viewer, study: CaseStudy) -> bool:
    """Who says for a side that an exact version may be published."""
    return viewer.is_verified and (
        viewer.has_any(AGENCY_SIGNERS, study.agency_id) or viewer.has_any(STARTUP_SIGNERS, study.startup_id)
    )


def can_publish(viewer: Viewer, edition: Edition) -> bool:
    """Who publishes and retracts for the agency."""
    study = edition.case_study
    return viewer.is_verified and viewer.has_any(AGENCY_RUNNERS | AGENCY_SIGNERS, study.agency_id)


def can_write_edition(viewer: Viewer, edition: Edition) -> bool:
    """As `can_write`, asked of an edition."""
    return can_write(viewer, edition.case_study)


def readable(viewer: Viewer, states: tuple[EditionState, ...]) -> ColumnElement[bool]:
    """Editions in these states that the viewer may read at that moment, by marking; TLP:CLEAR is for anyone."""
    edition = Edition.__table__
    return and_(edition.c.state.in_(states), edition.c.published_at <= viewer.at, edition.c.label == "CLEAR")


def _own_studies(viewer: Viewer):
    study = CaseStudy.__table__
    if viewer.organisation_kind == Kind.AGENCY and viewer.roles & AGENCY_READERS:
        own = study.c.agency_id == viewer.organisation_id
    elif viewer.organisation_kind == Kind.STARTUP and viewer.roles & STARTUP_READERS:
        own = study.c.startup_id == viewer.organisation_id
    else:
        own = false()
    return select(study.c.id).where(own)


def visible_editions(viewer: Viewer) -> ColumnElement[bool]:
    """Own work in every state; else what is readable. Of a retracted one this is its tombstone, not its words."""
    return or_(
        Edition.case_study_id.in_(_own_studies(viewer)),
        and_(
            Edition.state.in_((*OPEN, EditionState.RETRACTED)),
            Edition.published_at <= viewer.at,
            Edition.label == "CLEAR",
        ),
    )


def visible_studies(viewer: Viewer) -> ColumnElement[bool]:
    """A study is seen where one of its editions is."""
    edition = Edition.__table__
    seen = select(edition.c.case_study_id).where(readable(viewer, (*OPEN, EditionState.RETRACTED)))
    return or_(CaseStudy.id.in_(_own_studies(viewer)), CaseStudy.id.in_(seen))


def _words_of(column):
    """The words of an edition are read where it is open, or by those who work on it."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        edition = Edition.__table__
        seen = or_(edition.c.case_study_id.in_(_own_studies(viewer)), readable(viewer, OPEN))
        return column.in_(select(edition.c.id).where(seen))

    return predicate


def visible_clearances(viewer: Viewer) -> ColumnElement[bool]:
    """Who cleared what is the two sides' to know."""
    edition = Edition.__table__
    own = select(edition.c.id).where(edition.c.case_study_id.in_(_own_studies(viewer)))
    return Clearance.edition_id.in_(own)


access.guard(CaseStudy, visible_studies)
access.guard(Edition, visible_editions)
access.guard(EditionText, _words_of(EditionText.edition_id))
access.guard(Claim, _words_of(Claim.edition_id))
access.guard(Clearance, visible_clearances)
