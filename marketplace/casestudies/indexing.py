"""The search index of editions: all their words in all their languages."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from marketplace.casestudies.loading import with_words
from marketplace.casestudies.models import OPEN_STATES, Edition
from marketplace.core import access, database, search

AT_ONCE = 100


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


def reindex() -> Iterator[int]:
    """Write the index of every published edition anew, and commit each portion.

    Yields:
        how many are done so far.
    """
    done, last = 0, None
    while True:
        with access.reading_as_system("the search index holds every edition's words"):
            statement = with_words(select(Edition)).where(Edition.state.in_(OPEN_STATES)).order_by(Edition.id)
            later = statement.where(Edition.id > last) if last else statement
            portion = database.session.scalars(later.limit(AT_ONCE)).unique().all()
            for edition in portion:
                index(edition)
            if not portion:
                return
            last = portion[-1].id
            database.session.commit()
            database.session.expunge_all()
        done += len(portion)
        yield done
