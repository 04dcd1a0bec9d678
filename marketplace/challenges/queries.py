"""What pages read of challenges; the session adds what the viewer may see."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.challenges.drafting import preview_hash
from marketplace.challenges.models import Challenge, ChallengeState, SectionRevision
from marketplace.core import access, database
from marketplace.core.errors import NotFound

WHOLE = (
    joinedload(Challenge.agency, innerjoin=True),
    selectinload(Challenge.texts),
    selectinload(Challenge.criteria),
    selectinload(Challenge.stages),
    selectinload(Challenge.notices),
)


def one_challenge(key: str) -> Challenge:
    """The challenge of that key with all that its page shows.

    Five statements.

    Raises:
        NotFound: there is none, or none that the viewer may see.
    """
    return _only(select(Challenge).where(Challenge.key == key).options(*WHOLE))


def challenge_by_id(challenge_id: UUID) -> Challenge:
    """The challenge of that id with all that its page shows; see `one_challenge`."""
    return _only(select(Challenge).where(Challenge.id == challenge_id).options(*WHOLE))


def previewed_challenge(key: str, token: str) -> Challenge:
    """The challenge that a secret preview link opens, read for whoever holds the link.

    Raises:
        NotFound: unknown, revoked, or public meanwhile under its own address.
    """
    with access.reading_as_system("the holder of a secret preview link sees the draft"):
        return _only(
            select(Challenge)
            .where(Challenge.key == key, Challenge.preview_hash == preview_hash(token))
            .options(*WHOLE)
        )


def _only(statement) -> Challenge:
    found = database.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def conflicts(challenge: Challenge, section: str, language: str, person_id: UUID | None) -> list[SectionRevision]:
    """What a person typed and could not save since somebody else had; the latest first, at most 5."""
    return list(
        database.session.scalars(
            select(SectionRevision)
            .where(
                SectionRevision.challenge_id == challenge.id,
                SectionRevision.section == section,
                SectionRevision.language == language,
                SectionRevision.by_id == person_id,
                SectionRevision.is_conflict,
            )
            .order_by(SectionRevision.at.desc())
            .limit(5)
        )
    )


def count_in_review(agency_id: UUID) -> list[Challenge]:
    """The agency's challenges that wait for an approver; at most 50."""
    return list(
        database.session.scalars(
            select(Challenge)
            .where(Challenge.agency_id == agency_id, Challenge.state == ChallengeState.IN_REVIEW)
            .options(selectinload(Challenge.texts))
            .order_by(Challenge.id)
            .limit(50)
        )
    )
