"""What changes a proposal, one function a deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage

from marketplace.challenges import workflow as challenge_workflow
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import access, database, events, ids
from marketplace.core.access import Viewer, require
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.text import clean_text
from marketplace.core.workflow import lock
from marketplace.proposals import contents, policy, requirements, sections
from marketplace.proposals.attachments import PinnedFile
from marketplace.proposals.contents import Saved
from marketplace.proposals.models import Comment, Proposal, ProposalState, Section, Submission
from marketplace.proposals.workflow import LIFECYCLE, why_not_opened

# What a later version does to the one that stands; opened meanwhile, where it waited for the opening's lock.
SENT = {ProposalState.SUBMITTED: "replace", ProposalState.OPENED: "replace_opened"}
EDITABLE = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.WITHDRAWN})


def start_proposal(actor: Viewer, challenge: Challenge, now: datetime) -> Proposal:
    """Begin an organisation's proposal to a challenge, or find the one that it has.

    A withdrawn proposal is taken up again: it is the same one, with its drafts and history.

    Raises:
        NotAllowed: the actor doesn't write for a startup.
        Refused: the challenge isn't open, or is answered on another site.
    """
    require(policy.can_start(actor))
    mine = _own(actor, challenge)
    if mine is not None:
        return mine
    if challenge.is_external or not challenge.is_open(now):
        raise Refused(_("This challenge takes no proposals now."))
    # Two of the team may press at once: the index lets one row in, and both go on with it.
    begun = database.session.scalar(
        insert(Proposal)
        .values(
            id=ids.new_random_id(),
            key=ids.new_key(),
            challenge_id=challenge.id,
            startup_id=actor.organisation_id,
            created_at=now,
            state=ProposalState.DRAFT,
        )
        .on_conflict_do_nothing()
        .returning(Proposal.id)
    )
    mine = _own(actor, challenge)
    if mine is None:
        raise NotFound
    if begun is not None:
        events.record("proposal.started", actor, on=mine, now=now, challenge_id=challenge.id)
    return mine


def _own(actor: Viewer, challenge: Challenge) -> Proposal | None:
    return database.session.scalar(
        select(Proposal).where(Proposal.challenge_id == challenge.id, Proposal.startup_id == actor.organisation_id)
    )


def save_section(
    actor: Viewer,
    proposal: Proposal,
    section: Section,
    content: Mapping[str, Any],
    now: datetime,
    *,
    version: int | None = None,
) -> Saved:
    """Save a section of the draft; nothing has to be complete yet.

    Args:
        content: the fields of `sections.py`; unknown ones are left out.
        version: the number of the text that the writer began from; None takes the place of whatever stands.
    Raises:
        Conflict: somebody else saved meanwhile; the actor's text is kept aside in the history.
        Refused: a text is too long, or the proposal was opened.
    """
    _require_editable(actor, proposal)
    return contents.write(proposal, section, sections.shaped(section, content), _person(actor), now, version)


def restore(actor: Viewer, proposal: Proposal, revision_id: UUID, now: datetime) -> Saved:
    """Let an earlier text of a section stand again; what stands now goes into the history.

    Raises:
        NotFound: there is no such text in this proposal.
        Refused: the proposal was opened.
    """
    require(policy.can_write(actor, proposal))
    earlier = contents.revision(proposal, revision_id)
    return save_section(actor, proposal, earlier.section, earlier.content, now)


def add_file(actor: Viewer, proposal: Proposal, upload: FileStorage, now: datetime) -> PinnedFile:
    """Add a file to the draft; it is closed and opened with the proposal's texts.

    Raises:
        Refused: too many files, or one that can't be taken; or the proposal was opened.
    """
    _require_editable(actor, proposal)
    return contents.attach(actor, proposal, upload, _person(actor), now)


def remove_file(actor: Viewer, proposal: Proposal, file_id: UUID, now: datetime) -> None:
    """Take a file out of the draft; a version that was sent with it keeps it.

    Raises:
        NotFound: the draft holds no such file.
        Refused: the proposal was opened.
    """
    _require_editable(actor, proposal)
    contents.detach(proposal, file_id, _person(actor), now)


def _require_editable(actor: Viewer, proposal: Proposal) -> None:
    require(policy.can_write(actor, proposal))
    if proposal.state not in EDITABLE:
        raise Refused(_("The proposal was opened: it can't be changed any more."))


def comment(actor: Viewer, proposal: Proposal, section: Section, text: str, now: datetime) -> Comment:
    """Put a word to the team beside a section; nobody else ever reads it.

    Args:
        text: plain text, 1 to 2000 characters.
    """
    require(policy.can_see_own(actor, proposal))
    words = clean_text(text)
    if not 0 < len(words) <= 2_000:
        raise Refused(_("Write your comment, in no more than 2,000 characters."), "text")
    return contents.say(proposal, section, words, _person(actor), now)


def resolve_comment(actor: Viewer, proposal: Proposal, comment_id: UUID, now: datetime) -> Comment:
    """Mark a comment as done with."""
    require(policy.can_see_own(actor, proposal))
    return contents.settle(proposal, comment_id, _person(actor), now)


def _person(actor: Viewer) -> UUID:
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def submit(actor: Viewer, proposal: Proposal, now: datetime, *, expected: str | None = None) -> Submission:
    """Send what the draft says; a version sent before stands until this one takes its place.

    Args:
        now: UTC, the time of receipt by the database's clock, read before any lock.
        expected: the hash that the sender was shown; a draft that has changed since is not sent.
    Returns:
        The version that stands, which is the same one where the same form comes twice.
    Raises:
        Refused: too late, something is missing, or the draft has changed meanwhile.
    Rule: product rules, "Proposal"; "Challenge", one deadline value.
    """
    require(policy.can_write(actor, proposal))
    if not actor.is_verified:
        raise Refused(_("Your organisation must be verified before it can send a proposal. You can go on writing."))
    _read_anew(proposal)
    draft = contents.draft_of(proposal)
    bundle = contents.pack(proposal, draft)
    before = contents.standing(proposal) if proposal.state in SENT else None
    if before is not None and before.sha256 == contents.digest(bundle):
        return before
    if expected is not None and expected != contents.digest(bundle):
        raise Refused(_("Somebody has changed the draft since you read it. Read it again, then send it."))
    if requirements.faults_of(proposal, draft):
        raise Refused(_("Something is missing. Complete what is named here, then send the proposal."))
    sent_id = ids.new_random_id()
    name = SENT.get(proposal.state, "submit")
    LIFECYCLE.fire(proposal, name, actor, now, submission_id=sent_id, sha256=contents.digest(bundle))
    sent = contents.send(proposal, sent_id, bundle, contents.file_ids(draft), _person(actor), now)
    if proposal.state == ProposalState.OPENED:
        proposal.price_minor = contents.open_all([proposal])[proposal.id].price.minor
    return sent


def withdraw(actor: Viewer, proposal: Proposal, now: datetime) -> None:
    """Take a sent proposal back. The agency learns nothing of it; it can be sent again until the deadline.

    Args:
        now: UTC, the time of receipt by the database's clock, read before any lock.
    Raises:
        Refused: the deadline has passed, or nothing was sent.
    """
    _read_anew(proposal)
    LIFECYCLE.fire(proposal, "withdraw", actor, now)
    contents.retire(proposal, now)
    proposal.submitted_at = proposal.opened_at = proposal.price_minor = None


def _read_anew(proposal: Proposal) -> None:
    """Lock the proposal, and its challenge against a change of deadline or state; read both anew.

    The challenge first: an opening takes them in this order too.
    """
    database.session.execute(
        select(Challenge)
        .where(Challenge.id == proposal.challenge_id)
        .with_for_update(read=True, of=Challenge)
        .execution_options(populate_existing=True)
    )
    lock(proposal)


@dataclass(frozen=True)
class Opening:
    """What an opening found."""

    count: int


def open_proposals(actor: Viewer, challenge: Challenge, now: datetime) -> Opening:
    """Open what was sent in time, and begin the evaluation.

    Drafts and withdrawn proposals stay closed for ever. It may be pressed again: a proposal that arrived in
    time and waited for a lock while the first opening ran is opened then.

    Raises:
        NotAllowed: neither an opening officer of the agency nor a notary of the host.
        Refused: the deadline has not passed, or the challenge was ended.
    """
    require(policy.can_open_for(actor, challenge))
    lock(challenge)
    reason = why_not_opened(challenge, now)
    if reason:
        raise Refused(reason)
    with access.reading_as_system("the opening reads what nobody could see before it"):
        sent = _sent_to(challenge)
        opened = contents.open_all(sent)
        for proposal in sent:
            LIFECYCLE.fire(proposal, "open", actor, now)
            proposal.opened_at = now
            proposal.price_minor = opened[proposal.id].price.minor
    begins = challenge.state == ChallengeState.PUBLISHED
    if begins:
        challenge_workflow.LIFECYCLE.fire(challenge, "start_evaluation", actor, now)
    if sent or begins:
        events.record("challenge.proposals_opened", actor, on=challenge, now=now, count=len(sent))
    return Opening(len(sent))


def _sent_to(challenge: Challenge) -> list[Proposal]:
    # By identifier, which is random: the order tells nothing of who came first.
    return list(
        database.session.scalars(
            select(Proposal)
            .where(Proposal.challenge_id == challenge.id, Proposal.state == ProposalState.SUBMITTED)
            .order_by(Proposal.id)
        )
    )
