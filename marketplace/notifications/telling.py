"""Which events are told, to whom, and what the reader has to do: one table, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.core.access import Role as R
from marketplace.core.events import Event
from marketplace.core.i18n import _l
from marketplace.notifications import recipients as to
from marketplace.notifications.kinds import NoticeKind as K
from marketplace.proposals import reasons, receipts


@dataclass(frozen=True)
class Telling:
    """How an event is told.

    Attributes:
        to_do: the mail's first line: what to do, or that there is nothing to do. Lazy words.
        actor_too: whether who did it is told as well, as with a receipt.
        more: further lines of the mail, made of the event with its reader's eyes.
        gathered: what one person does several times in a day is one notice while it is not read; the event's type
            has the words for several.
    """

    kind: K
    whom: to.Whom
    to_do: Any
    actor_too: bool = False
    more: Callable[[Event], list[str]] | None = None
    gathered: bool = False


MANAGERS = (R.OWNER, R.CHALLENGE_MANAGER)
SIGNERS = (R.OWNER, R.SIGNATORY)
NOTHING = _l("There is nothing you have to do.")

managers = to.agency(*MANAGERS)
approvers = to.agency(R.APPROVER)
pilot_runners = to.pilot_sides(MANAGERS, to.TEAM)

TABLE: dict[str, Telling] = {
    "challenge.review_asked": Telling(K.REVIEW, approvers, _l("Read it, then approve it or ask for edits.")),
    "challenge.review_asked_again": Telling(K.REVIEW, approvers, _l("Read it, then approve it or ask for edits.")),
    "challenge.edits_requested": Telling(K.REVIEW, managers, _l("Read the message, edit, and send it for review again.")),
    "challenge.approved": Telling(K.REVIEW, managers, _l("It can be published now or at a time that you set.")),
    "challenge.published": Telling(K.REVIEW, managers, NOTHING),
    "challenge.extended": Telling(K.CHALLENGE, to.bidders, _l("Look at the new deadline. What you have sent still stands.")),
    "challenge.corrected": Telling(K.CHALLENGE, to.bidders, _l("Read the correction, and change your proposal if you need to.")),
    "challenge.withdrawn": Telling(K.CHALLENGE, to.bidders, _l("No proposals are taken any more. The reason stands on its page.")),
    "challenge.cancelled": Telling(K.CHALLENGE, to.both(to.bidders, to.panel), _l("No award will be made. The reason stands on its page.")),
    "proposal.submitted": Telling(K.PROPOSAL, to.team, _l("Keep the receipt. Until the deadline you can replace it or withdraw it."), True, receipts.mail_lines),
    "proposal.replaced": Telling(K.PROPOSAL, to.team, _l("Keep the new receipt. The version before no longer stands."), True, receipts.mail_lines),
    "proposal.replaced_at_opening": Telling(K.PROPOSAL, to.team, _l("Keep the new receipt. The version before no longer stands."), True, receipts.mail_lines),
    "proposal.disqualified": Telling(K.DECISION, to.team, _l("Read the reason. The proposal takes no further part."), False, reasons.mail_lines),
    "proposal.withdrawn": Telling(K.PROPOSAL, to.team, _l("Until the deadline you can submit again."), True),
    "challenge.proposals_opened": Telling(K.EVALUATION, managers, _l("Name the panel and its chair, and screen the proposals.")),
    "evaluation.member_added": Telling(K.EVALUATION, to.named_member, _l("Declare your interests first; then the proposals open to you.")),
    "evaluation.assigned": Telling(K.EVALUATION, to.named_member, _l("Your list shows the proposals that you score.")),
    "evaluation.chair_named": Telling(K.EVALUATION, to.named_member, _l("You lead this panel.")),
    "evaluation.start_scoring": Telling(K.EVALUATION, to.panel, _l("Read the proposals, score them and lock your scores.")),
    "evaluation.unlocked": Telling(K.EVALUATION, to.named_member, _l("Look at your scores again and lock them.")),
    "evaluation.freeze": Telling(K.EVALUATION, to.panel, _l("The chair settles where the scores differ.")),
    "evaluation.recommend": Telling(K.EVALUATION, approvers, _l("Read the recommendation, then approve it or ask for changes.")),
    "evaluation.ask_changes": Telling(K.EVALUATION, to.both(to.chair, managers), _l("Read the message and recommend again.")),
    "evaluation.ask_changes_early": Telling(K.EVALUATION, to.both(to.chair, managers), _l("Read the message and recommend again.")),
    "evaluation.approve": Telling(K.EVALUATION, managers, _l("Look at the letters, then announce the decision.")),
    "evaluation.letter_sent": Telling(K.DECISION, to.team, _l("Read the agency's letter: the decision, your scores and the comments.")),
    "evaluation.succession_proposed": Telling(K.EVALUATION, approvers, _l("Read what is proposed, then confirm it or refuse it.")),
    "pilot.opened": Telling(K.PILOT, pilot_runners, _l("Agree on milestones, measures and terms, then sign.")),
    "pilot.agreement_proposed": Telling(K.PILOT, pilot_runners, _l("Read the new version; sign it or propose another.")),
    "pilot.agreement_signed": Telling(K.PILOT, to.pilot_sides((R.OWNER, R.APPROVER), SIGNERS), _l("Read the agreement and sign for your side.")),
    "pilot.given_up": Telling(K.PILOT, pilot_runners, _l("The agency can turn to the next in reserve.")),
    "pilot.lapsed": Telling(K.PILOT, pilot_runners, _l("It will not be signed. The reason stands with the award.")),
    "pilot.activated": Telling(K.PILOT, pilot_runners, _l("The first milestone can be delivered.")),
    "milestone.delivered": Telling(K.PILOT, to.pilot_sides(MANAGERS, ()), _l("Look at the evidence, then accept it or return it with reasons.")),
    "milestone.accepted": Telling(K.PILOT, to.pilot_sides((R.FINANCE_OFFICER,), to.TEAM), _l("It can be paid now, outside the marketplace.")),
    "milestone.returned": Telling(K.PILOT, to.pilot_sides((), to.TEAM), _l("Read the reasons and deliver again.")),
    "milestone.paid": Telling(K.PILOT, to.pilot_sides((), (R.OWNER, R.FINANCE)), _l("Confirm the payment once the money has arrived.")),
    "kpi.reported": Telling(K.PILOT, to.pilot_sides(MANAGERS, ()), _l("Look at the evidence, then verify the measurement."), gathered=True),
    "kpi.refused": Telling(K.PILOT, to.pilot_sides((), to.TEAM), _l("Read the reason and report the measurement again."), gathered=True),
    "pilot.closing_started": Telling(K.PILOT, pilot_runners, _l("Write down what your side learnt.")),
    "pilot.completed": Telling(K.PILOT, pilot_runners, _l("A case study can be drafted from its record.")),
    "pilot.terminated": Telling(K.PILOT, pilot_runners, _l("What was learnt can still become a case study.")),
    "case_study.drafted": Telling(K.CASE_STUDY, to.study_sides(MANAGERS, to.TEAM), _l("Read the draft and edit it.")),
    "edition.clearance_asked": Telling(K.CASE_STUDY, to.study_sides((R.OWNER, R.APPROVER), SIGNERS), _l("Read the exact words, then clear them for your side.")),
    "edition.published": Telling(K.CASE_STUDY, to.study_sides(MANAGERS, to.TEAM), NOTHING),
    "edition.retracted": Telling(K.CASE_STUDY, to.study_sides(MANAGERS, to.TEAM), _l("Its page shows the reason and nothing else.")),
    "organisation.verified": Telling(K.ORGANISATION, to.leaders, _l("You can publish, submit and sign now.")),
    "organisation.refused": Telling(K.ORGANISATION, to.leaders, _l("Read the reason, mend what is missing and ask again.")),
    "organisation.suspended": Telling(K.ORGANISATION, to.leaders, _l("Read the reason. Until it is lifted you can only read and draft.")),
}  # fmt: skip
