"""What pages read of challenges; the session adds what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import PersonDetails
from marketplace.challenges import policy
from marketplace.challenges.drafting import preview_hash
from marketplace.challenges.models import Challenge, ChallengeState, ChallengeText, NoticeKind, SectionRevision
from marketplace.challenges.saving import HISTORY
from marketplace.core import access, database, events
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _, _l
from marketplace.core.lists import Asked
from marketplace.core.needs import Need, Waiting
from marketplace.core.paging import Page
from marketplace.core.writing.history import Place
from marketplace.organisations.models import Organisation

AT_WORK = timedelta(minutes=5)
NOTICE_OF = {
    "challenge.edits_requested": NoticeKind.EDITS_REQUESTED,
    "challenge.extended": NoticeKind.EXTENSION,
    "challenge.corrected": NoticeKind.CORRECTION,
}
TITLES = (ChallengeText.challenge_id, ChallengeText.language, ChallengeText.title)
WHOLE = (
    joinedload(Challenge.agency, innerjoin=True),
    joinedload(Challenge.texts),  # three at most: their rows cost less than a statement of their own
    selectinload(Challenge.criteria),
    selectinload(Challenge.stages),
    selectinload(Challenge.notices),
)


def one_challenge(key: str) -> Challenge:
    """The challenge of that key with all that its page shows.

    Four statements.

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


def changed_at(challenges: Sequence[Challenge]) -> dict[UUID, datetime]:
    """When each last changed for its readers: its publication or the latest public event. One statement."""
    public = (
        select(events.Event.stream_id, func.max(events.Event.at))
        .where(events.Event.stream_id.in_([each.id for each in challenges]), events.Event.is_public)
        .group_by(events.Event.stream_id)
    )
    latest = {row[0]: row[1] for row in database.session.execute(public)}
    made = {each.id: each.publish_at or each.created_at for each in challenges}
    return {key: max(moment, latest.get(key, moment)) for key, moment in made.items()}


def revisions(challenge: Challenge, section: str, language: str) -> list[tuple[SectionRevision, str, None]]:
    """Who wrote what in a section, the latest first; two statements."""
    found = HISTORY.latest(Place(challenge.id, section, language))
    names = names_of({each.by_id for each in found})
    return [(each, names.get(each.by_id, "–"), None) for each in found]


def busy_elsewhere(
    challenge: Challenge, section: str, person_id: UUID | None, now: datetime
) -> list[tuple[str, str]]:
    """Colleagues who saved within the last minutes: (name, section); two statements."""
    found = database.session.execute(
        select(SectionRevision.by_id, SectionRevision.section)
        .where(
            SectionRevision.challenge_id == challenge.id,
            SectionRevision.by_id != person_id,
            SectionRevision.at > now - AT_WORK,
        )
        .distinct()
        .limit(5)
    ).all()
    names = names_of({row.by_id for row in found}) if found else {}
    return [(names.get(row.by_id, "–"), row.section) for row in found]


def names_of(person_ids: set[UUID]) -> dict[UUID, str]:
    """The names of those people whom the viewer may know; one statement."""
    rows = database.session.execute(
        select(PersonDetails.person_id, PersonDetails.name).where(PersonDetails.person_id.in_(person_ids))
    )
    return {row.person_id: row.name for row in rows}


@dataclass(frozen=True)
class Happened:
    """One line of a timeline: what, when, and what was said with it."""

    sentence: str
    at: datetime
    words: str | None = None


def timeline(challenge: Challenge) -> list[Happened]:
    """What happened to it, oldest first, as far as the viewer may know; at most 200 events, three statements."""
    rows = database.session.scalars(
        select(events.Event).where(events.Event.stream_id == challenge.id).order_by(events.Event.number).limit(200)
    ).all()
    names = names_of({row.actor_id for row in rows if row.actor_id})
    agencies = {row.actor_organisation_id for row in rows if row.actor_organisation_id}
    houses = database.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(agencies)))
    by_house = {row.id: row.name for row in houses}
    words = {(notice.kind, notice.at): notice.text for notice in challenge.notices}
    return [
        Happened(
            events.sentence(row, _actor(row, names, by_house, challenge)),
            row.at,
            words.get((NOTICE_OF[row.name], row.at)) if row.name in NOTICE_OF else None,
        )
        for row in rows
    ]


def _actor(row: events.Event, names: dict[UUID, str], houses: dict[UUID, str], challenge: Challenge) -> str:
    """The person where the viewer may know the name, else the organisation that acted."""
    person = names.get(row.actor_id) if row.actor_id else None
    return person or houses.get(row.actor_organisation_id or challenge.agency_id) or "–"


def own_challenges(agency_id: UUID, asked: Asked) -> Page[Challenge]:
    """The agency's challenges in whatever state, as they were asked for; three statements."""
    statement = (
        select(Challenge)
        .where(Challenge.agency_id == agency_id)
        .options(selectinload(Challenge.texts).load_only(*TITLES))
    )
    return asked.page(statement)


NEEDED: dict[ChallengeState, tuple[Any, Any, str, frozenset[Role]]] = {
    ChallengeState.IN_REVIEW: (
        _l("Review the challenge"),
        _l("Review"),
        "challenges.review",
        frozenset({Role.APPROVER}),
    ),
    ChallengeState.EDITS_REQUESTED: (
        _l("Make the edits that were asked for"),
        _l("Edit"),
        "challenges.manage",
        policy.AUTHORS,
    ),
    ChallengeState.APPROVED: (
        _l("Publish the approved challenge"),
        _l("Publish"),
        "challenges.manage",
        policy.AUTHORS,
    ),
}


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """What of the agency's challenges needs this person now; two statements, at most 50 things."""
    wanted = [state for state, (_t, _v, _e, roles) in NEEDED.items() if roles & viewer.roles]
    return [
        Need(
            title=str(NEEDED[challenge.state][0]),
            about=challenge.title,
            due=challenge.deadline,
            url=url_for(NEEDED[challenge.state][2], key=challenge.key),
            verb=str(NEEDED[challenge.state][1]),
            zone=challenge.zone,
        )
        for challenge in _in_states(viewer, wanted)
        if challenge.state != ChallengeState.IN_REVIEW or not policy.wrote_it(viewer, challenge)
    ]


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Whom this person's challenges wait for: the approvers; three statements, at most 50 things."""
    if not policy.AUTHORS & viewer.roles:
        return []
    found = _in_states(viewer, [ChallengeState.IN_REVIEW])
    since = changed_inside(found)
    return [
        Waiting(
            whom=_("An approver"),
            about=challenge.title,
            since=since.get(challenge.id),
            url=url_for("challenges.manage", key=challenge.key),
        )
        for challenge in found
    ]


def changed_inside(challenges: Sequence[Challenge]) -> dict[UUID, datetime]:
    """When the last event of each happened that the viewer may know; one statement."""
    rows = database.session.execute(
        select(events.Event.stream_id, func.max(events.Event.at))
        .where(events.Event.stream_id.in_([each.id for each in challenges]))
        .group_by(events.Event.stream_id)
    )
    return {row[0]: row[1] for row in rows}


def _in_states(viewer: Viewer, states: list[ChallengeState]) -> list[Challenge]:
    if viewer.organisation_kind != Kind.AGENCY or not states:
        return []
    return list(
        database.session.scalars(
            select(Challenge)
            .where(Challenge.agency_id == viewer.organisation_id, Challenge.state.in_(states))
            .options(selectinload(Challenge.texts).load_only(*TITLES))
            .order_by(Challenge.id)
            .limit(50)
        )
    )
