"""What of case studies needs a person now, and whom the person waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from marketplace.casestudies import policy
from marketplace.casestudies.loading import SIDES
from marketplace.casestudies.models import WORKING_STATES, CaseStudy, Edition, EditionState
from marketplace.casestudies.workflow import cleared_by
from marketplace.core import database
from marketplace.core.access import Kind, Viewer
from marketplace.core.i18n import _, current_language
from marketplace.core.needs import Need, Waiting
from marketplace.pilots import policy as pilots
from marketplace.pilots.models import Pilot, PilotState

MOST = 50


def needs(viewer: Viewer, now: datetime) -> list[Need]:
    """What needs this person now: drafts to finish, words to clear, editions to publish, ended pilots to tell of.

    Four statements, at most 50 editions and 50 pilots.
    """
    if not _is_of_a_side(viewer):
        return []
    found = [need for edition in _in_work(viewer) if (need := _need(viewer, edition)) is not None]
    return [*found, *_untold(viewer)]


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Whom this person's case studies wait for; three statements, at most 50 editions."""
    if not _is_of_a_side(viewer):
        return []
    return [wait for edition in _in_work(viewer) for wait in _waits(viewer, edition)]


def _is_of_a_side(viewer: Viewer) -> bool:
    return viewer.organisation_kind in {Kind.AGENCY, Kind.STARTUP} and viewer.organisation_id is not None


def _in_work(viewer: Viewer) -> list[Edition]:
    own = viewer.organisation_id
    statement = (
        select(Edition)
        .join(Edition.case_study)
        .where(
            or_(CaseStudy.agency_id == own, CaseStudy.startup_id == own),
            Edition.state.in_(WORKING_STATES),
        )
        .options(*SIDES, selectinload(Edition.texts), selectinload(Edition.clearances))
        .order_by(Edition.created_at, Edition.id)
        .limit(MOST)
    )
    return list(database.session.scalars(statement).unique())


def _need(viewer: Viewer, edition: Edition) -> Need | None:
    key = edition.case_study.key
    about = edition.text_for(current_language()).title
    if edition.state == EditionState.DRAFT:
        if not policy.can_edit(viewer, edition):
            return None
        return Need(_("Finish the case study"), about, None, url_for("casestudies.manage", key=key), _("Write on"))
    done = cleared_by(edition)
    if viewer.organisation_id not in done and policy.can_clear(viewer, edition.case_study):
        where = url_for("casestudies.clear", key=key)
        return Need(_("Clear the case study for your side"), about, None, where, _("Read and clear"))
    if len(done) > 1 and policy.can_publish(viewer, edition):
        where = url_for("casestudies.publish", key=key)
        return Need(_("Publish the cleared case study"), about, None, where, _("Publish"))
    return None


def _untold(viewer: Viewer) -> Iterator[Need]:
    """Pilots of one's own that have ended and have no case study yet."""
    if not viewer.is_verified or not viewer.roles & (pilots.AGENCY_RUNNERS | pilots.STARTUP_RUNNERS):
        return
    own = viewer.organisation_id
    told = select(CaseStudy.__table__.c.pilot_id)
    statement = (
        select(Pilot.title, Pilot.key)
        .where(
            or_(Pilot.agency_id == own, Pilot.startup_id == own),
            Pilot.state.in_((PilotState.COMPLETED, PilotState.TERMINATED)),
            Pilot.id.not_in(told),
        )
        .order_by(Pilot.closed_at, Pilot.id)
        .limit(MOST)
    )
    for title, key in database.session.execute(statement):
        where = url_for("casestudies.draft", key=key)
        yield Need(_("Draft the case study of the pilot"), title, None, where, _("Draft it"))


def _waits(viewer: Viewer, edition: Edition) -> Iterator[Waiting]:
    if edition.state != EditionState.CLEARANCE:
        return
    study = edition.case_study
    where = url_for("casestudies.manage", key=study.key)
    words = _("clearance of “%(title)s”", title=edition.text_for(current_language()).title)
    done = cleared_by(edition)
    for side in (study.agency, study.startup):
        if side.id not in done and side.id != viewer.organisation_id:
            yield Waiting(side.name, words, edition.asked_at, where)
    if len(done) > 1 and study.startup_id == viewer.organisation_id:
        since = max((clearance.at for clearance in edition.clearances), default=None)
        published = _("publication of “%(title)s”", title=edition.text_for(current_language()).title)
        yield Waiting(study.agency.name, published, since, where)
