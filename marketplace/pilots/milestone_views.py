"""Milestones: deliver, accept, return; and what was paid for them outside the marketplace."""

from __future__ import annotations

from uuid import UUID

from flask import g

from marketplace.accounts import queries as accounts
from marketplace.core.access import require
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.money import format_money
from marketplace.core.templating import day
from marketplace.pilots import evidence, milestones, policy, queries
from marketplace.pilots.blueprint import blueprint, deed, reasons_against, sides
from marketplace.pilots.forms import AcceptanceForm, DeliveryForm, PaymentForm, ReturnForm
from marketplace.pilots.models import Milestone, MilestoneState
from marketplace.pilots.pages import tab
from marketplace.pilots.workflow import MILESTONE


def _milestone(key: str, milestone_id: UUID) -> Milestone:
    return queries.milestone_of(queries.by_key(key), milestone_id)


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/")
@sides
def milestone(key: str, milestone_id: UUID):
    """One milestone: what was agreed, delivered, returned, decided and paid."""
    board = queries.board(key)
    step = queries.milestone_of(board.pilot, milestone_id)
    people = {person for one in step.returns for person in (one.delivered_by, one.returned_by)}
    return tab(
        "milestone",
        board,
        here="milestones",
        step=step,
        names=queries.names_in(board.pilot, *people),
        files=evidence.of_milestones([step]),
    )


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/delivery/", methods=["GET", "POST"])
@sides
def deliver(key: str, milestone_id: UUID):
    """Hand a milestone over with its evidence."""
    step = _milestone(key, milestone_id)
    reasons = reasons_against(MILESTONE, step, "deliver")
    form = DeliveryForm()

    def hand_over() -> None:
        milestones.deliver(g.viewer, step, form.note.data, g.now)
        evidence.keep(g.viewer, form.files.data, evidence.MILESTONE, step.id)

    was_returned = step.state == MilestoneState.RETURNED
    return deed(
        step.pilot,
        form,
        hand_over,
        said=_("Milestone %(position)s is delivered. The agency is told.", position=step.position),
        shows="milestone",
        at={"milestone_id": step.id},
        title=_("Deliver milestone %(position)s", position=step.position),
        lead=step.title,
        facts=[
            (_("Agreed"), step.deliverable),
            (_("Due on"), day(step.due_on) if step.due_on else None),
            (_("Returned because"), step.decision_note if was_returned else None),
        ],
        fields=[(form.note, {"rows": 8}), form.files],
        verb=_("Deliver"),
        back="milestones",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/acceptance/", methods=["GET", "POST"])
@sides
def accept(key: str, milestone_id: UUID):
    """Accept what was delivered."""
    step = _milestone(key, milestone_id)
    reasons = reasons_against(MILESTONE, step, "accept")
    form = AcceptanceForm()
    return deed(
        step.pilot,
        form,
        lambda: milestones.accept(g.viewer, step, form.note.data or "", g.now),
        said=_("Milestone %(position)s is accepted. The startup is told.", position=step.position),
        shows="milestone",
        at={"milestone_id": step.id},
        title=_("Accept milestone %(position)s?", position=step.position),
        lead=_("Acceptance can't be taken back. Its price is then to be paid, outside the marketplace."),
        facts=_delivered(step),
        text=step.delivery_note,
        files=evidence.of_milestones([step]).get(step.id, []),
        fields=[form.note],
        verb=_("Accept"),
        back="milestones",
        reasons=reasons,
    )


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/return/", methods=["GET", "POST"])
@sides
def send_back(key: str, milestone_id: UUID):
    """Return what was delivered, with reasons."""
    step = _milestone(key, milestone_id)
    reasons = reasons_against(MILESTONE, step, "return")
    form = ReturnForm()
    return deed(
        step.pilot,
        form,
        lambda: milestones.send_back(g.viewer, step, form.reasons.data, g.now),
        said=_("Milestone %(position)s is returned. The startup is told why.", position=step.position),
        shows="milestone",
        at={"milestone_id": step.id},
        title=_("Return milestone %(position)s", position=step.position),
        facts=_delivered(step),
        text=step.delivery_note,
        files=evidence.of_milestones([step]).get(step.id, []),
        fields=[form.reasons],
        verb=_("Return with reasons"),
        back="milestones",
        reasons=reasons,
        kind="danger",
    )


def _delivered(step: Milestone) -> list:
    return [
        (_("Milestone"), step.title),
        (_("Agreed"), step.deliverable),
        (_("Price"), format_money(step.price)),
        (_("Delivered on"), day(step.delivered_at, step.pilot.zone) if step.delivered_at else None),
        (_("Delivered by"), accounts.name_of(step.delivered_by) if step.delivered_by else None),
    ]


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/payment/", methods=["GET", "POST"])
@sides
def record_payment(key: str, milestone_id: UUID):
    """Record for the agency that a milestone was paid outside the marketplace."""
    step = _milestone(key, milestone_id)
    require(policy.can_record_payment(g.viewer, step.pilot))
    form = PaymentForm(data={"paid_on": step.paid_on, "reference": step.payment_reference})
    return deed(
        step.pilot,
        form,
        lambda: milestones.record_payment(g.viewer, step, form.paid_on.data, form.reference.data, g.now),
        said=_("The payment is recorded. The startup is asked to confirm it."),
        shows="payments",
        title=_("Record the payment of milestone %(position)s", position=step.position),
        lead=_("The marketplace moves no money. Record what you paid outside of it; the startup confirms it."),
        facts=[(_("Milestone"), step.title), (_("Price"), format_money(step.price))],
        fields=[(form.paid_on, {"width": "short"}), (form.reference, {"width": "medium"})],
        verb=_("Record the payment"),
        back="payments",
        reasons=_why_not_paid(step),
    )


def _why_not_paid(step: Milestone) -> list[str]:
    if not step.price_minor:
        return [_("This milestone costs nothing, so there is nothing to pay.")]
    if step.state != MilestoneState.ACCEPTED:
        return [_("A milestone is paid after it is accepted.")]
    return [_("The startup has confirmed this payment already.")] if step.payment_confirmed_at else []


@blueprint.route("/<key:key>/milestones/<uuid:milestone_id>/payment/confirmation/", methods=["GET", "POST"])
@sides
def confirm_payment(key: str, milestone_id: UUID):
    """Confirm for the startup that the money arrived."""
    step = _milestone(key, milestone_id)
    require(policy.can_confirm_payment(g.viewer, step.pilot))
    form = ActionForm()
    reasons = [] if step.payment_recorded_at else [_("The agency has not recorded a payment yet.")]
    if step.payment_confirmed_at:
        reasons = [_("This payment is confirmed already.")]
    return deed(
        step.pilot,
        form,
        lambda: milestones.confirm_payment(g.viewer, step, g.now),
        said=_("The payment is confirmed."),
        shows="payments",
        title=_("Confirm the payment of milestone %(position)s?", position=step.position),
        lead=_("Confirm only what has arrived on your account. This can't be taken back."),
        facts=[
            (_("Milestone"), step.title),
            (_("Price"), format_money(step.price)),
            (_("Paid on"), day(step.paid_on) if step.paid_on else None),
            (_("Reference"), step.payment_reference),
        ],
        verb=_("Confirm the payment"),
        back="payments",
        reasons=reasons,
    )
