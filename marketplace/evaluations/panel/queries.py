"""What the panel's pages read beside the evaluation itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from marketplace.accounts.queries import names
from marketplace.core import database
from marketplace.core.access import Role
from marketplace.core.text import fold
from marketplace.evaluations.models import Declaration, Evaluation, EvaluationNote, PanelMember
from marketplace.organisations.models import Membership, Organisation


def who_may_sit(evaluation: Evaluation, now: datetime) -> list[tuple[UUID, str]]:
    """Members of the agency with the evaluator role who have no seat yet, by name. Two statements."""
    seated = {member.person_id for member in evaluation.members}
    people = database.session.scalars(
        select(Membership.person_id)
        .where(
            Membership.organisation_id == evaluation.challenge.agency_id,
            Membership.role == Role.EVALUATOR,
            Membership.starts_at <= now,
            or_(Membership.ends_at.is_(None), Membership.ends_at > now),
        )
        .limit(500)
    ).all()
    found = names(person for person in people if person not in seated)
    return sorted(found.items(), key=lambda pair: fold(pair[1]))


def declarations_of(seat: PanelMember) -> dict[UUID, Declaration]:
    """A seat's declarations by proposal. One statement."""
    rows = database.session.scalars(select(Declaration).where(Declaration.member_id == seat.id))
    return {row.proposal_id: row for row in rows}


def notes_of(evaluation: Evaluation) -> Sequence[EvaluationNote]:
    """The dated reasons of deeds out of the ordinary, as far as the viewer sees them. One statement."""
    return database.session.scalars(
        select(EvaluationNote)
        .where(EvaluationNote.evaluation_id == evaluation.id)
        .order_by(EvaluationNote.at.desc(), EvaluationNote.id.desc())
        .limit(200)
    ).all()


def agency_of(evaluation: Evaluation) -> Organisation:
    """The agency whose panel it is."""
    wanted = select(Organisation).where(Organisation.id == evaluation.challenge.agency_id)
    return database.session.scalars(wanted).one()
