"""What becomes of a pilot when its award ends."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import Refused
from marketplace.core.events import Event
from marketplace.core.i18n import _
from marketplace.pilots.models import Pilot, PilotState
from marketplace.pilots.workflow import LIFECYCLE


def end_with_award(happened: Event) -> None:
    """A pilot whose award was declined or taken back ends with it, as long as it is not signed.

    Raises:
        Refused: the pilot runs; it is ended by its own sides first.
    """
    with reading_as_system("a pilot follows its award, whoever ended that"):
        pilot = database.session.scalars(select(Pilot).where(Pilot.proposal_id == happened.subject_id)).one_or_none()
        if pilot is None:
            return
        if pilot.state in {PilotState.ACTIVE, PilotState.CLOSING}:
            raise Refused(_("The pilot of this award is running. End the pilot first."))
        if pilot.state == PilotState.AGREEMENT:
            pilot.closed_at = happened.at
            LIFECYCLE.fire(pilot, "lapse", Viewer.marketplace(happened.at), happened.at)
