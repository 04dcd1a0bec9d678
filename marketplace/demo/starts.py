"""Where to begin: a deed of each part of the main job, with the person who is asked for it and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from marketplace.accounts.models import PersonDetails
from marketplace.casestudies.models import CaseStudy
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.core import database
from marketplace.core.i18n import _l
from marketplace.demo import reading
from marketplace.organisations.models import Organisation
from marketplace.pilots.models import Pilot


@dataclass(frozen=True)
class Deed:
    """What can be tried, by whom, and where.

    Attributes:
        person, organisation, story: short names of the data.
        page: endpoint; with a story it is about that challenge, its pilot or its case study.
    """

    words: Any
    person: str
    organisation: str
    page: str
    story: str = ""
    about: type = Challenge


DEEDS = (
    Deed(_l("Write a challenge"), "nadia.farouk", "water", "challenges.new"),
    Deed(_l("Review a challenge"), "odile.mansouri", "infrastructure", "challenges.manage", "drones"),
    Deed(_l("Change a proposal in the last hour"), "joost.vandam", "tidewatch", "proposals.mine"),
    Deed(_l("Open the proposals after the deadline"), "dina.masri", "hospitals", "proposals.opening", "backup"),
    Deed(_l("Name a panel and screen"), "faten.jaziri", "port", "evaluations.show", "guests"),
    Deed(_l("Score proposals"), "hedi.mansour", "water", "evaluations.mine"),
    Deed(_l("Settle what the panel sees differently"), "yazan.bataineh", "insurance", "evaluations.show", "leavers"),
    Deed(_l("Approve a recommendation"), "odile.mansouri", "infrastructure", "evaluations.show", "phish-fr"),
    Deed(_l("Announce a decision"), "samer.khoury", "hospitals", "evaluations.show", "updates"),
    Deed(_l("Read the letter of a decision"), "leila.haddad", "tidewatch", "proposals.mine"),
    Deed(_l("Sign the agreement of a pilot"), "niamh.byrne", "halyard", "pilots.show", "clinic-mail", Pilot),
    Deed(_l("Verify measurements and accept a milestone"), "omar.benali", "water", "pilots.show", "pump-spares", Pilot),
    Deed(_l("Deliver a milestone that came back"), "yara.shafik", "mizan", "pilots.show", "shadow-cloud", Pilot),
    Deed(_l("Close a pilot"), "nour.ajlouni", "hospitals", "pilots.show", "records-copy", Pilot),
    Deed(_l("Clear a case study"), "youssef.tahiri", "water", "casestudies.manage", "contractor-keys", CaseStudy),
    Deed(_l("Verify an organisation"), "amine.zeroual", "host", "organisations.verification"),
    Deed(_l("Begin with nothing"), "grace.tremblay", "quiet", "web.dashboard"),
)  # fmt: skip


@dataclass(frozen=True)
class Start:
    """A deed as the page offers it."""

    words: Any
    person_id: UUID
    person: str
    organisation_id: UUID
    organisation: str
    url: str


def offered() -> Sequence[Start]:
    """Every deed whose people are there. Five statements; the caller reads as the system."""
    houses = {record["id"]: record for record in reading.file("people")["organisation"]}
    people = {
        details.email: details
        for details in database.session.scalars(
            select(PersonDetails).where(PersonDetails.email.in_([_address(deed, houses) for deed in DEEDS]))
        )
    }
    names = [houses[deed.organisation]["name"] for deed in DEEDS]
    organisations = {
        found.name: found
        for found in database.session.scalars(select(Organisation).where(Organisation.name.in_(names)))
    }
    found = []
    for deed in DEEDS:
        details, house = people.get(_address(deed, houses)), organisations.get(houses[deed.organisation]["name"])
        url = _url(deed)
        if details is not None and house is not None and url is not None:
            found.append(Start(deed.words, details.person_id, details.name, house.id, house.name, url))
    return found


def _address(deed: Deed, houses: dict[str, reading.Record]) -> str:
    for house in houses.values():
        if any(person["id"] == deed.person for person in house["people"]):
            return f"{deed.person}@{house['domain']}"
    raise LookupError(deed.person)


def _url(deed: Deed) -> str | None:
    if not deed.story:
        return url_for(deed.page)
    key = _keys().get((deed.about, _titles()[deed.story]))
    return url_for(deed.page, key=key) if key else None


def _titles() -> dict[str, str]:
    return {record["id"]: record["title"] for record in reading.stories()}


def _keys() -> dict[tuple[type, str], str]:
    """The keys of all challenges, pilots and case studies by the challenge's original title."""
    title = ChallengeText.title
    same = (ChallengeText.challenge_id == Challenge.id) & (ChallengeText.language == Challenge.language)
    challenges = select(title, Challenge.key).join(Challenge, same)
    pilots = select(title, Pilot.key).join(Challenge, same).join(Pilot, Pilot.challenge_id == Challenge.id)
    studies = (
        select(title, CaseStudy.key)
        .join(Challenge, same)
        .join(Pilot, Pilot.challenge_id == Challenge.id)
        .join(CaseStudy, CaseStudy.pilot_id == Pilot.id)
    )
    found: dict[tuple[type, str], str] = {}
    for about, statement in ((Challenge, challenges), (Pilot, pilots), (CaseStudy, studies)):
        found |= {(about, row[0]): row[1] for row in database.session.execute(statement)}
    return found
