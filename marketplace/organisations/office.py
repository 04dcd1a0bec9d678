"""Whether somebody decided something in a public office, so that the name stays on the decision."""

from __future__ import annotations

from sqlalchemy import exists, select

from marketplace.accounts.erasure import decided_in_office
from marketplace.core import database
from marketplace.core.access import Kind, Viewer, reading_as_system
from marketplace.core.events import Event
from marketplace.organisations.models import Organisation


@decided_in_office
def decided_something(actor: Viewer) -> bool:
    """Whether the person moved a lifecycle on while acting for an agency or for the host."""
    statement = select(
        exists().where(
            Event.actor_id == actor.person_id,
            Event.data.has_key("after"),
            Event.actor_organisation_id == Organisation.id,
            Organisation.kind.in_((Kind.AGENCY, Kind.HOST)),
        )
    )
    with reading_as_system("the whole record of one person's decisions"):
        return bool(database.session.scalar(statement))
