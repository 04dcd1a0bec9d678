"""The search index of challenges: all their words in all their languages."""

from __future__ import annotations

from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import TSVECTOR

from marketplace.challenges import sections
from marketplace.challenges.models import Challenge
from marketplace.core import search


def index(challenge: Challenge) -> None:
    """Write a challenge's words into its search column; its texts don't change after publication."""
    challenge.search = literal(words(challenge)).cast(TSVECTOR)  # type: ignore[assignment]


def words(challenge: Challenge) -> str:
    """The lexemes of all texts and criteria and of the agency's name."""
    texts = [getattr(text, column) for text in challenge.texts for column in sections.TEXTS]
    return search.document([challenge.agency.name, *texts, *(criterion.name for criterion in challenge.criteria)])
