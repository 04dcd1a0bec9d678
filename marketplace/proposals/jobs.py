"""Setting the receipt of a version as PDF, in the language of whoever sent it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.core import database, jobs
from marketplace.core.access import reading_as_system
from marketplace.core.events import Event
from marketplace.core.i18n import in_language
from marketplace.proposals import receipts
from marketplace.proposals.models import Proposal, Submission


@jobs.task("proposals.receipt")
def make_receipt(submission_id: str) -> None:
    """Make the receipt that is most likely to be asked for; in another language it is made when it is."""
    wanted = select(Submission, Proposal, Person.language)
    wanted = wanted.join(Proposal, Proposal.id == Submission.proposal_id)
    wanted = wanted.join(Person, Person.id == Submission.submitted_by).where(Submission.id == UUID(submission_id))
    with database.session_scope() as session, reading_as_system("a receipt tells nothing of what was sent"):
        found = session.execute(wanted).one_or_none()
        if found is not None:
            sent, proposal, language = found
            with in_language(language):
                receipts.as_pdf(proposal, sent)


def make_later(happened: Event) -> None:
    """The reaction to a version that was received."""
    jobs.defer(make_receipt, submission_id=str(happened.data["submission_id"]))
