"""What follows the events of others; the deeds of an evaluation's parts stand in `panel`, `scoring`, `decision`."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock, database, ids
from marketplace.core.access import Kind, reading_as_system
from marketplace.core.events import Event
from marketplace.evaluations.models import Acquaintance, Evaluation, EvaluationState
from marketplace.organisations.models import Organisation


def begin_after_opening(happened: Event) -> None:
    """The opening of a challenge's proposals begins their evaluation; a second opening changes nothing."""
    database.session.execute(
        insert(Evaluation.__table__)
        .values(
            id=ids.new_id(),
            created_at=clock.now(),
            challenge_id=happened.subject_id,
            state=EvaluationState.SETTING_UP,
            recommendation="",
            public_reason="",
            approval_note="",
            reserves=2,
        )
        .on_conflict_do_nothing(index_elements=["challenge_id"])
    )


def remember_pilot(happened: Event) -> None:
    """Whoever acts in a pilot has worked with its startup, for the agency: a conflict is likely from then on.

    Args:
        happened: an event that is read by the two sides of a pilot.
    """
    if happened.actor_id is None:
        return
    with reading_as_system("which side of a pilot is the startup"):
        sides = dict(
            database.session.execute(
                select(Organisation.kind, Organisation.id).where(Organisation.id.in_(happened.readers))
            ).all()
        )
    database.session.execute(
        insert(Acquaintance.__table__)
        .values(
            id=ids.new_id(),
            created_at=happened.at,
            startup_id=sides[Kind.STARTUP],
            agency_id=sides[Kind.AGENCY],
            person_id=happened.actor_id,
        )
        .on_conflict_do_nothing()
    )
