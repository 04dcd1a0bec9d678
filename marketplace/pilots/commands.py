"""Opening a pilot from an award, its record, and its ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused, constraint_message
from marketplace.core.i18n import _, _l
from marketplace.core.workflow import lock
from marketplace.pilots import policy
from marketplace.pilots.locking import lock_whole
from marketplace.pilots.models import EntryKind, Milestone, Outcome, Pilot, PilotState, RecordEntry
from marketplace.pilots.workflow import LIFECYCLE
from marketplace.proposals import contents
from marketplace.proposals.bundle import Contents
from marketplace.proposals.models import Proposal, ProposalState

constraint_message("pk_pilot_record", _l("This stands in the record already."))
constraint_message("uq_pilot_proposal_id", _l("This proposal has its pilot already."))


def can_open(viewer: Viewer, proposal: Proposal) -> bool:
    """Who runs pilots for the agency that made the award."""
    return viewer.is_verified and viewer.has_any(policy.AGENCY_RUNNERS, proposal.challenge.agency_id)


def open_pilot(actor: Viewer, proposal: Proposal, title: str, now: datetime) -> Pilot:
    """Open the pilot of an awarded proposal, with the milestones and prices that were proposed.

    Args:
        title: what the pilot is called; 1 to 200 characters.
    Raises:
        NotAllowed: the actor does not run pilots for the agency.
        Refused: the proposal holds no award, or has its pilot already.
    """
    require(can_open(actor, proposal))
    lock(proposal)
    if proposal.state != ProposalState.AWARDED:
        raise Refused(_("Only an awarded proposal becomes a pilot."))
    if database.session.scalar(select(Pilot.id).where(Pilot.proposal_id == proposal.id)):
        raise Refused(_("This proposal has its pilot already."))
    proposed = contents.read(proposal)
    if proposed is None:
        raise Refused(_("Only an awarded proposal becomes a pilot."))
    pilot = _pilot_of(proposal, title)
    pilot.milestones = _as_proposed(pilot, proposed, now)
    database.session.add(pilot)
    database.session.flush()
    events.record("pilot.opened", actor, on=pilot, now=now)
    return pilot


def _pilot_of(proposal: Proposal, title: str) -> Pilot:
    challenge = proposal.challenge
    return Pilot(
        challenge_id=challenge.id,
        challenge=challenge,
        proposal_id=proposal.id,
        agency_id=challenge.agency_id,
        startup_id=proposal.startup_id,
        title=title,
        currency=challenge.currency,
        zone=challenge.zone,
    )


def _as_proposed(pilot: Pilot, proposed: Contents, now: datetime) -> list[Milestone]:
    return [
        Milestone(
            position=number,
            title=line.title,
            deliverable=line.deliverable,
            due_on=_proposed_day(pilot, line.due_days, now),
            price_minor=line.price.minor,
        )
        for number, line in enumerate(proposed.milestones, start=1)
    ]


def _proposed_day(pilot: Pilot, due_days: int | None, now: datetime) -> date | None:
    """What was proposed counts from a start that nobody knows yet: from today, until both sides plan it."""
    return pilot.today(now) + timedelta(days=due_days) if due_days is not None else None


def write_down(actor: Viewer, pilot: Pilot, entry: RecordEntry, now: datetime) -> RecordEntry:
    """Add a note, a decision or a risk to the pilot's record.

    Args:
        entry: with its kind and text; a risk also with its owner and next step. The identifier that its form
            brought makes it one entry, though it be sent twice.
    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the pilot has ended.
    """
    require(policy.can_write(actor, pilot))
    refuse_ended(pilot)
    entry.pilot_id, entry.at = pilot.id, now
    entry.by_id, entry.organisation_id = actor.person_id, actor.organisation_id  # type: ignore[assignment]
    database.session.add(entry)
    database.session.flush()
    events.record(f"pilot.{entry.kind.value}_added", actor, on=pilot, now=now, entry_id=entry.id)
    return entry


def close_risk(actor: Viewer, pilot: Pilot, risk: RecordEntry, word: str, now: datetime) -> None:
    """Close a risk with a word on what became of it.

    Raises:
        Refused: it is no risk of this pilot, or is closed already.
    """
    require(policy.can_write(actor, pilot))
    lock(risk)
    if risk.pilot_id != pilot.id or risk.kind != EntryKind.RISK or risk.closed_at is not None:
        raise Refused(_("This risk is closed already."))
    risk.closed_at, risk.closed_by, risk.closing_word = now, actor.person_id, word
    events.record("pilot.risk_closed", actor, on=pilot, now=now, entry_id=risk.id)


def start_closing(actor: Viewer, pilot: Pilot, now: datetime) -> None:
    """Begin to close: no more deliveries, the last measurements are judged, both sides say what they learnt."""
    lock_whole(pilot)
    LIFECYCLE.fire(pilot, "start_closing", actor, now)


def reopen(actor: Viewer, pilot: Pilot, now: datetime) -> None:
    """Take the work up again."""
    LIFECYCLE.fire(pilot, "reopen", actor, now)


def write_lessons(actor: Viewer, pilot: Pilot, lessons: str, now: datetime) -> None:
    """Write down what one's own side learnt.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the pilot is not being closed, nor was it ended early; or it is completed and they stand already.
    """
    require(policy.can_write(actor, pilot))
    lock(pilot)
    if pilot.state not in {PilotState.CLOSING, PilotState.COMPLETED, PilotState.TERMINATED}:
        raise Refused(_("Lessons are written when the pilot is being closed."))
    if pilot.state == PilotState.COMPLETED and own_lessons(actor, pilot):
        raise Refused(_("The pilot has ended; its record is closed."))
    if actor.acts_for(pilot.agency_id):
        pilot.lessons_agency = lessons
    else:
        pilot.lessons_startup = lessons
    events.record("pilot.lessons_written", actor, on=pilot, now=now)


def own_lessons(viewer: Viewer, pilot: Pilot) -> str:
    """What the viewer's side has written down."""
    return pilot.lessons_agency if viewer.acts_for(pilot.agency_id) else pilot.lessons_startup


def complete(actor: Viewer, pilot: Pilot, outcome: Outcome, reason: str, now: datetime) -> None:
    """Close the pilot with its outcome.

    Raises:
        Refused: lessons, measurements or accepted work are missing for that outcome.
    """
    lock_whole(pilot)
    pilot.outcome, pilot.outcome_reason, pilot.closed_at = outcome, reason, now
    LIFECYCLE.fire(pilot, "complete", actor, now, outcome=outcome)


def terminate(actor: Viewer, pilot: Pilot, reason: str, now: datetime) -> None:
    """End the pilot early, with the reason; what was learnt can still be written down."""
    _refuse_silence(reason)
    lock_whole(pilot)
    pilot.outcome_reason, pilot.closed_at = reason, now
    LIFECYCLE.fire(pilot, "terminate", actor, now)


def give_up(actor: Viewer, pilot: Pilot, reason: str, now: datetime) -> None:
    """Say that one's side will not sign; the agency may then turn to the next in reserve."""
    _refuse_silence(reason)
    lock_whole(pilot)
    pilot.outcome_reason, pilot.closed_at = reason, now
    LIFECYCLE.fire(pilot, "give_up", actor, now)


def refuse_ended(pilot: Pilot) -> None:
    """Refuse a change to a pilot that has ended."""
    if pilot.has_ended:
        raise Refused(_("The pilot has ended; its record is closed."))


def _refuse_silence(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why: the other side will read it."), field="reason")
