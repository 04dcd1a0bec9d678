"""Taking over what was read of a foreign site: agencies, postings, and a report of each row."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from marketplace.challenges import indexing, policy
from marketplace.challenges.importing.agencies import Agency
from marketplace.challenges.importing.posting import Posting, Problem, Reading
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.workflow import LIFECYCLE
from marketplace.core import database, events, ids
from marketplace.core.access import Kind, Role, Viewer, reading_as_system, require
from marketplace.core.errors import Refused
from marketplace.organisations import commands as organisations
from marketplace.organisations.models import Organisation

SOURCE = "challenge-gov"
COUNTRY = "US"
CURRENCY = "USD"
LANGUAGE = "en"
NOT_NAMED = Agency(("Agency not named",))


@dataclass
class Report:
    """What became of each row.

    Attributes:
        taken, changed, unchanged: numbers of rows that are in now.
        problems: what could not be taken, and why; some of it refuses its row.
    """

    rows: int = 0
    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows were not taken at all."""
        return sum(problem.refuses_row for problem in self.problems)


def importer(now: datetime) -> Viewer:
    """Whoever runs the command on the host's own machine, as the host's administrator without a name."""
    return Viewer(at=now, organisation_kind=Kind.HOST, roles=frozenset({Role.ADMINISTRATOR}))


def import_postings(
    actor: Viewer, reading: Reading, now: datetime, told: Callable[[int], None] = lambda _done: None
) -> Report:
    """Take postings over, each in its own transaction; a posting that is there already is brought up to date.

    Args:
        told: is called with how many rows are done.
    Returns:
        what became of each row.
    Raises:
        NotAllowed: the actor is no administrator of the host.
    """
    require(actor.is_host(Role.ADMINISTRATOR))
    report = Report(rows=reading.rows, problems=list(reading.problems))
    with reading_as_system("an import finds what it took over before, whatever its state"):
        for done, posting in enumerate(reading.postings, start=1):
            try:
                outcome = _take(actor, posting, now)
                database.session.commit()
                setattr(report, outcome, getattr(report, outcome) + 1)
            except (Refused, SQLAlchemyError) as error:
                database.session.rollback()
                report.problems.append(_refusal(posting, error))
            told(done)
    report.problems.sort(key=lambda problem: (problem.row, problem.field))
    return report


def _refusal(posting: Posting, error: Exception) -> Problem:
    reason = str(error).split("\n", 1)[0]
    return Problem(posting.row, posting.source_id, "", posting.title[:120], reason, refuses_row=True)


def _take(actor: Viewer, posting: Posting, now: datetime) -> str:
    """One posting; the attribute of the report that counts it."""
    found = database.session.scalars(
        select(Challenge).where(Challenge.source == SOURCE, Challenge.source_id == posting.source_id)
    ).one_or_none()
    if found is not None and (found.source_data or {}).get("fingerprint") == posting.fingerprint:
        return "unchanged"
    agency = _agency(actor, posting.agency or NOT_NAMED, now)
    challenge = found or Challenge(id=ids.new_id(), source=SOURCE, source_id=posting.source_id)
    _write(challenge, posting, agency, now)
    if found is None:
        database.session.add(challenge)
        database.session.flush()
        LIFECYCLE.fire(challenge, "import", actor, now, fingerprint=posting.fingerprint)
    else:
        require(policy.can_import(actor, challenge))
        events.record("challenge.reimported", actor, on=challenge, now=now, fingerprint=posting.fingerprint)
    indexing.index(challenge)
    return "taken" if found is None else "changed"


def _write(challenge: Challenge, posting: Posting, agency: Organisation, now: datetime) -> None:
    challenge.agency_id, challenge.agency = agency.id, agency
    challenge.language = LANGUAGE
    challenge.zone = posting.zone
    # A posting without a date of its own keeps the day on which it was first seen here.
    challenge.publish_at = posting.opens_at or challenge.publish_at or posting.visible_from(now)
    if posting.deadline is not None and challenge.publish_at >= posting.deadline:
        challenge.publish_at = posting.visible_from(now)
    challenge.deadline = posting.deadline
    challenge.currency = posting.prize.currency if posting.prize else CURRENCY
    challenge.prize_minor = posting.prize.minor if posting.prize else None
    challenge.prize_words = posting.prize_words
    challenge.topics = list(posting.topics)
    challenge.external_url = posting.external_url or posting.source_url
    challenge.source_data = posting.facts()
    text = next(iter(challenge.texts), None)
    if text is None:
        text = ChallengeText(language=LANGUAGE, versions={})
        challenge.texts = [text]
    for column, words in _texts(posting).items():
        setattr(text, column, words)


def _texts(posting: Posting) -> dict[str, Any]:
    """The foreign site's fields under the names that they have here."""
    return {
        "title": posting.title,
        "summary": posting.tagline,
        "problem": posting.description,
        "eligibility": posting.rules,
        "judging": posting.judging,
        "stages_note": posting.how_to_enter,
        "budget_note": posting.prizes,
    }


def _agency(actor: Viewer, agency: Agency, now: datetime) -> Organisation:
    """The agency with those above it, as the import made them before or makes them now."""
    above: Organisation | None = None
    for depth in range(1, len(agency.path) + 1):
        above = _one_agency(actor, agency.path[:depth], above, now)
    assert above is not None
    return above


def _one_agency(actor: Viewer, path: tuple[str, ...], above: Organisation | None, now: datetime) -> Organisation:
    key = _key(path)
    found = database.session.scalars(select(Organisation).where(Organisation.key == key)).one_or_none()
    if found is not None:
        return found
    made = organisations.import_agency(actor, organisations.Profile(path[-1], COUNTRY), now, key=key)
    if above is not None:
        organisations.place(actor, made, above.id, now)
    return made


def _key(path: tuple[str, ...]) -> str:
    """The same key for the same agency at each import, so that one which was claimed meanwhile is found again."""
    digest = hashlib.sha256("\n".join((SOURCE, *path)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[: ids.KEY_LENGTH]
