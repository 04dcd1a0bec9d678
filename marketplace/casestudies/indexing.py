"""The search index of editions: all their words in all their languages."""

from __future__ import annotations

from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import TSVECTOR

from marketplace.casestudies.models import Edition
from marketplace.core import search


def index(edition: Edition) -> None:
    """Write an edition's words into its search column; they don't change after publication."""
    edition.search = literal(words(edition)).cast(TSVECTOR)


def words(edition: Edition) -> str:
    """The lexemes of title, summary, sections, results and the two organisations' names."""
    study = edition.case_study
    titles = [(text.title, "A") for text in edition.texts]
    summaries = [(text.summary, "B") for text in edition.texts]
    names = [(study.agency.name, "B"), (study.startup.name, "B")]
    sections = [
        (getattr(text, name), "C")
        for text in edition.texts
        for name in ("problem", "solution", "cost", "lessons", "replication")
    ]
    results = [(sentence, "C") for claim in edition.claims for sentence in claim.words.values()]
    measures = [(claim.evidence.get("kpi", ""), "C") for claim in edition.claims]
    return search.document([*titles, *summaries, *names, *sections, *results, *measures])
