"""What the hand-written pages read: SQLAlchemy Core on the same tables, each rule of access written out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, case, cast, func, literal, select, union_all

from marketplace import models
from marketplace.challenges.models import (
    PUBLIC_STATES,
    Challenge,
    ChallengeNotice,
    ChallengeState,
    ChallengeText,
    Criterion,
    NoticeKind,
    StageDate,
)
from marketplace.core.files import File
from marketplace.organisations.models import Organisation

models.load_all()
challenge = Challenge.__table__
text = ChallengeText.__table__
criterion = Criterion.__table__
stage = StageDate.__table__
notice = ChallengeNotice.__table__
file = File.__table__
agency = Organisation.__table__

PAGE = 20
COUNTED = 5000
AGENCY = (agency.c.name.label("agency_name"), agency.c.key.label("agency_key"), agency.c.slug.label("agency_slug"))


def _is_public(now: datetime) -> Any:
    return and_(challenge.c.state.in_(PUBLIC_STATES), challenge.c.publish_at <= now)


def _is_open(now: datetime) -> Any:
    return and_(challenge.c.state == ChallengeState.PUBLISHED, challenge.c.deadline >= now)


def rows(now: datetime) -> Select[Any]:
    """The first page of the list: what is open, the soonest deadline first."""
    return (
        select(challenge, *AGENCY)
        .join(agency, agency.c.id == challenge.c.agency_id)
        .where(_is_public(now), _is_open(now))
        .order_by(challenge.c.deadline, challenge.c.id)
        .limit(PAGE + 1)
    )


def titles(ids: list[Any]) -> Select[Any]:
    """Titles and summaries of rows."""
    return select(text.c.challenge_id, text.c.language, text.c.title, text.c.summary).where(
        text.c.challenge_id.in_(ids)
    )


def total(now: datetime) -> Select[Any]:
    """How many are open, counted to 1,001."""
    found = select(challenge.c.id).where(_is_public(now), _is_open(now)).limit(1001).subquery()
    return select(func.count()).select_from(found)


def _counted(now: datetime) -> Any:
    is_open = _is_open(now)
    amount = cast(func.coalesce(challenge.c.budget_minor, challenge.c.prize_minor) / 100, BigInteger)
    status = case((is_open, "open"), (challenge.c.state == "published", "closed"), else_=challenge.c.state)
    budget = case(
        (amount.is_(None), "unstated"),
        (amount <= 50_000, "to-50k"),
        (amount <= 250_000, "to-250k"),
        (amount <= 1_000_000, "to-1m"),
        else_="over-1m",
    )
    columns = (challenge.c.topics, challenge.c.agency_id, challenge.c.deadline, agency.c.country)
    return (
        select(status.label("status"), *columns, budget.label("budget"), is_open.label("is_open"))
        .join(agency, agency.c.id == challenge.c.agency_id)
        .where(_is_public(now))
        .limit(COUNTED)
        .cte("counted")
    )


def counts(now: datetime) -> Any:
    """How many rows each value of each facet would give."""
    counted = _counted(now)

    def grouped(name: str, value: Any, *where: Any) -> Any:
        inner = select(value.label("value")).select_from(counted).where(*where).subquery()
        return select(literal(name), cast(inner.c.value, Text), func.count()).group_by(inner.c.value)

    def closing(days: int) -> Any:
        return select(literal("closing"), literal(str(days)), func.count()).where(
            counted.c.is_open, counted.c.deadline <= now + timedelta(days=days)
        )

    return union_all(
        grouped("status", counted.c.status),
        grouped("topic", func.unnest(counted.c.topics), counted.c.is_open),
        grouped("agency", counted.c.agency_id, counted.c.is_open),
        grouped("country", counted.c.country, counted.c.is_open),
        grouped("budget", counted.c.budget, counted.c.is_open),
        closing(7),
        closing(30),
        select(literal("total"), literal(""), func.count()).select_from(counted),
    )


def agencies(ids: list[str]) -> Select[Any]:
    """The agencies that the facet names."""
    return select(agency.c.id, agency.c.key, agency.c.name).where(agency.c.id.in_(ids))


def one(key: str, now: datetime) -> Select[Any]:
    """A challenge with its agency."""
    return (
        select(challenge, *AGENCY, agency.c.country.label("agency_country"))
        .join(agency, agency.c.id == challenge.c.agency_id)
        .where(challenge.c.key == key, _is_public(now))
    )


def parts(challenge_id: Any) -> dict[str, Select[Any]]:
    """What belongs to a challenge: a statement each."""
    return {
        "texts": select(text).where(text.c.challenge_id == challenge_id),
        "criteria": select(criterion).where(criterion.c.challenge_id == challenge_id).order_by(criterion.c.position),
        "stages": select(stage).where(stage.c.challenge_id == challenge_id).order_by(stage.c.position),
        "notices": select(notice)
        .where(notice.c.challenge_id == challenge_id, notice.c.kind != NoticeKind.EDITS_REQUESTED)
        .order_by(notice.c.at),
        "files": select(file.c.id, file.c.name, file.c.size_bytes)
        .where(file.c.subject_kind == "challenge", file.c.subject_id == challenge_id)
        .order_by(file.c.id),
    }
