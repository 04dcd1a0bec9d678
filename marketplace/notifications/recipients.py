"""Whom an event is told to. The sets are read as the system: the actor may not know who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import select

from marketplace.casestudies.models import CaseStudy
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Role
from marketplace.core.events import Event
from marketplace.evaluations.models import Evaluation, PanelMember
from marketplace.organisations.queries import holders
from marketplace.pilots.models import Pilot
from marketplace.proposals.models import Proposal, ProposalState

# A person, and the organisation for which the person is told.
Addressee = tuple[UUID, UUID | None]
Whom = Callable[[Event], Iterable[Addressee]]

TEAM = (Role.OWNER, Role.EDITOR, Role.SIGNATORY)
# Teams whose challenge is still undecided for them.
ANSWERING = (
    ProposalState.DRAFT,
    ProposalState.SUBMITTED,
    ProposalState.OPENED,
    ProposalState.SCREENED_OUT,
    ProposalState.UNDER_EVALUATION,
    ProposalState.RESERVE,
)


def _holders(organisation_id: UUID, roles: Iterable[Role], event: Event) -> set[Addressee]:
    return {(person, organisation_id) for role in roles for person in holders(organisation_id, role, event.at)}


def agency(*roles: Role) -> Whom:
    """Holders of these roles in the agency whose challenge it is."""

    def whom(event: Event) -> set[Addressee]:
        owner = database.session.scalar(select(Challenge.agency_id).where(Challenge.id == event.stream_id))
        return _holders(owner, roles, event) if owner else set()

    return whom


def bidders(event: Event) -> set[Addressee]:
    """The teams of all startups that write or have sent a proposal."""
    startups = database.session.scalars(
        select(Proposal.startup_id).where(Proposal.challenge_id == event.stream_id, Proposal.state.in_(ANSWERING))
    )
    return {addressee for startup in startups for addressee in _holders(startup, TEAM, event)}


def team(event: Event) -> set[Addressee]:
    """The team of the proposal that it happened to, its actor included: a receipt goes to its sender too."""
    startup = database.session.scalar(select(Proposal.startup_id).where(Proposal.id == event.stream_id))
    return _holders(startup, TEAM, event) if startup else set()


def panel(event: Event) -> set[Addressee]:
    """The panel's present members."""
    rows = database.session.execute(
        select(PanelMember.person_id, Challenge.agency_id)
        .join(Evaluation, Evaluation.id == PanelMember.evaluation_id)
        .join(Challenge, Challenge.id == Evaluation.challenge_id)
        .where(Evaluation.challenge_id == event.stream_id, PanelMember.left_at.is_(None))
    )
    return {(row.person_id, row.agency_id) for row in rows}


def named_member(event: Event) -> set[Addressee]:
    """The one panel member that the event names."""
    named = event.data.get("member")
    if named is None:
        return set()
    person = database.session.scalar(select(PanelMember.person_id).where(PanelMember.id == UUID(named)))
    return {addressee for addressee in panel(event) if addressee[0] == person}


def chair(event: Event) -> set[Addressee]:
    """Who leads the panel."""
    leads = set(
        database.session.scalars(
            select(PanelMember.person_id)
            .join(Evaluation, Evaluation.id == PanelMember.evaluation_id)
            .where(Evaluation.challenge_id == event.stream_id, PanelMember.is_chair.is_(True))
        )
    )
    return {addressee for addressee in panel(event) if addressee[0] in leads}


def both(*choices: Whom) -> Whom:
    """Everybody whom one of these tells."""
    return lambda event: {addressee for choice in choices for addressee in choice(event)}


def pilot_sides(agency_roles: tuple[Role, ...], startup_roles: tuple[Role, ...]) -> Whom:
    """The two sides of a pilot in these roles; who acted is left out later."""

    def whom(event: Event) -> set[Addressee]:
        pilot = database.session.execute(
            select(Pilot.agency_id, Pilot.startup_id).where(Pilot.id == event.stream_id)
        ).one_or_none()
        if pilot is None:
            return set()
        return _holders(pilot.agency_id, agency_roles, event) | _holders(pilot.startup_id, startup_roles, event)

    return whom


def study_sides(agency_roles: tuple[Role, ...], startup_roles: tuple[Role, ...]) -> Whom:
    """The two sides of a case study in these roles."""

    def whom(event: Event) -> set[Addressee]:
        study = database.session.execute(
            select(CaseStudy.agency_id, CaseStudy.startup_id).where(CaseStudy.id == event.stream_id)
        ).one_or_none()
        if study is None:
            return set()
        return _holders(study.agency_id, agency_roles, event) | _holders(study.startup_id, startup_roles, event)

    return whom


def leaders(event: Event) -> set[Addressee]:
    """The owners of the organisation that it happened to."""
    return _holders(event.stream_id, (Role.OWNER,), event)
