"""What pages that join several features show of case studies: the latest, and what a search finds."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.casestudies.models import CaseStudy, Edition, EditionState, EditionText
from marketplace.core import database
from marketplace.core.i18n import current_language
from marketplace.core.paging import Page, page
from marketplace.core.search import matches
from marketplace.core.text import slugify


def latest(limit: int) -> Sequence[Edition]:
    """The editions that were published last. Two statements."""
    newest = _published().order_by(Edition.published_at.desc(), Edition.id.desc()).limit(limit)
    return database.session.scalars(newest).unique().all()


def found(q: str, limit: int) -> Page[Edition]:
    """The published editions that hold the words, the newest first. Three statements."""
    keys = [(Edition.published_at, "desc"), (Edition.id, "desc")]
    return page(_published().where(matches(Edition.search, q)), keys, None, limit)


def _published() -> Select[tuple[Edition]]:
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
    by_language = {text.language: text for text in edition.texts}
    return by_language.get(current_language()) or by_language.get(edition.language) or edition.texts[0]


def address(edition: Edition) -> str:
    """The page of an edition's case study."""
    return url_for("casestudies.show", slug=slugify(text_of(edition).title), key=edition.case_study.key)
