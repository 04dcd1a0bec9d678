"""Setting an edition as PDF and drawing its share cards, when it is published and when what they show has changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select

from marketplace.casestudies import cards, printing, queries
from marketplace.casestudies.loading import with_words
from marketplace.casestudies.models import OPEN_STATES, CaseStudy, Edition
from marketplace.core import cards as pictures
from marketplace.core import database, jobs, prints
from marketplace.core.access import reading_as_system
from marketplace.core.events import Event


@jobs.task("casestudies.prints")
def make_prints(edition_id: str) -> None:
    """Make the PDF and the cards of a published edition; remove those of a retracted one."""
    wanted = with_words(select(Edition)).where(Edition.id == UUID(edition_id))
    with database.session_scope() as session, reading_as_system("a print shows what everybody may read"):
        edition = session.scalars(wanted).unique().one_or_none()
        if edition is None or edition.state not in OPEN_STATES:
            pictures.discard(cards.SUBJECT, [UUID(edition_id)])
            prints.discard(printing.KIND, [UUID(edition_id)])
            session.commit()
            return
        cards.draw_all(edition)
        releases, people = queries.releases(edition.case_study_id), queries.verifiers(edition)
        for text in edition.texts:
            printing.document(edition, text.language, people, releases)


def make_later(happened: Event) -> None:
    """The reaction to what changes an edition's prints."""
    jobs.defer(make_prints, edition_id=str(happened.subject_id))


@jobs.task("casestudies.prints_of")
def make_prints_of(organisation_id: str) -> None:
    """Enqueue the prints of all published editions of an organisation; those that say the same are not made again."""
    either = or_(*(side == UUID(organisation_id) for side in (CaseStudy.agency_id, CaseStudy.startup_id)))
    wanted = select(Edition.id).join(CaseStudy).where(either, Edition.state.in_(OPEN_STATES))
    with database.session_scope() as session, reading_as_system("a print shows what everybody may read"):
        for edition_id in session.scalars(wanted):
            jobs.defer(make_prints, edition_id=str(edition_id))
        session.commit()


def renamed(happened: Event) -> None:
    """The reaction to a changed profile of an organisation, whose name stands on its case studies."""
    jobs.defer(make_prints_of, organisation_id=str(happened.subject_id))


def forget_names(_happened: Event) -> None:
    """The reaction to an erasure: people stand in these documents, which are made anew when they are asked for."""
    prints.discard(printing.KIND)
