"""The lifecycle of an evaluation: from the opening to the decision, and the ways back."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, _l, ngettext
from marketplace.core.workflow import Transition, Workflow, lock, transition
from marketplace.evaluations import policy, progress, standing
from marketplace.evaluations.models import Evaluation
from marketplace.evaluations.models import EvaluationState as S


def is_not_cancelled(evaluation: Evaluation, now: datetime) -> str | None:
    """A cancelled challenge ends its evaluation where it stands."""
    if not evaluation.was_cancelled:
        return None
    return _("The challenge was cancelled: this evaluation goes no further.")


def has_a_chair(evaluation: Evaluation, now: datetime) -> str | None:
    """A panel is led by one of its evaluators."""
    if any(member.is_chair and member.left_at is None for member in evaluation.members):
        return None
    return _("Name a chair.")


def has_proposals(evaluation: Evaluation, now: datetime) -> str | None:
    """Without any there is nothing to score, only an end to recommend."""
    if progress.of(evaluation).bidders:
        return None
    return _("No proposal was received. Recommend that the challenge ends unsuccessful.")


def all_are_screened(evaluation: Evaluation, now: datetime) -> str | None:
    """Each proposal is eligible or not, with a reason."""
    missing = progress.of(evaluation).unscreened
    if not missing:
        return None
    return ngettext("%(num)s proposal is not screened yet.", "%(num)s proposals are not screened yet.", missing)


def one_is_eligible(evaluation: Evaluation, now: datetime) -> str | None:
    """Else nothing is left to score."""
    seen = progress.of(evaluation)
    if seen.eligible or not seen.bidders or seen.unscreened:
        return None
    return _("No proposal is eligible. Recommend that the challenge ends unsuccessful.")


def all_have_declared(evaluation: Evaluation, now: datetime) -> str | None:
    """Interests are declared before any content is read."""
    waiting = progress.of(evaluation).undeclared_members
    if not waiting:
        return None
    return ngettext(
        "%(num)s evaluator has not declared interests yet.",
        "%(num)s evaluators have not declared interests yet.",
        waiting,
    )


def each_has_an_evaluator(evaluation: Evaluation, now: datetime) -> str | None:
    """Recusals and the assignment may leave a proposal with nobody to judge it."""
    alone = progress.of(evaluation).without_evaluator
    if not alone:
        return None
    return ngettext(
        "%(num)s proposal has no evaluator left. Assign it to one without a conflict, or add one to the panel.",
        "%(num)s proposals have no evaluator left. Assign them to one without a conflict, or add one to the panel.",
        alone,
    )


def all_sheets_are_locked(evaluation: Evaluation, now: datetime) -> str | None:
    """A missing score is not a zero: it stops the ranking."""
    missing = progress.of(evaluation).unlocked_sheets
    if not missing:
        return None
    return ngettext("%(num)s score sheet is not locked yet.", "%(num)s score sheets are not locked yet.", missing)


def each_is_judged_still(evaluation: Evaluation, now: datetime) -> str | None:
    """A recusal at consensus may void the only scores of a proposal."""
    alone = progress.of(evaluation).without_evaluator
    if not alone:
        return None
    return ngettext(
        "%(num)s proposal has no score left. Reopen the scoring and assign it to another evaluator.",
        "%(num)s proposals have no score left. Reopen the scoring and assign them to other evaluators.",
        alone,
    )


def ranking_is_settled(evaluation: Evaluation, now: datetime) -> str | None:
    """Everybody assigned has scored, no criterion is left all *not applicable*, and no tie waits for votes."""
    if evaluation.state == S.SETTING_UP:
        return None
    for guard in (each_is_judged_still, all_sheets_are_locked):
        if reason := guard(evaluation, now):
            return reason
    unsettled = standing.of(evaluation).unsettled
    if unsettled:
        return ngettext(
            "%(num)s score must still be settled by the chair.",
            "%(num)s scores must still be settled by the chair.",
            len(unsettled),
        )
    if standing.of(evaluation).waits_for_votes:
        return _("Proposals of equal total wait for the panel’s votes.")
    return None


def ends_without_scoring(evaluation: Evaluation, now: datetime) -> str | None:
    """From the set-up straight to a recommendation: only where nothing can be scored."""
    seen = progress.of(evaluation)
    if evaluation.state != S.SETTING_UP or not seen.bidders:
        return None
    if seen.unscreened:
        return _("Screen every proposal first.")
    return _("There are eligible proposals: they must be scored first.") if seen.eligible else None


def ranking_is_as_recommended(evaluation: Evaluation, now: datetime) -> str | None:
    """Whatever was voided or withdrawn since, sends the recommendation back to the chair."""
    if standing.snapshot(evaluation) == evaluation.result:
        return None
    return _("The ranking has changed since it was recommended. Ask the chair for changes.")


def lock_running(evaluation: Evaluation) -> None:
    """Lock an evaluation for a deed of its panel.

    Raises:
        Refused: its challenge was cancelled.
    """
    lock(evaluation)
    hold_running(evaluation)


def hold_running(evaluation: Evaluation) -> None:
    """Let no cancellation come between a deed and its commit; deeds at once don't wait for each other.

    Raises:
        Refused: its challenge was cancelled.
    """
    _read_challenge_anew(evaluation)
    if reason := is_not_cancelled(evaluation, evaluation.created_at):
        raise Refused(reason)


def _read_challenge_anew(evaluation: Evaluation) -> None:
    database.session.refresh(evaluation.challenge, ["state"], with_for_update={"read": True})


class _Lifecycle(Workflow):
    """As every lifecycle; what the guards read is read after the lock is had."""

    def find(self, name: str, state: StrEnum) -> Transition:
        progress.forget()
        return super().find(name, state)

    def fire(self, thing: Any, name: str, actor: Viewer, now: datetime, **data: Any) -> None:
        lock(thing)
        _read_challenge_anew(thing)
        super().fire(thing, name, actor, now, **data)


LIFECYCLE = _Lifecycle(
    "evaluation",
    transition(
        S.SETTING_UP,
        S.SCORING,
        "start_scoring",
        policy.leads,
        [
            is_not_cancelled,
            has_a_chair,
            has_proposals,
            all_are_screened,
            one_is_eligible,
            all_have_declared,
            each_has_an_evaluator,
        ],
        label=_l("Start scoring"),
    ),
    transition(
        S.SCORING,
        S.CONSENSUS,
        "freeze",
        policy.is_chair,
        [is_not_cancelled, each_has_an_evaluator, all_sheets_are_locked],
        label=_l("Freeze the panel"),
    ),
    transition(S.CONSENSUS, S.SCORING, "reopen", policy.is_chair, [is_not_cancelled], label=_l("Reopen the scoring")),
    transition(
        {S.SETTING_UP, S.CONSENSUS},
        S.RECOMMENDED,
        "recommend",
        policy.can_recommend,
        [is_not_cancelled, ends_without_scoring, ranking_is_settled],
        label=_l("Make the recommendation"),
    ),
    transition(
        {S.RECOMMENDED, S.APPROVED},
        S.CONSENSUS,
        "ask_changes",
        policy.can_ask_changes_after_scoring,
        [is_not_cancelled],
        label=_l("Ask for changes"),
    ),
    transition(
        {S.RECOMMENDED, S.APPROVED},
        S.SETTING_UP,
        "ask_changes_early",
        policy.can_ask_changes_unscored,
        [is_not_cancelled],
        label=_l("Ask for changes"),
    ),
    transition(
        S.RECOMMENDED,
        S.APPROVED,
        "approve",
        policy.can_approve,
        [is_not_cancelled, ranking_is_as_recommended],
        label=_l("Approve the recommendation"),
    ),
    transition(
        S.APPROVED,
        S.DECIDED,
        "decide",
        policy.is_manager,
        [is_not_cancelled, ranking_is_as_recommended],
        label=_l("Announce the decision"),
    ),
)
