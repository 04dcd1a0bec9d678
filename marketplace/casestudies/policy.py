"""Who reads an edition: one rule, in one place, for every path of reading.

Markings and agreements will stand in `readable`; nothing below an edition has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from marketplace.casestudies.models import (
    OPEN_STATES,
    PUBLIC_STATES,
    CaseStudy,
    Claim,
    Clearance,
    Edition,
    EditionRevision,
    EditionState,
    EditionText,
)
from marketplace.core import access
from marketplace.core.access import Kind, Predicate, Viewer
from marketplace.pilots.policy import (
    AGENCY_READERS,
    AGENCY_RUNNERS,
    AGENCY_SIGNERS,
    STARTUP_READERS,
    STARTUP_RUNNERS,
    STARTUP_SIGNERS,
)


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


def can_edit(viewer: Viewer, edition: Edition) -> bool:
    """Who may write at the moment: words change in a draft alone."""
    return can_write_edition(viewer, edition) and edition.state == EditionState.DRAFT


# --- who reads ---


def readable(
    viewer: Viewer, states: Iterable[EditionState], edition: Any = Edition.__table__.c
) -> ColumnElement[bool]:
    """Editions in these states that the viewer may read at that moment, by marking; TLP:CLEAR is for anyone.

    Args:
        edition: where the columns are taken from: the table within subqueries, the class where the ORM reads it.
    """
    return and_(edition.state.in_(tuple(states)), edition.published_at <= viewer.at, edition.label == "CLEAR")


def can_read(viewer: Viewer, edition: Edition, study: CaseStudy, states: Iterable[EditionState]) -> bool:
    """The rule in Python, as slow as it is plain: own work, or `readable`; a test compares it with the SQL."""
    if works_on(viewer, study):
        return True
    is_out = edition.published_at is not None and edition.published_at <= viewer.at
    return edition.state in tuple(states) and is_out and edition.label == "CLEAR"


def own_studies(viewer: Viewer) -> Select[tuple[UUID]]:
    """The case studies that the viewer works on, `works_on` as SQL."""
    study = CaseStudy.__table__.c
    own: ColumnElement[bool] = false()
    if viewer.organisation_kind == Kind.AGENCY and viewer.roles & AGENCY_READERS:
        own = study.agency_id == viewer.organisation_id
    elif viewer.organisation_kind == Kind.STARTUP and viewer.roles & STARTUP_READERS:
        own = study.startup_id == viewer.organisation_id
    return select(study.id).where(own)


def _editions(viewer: Viewer, states: Iterable[EditionState]) -> Select[tuple[UUID]]:
    edition = Edition.__table__.c
    return select(edition.id).where(or_(edition.case_study_id.in_(own_studies(viewer)), readable(viewer, states)))


def visible_editions(viewer: Viewer) -> ColumnElement[bool]:
    """Own work in every state; else what is readable. Of a retracted one this is its tombstone, not its words."""
    return or_(Edition.case_study_id.in_(own_studies(viewer)), readable(viewer, PUBLIC_STATES, Edition))


def visible_studies(viewer: Viewer) -> ColumnElement[bool]:
    """A study is seen where one of its editions is."""
    edition = Edition.__table__.c
    seen = select(edition.case_study_id).where(readable(viewer, PUBLIC_STATES))
    return or_(CaseStudy.id.in_(own_studies(viewer)), CaseStudy.id.in_(seen))


def _words_of(column: Any) -> Predicate:
    """The words of an edition are read where it is open, or by those who work on it."""
    return lambda viewer: column.in_(_editions(viewer, OPEN_STATES))


def _work_on(column: Any) -> Predicate:
    """Who cleared and wrote what is the two sides' to know."""

    def predicate(viewer: Viewer) -> ColumnElement[bool]:
        edition = Edition.__table__.c
        return column.in_(select(edition.id).where(edition.case_study_id.in_(own_studies(viewer))))

    return predicate


access.guard(CaseStudy, visible_studies)
access.guard(Edition, visible_editions)
access.guard(EditionText, _words_of(EditionText.edition_id))
access.guard(Claim, _words_of(Claim.edition_id))
access.guard(Clearance, _work_on(Clearance.edition_id))
access.guard(EditionRevision, _work_on(EditionRevision.edition_id))
