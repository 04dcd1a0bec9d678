"""What either side asks of the list of its pilots."""

from __future__ import annotations

from flask import g
from sqlalchemy import Integer, case, or_

from marketplace.core.i18n import _l
from marketplace.core.lists import Choice, Column, Filter, Listing, Sort
from marketplace.organisations.models import Organisation
from marketplace.pilots import words
from marketplace.pilots.models import ENDED, Pilot, PilotState

HAS_ENDED = case((Pilot.state.in_(ENDED), 1), else_=0).cast(Integer)

MINE = Listing(
    "pilots",
    sorts=(
        Sort("running", _l("Running first"), [(HAS_ENDED, "asc"), (Pilot.created_at, "desc"), (Pilot.id, "desc")]),
        Sort("ends", _l("Ending soonest first"), [(HAS_ENDED, "asc"), (Pilot.ends_on, "asc"), (Pilot.id, "asc")]),
        Sort("oldest", _l("Oldest first"), [(Pilot.created_at, "asc"), (Pilot.id, "asc")]),
    ),
    filters=(
        Filter(
            "state",
            _l("State"),
            (
                Choice("agreement", _l("Agreement in the making"), Pilot.state == PilotState.AGREEMENT),
                Choice("active", _l("Active"), Pilot.state == PilotState.ACTIVE),
                Choice("closing", _l("Being closed"), Pilot.state == PilotState.CLOSING),
                Choice("ended", _l("Ended"), Pilot.state.in_(ENDED)),
            ),
        ),
    ),
    search=lambda text: or_(
        Pilot.title.icontains(text, autoescape=True),
        Pilot.agency.has(Organisation.name.icontains(text, autoescape=True)),
        Pilot.startup.has(Organisation.name.icontains(text, autoescape=True)),
    ),
    search_label=_l("Title or organisation"),
    columns=(
        Column(_l("Pilot"), lambda row: row.pilot.title),
        Column(_l("Agency"), lambda row: row.pilot.agency.name),
        Column(_l("Startup"), lambda row: row.pilot.startup.name),
        Column(_l("State"), lambda row: words.state_tag(row.pilot, g.now)[1]),
        Column(_l("First day"), lambda row: row.pilot.starts_on),
        Column(_l("Last day"), lambda row: row.pilot.ends_on),
    ),
)
