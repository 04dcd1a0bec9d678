"""Rows for the benches, written in bulk by the real models: agencies, and challenges as large as real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.challenges.models import (
    Challenge,
    ChallengeState,
    ChallengeText,
    Criterion,
    CriterionKind,
    StageDate,
)
from marketplace.core import search
from marketplace.core.access import Kind
from marketplace.core.ids import new_id, new_key
from marketplace.core.text import fold, slugify
from marketplace.core.vocabularies import sectors, topics
from marketplace.organisations.models import Organisation, OrganisationState

AGENCIES = 12
AT_ONCE = 1_000
COUNTRIES = ("FR", "MA", "BE", "CA", "LB", "TN")
STATES = (ChallengeState.PUBLISHED,) * 7 + (
    ChallengeState.EVALUATION,
    ChallengeState.AWARDED,
    ChallengeState.CANCELLED,
)
_TEXT = (
    "water station pump controller alarm limit pressure change slow network sensor reading operator maker firmware "
    "update key certificate register hospital border port crane ship energy grid substation relay school city court "
    "record archive signature phone message caller invoice payment tax office detect prevent recover train measure "
    "report share compare protect isolate restore inspect trace verify secure resilient open public national small"
)
_WORDS = _TEXT.split()


def organisations(session: Session, kind: Kind, count: int) -> list[UUID]:
    """Verified organisations of a kind; their ids."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        name = f"{kind.value.capitalize()} for {_WORDS[number % len(_WORDS)]} {number + 1}"
        rows.append(
            {
                "id": new_id(),
                "kind": kind,
                "state": OrganisationState.VERIFIED,
                "slug": slugify(name),
                "name": name,
                "folded_name": fold(name),
                "country": COUNTRIES[number % len(COUNTRIES)],
                "zone": "Europe/Paris",
            }
        )
    session.execute(insert(Organisation), rows)
    return [row["id"] for row in rows]


def challenges(session: Session, count: int) -> None:
    """Public challenges in all states with texts, criteria and steps, the same ones at each run.

    Args:
        count: seven of ten are open, until a day to three years from now.
    """
    chance = random.Random(count)
    now = datetime.now(UTC)
    agencies = organisations(session, Kind.AGENCY, AGENCIES)
    for start in range(0, count, AT_ONCE):
        rows = [_challenge(chance, agencies, now) for _ in range(min(AT_ONCE, count - start))]
        texts = [_text(chance, row) for row in rows]
        for row, text in zip(rows, texts, strict=True):
            row["search"] = search.document([(text["title"], "A"), (text["summary"], "B"), (text["problem"], "C")])
        session.execute(insert(Challenge), rows)
        session.execute(insert(ChallengeText), texts)
        session.execute(insert(Criterion), [each for row in rows for each in _criteria(chance, row)])
        session.execute(insert(StageDate), [each for row in rows for each in _steps(row)])
        session.flush()


def _challenge(chance: random.Random, agencies: list[UUID], now: datetime) -> dict[str, Any]:
    deadline = now + timedelta(hours=chance.randint(24, 3 * 365 * 24))
    return {
        "id": new_id(),
        "key": new_key(),
        "agency_id": chance.choice(agencies),
        "state": chance.choice(STATES),
        "zone": "Europe/Paris",
        "currency": "EUR",
        "publish_at": now - timedelta(hours=chance.randint(1, 5 * 365 * 24)),
        "deadline": deadline,
        "decision_due": deadline + timedelta(days=60),
        "pilot_months": 6,
        "budget_minor": chance.randint(20, 2_000) * 1_000_00,
        "topics": chance.sample([code for code, _ in topics.choices()], 2),
        "sectors": chance.sample([code for code, _ in sectors.choices()], 2),
        "criteria_hash": f"{chance.getrandbits(256):064x}",
        "published_hash": f"{chance.getrandbits(256):064x}",
    }


def _text(chance: random.Random, challenge: dict[str, Any]) -> dict[str, Any]:
    def sentence(words: int) -> str:
        return " ".join(chance.choices(_WORDS, k=words)).capitalize()

    def prose(paragraphs: int) -> str:
        return "\n\n".join(". ".join(sentence(14) for _ in range(5)) + "." for _ in range(paragraphs))

    points = "\n".join(f"- **{sentence(3)}** {sentence(8)}" for _ in range(4))
    return {
        "id": new_id(),
        "challenge_id": challenge["id"],
        "language": "en",
        "title": sentence(6),
        "summary": sentence(18),
        "problem": prose(3),
        "outcomes": points,
        "context": prose(2),
        "eligibility": sentence(12),
        "intellectual_property": prose(1),
        "data_security": prose(1),
        "adoption_route": prose(1),
    }


def _criteria(chance: random.Random, challenge: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for position, (name, weight) in enumerate((("Quality", 40), ("Team", 20), ("Effort", 15), ("Price", 25))):
        yield {
            "id": new_id(),
            "challenge_id": challenge["id"],
            "position": position,
            "kind": CriterionKind.PRICE if name == "Price" else CriterionKind.POINTS,
            "name": name,
            "guidance": " ".join(chance.choices(_WORDS, k=12)),
            "weight": weight,
            "scale": 10,
        }


def _steps(challenge: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for position, days in enumerate((-20, 30)):
        yield {
            "id": new_id(),
            "challenge_id": challenge["id"],
            "position": position,
            "name": f"Information day {position + 1}",
            "starts_at": challenge["deadline"] + timedelta(days=days),
        }
