"""Setting the decision record as PDF once the decision is made, and once something has followed it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.accounts.queries import names
from marketplace.core import database, jobs, prints
from marketplace.core.access import reading_as_system
from marketplace.core.events import Event
from marketplace.core.i18n import in_language
from marketplace.evaluations import queries
from marketplace.evaluations.decision import record as records
from marketplace.evaluations.models import Evaluation


@jobs.task("evaluations.record")
def make_record(evaluation_id: str, language: str) -> None:
    """Make the whole record, as those read it to whom nothing of it is closed."""
    with database.session_scope() as session, reading_as_system("the record is the same for all who may read it"):
        evaluation = session.scalars(select(Evaluation).where(Evaluation.id == UUID(evaluation_id))).one_or_none()
        if evaluation is None:
            return
        found = records.read(evaluation, set())
        with in_language(language):
            records.as_pdf(evaluation, found, queries.title_of(evaluation), names(found.people))


def make_later(happened: Event) -> None:
    """The reaction to a decision: the record in the language of whoever announced it."""
    with reading_as_system("the language of whoever decided"):
        language = database.session.scalar(select(Person.language).where(Person.id == happened.actor_id))
    jobs.defer(make_record, evaluation_id=str(happened.subject_id), language=language or "en")


def forget_names(_happened: Event) -> None:
    """The reaction to an erasure: people stand in these documents, which are made anew when they are asked for."""
    prints.discard(records.KIND)
