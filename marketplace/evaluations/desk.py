"""What evaluations put on a person's dashboard: what needs this person, and whom the person waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import database
from marketplace.core.access import Kind, Viewer
from marketplace.core.i18n import _, ngettext
from marketplace.core.needs import Need, Waiting
from marketplace.evaluations import policy, progress, queries
from marketplace.evaluations.decision import succession
from marketplace.evaluations.models import Evaluation, Succession
from marketplace.evaluations.models import EvaluationState as S

MOST = 10


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """What the viewer’s own part in each running evaluation asks for. At most two statements an evaluation more."""
    found = [need for evaluation in _running(viewer) for need in _needs(viewer, evaluation)]
    return found + list(_successions(viewer))


def _running(viewer: Viewer) -> list[Evaluation]:
    if viewer.organisation_kind != Kind.AGENCY:
        return []
    return list(
        database.session.scalars(
            select(Evaluation)
            .join(Evaluation.challenge)
            .where(Evaluation.state != S.DECIDED, Challenge.state == ChallengeState.EVALUATION)
            .options(
                contains_eager(Evaluation.challenge).options(
                    joinedload(Challenge.agency), selectinload(Challenge.texts)
                ),
                selectinload(Evaluation.members),
            )
            .order_by(Evaluation.created_at)
            .limit(MOST)
        )
    )


def _needs(viewer: Viewer, evaluation: Evaluation) -> Iterator[Need]:
    seat = policy.membership(viewer, evaluation)
    if seat is not None and evaluation.state in (S.SETTING_UP, S.SCORING):
        tasks = queries.tasks(evaluation, seat)
        undeclared = sum(task.what == "undeclared" for task in tasks)
        to_go = [task for task in tasks if task.what in ("due", "begun")]
        if undeclared:
            yield _need(evaluation, ".declarations", _("Declare your interests"), _("Declare"))
        elif to_go and evaluation.state == S.SCORING:
            title = ngettext("Score %(num)s proposal", "Score %(num)s proposals", len(to_go))
            yield _need(evaluation, ".scoring", title, _("Score"), evaluation.due_at)
    if evaluation.state == S.SETTING_UP and policy.is_manager(viewer, evaluation):
        yield _need(evaluation, ".show", _("Set the panel up and screen the proposals"), _("Continue"))
    is_chair = policy.is_chair(viewer, evaluation)
    if evaluation.state == S.SCORING and is_chair and not progress.of(evaluation).unlocked_sheets:
        yield _need(evaluation, ".show", _("Freeze the panel: all scores are locked"), _("Continue"))
    if evaluation.state == S.CONSENSUS and is_chair:
        yield _need(evaluation, ".consensus", _("Settle differences and make the recommendation"), _("Continue"))
    if evaluation.state == S.RECOMMENDED and policy.can_approve(viewer, evaluation):
        yield _need(evaluation, ".approval", _("Decide on the panel’s recommendation"), _("Read"))
    if evaluation.state == S.APPROVED and policy.is_manager(viewer, evaluation):
        yield _need(evaluation, ".decide", _("Announce the decision"), _("Prepare"))


def _need(evaluation: Evaluation, page: str, title: str, verb: str, due: datetime | None = None) -> Need:
    return Need(
        title=title,
        about=queries.title_of(evaluation),
        due=due or evaluation.challenge.decision_due,
        url=url_for(f"evaluations{page}", key=evaluation.challenge.key),
        verb=verb,
        zone=evaluation.challenge.zone,
    )


def _successions(viewer: Viewer) -> Iterator[Need]:
    """What follows a winner and waits for its second person."""
    if viewer.organisation_kind != Kind.AGENCY:
        return
    waiting = database.session.scalars(
        select(Succession).where(Succession.confirmed_at.is_(None)).order_by(Succession.proposed_at).limit(MOST)
    ).all()
    for one in waiting:
        evaluation = database.session.scalars(
            select(Evaluation).where(Evaluation.id == one.evaluation_id)
        ).one_or_none()
        if evaluation is not None and succession.can_confirm(viewer, evaluation, one):
            yield _need(evaluation, ".succeed", _("Confirm what follows the winner"), _("Read"))


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Whom those who lead or follow an evaluation wait for."""
    found = []
    for evaluation in _running(viewer):
        if not policy.follows(viewer, evaluation):
            continue
        whom = _whom(viewer, evaluation)
        if whom:
            url = url_for("evaluations.show", key=evaluation.challenge.key)
            found.append(Waiting(whom, queries.title_of(evaluation), _since(evaluation), url))
    return found


def _whom(viewer: Viewer, evaluation: Evaluation) -> str | None:
    if evaluation.state == S.SCORING:
        seen = progress.of(evaluation)
        if seen.unlocked_sheets:
            return _(
                "The panel: %(done)s of %(total)s score sheets are locked", done=seen.locked_sheets, total=seen.sheets
            )
        return None if policy.is_chair(viewer, evaluation) else _("The chair")
    if evaluation.state == S.CONSENSUS and not policy.is_chair(viewer, evaluation):
        return _("The chair")
    if evaluation.state == S.RECOMMENDED and not policy.can_approve(viewer, evaluation):
        return _("An approver")
    if evaluation.state == S.APPROVED and not policy.is_manager(viewer, evaluation):
        return _("The challenge manager")
    return None


def _since(evaluation: Evaluation) -> datetime | None:
    return evaluation.approved_at or evaluation.recommended_at or evaluation.scoring_began_at
