"""Everything that a proposal holds, and its opening: the one module behind which contents and files stand.

Drafts, earlier texts, comments and sent versions are read and written here alone. At present they are kept as
they are and closed by the access rules of `policy.py`; when they are encrypted, it changes here alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import undefer
from werkzeug.datastructures import FileStorage

from marketplace.core import database, ids
from marketplace.core.access import Viewer
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.writing.history import Conflict
from marketplace.proposals import attachments, bundle
from marketplace.proposals.attachments import PinnedFile
from marketplace.proposals.bundle import Contents
from marketplace.proposals.models import Comment, DraftRevision, DraftSection, Proposal, Section, Submission

# Autosaves of one person within this time make one entry of the history, not one a minute.
ONE_SITTING = timedelta(minutes=5)


@dataclass(frozen=True)
class Saved:
    """What stands in a section of the draft.

    Attributes:
        number: counts the saves; 0 where nobody has written yet.
    """

    section: Section
    number: int = 0
    content: Mapping[str, Any] = field(default_factory=dict)
    by_id: UUID | None = None
    at: datetime | None = None


# --- The draft --------------------------------------------------------------------------------------------


def draft_of(proposal: Proposal) -> dict[Section, Saved]:
    """All sections of the team's draft, those that nobody has begun included. One statement."""
    rows = database.session.scalars(select(DraftSection).where(DraftSection.proposal_id == proposal.id))
    found = {row.section: _saved(row) for row in rows}
    return {section: found.get(section, Saved(section)) for section in Section}


def write(
    proposal: Proposal,
    section: Section,
    content: Mapping[str, Any],
    by: UUID,
    now: datetime,
    base: int | None,
) -> Saved:
    """Save a section, unless it was saved by somebody else since the writer saw it.

    What stood before is kept in the history, and so is what could not take its place.

    Args:
        content: shaped by `sections.shaped`.
        base: the number that the writer began from; None takes the place of whatever stands.
    Raises:
        Conflict: it was; to be committed all the same, for what was typed is kept aside.
    """
    row = _locked(proposal, section, by, now)
    if row.content == content and row.number:
        return _saved(row)  # the same form sent twice
    if base is not None and base != row.number:
        _keep_aside(proposal, section, content, by, now, base)
        raise Conflict
    if row.number and (base is None or row.by_id != by or now - row.at > ONE_SITTING):
        _remember(row)
    row.number, row.content, row.by_id, row.at = row.number + 1, dict(content), by, now
    proposal.last_saved_at = now
    database.session.flush()
    return _saved(row)


def history(proposal: Proposal, section: Section, limit: int = 50) -> Sequence[DraftRevision]:
    """What the section said before, newest first. One statement."""
    return database.session.scalars(
        select(DraftRevision)
        .where(DraftRevision.proposal_id == proposal.id, DraftRevision.section == section)
        .order_by(DraftRevision.at.desc(), DraftRevision.id.desc())
        .limit(limit)
    ).all()


def revision(proposal: Proposal, revision_id: UUID) -> DraftRevision:
    """One earlier text.

    Raises:
        NotFound: there is none of that identifier in this proposal.
    """
    found = database.session.scalar(
        select(DraftRevision).where(DraftRevision.proposal_id == proposal.id, DraftRevision.id == revision_id)
    )
    if found is None:
        raise NotFound
    return found


def _locked(proposal: Proposal, section: Section, by: UUID, now: datetime) -> DraftSection:
    fresh = {"id": ids.new_id(), "proposal_id": proposal.id, "section": section, "by_id": by, "at": now}
    database.session.execute(insert(DraftSection).values(fresh).on_conflict_do_nothing())
    return database.session.scalars(
        select(DraftSection)
        .where(DraftSection.proposal_id == proposal.id, DraftSection.section == section)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _saved(row: DraftSection) -> Saved:
    return Saved(row.section, row.number, dict(row.content), row.by_id, row.at)


def _remember(row: DraftSection) -> None:
    database.session.add(
        DraftRevision(
            proposal_id=row.proposal_id,
            section=row.section,
            number=row.number,
            content=row.content,
            by_id=row.by_id,
            at=row.at,
        )
    )


def _keep_aside(
    proposal: Proposal, section: Section, content: Mapping[str, Any], by: UUID, now: datetime, base: int
) -> None:
    """Keep what could not be saved; what the same writer tries again from the same text is one entry."""
    aside = database.session.scalar(
        select(DraftRevision).where(
            DraftRevision.proposal_id == proposal.id,
            DraftRevision.section == section,
            DraftRevision.number == base,
            DraftRevision.by_id == by,
            DraftRevision.is_aside,
        )
    )
    if aside is None:
        aside = DraftRevision(proposal_id=proposal.id, section=section, number=base, by_id=by, is_aside=True)
        database.session.add(aside)
    aside.content, aside.at = dict(content), now
    database.session.flush()


# --- Files -------------------------------------------------------------------------------------------------


def attach(actor: Viewer, proposal: Proposal, upload: FileStorage, by: UUID, now: datetime) -> PinnedFile:
    """Add a file to the draft.

    Raises:
        Refused: there are enough, or the file can't be taken.
    """
    row = _locked(proposal, Section.DOCUMENTS, by, now)
    held = list(row.content.get("files", ()))
    if len(held) >= attachments.MAX_FILES:
        raise Refused(_("A proposal holds %(most)s files. Remove one first.", most=attachments.MAX_FILES), "file")
    file_id = attachments.keep(actor, proposal, upload)
    _hold(proposal, row, [*held, str(file_id)], by, now)
    return attachments.pinned(proposal, [file_id])[0]


def detach(proposal: Proposal, file_id: UUID, by: UUID, now: datetime) -> None:
    """Take a file out of the draft; it stays where a sent version holds it.

    Raises:
        NotFound: the draft holds no such file.
    """
    row = _locked(proposal, Section.DOCUMENTS, by, now)
    held = list(row.content.get("files", ()))
    if str(file_id) not in held:
        raise NotFound
    held.remove(str(file_id))
    _hold(proposal, row, held, by, now)
    is_pinned = select(Submission.id).where(
        Submission.proposal_id == proposal.id, literal(file_id) == any_(Submission.file_ids)
    )
    if database.session.scalar(is_pinned.limit(1)) is None:
        attachments.discard(file_id)


def _hold(proposal: Proposal, row: DraftSection, held: list[str], by: UUID, now: datetime) -> None:
    row.number, row.content, row.by_id, row.at = row.number + 1, {"files": held}, by, now
    proposal.last_saved_at = now
    database.session.flush()


# --- Comments ----------------------------------------------------------------------------------------------


def comments_on(proposal: Proposal, section: Section, limit: int = 100) -> Sequence[Comment]:
    """What the team says beside a section, open ones first, then the newest. One statement."""
    return database.session.scalars(
        select(Comment)
        .where(Comment.proposal_id == proposal.id, Comment.section == section)
        .order_by(Comment.resolved_at.is_not(None), Comment.at.desc(), Comment.id)
        .limit(limit)
    ).all()


def say(proposal: Proposal, section: Section, text: str, by: UUID, now: datetime) -> Comment:
    """Put a word beside a section."""
    comment = Comment(proposal_id=proposal.id, section=section, by_id=by, at=now, text=text)
    database.session.add(comment)
    return comment


def settle(proposal: Proposal, comment_id: UUID, by: UUID, now: datetime) -> Comment:
    """Mark a comment as done with; once done it stays as it is.

    Raises:
        NotFound: there is none of that identifier in this proposal.
    """
    comment = database.session.scalar(
        select(Comment).where(Comment.proposal_id == proposal.id, Comment.id == comment_id).with_for_update()
    )
    if comment is None:
        raise NotFound
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now, by
    return comment


# --- What is sent -----------------------------------------------------------------------------------------


def pack(proposal: Proposal, draft: Mapping[Section, Saved]) -> bytes:
    """The exact bytes that are hashed, kept and given back: the same for the same draft."""
    held = {section: saved.content for section, saved in draft.items()}
    return bundle.encode(proposal, held, attachments.pinned(proposal, file_ids(draft)))


def digest(exact: bytes) -> str:
    """SHA-256 of the bundle, as 64 hexadecimal digits."""
    return hashlib.sha256(exact).hexdigest()


def file_ids(draft: Mapping[Section, Saved]) -> list[UUID]:
    """The files that the draft holds at present, in their order."""
    return [UUID(found) for found in draft[Section.DOCUMENTS].content.get("files", ())]


def send(
    proposal: Proposal, sent_id: UUID, exact: bytes, files: Sequence[UUID], by: UUID, received_at: datetime
) -> Submission:
    """Let a version stand; the one before steps aside in the same transaction."""
    retire(proposal, received_at)
    sent = Submission(
        id=sent_id,
        proposal_id=proposal.id,
        receipt_code=ids.receipt_code(),
        received_at=received_at,
        sha256=digest(exact),
        bundle=exact,
        file_ids=list(files),
        submitted_by=by,
    )
    database.session.add(sent)
    proposal.submitted_at = received_at
    database.session.flush()
    return sent


def retire(proposal: Proposal, now: datetime) -> None:
    """Let no version stand: a new one comes, or the proposal is withdrawn."""
    before = standing(proposal)
    if before is not None:
        # Of two that waited for one lock the later to get it may have arrived first.
        before.replaced_at = max(now, before.received_at)
        database.session.flush()


def standing(proposal: Proposal) -> Submission | None:
    """The version that counts, if one does. One statement."""
    return database.session.scalar(
        select(Submission).where(Submission.proposal_id == proposal.id, Submission.replaced_at.is_(None))
    )


def versions(proposal: Proposal) -> Sequence[Submission]:
    """Every version that was sent and that the viewer may see, newest first. One statement."""
    return database.session.scalars(
        select(Submission)
        .where(Submission.proposal_id == proposal.id)
        .order_by(Submission.received_at.desc(), Submission.replaced_at.desc().nulls_first())
    ).all()


def exact_bytes(proposal: Proposal, submission_id: UUID) -> tuple[Submission, bytes]:
    """A sent version with the bytes that were hashed.

    Raises:
        NotFound: there is none of that identifier in this proposal.
    """
    sent = database.session.scalar(
        select(Submission)
        .where(Submission.proposal_id == proposal.id, Submission.id == submission_id)
        .options(undefer(Submission.bundle))
    )
    if sent is None:
        raise NotFound
    return sent, bytes(sent.bundle)


# --- Reading and opening ----------------------------------------------------------------------------------


def read(proposal: Proposal) -> Contents | None:
    """What stands of a proposal, as far as the session's reader may see it. Two statements at most."""
    return read_many([proposal]).get(proposal.id)


def read_many(proposals: Sequence[Proposal]) -> dict[UUID, Contents]:
    """What stands of several proposals, by identifier; those that the reader may not see are left out."""
    rows = database.session.scalars(
        select(Submission)
        .where(
            Submission.proposal_id.in_([proposal.id for proposal in proposals]),
            Submission.replaced_at.is_(None),
        )
        .options(undefer(Submission.bundle))
    )
    return {row.proposal_id: bundle.decode(bytes(row.bundle)) for row in rows}


def open_all(proposals: Sequence[Proposal]) -> dict[UUID, Contents]:
    """Make the standing versions readable to the agency; the caller has judged who and when.

    From here on the access rules let the agency's officers read what stands: the state says so.
    """
    return read_many(proposals)
