"""What a notice says, made when it is read and with its reader's eyes: what he may not see is not told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.casestudies.models import CaseStudy, Edition
from marketplace.challenges import policy as challenges
from marketplace.challenges.models import Challenge
from marketplace.core import database, events
from marketplace.core.access import Kind, Viewer
from marketplace.core.events import Event
from marketplace.core.i18n import current_language
from marketplace.core.text import slugify
from marketplace.organisations import queries as organisations
from marketplace.organisations.models import Organisation
from marketplace.pilots.models import Pilot
from marketplace.proposals.models import Proposal

# The two sides of these know each other's officers by name.
SHARED_STREAMS = frozenset({"pilot", "case_study"})


@dataclass(frozen=True)
class Thing:
    """What an event is about: its name and its page."""

    title: str
    url: str


def thing_of(event: Event, viewer: Viewer, *, absolute: bool = False) -> Thing | None:
    """The thing that an event belongs to, if the viewer may see it. One or two statements."""
    finders = {
        "challenge": _challenge,
        "evaluation": _evaluation,
        "proposal": _proposal,
        "pilot": _pilot,
        "milestone": _pilot,
        "edition": _study,
        "case_study": _study,
        "organisation": _organisation,
    }
    find = finders.get(event.subject_kind)
    return find(event, viewer, absolute) if find else None


def _challenge(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    found = _challenge_of(event)
    if found is None:
        return None
    text = found.text(current_language())
    if challenges.can_manage(viewer, found):
        return Thing(text.title, url_for("challenges.manage", key=found.key, _external=absolute))
    slug = slugify(text.title)
    return Thing(text.title, url_for("challenges.show", slug=slug, key=found.key, _external=absolute))


def _challenge_of(event: Event) -> Challenge | None:
    return database.session.scalars(select(Challenge).where(Challenge.id == event.stream_id)).one_or_none()


def _evaluation(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    found = _challenge_of(event)
    if found is None:
        return None
    title = found.text(current_language()).title
    return Thing(title, url_for("evaluations.show", key=found.key, _external=absolute))


def _proposal(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    found = database.session.scalars(select(Proposal).where(Proposal.id == event.subject_id)).one_or_none()
    if found is None:
        return None
    endpoint = "evaluations.letter" if event.name == "evaluation.letter_sent" else "proposals.show"
    title = found.challenge.text(current_language()).title
    return Thing(title, url_for(endpoint, key=found.key, _external=absolute))


def _pilot(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    found = database.session.scalars(select(Pilot).where(Pilot.id == event.stream_id)).one_or_none()
    return Thing(found.title, url_for("pilots.show", key=found.key, _external=absolute)) if found else None


def _study(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    edition = database.session.scalars(select(Edition).where(Edition.id == event.subject_id)).one_or_none()
    if edition is None:
        return None
    study = database.session.scalars(select(CaseStudy).where(CaseStudy.id == edition.case_study_id)).one()
    texts = {text.language: text.title for text in edition.texts}
    title = texts.get(current_language()) or texts.get(edition.language) or ""
    return Thing(title, url_for("casestudies.manage", key=study.key, _external=absolute))


def _organisation(event: Event, viewer: Viewer, absolute: bool) -> Thing | None:
    found = database.session.scalars(select(Organisation).where(Organisation.id == event.stream_id)).one_or_none()
    if found is None:
        return None
    url = url_for("organisations.show", slug=found.slug, key=found.key, _external=absolute)
    return Thing(found.name, url)


def actor_of(event: Event, viewer: Viewer) -> str:
    """The name to say: a colleague's or the other side's officer's; of outsiders their organisation's."""
    if event.actor_id is None:
        return accounts.name_of(None)
    known = event.actor_organisation_id == viewer.organisation_id or event.actor_id == viewer.person_id
    if known or event.subject_kind in SHARED_STREAMS or viewer.organisation_kind == Kind.HOST:
        return accounts.name_of(event.actor_id)
    organisation = event.actor_organisation_id
    named = organisations.names({organisation}) if organisation else {}
    return named.get(organisation, accounts.name_of(None)) if organisation else accounts.name_of(None)


def sentence_of(happened: Sequence[Event], viewer: Viewer, named: Mapping[UUID, str]) -> str:
    """What happened, in the present language, with the names that the reader is entitled to.

    Args:
        happened: one event, or several that are told together, the first of them first.
        named: what `named_in` found for this reader.
    """
    first, actor = happened[0], actor_of(happened[0], viewer)
    things = [named[event.id] for event in happened if event.id in named]
    if len(things) > 1:
        return events.sentence_together(first, actor, things)
    return events.sentence(first, actor, things[0] if things else None)
