"""How an evaluation begins; the deeds of its parts stand in `panel`, `scoring` and `decision`."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock, database, ids
from marketplace.core.events import Event
from marketplace.evaluations.models import Evaluation, EvaluationState


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
