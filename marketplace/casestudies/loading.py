"""What is loaded with an edition, so that a page costs the same number of statements whatever its length."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.casestudies.models import CaseStudy, Edition

# Both organisations, in the statement of the edition itself.
SIDES = (
    joinedload(Edition.case_study, innerjoin=True).joinedload(CaseStudy.agency, innerjoin=True),
    joinedload(Edition.case_study, innerjoin=True).joinedload(CaseStudy.startup, innerjoin=True),
)


def with_words(statement: Select[Any]) -> Select[Any]:
    """Editions with both sides, all texts and all claims; two statements more."""
    return statement.options(*SIDES, selectinload(Edition.texts), selectinload(Edition.claims))
