"""Where a person's own work lies, by what the person may do in the organisation acted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from marketplace.challenges import lists
from marketplace.challenges import queries as challenges
from marketplace.challenges.models import Challenge
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.i18n import _
from marketplace.pilots.policy import AGENCY_READERS

RUNNERS = frozenset({Role.OWNER, Role.CHALLENGE_MANAGER})
SHOWN = 6


@dataclass(frozen=True)
class Link:
    """A page and its name."""

    label: str
    url: str


def links(viewer: Viewer) -> list[Link]:
    """The pages of a person's own work, in the order of the main job."""
    made = {
        Kind.AGENCY: _of_agency,
        Kind.STARTUP: _of_startup,
        Kind.HOST: _of_host,
    }
    build = made.get(viewer.organisation_kind) if viewer.organisation_kind else None
    return build(viewer) if build else []


def challenges_of(viewer: Viewer) -> Sequence[Challenge]:
    """The newest challenges of the viewer's agency, for who runs them; three statements."""
    if viewer.organisation_id is None or viewer.organisation_kind != Kind.AGENCY or not viewer.roles & RUNNERS:
        return []
    return challenges.own_challenges(viewer.organisation_id, lists.MINE.asked()).items[:SHOWN]


def first_step(viewer: Viewer) -> Link:
    """What somebody does next to whom nothing is asked."""
    if viewer.organisation_id is None:
        return Link(_("Enter your organisation"), url_for("organisations.new"))
    if viewer.organisation_kind == Kind.AGENCY and Role.CHALLENGE_MANAGER in viewer.roles:
        return Link(_("Write a challenge"), url_for("challenges.new"))
    if viewer.organisation_kind == Kind.PARTNER:
        return Link(_("Read case studies"), url_for("casestudies.index"))
    return Link(_("See open challenges"), url_for("challenges.index"))


def _of_agency(viewer: Viewer) -> list[Link]:
    found = [Link(_("Challenges of your agency"), url_for("challenges.mine"))]
    if Role.EVALUATOR in viewer.roles:
        found.append(Link(_("Your panels"), url_for("evaluations.mine")))
    if viewer.roles & AGENCY_READERS:
        found += [
            Link(_("Pilots"), url_for("pilots.index")),
            Link(_("Case studies of your agency"), url_for("casestudies.mine")),
        ]
    return found


def _of_startup(_viewer: Viewer) -> list[Link]:
    return [
        Link(_("Your proposals"), url_for("proposals.mine")),
        Link(_("Pilots"), url_for("pilots.index")),
        Link(_("Case studies of your startup"), url_for("casestudies.mine")),
    ]


def _of_host(viewer: Viewer) -> list[Link]:
    found = []
    if Role.ADMINISTRATOR in viewer.roles:
        found += [
            Link(_("Organisations to verify"), url_for("organisations.verification")),
            Link(_("People"), url_for("accounts.people")),
            Link(_("Failed jobs"), url_for("administration.jobs")),
        ]
    if viewer.roles & {Role.ADMINISTRATOR, Role.AUDITOR}:
        found.append(Link(_("Record of events"), url_for("administration.events")))
    return found
