"""The deeds of a challenge's life, from the review to its end. Starting and writing stand in `drafting`
and `saving`."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from marketplace.challenges import attachments, hashing, indexing
from marketplace.challenges.attachments import attach, detach
from marketplace.challenges.criteria import CriterionDraft
from marketplace.challenges.drafting import clone, create_challenge, make_preview_link, revoke_preview_link
from marketplace.challenges.models import Challenge, ChallengeNotice, ChallengeState, NoticeKind
from marketplace.challenges.saving import (
    StageDraft,
    read_anew,
    remove_language,
    save_criteria,
    save_section,
    translate_criteria,
)
from marketplace.challenges.workflow import LIFECYCLE
from marketplace.core import database, ids
from marketplace.core.access import Viewer, require
from marketplace.core.clock import in_zone
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.text import clean_text
from marketplace.core.workflow import lock

__all__ = [
    "CriterionDraft",
    "StageDraft",
    "add_correction",
    "approve",
    "attach",
    "cancel",
    "clone",
    "create_challenge",
    "detach",
    "extend_deadline",
    "make_preview_link",
    "publish",
    "remove_language",
    "request_edits",
    "revoke_preview_link",
    "save_criteria",
    "save_section",
    "submit_for_review",
    "take_back",
    "translate_criteria",
    "unschedule",
    "withdraw",
]

constraint_message("pk_challenge_notice", _l("This was sent already: it stands on the page."))
constraint_message(
    "ck_challenge_opens_before_deadline", _l("Let it be public before its deadline."), field="publish_at"
)

MOST_WORDS = 5000  # characters of a reason, a correction or a reviewer's message
LONGEST_EXTENSION = timedelta(days=730)


def submit_for_review(actor: Viewer, challenge: Challenge, now: datetime) -> None:
    """Hand the draft to the approvers, for the first time or again.

    Raises:
        NotAllowed: not an author of the agency.
        Refused: something is missing.
    """
    again = challenge.state == ChallengeState.EDITS_REQUESTED
    LIFECYCLE.fire(challenge, "resubmit" if again else "submit_for_review", actor, now)


def request_edits(actor: Viewer, challenge: Challenge, message: str, now: datetime) -> None:
    """Send it back to its authors with a message, which stays inside the agency.

    Raises:
        NotAllowed: not an approver of the agency.
        Refused: no message.
    """
    text = _words(message, _("Say what has to be changed."), "message")
    LIFECYCLE.fire(challenge, "request_edits", actor, now)
    _note(challenge, NoticeKind.EDITS_REQUESTED, actor, text, now)


def approve(actor: Viewer, challenge: Challenge, now: datetime) -> None:
    """Approve it; four eyes, so that neither the author nor a later editor can.

    Raises:
        NotAllowed: not an approver, or one who wrote it.
        Refused: something has come to be missing, such as a deadline ahead.
    """
    LIFECYCLE.fire(challenge, "approve", actor, now)
    challenge.editors_since_review = []


def take_back(actor: Viewer, challenge: Challenge, now: datetime) -> None:
    """Make it a draft again, out of the review or after the approval, which is void then."""
    LIFECYCLE.fire(challenge, "take_back", actor, now)


def publish(actor: Viewer, challenge: Challenge, now: datetime, at: datetime | None = None) -> None:
    """Publish now, or freeze now and show it from a later moment on; no job is needed for that.

    Args:
        at: UTC; None means now.
    Raises:
        NotAllowed: not the agency's owner, manager or approver.
        Refused: something is missing, the agency is not verified, or the moment doesn't suit.
    """
    if at is not None and at <= now:
        raise Refused(_("Choose a time ahead, or publish now."), "publish_at")
    if at is not None and challenge.deadline is not None and at >= challenge.deadline:
        deadline = in_zone(challenge.deadline, challenge.zone)
        raise Refused(_("Choose a time before the deadline, %(date)s.", date=deadline), "publish_at")
    lock(challenge)
    read_anew(challenge)
    _freeze(challenge)
    LIFECYCLE.fire(
        challenge,
        "publish" if at is None else "schedule",
        actor,
        now,
        publish_at=at or now,
        deadline=challenge.deadline,
        criteria_hash=challenge.criteria_hash,
        published_hash=challenge.published_hash,
    )
    challenge.publish_at = at or now
    challenge.published_by = actor.person_id
    indexing.index(challenge)


def _freeze(challenge: Challenge) -> None:
    challenge.criteria_hash = hashing.digest(hashing.criteria_document(challenge))
    challenge.published_hash = hashing.digest(hashing.published_document(challenge, attachments.of(challenge)))


def unschedule(actor: Viewer, challenge: Challenge, now: datetime) -> None:
    """Take it out of the schedule: nobody outside has read it yet."""
    LIFECYCLE.fire(challenge, "unschedule", actor, now)
    challenge.publish_at = challenge.criteria_hash = challenge.published_hash = challenge.published_by = None


def extend_deadline(actor: Viewer, challenge: Challenge, deadline: datetime, reason: str, now: datetime) -> None:
    """Move the deadline of an open challenge to a later moment; never to an earlier one.

    Args:
        deadline: UTC.
        reason: public.
    Raises:
        NotAllowed: not the agency's owner, manager or approver.
        Refused: it is not open, the moment is not later, or no reason.
    """
    text = _words(reason, _("Say why the deadline is moved: readers see it."), "reason")
    lock(challenge)
    old = challenge.deadline
    if old is None or deadline <= old:
        present = in_zone(old, challenge.zone) if old else "–"
        raise Refused(_("Choose a time after the present deadline, %(date)s.", date=present), "deadline")
    if deadline > old + LONGEST_EXTENSION:
        raise Refused(_("Extend by two years at most."), "deadline")
    LIFECYCLE.fire(challenge, "extend", actor, now, old_deadline=old, new_deadline=deadline)
    challenge.deadline = deadline
    notice = _note(challenge, NoticeKind.EXTENSION, actor, text, now)
    notice.old_deadline, notice.new_deadline = old, deadline


def add_correction(
    actor: Viewer, challenge: Challenge, text: str, now: datetime, *, once: UUID | None = None
) -> ChallengeNotice:
    """Add a dated, public correction; the text that was published stays as it was.

    Args:
        once: the identifier that the form brought; sent twice, it adds one correction.
    Raises:
        NotAllowed: not the agency's owner, manager or approver.
        Refused: no text, or nobody reads it yet.
    """
    words = _words(text, _("Write the correction."), "text")
    lock(challenge)
    made_before = next((notice for notice in challenge.notices if notice.id == once), None)
    if made_before is not None:
        return made_before
    LIFECYCLE.fire(challenge, "correct", actor, now)
    return _note(challenge, NoticeKind.CORRECTION, actor, words, now, once)


def withdraw(actor: Viewer, challenge: Challenge, reason: str, now: datetime) -> None:
    """Withdraw it while it is open, with a public reason; the page stays.

    Raises:
        NotAllowed: not the agency's owner, manager or approver.
        Refused: it is not open, or no reason.
    """
    text = _words(reason, _("Say why it is withdrawn: readers see it."), "reason")
    LIFECYCLE.fire(challenge, "withdraw", actor, now)
    challenge.outcome_reason = text


def cancel(actor: Viewer, challenge: Challenge, reason: str, now: datetime) -> None:
    """Cancel it after its deadline, with a public reason; the page stays.

    Raises:
        NotAllowed: not the agency's owner, manager or approver.
        Refused: it is still open or has ended, or no reason.
    """
    text = _words(reason, _("Say why it is cancelled: readers see it."), "reason")
    LIFECYCLE.fire(challenge, "cancel", actor, now)
    challenge.outcome_reason = text


def _words(typed: str, wanted: str, field: str) -> str:
    text = clean_text(typed)
    if not text:
        raise Refused(wanted, field)
    if len(text) > MOST_WORDS:
        raise Refused(
            _("Shorten this to %(most)d characters; it has %(now)d.", most=MOST_WORDS, now=len(text)), field
        )
    return text


def _note(
    challenge: Challenge, kind: NoticeKind, actor: Viewer, text: str, now: datetime, once: UUID | None = None
) -> ChallengeNotice:
    require(actor.person_id is not None)
    notice = ChallengeNotice(
        id=once or ids.new_id(), challenge_id=challenge.id, kind=kind, at=now, by_id=actor.person_id, text=text
    )
    challenge.notices.append(notice)
    database.session.flush()
    return notice
