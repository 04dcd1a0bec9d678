"""The lifecycle of a challenge as data. Open, closed and scheduled are derived from the clock."""

from __future__ import annotations

from datetime import datetime

from marketplace.challenges import policy, readiness
from marketplace.challenges.models import Challenge
from marketplace.challenges.models import ChallengeState as S
from marketplace.core.clock import in_zone
from marketplace.core.i18n import _, _l
from marketplace.core.workflow import Workflow, transition


def nothing_missing(challenge: Challenge, now: datetime) -> str | None:
    """Every section holds what readers need; weights total 100; a tie-break is set."""
    found = readiness.missing(challenge, now)
    return " ".join(str(each.message) for each in found) or None


def agency_is_verified(challenge: Challenge, now: datetime) -> str | None:
    """A pending organisation can draft, not publish (product rules, "Organisations and roles")."""
    if challenge.agency.is_verified:
        return None
    return _("The host has not verified your agency yet. You can publish once it has.")


def agency_may_act(challenge: Challenge, now: datetime) -> str | None:
    """A suspended agency reads and drafts; what it has published stands still until the suspension is lifted."""
    return None if challenge.agency.is_verified else _("The host has suspended your agency.")


def is_open(challenge: Challenge, now: datetime) -> str | None:
    """An extension and a withdrawal are possible while proposals can still come."""
    if challenge.is_open(now):
        return None
    if challenge.is_scheduled(now):
        return _("It is not published yet. Take it out of the schedule instead.")
    closed = in_zone(challenge.deadline, challenge.zone) if challenge.deadline else "–"
    return _("It closed on %(date)s. This is possible only while it is open.", date=closed)


def is_past_deadline(challenge: Challenge, now: datetime) -> str | None:
    """Nothing is opened and nothing cancelled before the deadline has passed."""
    if challenge.deadline is not None and now > challenge.deadline:
        return None
    until = in_zone(challenge.deadline, challenge.zone) if challenge.deadline else "–"
    return _("It is open until %(date)s. This is possible only after that.", date=until)


def is_not_visible_yet(challenge: Challenge, now: datetime) -> str | None:
    """What somebody may have read can't be unpublished, only withdrawn."""
    return None if challenge.is_scheduled(now) else _("It is public already. Withdraw it instead.")


def is_public(challenge: Challenge, now: datetime) -> str | None:
    """A correction is for readers."""
    return None if challenge.is_visible(now) else _("It is not public yet. Take it out of the schedule to change it.")


def is_taken_here(challenge: Challenge, now: datetime) -> str | None:
    """Imported postings and those of other sites take no proposals here."""
    return _("This posting takes no proposals here.") if challenge.is_external else None


LIFECYCLE = Workflow(
    "challenge",
    transition(
        S.DRAFT,
        S.IN_REVIEW,
        "submit_for_review",
        policy.can_write,
        [nothing_missing],
        label=_l("Send for review"),
        event="challenge.review_asked",
    ),
    transition(
        S.EDITS_REQUESTED,
        S.IN_REVIEW,
        "resubmit",
        policy.can_write,
        [nothing_missing],
        label=_l("Send for review again"),
        event="challenge.review_asked_again",
    ),
    transition(
        S.IN_REVIEW,
        S.EDITS_REQUESTED,
        "request_edits",
        policy.can_review,
        label=_l("Ask for edits"),
        event="challenge.edits_requested",
    ),
    transition(
        S.IN_REVIEW,
        S.APPROVED,
        "approve",
        policy.can_approve,
        [nothing_missing],
        label=_l("Approve"),
        event="challenge.approved",
    ),
    transition(
        {S.IN_REVIEW, S.APPROVED},
        S.DRAFT,
        "take_back",
        policy.can_take_back,
        label=_l("Back to draft"),
        event="challenge.taken_back",
    ),
    transition(
        S.APPROVED,
        S.PUBLISHED,
        "publish",
        policy.can_publish,
        [nothing_missing, agency_is_verified],
        label=_l("Publish now"),
        event="challenge.published",
    ),
    transition(
        S.APPROVED,
        S.PUBLISHED,
        "schedule",
        policy.can_publish,
        [nothing_missing, agency_is_verified],
        label=_l("Publish at a time"),
        event="challenge.scheduled",
    ),
    transition(
        S.PUBLISHED,
        S.APPROVED,
        "unschedule",
        policy.can_publish,
        [is_not_visible_yet],
        label=_l("Take it out of the schedule"),
        event="challenge.unscheduled",
    ),
    transition(
        S.PUBLISHED,
        S.PUBLISHED,
        "extend",
        policy.can_publish,
        [agency_may_act, is_open],
        label=_l("Extend the deadline"),
        event="challenge.extended",
    ),
    *(
        transition(
            state,
            state,
            "correct",
            policy.can_publish,
            [agency_may_act, is_public],
            label=_l("Add a correction"),
            event="challenge.corrected",
        )
        for state in (S.PUBLISHED, S.EVALUATION, S.AWARDED, S.UNSUCCESSFUL)
    ),
    transition(
        S.PUBLISHED,
        S.WITHDRAWN,
        "withdraw",
        policy.can_publish,
        [agency_may_act, is_open],
        label=_l("Withdraw the challenge"),
        event="challenge.withdrawn",
    ),
    transition(
        {S.PUBLISHED, S.EVALUATION},
        S.CANCELLED,
        "cancel",
        policy.can_publish,
        [agency_may_act, is_past_deadline],
        label=_l("Cancel the challenge"),
        event="challenge.cancelled",
    ),
    transition(
        S.PUBLISHED,
        S.EVALUATION,
        "start_evaluation",
        policy.can_open_proposals,
        [is_taken_here, is_past_deadline],
        label=_l("Open the proposals"),
        event="challenge.evaluation_started",
    ),
    transition(
        {S.EVALUATION, S.AWARDED},
        S.UNSUCCESSFUL,
        "fail",
        policy.can_decide,
        label=_l("End without an award"),
        event="challenge.unsuccessful",
    ),
    transition(
        S.EVALUATION,
        S.AWARDED,
        "award",
        policy.can_decide,
        label=_l("Make the award"),
        event="challenge.awarded",
    ),
    transition(
        S.DRAFT,
        S.PUBLISHED,
        "import",
        policy.can_import,
        label=_l("Take over from another site"),
        event="challenge.imported",
    ),
)
