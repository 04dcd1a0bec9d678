"""Who scores which proposals: each seat all of them, unless the chair says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.core import database, events
from marketplace.core.access import Viewer, reading_as_system, require
from marketplace.core.errors import NotFound, Refused
from marketplace.core.i18n import _
from marketplace.core.workflow import lock
from marketplace.evaluations import policy, queries
from marketplace.evaluations.models import Evaluation, Exemption, PanelMember, ScoreSheet
from marketplace.evaluations.panel.commands import require_staffing
from marketplace.evaluations.workflow import lock_running


def assign(
    actor: Viewer,
    evaluation: Evaluation,
    wanted: Mapping[UUID, Collection[UUID]],
    among: Collection[UUID],
    now: datetime,
) -> int:
    """Say which proposals each seat scores; a form sent twice has one effect.

    Args:
        wanted: seat -> the proposals that it scores. Seats that are left out keep what they have.
        among: the proposals that this is about; a seat keeps what it has of all others.
    Returns:
        How many seats have another list now.
    Raises:
        NotAllowed: the actor does not chair this panel.
        NotFound: a seat or a proposal of another panel.
        Refused: the panel is frozen, or a seat has locked its scores of what is taken from it.
    """
    require(policy.is_chair(actor, evaluation))
    lock_running(evaluation)
    require_staffing(evaluation)
    bidders = {bidder.id: bidder.name for bidder in queries.bidders(evaluation)}
    if not bidders.keys() >= {*among}.union(*wanted.values()):
        raise NotFound
    changed = 0
    for seat in _seats(evaluation, wanted):
        lock(seat)
        kept, present = set(wanted[seat.id]), exemptions_of(seat)
        taken = set(among) - kept - present.keys()
        given = (set(among) & kept) & present.keys()
        for proposal_id in taken & _locked(seat):
            raise Refused(_("The scores of %(name)s are locked by an evaluator already.", name=bidders[proposal_id]))
        _change(actor, seat, [present[proposal_id] for proposal_id in given], taken, now)
        if taken or given:
            changed += 1
            facts: dict[str, Any] = {"member": seat.id, "given": sorted(given), "taken": sorted(taken)}
            events.record("evaluation.assigned", actor, on=evaluation, now=now, **facts)
    database.session.flush()
    return changed


def exempts(seat: PanelMember, proposal_id: UUID) -> bool:
    """Whether a seat does not score a proposal at the moment."""
    return proposal_id in exemptions_of(seat)


def exemptions_of(seat: PanelMember) -> dict[UUID, Exemption]:
    """What a seat does not score at the moment. One statement."""
    rows = database.session.scalars(
        select(Exemption).where(Exemption.member_id == seat.id, Exemption.ends_at.is_(None))
    )
    return {row.proposal_id: row for row in rows}


def _seats(evaluation: Evaluation, wanted: Collection[UUID]) -> list[PanelMember]:
    seats = [seat for seat in evaluation.members if seat.id in wanted and seat.left_at is None]
    if len(seats) != len(wanted):
        raise NotFound
    return seats


def _locked(seat: PanelMember) -> set[UUID]:
    with reading_as_system("what is locked can't be assigned away, whoever may read its scores"):
        return set(
            database.session.scalars(
                select(ScoreSheet.proposal_id).where(
                    ScoreSheet.member_id == seat.id, ScoreSheet.locked_at.is_not(None), ScoreSheet.void_at.is_(None)
                )
            )
        )


def _change(
    actor: Viewer, seat: PanelMember, given: Collection[Exemption], taken: Collection[UUID], now: datetime
) -> None:
    assert actor.person_id is not None  # who chairs has signed in
    for row in given:
        row.ends_at, row.ends_by = now, actor.person_id
    database.session.add_all(
        Exemption(member_id=seat.id, proposal_id=proposal_id, starts_at=now, starts_by=actor.person_id)
        for proposal_id in taken
    )
