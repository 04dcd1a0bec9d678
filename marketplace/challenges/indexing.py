"""The search index of challenges: all their words in all their languages."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import cast, literal, select
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges import sections
from marketplace.challenges.models import PUBLIC_STATES, Challenge
from marketplace.core import access, database, search

WEIGHT = {"title": "A", "summary": "B", "problem": "C", "outcomes": "C"}
AT_ONCE = 200


def index(challenge: Challenge) -> None:
    """Write a challenge's words into its search column; its texts don't change after publication."""
    challenge.search = cast(literal(document(challenge)), TSVECTOR)


def document(challenge: Challenge) -> str:
    """The lexemes of all texts and criteria and of the agency's name."""
    texts = [
        (getattr(text, column), WEIGHT.get(column, "D")) for text in challenge.texts for column in sections.TEXTS
    ]
    criteria = [(criterion.name, "D") for criterion in challenge.criteria]
    return search.document([*texts, (challenge.agency.name, "B"), *criteria])


def reindex() -> Iterator[int]:
    """Write the index of every public challenge anew, and commit each portion.

    Yields:
        how many are done so far.
    """
    done, last = 0, None
    while True:
        with access.reading_as_system("the search index holds every challenge's words"):
            statement = (
                select(Challenge)
                .where(Challenge.state.in_(PUBLIC_STATES))
                .options(
                    joinedload(Challenge.agency), selectinload(Challenge.texts), selectinload(Challenge.criteria)
                )
                .order_by(Challenge.id)
                .limit(AT_ONCE)
            )
            portion = database.session.scalars(statement.where(Challenge.id > last) if last else statement).all()
            for challenge in portion:
                index(challenge)
            if not portion:
                return
            last = portion[-1].id
            database.session.commit()
            database.session.expunge_all()
        done += len(portion)
        yield done
