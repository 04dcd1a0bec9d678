"""Who may do what with a proposal, and who sees it: until the opening its proposer alone."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, exists, false, func, select, true

from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.challenges.policy import can_open_proposals
from marketplace.core import access, files
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.events import Event
from marketplace.core.events import policy as _events_first  # noqa: F401  (its guard must stand before the cut)
from marketplace.core.files import File
from marketplace.proposals.models import (
    INTERNAL_STATES,
    OPENED_STATES,
    Comment,
    DraftRevision,
    DraftSection,
    Proposal,
    ProposalState,
    Submission,
)

WORKING = frozenset({Role.OWNER, Role.EDITOR, Role.SIGNATORY, Role.FINANCE})
WRITING = frozenset({Role.OWNER, Role.EDITOR, Role.SIGNATORY})
OFFICERS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER, Role.APPROVER, Role.OPENING_OFFICER, Role.FINANCE_OFFICER})
DECIDING = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER, Role.APPROVER})

# From then on the letters are out, and each proposer may know what became of its proposal.
DECIDED = frozenset({ChallengeState.AWARDED, ChallengeState.UNSUCCESSFUL, ChallengeState.CANCELLED})

# Challenges whose proposals were opened.
OPENED_CHALLENGE = frozenset({ChallengeState.EVALUATION, ChallengeState.AWARDED, ChallengeState.UNSUCCESSFUL})

Judge = Callable[[Viewer, Proposal], bool]
_judges: list[Judge] = []


def can_start(viewer: Viewer) -> bool:
    """Who writes for a startup; a pending one may draft too."""
    return viewer.organisation_kind == Kind.STARTUP and viewer.has_any(WRITING, viewer.organisation_id)


def can_see_own(viewer: Viewer, proposal: Proposal) -> bool:
    """A member of the proposing startup in a working role."""
    return viewer.has_any(WORKING, proposal.startup_id)


def can_write(viewer: Viewer, proposal: Proposal) -> bool:
    """Who writes for the proposing startup."""
    return viewer.has_any(WRITING, proposal.startup_id)


def can_submit(viewer: Viewer, proposal: Proposal) -> bool:
    """Who writes for the proposing startup, once that is verified."""
    return can_write(viewer, proposal) and viewer.is_verified


def can_bind(viewer: Viewer, proposal: Proposal) -> bool:
    """Who may bind the proposing startup: an owner or a signatory."""
    return viewer.has_any({Role.OWNER, Role.SIGNATORY}, proposal.startup_id)


def can_open_for(viewer: Viewer, challenge: Challenge) -> bool:
    """An opening officer of the agency, or a notary of the host."""
    return can_open_proposals(viewer, challenge)


def can_open(viewer: Viewer, proposal: Proposal) -> bool:
    """As `can_open_for`, asked of one proposal."""
    return can_open_for(viewer, proposal.challenge)


def can_judge(viewer: Viewer, proposal: Proposal) -> bool:
    """Who decides for the agency, or whom a higher floor entrusts: the chair of the panel."""
    decides = viewer.is_verified and viewer.has_any(DECIDING, proposal.challenge.agency_id)
    return decides or any(judge(viewer, proposal) for judge in _judges)


def entrust(judge: Judge) -> None:
    """A higher floor names who else moves opened proposals: it knows the panel, this floor does not."""
    _judges.append(judge)


def state_as_seen(viewer: Viewer, proposal: Proposal) -> ProposalState:
    """The state to tell this viewer: the panel's own steps stay with the agency until the letters go out."""
    is_undecided = proposal.state in INTERNAL_STATES and proposal.challenge.state not in DECIDED
    return ProposalState.OPENED if is_undecided and viewer.acts_for(proposal.startup_id) else proposal.state


# --- Who sees rows ----------------------------------------------------------------------------------------


def _is_proposer(viewer: Viewer) -> bool:
    return viewer.organisation_kind == Kind.STARTUP and viewer.has_any(WORKING, viewer.organisation_id)


def _is_officer(viewer: Viewer) -> bool:
    return viewer.organisation_kind == Kind.AGENCY and viewer.has_any(OFFICERS, viewer.organisation_id)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The proposer's members always; the agency's officers from the opening on; nobody of the host."""
    if _is_proposer(viewer):
        return Proposal.startup_id == viewer.organisation_id
    if _is_officer(viewer):
        challenges = Challenge.__table__
        ours = select(challenges.c.id).where(challenges.c.agency_id == viewer.organisation_id)
        return and_(Proposal.state.in_(OPENED_STATES), Proposal.challenge_id.in_(ours))
    return false()


def draft_visible_to(model: type[DraftSection | DraftRevision | Comment]) -> access.Predicate:
    """What the team writes, and says to each other while it writes, is the team's for ever."""

    def visible(viewer: Viewer) -> ColumnElement[bool]:
        return model.proposal_id.in_(_own_proposals(viewer)) if _is_proposer(viewer) else false()

    return visible


def submission_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The proposer sees every version it sent; the agency's officers the one that stood at the opening."""
    if _is_proposer(viewer):
        return Submission.proposal_id.in_(_own_proposals(viewer))
    if _is_officer(viewer):
        return and_(Submission.replaced_at.is_(None), Submission.proposal_id.in_(_opened_for(viewer)))
    return false()


def _own_proposals(viewer: Viewer):
    proposals = Proposal.__table__
    return select(proposals.c.id).where(proposals.c.startup_id == viewer.organisation_id)


def _opened_for(viewer: Viewer):
    proposals, challenges = Proposal.__table__, Challenge.__table__
    return (
        select(proposals.c.id)
        .join(challenges, challenges.c.id == proposals.c.challenge_id)
        .where(challenges.c.agency_id == viewer.organisation_id, proposals.c.state.in_(OPENED_STATES))
    )


def event_allowed(viewer: Viewer) -> ColumnElement[bool]:
    """What happens to a proposal is its startup's alone until the opening: not even the auditor learns of it.

    Visitors see public events alone, and none of a proposal is public. Their pages name no table of proposals: one
    that did would be made anew when somebody bids, and how long it takes would tell.
    """
    if not viewer.is_signed_in and not viewer.is_marketplace:
        return true()
    proposals = Proposal.__table__
    unopened = proposals.c.state.not_in(OPENED_STATES)
    others = proposals.c.startup_id != viewer.organisation_id if viewer.organisation_id is not None else true()
    return ~exists(select(proposals.c.id).where(proposals.c.id == Event.stream_id, unopened, others))


access.cut_to(Event, event_allowed)
access.guard(Proposal, visible_to)
access.guard(DraftSection, draft_visible_to(DraftSection))
access.guard(DraftRevision, draft_visible_to(DraftRevision))
access.guard(Comment, draft_visible_to(Comment))
access.guard(Submission, submission_visible_to)


def file_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The team reads all its files; others those of a sent version that they may read, and no others."""
    if _is_proposer(viewer):
        return File.subject_id.in_(_own_proposals(viewer))
    if viewer.organisation_kind != Kind.AGENCY:
        return false()  # so that a visitor's page names no table of proposals, see `event_allowed`
    sent = Submission.__table__
    pinned = select(func.unnest(sent.c.file_ids)).where(access.visible(Submission, viewer))
    return File.id.in_(pinned)


files.readers.register("proposal", file_visible_to)
