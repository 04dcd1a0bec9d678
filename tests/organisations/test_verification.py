"""The verification of an organisation: who may do what from which state, with a reason either way."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import product

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.core.access import Kind, Role
from marketplace.core.errors import NotAllowed, Refused
from marketplace.core.events import Event
from marketplace.core.mail import OutgoingMail
from marketplace.organisations import commands
from marketplace.organisations.models import Organisation, OrganisationState
from marketplace.organisations.workflow import VERIFICATION
from tests.organisations.world import House, an_organisation

S = OrganisationState

# Who may fire a transition; everybody else gets the same 404 as for what is not there.
ENTITLED = {
    "verify": {"administrator"},
    "refuse": {"administrator"},
    "suspend": {"administrator"},
    "reinstate": {"administrator"},
    "ask_again": {"owner"},
}
ACTORS = ("administrator", "owner", "moderator", "auditor", "editor", "stranger", "nobody")


@pytest.mark.parametrize("transition", VERIFICATION.transitions, ids=lambda t: t.name)
def test_a_transition_fires_from_its_source_by_its_people_alone(house: House, transition):
    organisation = an_organisation(house, Kind.STARTUP, S.PENDING)
    viewers = {actor: house.viewer_in(organisation, actor) for actor in ACTORS}
    for state, actor in product(S, ACTORS):
        set_committed_value(organisation, "state", state)
        house.db.execute(update(Organisation).where(Organisation.id == organisation.id).values(state=state))
        if state not in transition.sources:
            outcome = pytest.raises(Refused)
        elif actor not in ENTITLED[transition.name]:
            outcome = pytest.raises(NotAllowed)
        else:
            outcome = nullcontext()
        with outcome as refused:
            VERIFICATION.fire(organisation, transition.name, viewers[actor], house.now)
        reached = transition.target if refused is None else state
        assert organisation.state == reached, (state, actor)
        house.db.rollback()


@pytest.mark.parametrize("decision", ["verify", "refuse"])
def test_a_decision_needs_its_reason(house: House, decision):
    organisation = an_organisation(house, Kind.AGENCY, S.PENDING)
    with pytest.raises(Refused, match="Say why") as refused:
        commands.DECISIONS[decision](house.administrator, organisation, " \n", house.now)
    assert refused.value.field == "reason"
    assert organisation.state == S.PENDING


def test_a_decision_is_recorded_and_told_to_the_owners(house: House):
    organisation = an_organisation(house, Kind.AGENCY, S.PENDING)
    commands.refuse(house.administrator, organisation, "The website names nobody.", house.now)
    house.db.commit()
    assert organisation.state_reason == "The website names nobody."
    event = house.db.scalars(select(Event).where(Event.name == "organisation.refused")).one()
    assert event.actor_id == house.administrator.person_id
    assert "website" not in str(event.data)
    told = house.db.scalars(select(OutgoingMail).where(OutgoingMail.letter == "organisation.decided")).all()
    assert [mail.person_id for mail in told] == [house.owner_of(organisation)]


def test_the_host_itself_is_decided_upon_by_nobody(house: House):
    host = house.db.scalars(select(Organisation).where(Organisation.kind == Kind.HOST)).one()
    with pytest.raises(NotAllowed):
        commands.suspend(house.administrator, host, "No.", house.now)


def test_a_verified_organisation_gives_its_people_a_verified_viewer(house: House):
    organisation = an_organisation(house, Kind.STARTUP, S.PENDING)
    assert not house.viewer_in(organisation, "owner").is_verified
    commands.verify(house.administrator, organisation, "Register entry 4711 seen.", house.now)
    house.db.commit()
    assert house.viewer_in(organisation, "owner").is_verified
    assert house.viewer_in(organisation, "owner").roles == {Role.OWNER}
