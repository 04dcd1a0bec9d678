"""Likely conflicts between an evaluator and the bidders: computed and shown, never decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import PersonDetails
from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.core.i18n import _l
from marketplace.evaluations.models import Acquaintance
from marketplace.organisations.models import Membership, Organisation

MEMBER = _l("You are a member of this startup.")
WAS_MEMBER = _l("You were a member of this startup.")
PILOT = _l("You took part in a pilot with this startup.")
PILOT_OF_AGENCY = _l("An agency that you are or were a member of ran a pilot with this startup.")
SAME_EMPLOYER = _l("You and somebody of this startup are or were members of the same organisation.")
SAME_DOMAIN = _l("Your mail address and this startup’s have the same domain.")

# Domains that anybody gets an address at say nothing of an employer.
ANYBODYS = frozenset(
    {
        "aol.com", "free.fr", "gmail.com", "gmx.com", "gmx.net", "hotmail.com", "hotmail.fr", "icloud.com",
        "laposte.net", "live.com", "mail.com", "mail.ru", "orange.fr", "outlook.com", "pm.me", "proton.me",
        "protonmail.com", "qq.com", "web.de", "yahoo.com", "yahoo.fr", "yandex.com", "ymail.com",
    }
)  # fmt: skip


def likely(person_id: UUID, startup_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Startup -> why a conflict is likely, in words. Five statements, whatever the count.

    Rule: product rules, "Evaluation": same employer, mail domain, earlier pilot together, earlier membership.
    """
    with reading_as_system("likely conflicts are found in memberships that the evaluator may not see"):
        found: dict[UUID, list[Any]] = defaultdict(list)
        for startup_id, ends_at in _own(person_id, startup_ids):
            found[startup_id].append(WAS_MEMBER if ends_at is not None else MEMBER)
        for startup_id, is_own in _pilots(person_id, startup_ids):
            found[startup_id].append(PILOT if is_own else PILOT_OF_AGENCY)
        for startup_id in _colleagues(person_id, startup_ids):
            found[startup_id].append(SAME_EMPLOYER)
        for startup_id in _same_domain(person_id, startup_ids):
            found[startup_id].append(SAME_DOMAIN)
    return {startup_id: list(dict.fromkeys(reasons)) for startup_id, reasons in found.items()}


def _own(person_id: UUID, startup_ids: Sequence[UUID]):
    return database.session.execute(
        select(Membership.organisation_id, Membership.ends_at).where(
            Membership.person_id == person_id, Membership.organisation_id.in_(startup_ids)
        )
    ).all()


def _pilots(person_id: UUID, startup_ids: Sequence[UUID]):
    """Startups of pilots in which the evaluator took part, or an agency of his; whether he did himself."""
    agencies = select(Membership.organisation_id).where(Membership.person_id == person_id)
    return database.session.execute(
        select(Acquaintance.startup_id, func.bool_or(Acquaintance.person_id == person_id))
        .where(
            Acquaintance.startup_id.in_(startup_ids),
            or_(Acquaintance.person_id == person_id, Acquaintance.agency_id.in_(agencies)),
        )
        .group_by(Acquaintance.startup_id)
    ).all()


def _colleagues(person_id: UUID, startup_ids: Sequence[UUID]) -> list[UUID]:
    """Startups with a member who shares another organisation with the evaluator, now or earlier."""
    mine, theirs, in_startup = aliased(Membership), aliased(Membership), aliased(Membership)
    return list(
        database.session.scalars(
            select(in_startup.organisation_id)
            .join(theirs, theirs.person_id == in_startup.person_id)
            .join(mine, mine.organisation_id == theirs.organisation_id)
            .where(
                in_startup.organisation_id.in_(startup_ids),
                in_startup.person_id != person_id,
                mine.person_id == person_id,
                mine.organisation_id.not_in([*startup_ids]),
            )
            .distinct()
        )
    )


def _same_domain(person_id: UUID, startup_ids: Sequence[UUID]) -> set[UUID]:
    own = database.session.scalars(select(PersonDetails.email).where(PersonDetails.person_id == person_id)).first()
    domain = _domain(own or "")
    if not domain or domain in ANYBODYS:
        return set()
    of_members = database.session.execute(
        select(Membership.organisation_id, PersonDetails.email, Organisation.website)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(PersonDetails, PersonDetails.person_id == Membership.person_id)
        .where(Membership.organisation_id.in_(startup_ids), Membership.person_id != person_id)
    ).all()
    return {row[0] for row in of_members if domain in {_domain(row[1]), _site(row[2])}}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _site(website: str | None) -> str:
    host = urlsplit(website or "").hostname or ""
    return host.removeprefix("www.")
