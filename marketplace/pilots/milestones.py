"""Milestones: planned, delivered, accepted or returned; and what was paid outside the marketplace."""

from __future__ import annotations

from datetime import date, datetime

from marketplace.core import database, events
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.pilots import agreements, policy
from marketplace.pilots.locking import lock_milestone, lock_whole
from marketplace.pilots.models import Milestone, MilestoneReturn, MilestoneState
from marketplace.pilots.workflow import MILESTONE


def plan(actor: Viewer, milestone: Milestone, deliverable: str, due_on: date | None, now: datetime) -> None:
    """Say what a milestone delivers and by when, while the agreement is being made; its price stays as proposed.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: the agreement is signed.
    """
    require(policy.can_write(actor, milestone.pilot))
    lock_whole(milestone.pilot)
    agreements.refuse_signed(milestone.pilot)
    milestone.deliverable, milestone.due_on = deliverable, due_on
    events.record("milestone.planned", actor, on=milestone, now=now, position=milestone.position)
    agreements.renew(actor, milestone.pilot, now)


def deliver(actor: Viewer, milestone: Milestone, note: str, now: datetime) -> None:
    """Hand a milestone over; its evidence files lie with it.

    Args:
        note: what was done and where the evidence stands.
    Raises:
        Refused: nothing is said of it.
    """
    if not note.strip():
        raise Refused(_("Say what you deliver and where its evidence stands."), field="note")
    lock_milestone(milestone)
    milestone.delivered_at, milestone.delivered_by, milestone.delivery_note = now, actor.person_id, note
    MILESTONE.fire(milestone, "deliver", actor, now, position=milestone.position)


def accept(actor: Viewer, milestone: Milestone, note: str, now: datetime) -> None:
    """Accept what was delivered."""
    lock_milestone(milestone)
    milestone.decided_at, milestone.decided_by, milestone.decision_note = now, actor.person_id, note
    MILESTONE.fire(milestone, "accept", actor, now, position=milestone.position)


def send_back(actor: Viewer, milestone: Milestone, reasons: str, now: datetime) -> None:
    """Return what was delivered, with the reasons.

    Raises:
        Refused: no reasons are given.
    """
    if not reasons.strip():
        raise Refused(_("Say what is missing."), field="reasons")
    lock_milestone(milestone)
    milestone.decided_at, milestone.decided_by, milestone.decision_note = now, actor.person_id, reasons
    milestone.times_returned += 1
    MILESTONE.fire(milestone, "return", actor, now, position=milestone.position)
    database.session.add(
        MilestoneReturn(
            milestone_id=milestone.id,
            delivered_at=milestone.delivered_at,
            delivered_by=milestone.delivered_by,
            delivery_note=milestone.delivery_note,
            returned_at=now,
            returned_by=actor.person_id,
            reasons=reasons,
        )
    )


def record_payment(actor: Viewer, milestone: Milestone, paid_on: date, reference: str, now: datetime) -> None:
    """Record for the agency that an accepted milestone was paid outside the marketplace.

    Args:
        reference: of the transfer, as the treasury gave it.
    Raises:
        NotAllowed: the actor does not answer for the agency's money.
        Refused: not accepted yet, confirmed already, or paid in the future.
    """
    require(policy.can_record_payment(actor, milestone.pilot))
    lock_milestone(milestone)
    if not milestone.price_minor:
        raise Refused(_("This milestone costs nothing, so there is nothing to pay."))
    if milestone.state != MilestoneState.ACCEPTED:
        raise Refused(_("A milestone is paid after it is accepted."))
    if milestone.payment_confirmed_at is not None:
        raise Refused(_("The startup has confirmed this payment already."))
    if paid_on > milestone.pilot.today(now):
        raise Refused(_("Enter a day that is not in the future."), field="paid_on")
    milestone.paid_on, milestone.payment_reference = paid_on, reference
    milestone.payment_recorded_at, milestone.payment_recorded_by = now, actor.person_id
    events.record("milestone.paid", actor, on=milestone, now=now, position=milestone.position)


def confirm_payment(actor: Viewer, milestone: Milestone, now: datetime) -> None:
    """Confirm for the startup that the money arrived.

    Raises:
        NotAllowed: the actor does not answer for the startup's money.
        Refused: nothing is recorded, by the actor himself, or it is confirmed already.
    """
    require(policy.can_confirm_payment(actor, milestone.pilot))
    lock_milestone(milestone)
    if milestone.payment_recorded_at is None:
        raise Refused(_("The agency has not recorded a payment yet."))
    if milestone.payment_confirmed_at is not None:
        raise Refused(_("This payment is confirmed already."))
    if milestone.payment_recorded_by == actor.person_id:
        raise Refused(_("You recorded this payment for the agency. Somebody else confirms it for the startup."))
    milestone.payment_confirmed_at, milestone.payment_confirmed_by = now, actor.person_id
    events.record("milestone.payment_confirmed", actor, on=milestone, now=now, position=milestone.position)
