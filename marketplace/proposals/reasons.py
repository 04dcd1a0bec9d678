"""Why a proposal was taken out, for whoever is told of it."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core import database
from marketplace.core.events import Event
from marketplace.core.i18n import _
from marketplace.proposals.models import Proposal


def mail_lines(happened: Event) -> list[str]:
    """The reason as a line of the mail; none where the reader may not see the proposal."""
    reason = database.session.scalar(select(Proposal.state_reason).where(Proposal.id == happened.subject_id))
    return [_("The reason: %(reason)s", reason=reason)] if reason else []
