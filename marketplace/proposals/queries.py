"""What pages read of proposals."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.accounts.queries import names
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import access, database, ids
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.errors import NotFound
from marketplace.core.events import Event, sentence
from marketplace.core.i18n import _, current_language
from marketplace.core.lists import Asked
from marketplace.core.needs import Need, Waiting
from marketplace.core.paging import Page
from marketplace.organisations.models import Organisation
from marketplace.proposals import contents, policy, requirements
from marketplace.proposals.models import (
    OPENED_STATES,
    DraftSection,
    Proposal,
    ProposalState,
    Section,
    Submission,
)


def one_proposal(key: str) -> Proposal:
    """A proposal with its challenge, its texts, its agency and the startup. Two statements.

    Raises:
        NotFound: unknown or unseen.
    """
    found = database.session.scalar(
        select(Proposal)
        .where(Proposal.key == key)
        .options(
            joinedload(Proposal.startup),
            joinedload(Proposal.challenge).joinedload(Challenge.agency),
            joinedload(Proposal.challenge).selectinload(Challenge.texts),
        )
    )
    if found is None:
        raise NotFound
    return found


def own_proposal_by_key(viewer: Viewer, key: str) -> Proposal:
    """As `one_proposal`, for the pages that are the team's own.

    Raises:
        NotFound: unknown, unseen, or seen by the agency alone.
    """
    found = one_proposal(key)
    if not policy.can_see_own(viewer, found):
        raise NotFound
    return found


def challenge_by_key(key: str) -> Challenge:
    """A challenge with its agency and texts, for starting a proposal and for the opening. Two statements.

    Raises:
        NotFound: unknown or unseen.
    """
    found = database.session.scalar(
        select(Challenge)
        .where(Challenge.key == key)
        .options(joinedload(Challenge.agency), selectinload(Challenge.texts))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class OwnProposal:
    """The viewer's own proposal to a challenge, as the challenge's page tells of it."""

    proposal: Proposal
    done: int
    total: int
    by_name: str | None  # who saved last


def own_proposal(viewer: Viewer, challenge: Challenge) -> OwnProposal | None:
    """What the viewer's startup has of this challenge. At most three statements; none for others."""
    if viewer.organisation_kind != Kind.STARTUP:
        return None
    proposal = database.session.scalar(
        select(Proposal).where(Proposal.challenge_id == challenge.id, Proposal.startup_id == viewer.organisation_id)
    )
    if proposal is None:
        return None
    draft = contents.draft_of(proposal)
    progress = requirements.progress_of(draft, requirements.faults_of(proposal, draft))
    saved = [each for each in draft.values() if each.at is not None]
    last = max(saved, key=lambda each: each.at or challenge.created_at, default=None)
    by = names([last.by_id]).get(last.by_id) if last and last.by_id else None
    return OwnProposal(proposal, sum(each.is_done for each in progress), len(progress), by)


# --- One proposal -----------------------------------------------------------------------------------------


def readable(proposal: Proposal) -> contents.Contents:
    """What stands of an opened proposal, for the agency.

    Raises:
        NotFound: the viewer may not read it.
    """
    found = contents.read(proposal)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Happened:
    """A line of the proposal's history, in the reader's language."""

    sentence: str
    at: datetime


def history(proposal: Proposal, limit: int = 50) -> list[Happened]:
    """What happened to the proposal, as far as the viewer may know it, newest first. Two statements."""
    found = database.session.scalars(
        select(Event).where(Event.stream_id == proposal.id).order_by(Event.number.desc()).limit(limit)
    ).all()
    known = names({happened.actor_id for happened in found if happened.actor_id})
    return [
        Happened(sentence(each, known.get(each.actor_id, "–") if each.actor_id else "–"), each.at) for each in found
    ]


# --- Lists ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """A line of the startup's list."""

    proposal: Proposal
    title: str  # of the proposal, as the draft has it; empty where nobody has written one
    state: ProposalState


def mine(viewer: Viewer, asked: Asked) -> tuple[list[Mine], Page]:
    """The proposals of the startup that the viewer acts for, as they were asked for. Five statements."""
    statement = (
        select(Proposal)
        .join(Proposal.challenge)
        .where(Proposal.startup_id == viewer.organisation_id)
        .options(
            contains_eager(Proposal.challenge).selectinload(Challenge.texts),
            contains_eager(Proposal.challenge).joinedload(Challenge.agency),
        )
    )
    found = asked.page(statement)
    titles = _titles([proposal.id for proposal in found.items])
    lines = [
        Mine(proposal, titles.get(proposal.id, ""), policy.state_as_seen(viewer, proposal))
        for proposal in found.items
    ]
    return lines, found


def _titles(proposal_ids: list[UUID]) -> dict[UUID, str]:
    rows = database.session.execute(
        select(DraftSection.proposal_id, DraftSection.content["title"].astext).where(
            DraftSection.proposal_id.in_(proposal_ids), DraftSection.section == Section.SUMMARY
        )
    )
    return {proposal_id: title or "" for proposal_id, title in rows}


def opened(challenge: Challenge) -> Sequence[Proposal]:
    """The opened proposals to a challenge that the viewer may see, by the startup's name. One statement."""
    return database.session.scalars(
        select(Proposal)
        .where(Proposal.challenge_id == challenge.id, Proposal.state.in_(OPENED_STATES))
        .join(Proposal.startup)
        .options(contains_eager(Proposal.startup))
        .order_by(Organisation.folded_name, Proposal.id)
        .limit(500)
    ).all()


def count_opened(challenge: Challenge) -> int:
    """How many were opened, for whoever opened them: a notary sees the number and no proposal."""
    with access.reading_as_system("who opened the proposals is told how many there were"):
        counted = select(func.count(Proposal.id)).where(
            Proposal.challenge_id == challenge.id, Proposal.state.in_(OPENED_STATES)
        )
        return database.session.scalar(counted) or 0


# --- Receipts ---------------------------------------------------------------------------------------------


def receipt_is_genuine(typed_code: str, typed_hash: str) -> bool:
    """Whether a receipt of that code was given for that hash; nothing else is told of it."""
    code = ids.read_receipt_code(typed_code)
    if code is None:
        return False
    with access.reading_as_system("a receipt is checked by whoever holds its code and its hash"):
        known = database.session.scalar(select(Submission.sha256).where(Submission.receipt_code == code))
    bare = "".join(typed_hash.split()).lower()
    return known is not None and hmac.compare_digest(known.encode(), bare.encode())


# --- The dashboard ----------------------------------------------------------------------------------------


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """Drafts that can still be sent, and challenges whose proposals wait for their opening."""
    return _drafts_to_finish(viewer, now) + _openings_due(viewer, now)


def _drafts_to_finish(viewer: Viewer, now: datetime) -> list[Need]:
    if not policy.can_start(viewer):
        return []
    statement = (
        select(Proposal)
        .join(Proposal.challenge)
        .where(
            Proposal.startup_id == viewer.organisation_id,
            Proposal.state == ProposalState.DRAFT,
            Challenge.is_open(now),
        )
        .options(contains_eager(Proposal.challenge).selectinload(Challenge.texts))
        .order_by(Challenge.deadline, Proposal.id)
        .limit(20)
    )
    return [
        Need(
            title=_("Finish and send your proposal"),
            about=challenge_title(proposal.challenge),
            due=proposal.challenge.deadline,
            url=url_for("proposals.edit", key=proposal.key),
            verb=_("Continue"),
            zone=proposal.challenge.zone,
        )
        for proposal in database.session.scalars(statement)
    ]


def _openings_due(viewer: Viewer, now: datetime) -> list[Need]:
    is_officer = viewer.organisation_kind == Kind.AGENCY and Role.OPENING_OFFICER in viewer.roles
    if not is_officer and not viewer.is_host(Role.NOTARY):
        return []
    statement = (
        select(Challenge)
        .where(
            Challenge.state == ChallengeState.PUBLISHED,
            Challenge.deadline < now,
            Challenge.external_url.is_(None),
            Challenge.source.is_(None),
        )
        .options(selectinload(Challenge.texts))
        .order_by(Challenge.deadline, Challenge.id)
        .limit(20)
    )
    if is_officer:
        statement = statement.where(Challenge.agency_id == viewer.organisation_id)
    return [
        Need(
            title=_("Open the proposals"),
            about=challenge_title(challenge),
            due=challenge.deadline,
            url=url_for("proposals.opening", key=challenge.key),
            verb=_("Open"),
            zone=challenge.zone,
        )
        for challenge in database.session.scalars(statement)
    ]


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Proposals that were sent and are with the agency."""
    if viewer.organisation_kind != Kind.STARTUP:
        return []
    statement = (
        select(Proposal)
        .join(Proposal.challenge)
        .where(
            Proposal.startup_id == viewer.organisation_id,
            Proposal.state.in_([ProposalState.SUBMITTED, *OPENED_STATES]),
            or_(Challenge.state == ChallengeState.PUBLISHED, Challenge.state == ChallengeState.EVALUATION),
        )
        .options(
            contains_eager(Proposal.challenge).selectinload(Challenge.texts),
            contains_eager(Proposal.challenge).joinedload(Challenge.agency),
        )
        .order_by(Challenge.deadline, Proposal.id)
        .limit(20)
    )
    return [
        Waiting(
            whom=proposal.challenge.agency.name,
            about=challenge_title(proposal.challenge),
            since=proposal.submitted_at,
            url=url_for("proposals.show", key=proposal.key),
        )
        for proposal in database.session.scalars(statement)
    ]


def challenge_title(challenge: Challenge) -> str:
    """The challenge's title in the reader's language, else in its own."""
    return challenge.text(current_language()).title
