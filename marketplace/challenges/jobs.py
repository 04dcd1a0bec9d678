"""Drawing the share cards of challenges: when they are published, and whenever what a card shows has changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges import cards
from marketplace.challenges.models import PUBLIC_STATES, Challenge
from marketplace.core import database, jobs
from marketplace.core.access import reading_as_system
from marketplace.core.events import Event


@jobs.task("challenges.card")
def draw_card(challenge_id: str) -> None:
    """Draw the cards of a challenge that is public, or will be."""
    wanted = (
        select(Challenge)
        .where(Challenge.id == UUID(challenge_id), Challenge.state.in_(PUBLIC_STATES))
        .options(joinedload(Challenge.agency), selectinload(Challenge.texts))
    )
    with database.session_scope() as session, reading_as_system("a card shows what everybody may read"):
        challenge = session.scalars(wanted).one_or_none()
        if challenge is not None:
            cards.draw_all(challenge)


def draw_later(happened: Event) -> None:
    """The reaction to what changes a challenge's card."""
    jobs.defer(draw_card, challenge_id=str(happened.subject_id))


@jobs.task("challenges.cards_of")
def draw_cards_of(agency_id: str) -> None:
    """Enqueue the cards of all challenges of an agency; those that show what they showed are not drawn again."""
    wanted = select(Challenge.id).where(Challenge.agency_id == UUID(agency_id), Challenge.state.in_(PUBLIC_STATES))
    with database.session_scope() as session, reading_as_system("a card shows what everybody may read"):
        for challenge_id in session.scalars(wanted):
            jobs.defer(draw_card, challenge_id=str(challenge_id))
        session.commit()


def renamed(happened: Event) -> None:
    """The reaction to a changed profile of an organisation, whose name stands on its challenges' cards."""
    jobs.defer(draw_cards_of, agency_id=str(happened.subject_id))
