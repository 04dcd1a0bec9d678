"""What waits for a person in a pilot, and for whom the person waits; the pilot's page and the dashboard say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from marketplace.core import clock
from marketplace.core.access import Viewer
from marketplace.core.i18n import _, ngettext
from marketplace.core.money import short_money
from marketplace.pilots import policy
from marketplace.pilots.commands import own_lessons
from marketplace.pilots.models import Milestone, MilestoneState, PilotState
from marketplace.pilots.standing import Standing

SOON = timedelta(days=14)  # a delivery shows on the dashboard so long before its day


@dataclass(frozen=True)
class Act:
    """One thing that waits for the viewer.

    Attributes:
        note: a sentence more, or "".
        due: the day by which, in the pilot's zone.
    """

    title: str
    note: str
    url: str
    verb: str
    due: date | None = None


@dataclass(frozen=True)
class Wait:
    """One thing that the viewer waits for."""

    whom: str
    about: str
    since: datetime | None
    url: str


def acts(viewer: Viewer, standing: Standing, now: datetime) -> Iterator[Act]:
    """What waits for this viewer, the most pressing first."""
    state = standing.pilot.state
    if state == PilotState.AGREEMENT:
        yield from _agreement_acts(viewer, standing)
    if state == PilotState.ACTIVE:
        yield from _judging_acts(viewer, standing)
        yield from _delivering_acts(viewer, standing, now)
    if state in {PilotState.ACTIVE, PilotState.CLOSING}:
        yield from _verifying_acts(viewer, standing)
    yield from _paying_acts(viewer, standing)
    yield from _closing_acts(viewer, standing, now)


def waits(viewer: Viewer, standing: Standing) -> Iterator[Wait]:
    """What the viewer's side waits for."""
    pilot = standing.pilot
    is_agency = viewer.acts_for(pilot.agency_id)
    other = pilot.startup.name if is_agency else pilot.agency.name
    page = url_for("pilots.show", key=pilot.key)

    def wait(about: str, since: datetime | None, whom: str = other) -> Wait:
        return Wait(whom, _("%(what)s: %(pilot)s", what=about, pilot=pilot.title), since, page)

    if pilot.state == PilotState.AGREEMENT and viewer.organisation_id in standing.signers:
        yield wait(_("signature under the agreement"), standing.version_at)
    for milestone in standing.milestones:
        if pilot.state == PilotState.ACTIVE and is_agency and milestone.state == MilestoneState.RETURNED:
            yield wait(_("milestone %(position)s anew", position=milestone.position), milestone.decided_at)
        if pilot.state == PilotState.ACTIVE and not is_agency and milestone.state == MilestoneState.DELIVERED:
            yield wait(_("decision on milestone %(position)s", position=milestone.position), milestone.delivered_at)
        if not is_agency and _is_to_be_paid(milestone):
            yield wait(_("payment of milestone %(position)s", position=milestone.position), milestone.decided_at)
        if is_agency and _is_to_be_confirmed(milestone):
            words = _("confirmation that milestone %(position)s was paid", position=milestone.position)
            yield wait(words, milestone.payment_recorded_at)
    if standing.open_actuals and not is_agency and not pilot.has_ended:
        count = len(standing.open_actuals)
        words = ngettext("verification of %(num)d measurement", "verification of %(num)d measurements", count)
        yield wait(words, min(actual.reported_at for actual in standing.open_actuals))


def _agreement_acts(viewer: Viewer, standing: Standing) -> Iterator[Act]:
    pilot = standing.pilot
    if policy.can_write(viewer, pilot):
        if not standing.kpi_count:
            yield Act(
                _("Define how success is measured."),
                _("The agreement names at least one measure with its baseline and target."),
                url_for("pilots.add_measure", key=pilot.key),
                _("Define a measure"),
            )
        elif standing.version is None:
            yield Act(
                _("Write the agreement."),
                _("Milestones, dates and measures are put under it by themselves."),
                url_for("pilots.propose", key=pilot.key),
                _("Write the agreement"),
            )
    has_signed = viewer.organisation_id in standing.signers
    if standing.version is not None and not has_signed and policy.can_sign(viewer, pilot):
        signed = pilot.agency.name if pilot.agency_id in standing.signers else pilot.startup.name
        yield Act(
            _("Version %(number)s of the agreement waits for your signature.", number=standing.version),
            _("%(organisation)s has signed.", organisation=signed) if standing.signers else "",
            url_for("pilots.sign", key=pilot.key),
            _("Read and sign"),
        )


def _judging_acts(viewer: Viewer, standing: Standing) -> Iterator[Act]:
    for milestone in standing.milestones:
        if milestone.state == MilestoneState.DELIVERED and policy.can_judge(viewer, milestone):
            yield Act(
                _("Milestone %(position)s waits for your decision.", position=milestone.position),
                _("Delivered on %(date)s.", date=clock.day_in_zone(milestone.delivered_at, milestone.pilot.zone))
                if milestone.delivered_at
                else "",
                url_for("pilots.milestone", key=standing.pilot.key, milestone_id=milestone.id),
                _("Review milestone %(position)s", position=milestone.position),
            )


def _delivering_acts(viewer: Viewer, standing: Standing, now: datetime) -> Iterator[Act]:
    today = standing.pilot.today(now)
    for milestone in standing.milestones:
        if not policy.can_deliver(viewer, milestone):
            return
        is_returned = milestone.state == MilestoneState.RETURNED
        is_near = milestone.due_on is not None and milestone.due_on - today <= SOON
        if is_returned or (milestone.state == MilestoneState.PLANNED and is_near):
            yield Act(
                _("Milestone %(position)s was returned.", position=milestone.position)
                if is_returned
                else _("Milestone %(position)s is to be delivered.", position=milestone.position),
                _due_words(milestone, today),
                url_for("pilots.deliver", key=standing.pilot.key, milestone_id=milestone.id),
                _("Deliver milestone %(position)s", position=milestone.position),
                milestone.due_on,
            )


def _due_words(milestone: Milestone, today: date) -> str:
    if milestone.due_on is None:
        return ""
    days = (today - milestone.due_on).days
    if days > 0:
        return ngettext("It is %(num)d day late.", "It is %(num)d days late.", days)
    return _("It is due on %(date)s.", date=clock.date_words(milestone.due_on))


def _verifying_acts(viewer: Viewer, standing: Standing) -> Iterator[Act]:
    mine = [actual for actual in standing.open_actuals if policy.can_verify(viewer, actual)]
    if mine:
        yield Act(
            ngettext(
                "%(num)d measurement waits for your verification.",
                "%(num)d measurements wait for your verification.",
                len(mine),
            ),
            _("Whoever reported it can't verify it."),
            url_for("pilots.judge_measurement", key=standing.pilot.key, actual_id=mine[0].id),
            _("Verify"),
        )


def _is_to_be_paid(milestone: Milestone) -> bool:
    return (
        milestone.state == MilestoneState.ACCEPTED
        and milestone.price_minor > 0
        and milestone.payment_recorded_at is None
    )


def _is_to_be_confirmed(milestone: Milestone) -> bool:
    return milestone.payment_recorded_at is not None and milestone.payment_confirmed_at is None


def _paying_acts(viewer: Viewer, standing: Standing) -> Iterator[Act]:
    pilot = standing.pilot
    for milestone in standing.milestones:
        if _is_to_be_paid(milestone) and policy.can_record_payment(viewer, pilot):
            yield Act(
                _("Milestone %(position)s is accepted and not paid yet.", position=milestone.position),
                _("%(sum)s, paid outside the marketplace.", sum=short_money(milestone.price)),
                url_for("pilots.record_payment", key=pilot.key, milestone_id=milestone.id),
                _("Record the payment"),
            )
        if _is_to_be_confirmed(milestone) and policy.can_confirm_payment(viewer, pilot):
            yield Act(
                _("The agency recorded that milestone %(position)s is paid.", position=milestone.position),
                _("%(sum)s, paid outside the marketplace.", sum=short_money(milestone.price)),
                url_for("pilots.confirm_payment", key=pilot.key, milestone_id=milestone.id),
                _("Confirm the payment"),
            )


def _closing_acts(viewer: Viewer, standing: Standing, now: datetime) -> Iterator[Act]:
    pilot = standing.pilot
    if pilot.state == PilotState.ACTIVE and policy.runs_for_agency(viewer, pilot):
        is_done = all(milestone.state == MilestoneState.ACCEPTED for milestone in standing.milestones)
        is_over = pilot.ends_on is not None and pilot.today(now) > pilot.ends_on
        if is_done or is_over:
            yield Act(
                _("All milestones are accepted.") if is_done else _("The pilot is past its end."),
                _("Begin to close it: the last measurements are judged and both sides say what they learnt."),
                url_for("pilots.start_closing", key=pilot.key),
                _("Begin to close"),
                pilot.ends_on,
            )
    lessons_wanted = {PilotState.CLOSING, PilotState.COMPLETED, PilotState.TERMINATED}
    if pilot.state in lessons_wanted and policy.can_write(viewer, pilot) and not own_lessons(viewer, pilot):
        yield Act(
            _("Write down what your side learnt."),
            _("Others will read it in the case study."),
            url_for("pilots.write_lessons", key=pilot.key),
            _("Write the lessons"),
        )
    elif pilot.state == PilotState.CLOSING and policy.runs_for_agency(viewer, pilot):
        yield Act(
            _("The pilot waits for its outcome."), "", url_for("pilots.complete", key=pilot.key), _("Close the pilot")
        )
