"""What pages that join several features show of case studies: the latest, and what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.casestudies import blueprint, listing
from marketplace.casestudies.models import CaseStudy, Edition, EditionState, EditionText
from marketplace.core import database
from marketplace.core.i18n import current_language
from marketplace.core.paging import Page, page
from marketplace.core.search import matches


def latest(limit: int) -> Sequence[Edition]:
    """The editions that were published last. Two statements."""
    newest = _published().order_by(Edition.published_at.desc(), Edition.id.desc()).limit(limit)
    return database.session.scalars(newest).unique().all()


def found(q: str, limit: int) -> Page[Edition]:
    """The published editions that hold the words, the newest first. Three statements."""
    keys = [(Edition.published_at, "desc"), (Edition.id, "desc")]
    return page(_published().where(matches(Edition.search, q)), keys, None, limit)


def _published() -> Select[Any]:
    listing.note_turns()
    return (
        select(Edition)
        .join(Edition.case_study)
        .where(Edition.state == EditionState.PUBLISHED)
        .options(
            contains_eager(Edition.case_study).options(
                joinedload(CaseStudy.agency, innerjoin=True), joinedload(CaseStudy.startup, innerjoin=True)
            ),
            selectinload(Edition.texts),
        )
    )


def text_of(edition: Edition) -> EditionText:
    """The words in the reader's language, else the original's."""
    return edition.text_for(current_language())


def address(edition: Edition) -> str:
    """The page of an edition's case study."""
    return blueprint.address(edition)
