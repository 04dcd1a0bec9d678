"""Who may see a challenge and who may do what with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from marketplace.challenges.listed import ListedChallenge
from marketplace.challenges.models import (
    PUBLIC_STATES,
    Challenge,
    ChallengeNotice,
    ChallengeState,
    ChallengeText,
    Criterion,
    NoticeKind,
    SectionRevision,
    StageDate,
)
from marketplace.core import access
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.files import File, readers

AUTHORS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER})
PUBLISHERS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER, Role.APPROVER})
DECIDERS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER, Role.APPROVER})
# An evaluator sits on panels and may be an outsider: what the agency has not published is not his to read.
READERS = frozenset(
    {
        Role.OWNER,
        Role.CHALLENGE_MANAGER,
        Role.APPROVER,
        Role.OPENING_OFFICER,
        Role.FINANCE_OFFICER,
        Role.VIEWER,
    }
)
EDITABLE = frozenset({ChallengeState.DRAFT, ChallengeState.EDITS_REQUESTED})


# --- seeing ---


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Published and past its moment for everybody; whatever its state for the agency's working members."""
    return _seen(Challenge, viewer)


def can_see(viewer: Viewer, challenge: Challenge) -> bool:
    """`visible_to` in Python; a test compares the two."""
    return challenge.is_visible(viewer.at) or can_manage(viewer, challenge)


def _seen(columns: Any, viewer: Viewer) -> ColumnElement[bool]:
    public = and_(columns.state.in_(PUBLIC_STATES), columns.publish_at <= viewer.at)
    if not _reads_drafts(viewer):
        return public
    return or_(public, columns.agency_id == viewer.organisation_id)


def _reads_drafts(viewer: Viewer) -> bool:
    return viewer.organisation_kind == Kind.AGENCY and viewer.has_any(READERS, viewer.organisation_id)


def _through_challenge(model: Any, viewer: Viewer) -> ColumnElement[bool]:
    table = Challenge.__table__
    return model.challenge_id.in_(select(table.c.id).where(_seen(table.c, viewer)))


def _of_own_agency(model: Any, viewer: Viewer) -> ColumnElement[bool]:
    table = Challenge.__table__
    if not _reads_drafts(viewer):
        return false()
    return model.challenge_id.in_(select(table.c.id).where(table.c.agency_id == viewer.organisation_id))


def notice_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Corrections and extensions with their challenge; a reviewer's message inside the agency alone."""
    public = and_(
        ChallengeNotice.kind.in_([NoticeKind.CORRECTION, NoticeKind.EXTENSION]),
        _through_challenge(ChallengeNotice, viewer),
    )
    return or_(public, _of_own_agency(ChallengeNotice, viewer))


def _file_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    table = Challenge.__table__
    return File.subject_id.in_(select(table.c.id).where(_seen(table.c, viewer)))


readers.register("challenge", _file_visible_to)
access.guard(Challenge, visible_to)
access.guard(ChallengeText, lambda viewer: _through_challenge(ChallengeText, viewer))
access.guard(Criterion, lambda viewer: _through_challenge(Criterion, viewer))
access.guard(StageDate, lambda viewer: _through_challenge(StageDate, viewer))
access.guard(ChallengeNotice, notice_visible_to)
# The public list and nothing else, for everybody: its rows are of public states alone.
access.guard(ListedChallenge, lambda viewer: ListedChallenge.publish_at <= viewer.at)
access.guard(SectionRevision, lambda viewer: _of_own_agency(SectionRevision, viewer))


# --- doing ---


def can_create(viewer: Viewer) -> bool:
    """An owner or a challenge manager of an agency, verified or not yet: drafts are open to both."""
    return viewer.organisation_kind == Kind.AGENCY and viewer.has_any(AUTHORS, viewer.organisation_id)


def can_write(viewer: Viewer, challenge: Challenge) -> bool:
    """Of those who write the agency's challenges, whatever the state of this one."""
    return viewer.has_any(AUTHORS, challenge.agency_id)


def can_edit(viewer: Viewer, challenge: Challenge) -> bool:
    """Write in it now: only drafts and those sent back are open."""
    return can_write(viewer, challenge) and challenge.state in EDITABLE


def can_clone(viewer: Viewer, challenge: Challenge) -> bool:
    """Start a draft of one's own from any challenge that one may see."""
    return can_create(viewer) and can_see(viewer, challenge)


def can_manage(viewer: Viewer, challenge: Challenge) -> bool:
    """See the agency's own page of it, and it in every state."""
    return viewer.has_any(READERS, challenge.agency_id)


def can_review(viewer: Viewer, challenge: Challenge) -> bool:
    """Read it as an approver and ask for edits."""
    return viewer.has(Role.APPROVER, challenge.agency_id)


def wrote_it(viewer: Viewer, challenge: Challenge) -> bool:
    """The author, or one who edited since the last approval."""
    return viewer.person_id is not None and (
        viewer.person_id == challenge.author_id or viewer.person_id in challenge.editors_since_review
    )


def can_approve(viewer: Viewer, challenge: Challenge) -> bool:
    """Four eyes: an approver of the agency, neither the author nor an editor since the last review."""
    return can_review(viewer, challenge) and not wrote_it(viewer, challenge)


def can_take_back(viewer: Viewer, challenge: Challenge) -> bool:
    """Make it a draft again."""
    return viewer.has_any(PUBLISHERS, challenge.agency_id)


def can_publish(viewer: Viewer, challenge: Challenge) -> bool:
    """Publish, schedule, extend, correct, withdraw and cancel: the agency's owner, manager or approver."""
    return viewer.has_any(PUBLISHERS, challenge.agency_id)


def can_open_proposals(viewer: Viewer, challenge: Challenge) -> bool:
    """The agency's opening officer, or a notary of the host; nobody while the agency is suspended."""
    return challenge.agency.is_verified and (
        viewer.has(Role.OPENING_OFFICER, challenge.agency_id) or viewer.is_host(Role.NOTARY)
    )


def can_decide(viewer: Viewer, challenge: Challenge) -> bool:
    """Make an award or end it without one; who recommended it is checked where recommendations are."""
    return viewer.is_verified and viewer.has_any(DECIDERS, challenge.agency_id)


def can_import(viewer: Viewer, challenge: Challenge) -> bool:
    """The host's administrator, or the command line in his name."""
    return viewer.is_host(Role.ADMINISTRATOR) and challenge.source is not None
