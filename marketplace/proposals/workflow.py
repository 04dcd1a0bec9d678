"""The lifecycle of a proposal, from the team's draft to what became of it."""

from __future__ import annotations

from datetime import datetime

from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import clock
from marketplace.core.i18n import _, _l
from marketplace.core.workflow import Workflow, transition
from marketplace.proposals import policy
from marketplace.proposals.models import Proposal
from marketplace.proposals.models import ProposalState as S

TAKING = frozenset({ChallengeState.PUBLISHED, ChallengeState.EVALUATION})


def arrived_in_time(proposal: Proposal, now: datetime) -> str | None:
    """The deadline, judged by the time of receipt: `receipt <= deadline` is in time.

    A proposal that arrived in time and waited for a lock while the opening began is in time too: it is opened
    after the others. So the challenge's own state *evaluation* does not refuse it, only the clock does.
    """
    challenge = proposal.challenge
    if challenge.is_external:
        return _("This challenge is answered on another site.")
    if challenge.state not in TAKING or challenge.deadline is None or challenge.publish_at is None:
        return _("This challenge takes no proposals any more.")
    if now < challenge.publish_at:
        return _("This challenge is not open yet.")
    if now > challenge.deadline:
        return _("The deadline was %(deadline)s.", deadline=clock.in_zone(challenge.deadline, challenge.zone))
    return None


def why_not_opened(challenge: Challenge, now: datetime) -> str | None:
    """Nothing is opened before the deadline, by whomever; the reason tells nothing of what was sent."""
    if challenge.state not in TAKING or challenge.deadline is None or challenge.is_external:
        return _("The proposals to this challenge can't be opened.")
    if now <= challenge.deadline:
        when = clock.in_zone(challenge.deadline, challenge.zone)
        return _("Proposals can be opened after the deadline: %(deadline)s.", deadline=when)
    return None


def deadline_has_passed(proposal: Proposal, now: datetime) -> str | None:
    """As `why_not_opened`, asked of one proposal."""
    return why_not_opened(proposal.challenge, now)


LIFECYCLE = Workflow(
    "proposal",
    transition(
        {S.DRAFT, S.WITHDRAWN},
        S.SUBMITTED,
        "submit",
        policy.can_submit,
        [arrived_in_time],
        label=_l("Submit the proposal"),
        event="proposal.submitted",
    ),
    # The state stays; another version stands.
    transition(
        S.SUBMITTED,
        S.SUBMITTED,
        "replace",
        policy.can_submit,
        [arrived_in_time],
        label=_l("Send a new version"),
        event="proposal.replaced",
    ),
    # A version that arrived in time and waited for the opening's lock stands in the place of what was opened.
    transition(
        S.OPENED,
        S.OPENED,
        "replace_opened",
        policy.can_submit,
        [arrived_in_time],
        label=_l("Send a new version"),
        event="proposal.replaced_at_opening",
    ),
    # From the opening too, where the withdrawal arrived in time and waited for the opening's lock.
    transition(
        {S.SUBMITTED, S.OPENED},
        S.WITHDRAWN,
        "withdraw",
        policy.can_write,
        [arrived_in_time],
        label=_l("Withdraw the proposal"),
        event="proposal.withdrawn",
    ),
    transition(
        S.SUBMITTED,
        S.OPENED,
        "open",
        policy.can_open,
        [deadline_has_passed],
        label=_l("Open"),
        event="proposal.opened",
    ),
    transition(
        {S.OPENED, S.UNDER_EVALUATION},
        S.SCREENED_OUT,
        "screen_out",
        policy.can_judge,
        label=_l("Screen out"),
        event="proposal.screened_out",
    ),
    transition(
        {S.OPENED, S.SCREENED_OUT},
        S.UNDER_EVALUATION,
        "admit",
        policy.can_judge,
        label=_l("Admit to the evaluation"),
        event="proposal.admitted",
    ),
    # From the reserve too: the next one steps up where a winner declines.
    transition(
        {S.UNDER_EVALUATION, S.RESERVE},
        S.AWARDED,
        "award",
        policy.can_judge,
        label=_l("Award"),
        event="proposal.awarded",
    ),
    transition(
        S.UNDER_EVALUATION,
        S.RESERVE,
        "reserve",
        policy.can_judge,
        label=_l("Put in reserve"),
        event="proposal.reserved",
    ),
    transition(
        {S.UNDER_EVALUATION, S.RESERVE},
        S.NOT_AWARDED,
        "reject",
        policy.can_judge,
        label=_l("Close without an award"),
        event="proposal.not_awarded",
    ),
    transition(
        {S.AWARDED, S.RESERVE},
        S.DECLINED,
        "decline",
        policy.can_bind,
        label=_l("Decline the award"),
        event="proposal.declined",
    ),
    # The agency lets a winner go that did not sign, or takes the award back; two people decide it.
    transition(
        S.AWARDED,
        S.DECLINED,
        "release",
        policy.can_judge,
        label=_l("Take the award back"),
        event="proposal.released",
    ),
    transition(
        {S.OPENED, S.SCREENED_OUT, S.UNDER_EVALUATION, S.RESERVE, S.AWARDED, S.NOT_AWARDED, S.DECLINED},
        S.DISQUALIFIED,
        "disqualify",
        policy.can_judge,
        label=_l("Disqualify"),
        event="proposal.disqualified",
    ),
)
