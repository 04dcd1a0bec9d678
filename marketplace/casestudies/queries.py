"""What pages read of case studies; the session adds what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.queries import names
from marketplace.casestudies.desk import needs, waiting
from marketplace.casestudies.loading import SIDES, with_words
from marketplace.casestudies.models import (
    OPEN_STATES,
    PUBLIC_STATES,
    WORKING_STATES,
    CaseStudy,
    Edition,
    EditionRevision,
    EditionState,
    EditionText,
)
from marketplace.casestudies.saving import HISTORY
from marketplace.core import database, events
from marketplace.core.errors import NotFound
from marketplace.core.lists import Asked
from marketplace.core.paging import Page
from marketplace.core.writing.history import Place
from marketplace.organisations.models import Organisation
from marketplace.pilots.models import Pilot

__all__ = ["needs", "waiting"]  # asked for here by the dashboard, as of every feature

MOST_EVENTS = 200
MOST_EDITIONS = 50
MAX_NUMBER = 2**31


def published(key: str, number: int | None = None) -> Edition:
    """What stands at a public address: the present edition, or the one of that number. At most three statements.

    Where everything was retracted, the last tombstone.

    Raises:
        NotFound: unknown, not published, or not to be seen by the viewer.
    """
    # Said besides the access rule: who works on a draft reads it on its own page, not on the public one.
    statement = with_words(
        select(Edition).join(Edition.case_study).where(CaseStudy.key == key, Edition.state.in_(PUBLIC_STATES))
    )
    if number is not None:
        if not 0 < number < MAX_NUMBER:
            raise NotFound
        statement = statement.where(Edition.number == number)
    # The present one before all others, then the last.
    is_present = Edition.state == EditionState.PUBLISHED
    statement = statement.order_by(is_present.desc(), Edition.number.desc()).limit(1)
    return _only(statement)


def _only(statement: Select[Any]) -> Any:
    found = database.session.scalars(statement).unique().first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Release:
    """One published edition as its successors tell of it.

    Attributes:
        corrections: language -> what it corrects in the one before; empty where it was retracted.
    """

    number: int
    state: EditionState
    published_at: datetime
    retracted_at: datetime | None
    retraction_reason: str
    language: str
    corrections: dict[str, str]

    def correction(self, language: str) -> str:
        """What it corrects, in a language or else in the original's."""
        return self.corrections.get(language) or self.corrections.get(self.language) or ""


def releases(study_id: UUID) -> list[Release]:
    """Every published edition of a case study, the newest first; two statements, at most 50."""
    rows = database.session.scalars(
        select(Edition)
        .where(Edition.case_study_id == study_id, Edition.state.in_(PUBLIC_STATES))
        .order_by(Edition.number.desc())
        .limit(MOST_EDITIONS)
    ).all()
    texts = database.session.execute(
        select(EditionText.edition_id, EditionText.language, EditionText.correction).where(
            EditionText.edition_id.in_([row.id for row in rows if row.state in OPEN_STATES])
        )
    ).all()
    words: dict[UUID, dict[str, str]] = {}
    for edition_id, language, correction in texts:
        words.setdefault(edition_id, {})[language] = correction
    return [
        Release(
            row.number,
            row.state,
            row.published_at,
            row.retracted_at,
            row.retraction_reason,
            row.language,
            words.get(row.id, {}),
        )
        for row in rows
        if row.published_at is not None
    ]


def verifiers(edition: Edition) -> dict[UUID, str]:
    """The names of the officers who verified what the claims stand on: a name on a decision. One or two statements."""
    return names([UUID(by) for claim in edition.claims if (by := claim.evidence.get("verified_by"))])


def retracted(limit: int) -> Sequence[Edition]:
    """The tombstones of case studies that were retracted as a whole, the latest first; one statement."""
    edition, other = Edition, Edition.__table__.alias()
    stands = (
        select(other.c.id)
        .where(other.c.case_study_id == edition.case_study_id, other.c.state == EditionState.PUBLISHED)
        .correlate(edition.__table__)
        .exists()
    )
    newer = (
        select(other.c.id)
        .where(
            other.c.case_study_id == edition.case_study_id,
            other.c.number > edition.number,
            other.c.state.in_(PUBLIC_STATES),
        )
        .correlate(edition.__table__)
        .exists()
    )
    statement = (
        select(edition)
        .where(edition.state == EditionState.RETRACTED, ~stands, ~newer)
        .order_by(edition.retracted_at.desc(), edition.id)
        .limit(limit)
    )
    return database.session.scalars(statement).all()


# --- one's own work ---


def one_study(key: str) -> CaseStudy:
    """A case study with its sides and its editions; two statements.

    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    found: CaseStudy = _only(
        select(CaseStudy)
        .where(CaseStudy.key == key)
        .options(
            joinedload(CaseStudy.agency, innerjoin=True),
            joinedload(CaseStudy.startup, innerjoin=True),
            selectinload(CaseStudy.editions),
        )
    )
    return found


def working(key: str, *, with_study: bool = False) -> Edition:
    """The edition that is being written or cleared, else the newest, with its words; at most five statements.

    Args:
        with_study: also the pilot and all editions, one statement more.
    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    in_work = Edition.state.in_(WORKING_STATES)
    statement = select(Edition).join(Edition.case_study).where(CaseStudy.key == key)
    if with_study:
        study = joinedload(Edition.case_study, innerjoin=True)
        statement = statement.options(study.joinedload(CaseStudy.pilot), study.selectinload(CaseStudy.editions))
    found: Edition = _only(
        with_words(statement)
        .options(selectinload(Edition.clearances))
        .order_by(in_work.desc(), Edition.number.desc())
        .limit(1)
    )
    return found


def study_of_pilot(pilot_id: UUID) -> CaseStudy | None:
    """The case study that was drafted from a pilot, if the viewer sees one; one statement."""
    return database.session.scalars(select(CaseStudy).where(CaseStudy.pilot_id == pilot_id)).one_or_none()


def pilot_by_key(key: str) -> Pilot:
    """The pilot that a case study is drafted from; one statement.

    Raises:
        NotFound: unknown, or not to be seen by the viewer.
    """
    found: Pilot = _only(select(Pilot).where(Pilot.key == key))
    return found


def own_editions(organisation_id: UUID | None, asked: Asked) -> Page[Edition]:
    """The newest edition of each case study of an organisation, in whatever state; three statements."""
    other = Edition.__table__.alias()
    newest = select(func.max(other.c.number)).where(other.c.case_study_id == Edition.case_study_id).scalar_subquery()
    statement = (
        select(Edition)
        .join(Edition.case_study)
        .where(
            (CaseStudy.agency_id == organisation_id) | (CaseStudy.startup_id == organisation_id),
            Edition.number == newest,
            # An evaluator sees that a retracted one was there, and none of its words.
            Edition.texts.any(),
        )
        .options(*SIDES, selectinload(Edition.texts))
    )
    return asked.page(statement)


@dataclass(frozen=True)
class Happened:
    """One line of a timeline."""

    sentence: str
    at: datetime


def timeline(study: CaseStudy, people: Iterable[UUID] = ()) -> tuple[list[Happened], dict[UUID, str]]:
    """What happened to a case study, the latest first, as far as the viewer may know; at most three statements.

    Args:
        people: whose names are wanted besides those who acted.
    """
    rows = database.session.scalars(
        select(events.Event)
        .where(events.Event.stream_id == study.id)
        .order_by(events.Event.number.desc())
        .limit(MOST_EVENTS)
    ).all()
    known = names([*people, *(row.actor_id for row in rows)])
    houses = {study.agency_id: study.agency.name, study.startup_id: study.startup.name}
    return [Happened(events.sentence(row, _actor(row, known, houses)), row.at) for row in rows], known


def _actor(row: events.Event, people: dict[UUID, str], houses: dict[UUID, str]) -> str:
    name = people.get(row.actor_id, "–") if row.actor_id else "–"
    house = houses.get(row.actor_organisation_id) if row.actor_organisation_id else None
    return f"{name} ({house})" if house else name


# --- writing ---


def revisions(edition: Edition, section: str, language: str) -> list[tuple[EditionRevision, str, str]]:
    """Who wrote what in a section: (revision, person, organisation), the latest first; three statements."""
    found = HISTORY.latest(Place(edition.id, section, language))
    people = names([each.by_id for each in found])
    houses = _organisations({each.organisation_id for each in found})
    return [(each, people[each.by_id], houses.get(each.organisation_id, "–")) for each in found]


def _organisations(ids: set[UUID]) -> dict[UUID, str]:
    rows = database.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: row.name for row in rows}
