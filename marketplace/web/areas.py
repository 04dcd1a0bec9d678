"""The areas of the header: at most four, those where this person's work lies."""

from __future__ import annotations

from flask import request, url_for

from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.i18n import Words, _l
from marketplace.pilots import policy as pilots
from marketplace.web.layout import Area

Named = tuple[str, Words]

CHALLENGES = ("challenges.index", _l("Challenges"))
PROPOSALS = ("proposals.mine", _l("Proposals"))
PANELS = ("evaluations.mine", _l("Panels"))
PILOTS = ("pilots.index", _l("Pilots"))
CASE_STUDIES = ("casestudies.index", _l("Case studies"))
ORGANISATIONS = ("organisations.index", _l("Organisations"))
VERIFICATION = ("organisations.verification", _l("Verification"))
EVENTS = ("administration.events", _l("Events"))
MOST = 4


def of(viewer: Viewer) -> tuple[Area, ...]:
    """The header's links for a reader; the footer has the organisations for those whose own work needs the room."""
    shown = _named(viewer)[:MOST]
    exact = any(endpoint == request.endpoint for endpoint, _label in shown)
    return tuple(
        Area(
            str(label),
            url_for(endpoint),
            endpoint == request.endpoint if exact else endpoint.partition(".")[0] == request.blueprint,
        )
        for endpoint, label in shown
    )


def _named(viewer: Viewer) -> list[Named]:
    if viewer.organisation_kind == Kind.HOST:
        return [CHALLENGES, CASE_STUDIES, ORGANISATIONS, *_of_host(viewer)]
    own = []
    if viewer.organisation_kind == Kind.STARTUP:
        own.append(PROPOSALS)
    if viewer.organisation_kind == Kind.AGENCY and Role.EVALUATOR in viewer.roles:
        own.append(PANELS)
    if pilots.works_for_a_side(viewer):
        own.append(PILOTS)
    return [CHALLENGES, *own, CASE_STUDIES, ORGANISATIONS]


def _of_host(viewer: Viewer) -> list[Named]:
    if Role.ADMINISTRATOR in viewer.roles:
        return [VERIFICATION]
    return [EVENTS] if Role.AUDITOR in viewer.roles else []
