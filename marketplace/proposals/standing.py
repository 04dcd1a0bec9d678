"""What a challenge's page tells of the reader's own proposal; that page stands on a lower floor."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from marketplace.challenges import standing
from marketplace.challenges.models import Challenge
from marketplace.challenges.standing import OwnAnswer
from marketplace.core import clock
from marketplace.core.access import Viewer
from marketplace.core.i18n import _
from marketplace.proposals import policy, presentation, queries
from marketplace.proposals.models import ProposalState


@standing.told_by
def own_answer(viewer: Viewer, challenge: Challenge, now: datetime) -> OwnAnswer | None:
    """Where the startup's proposal stands and the way on. At most four statements; none for others."""
    own = queries.own_proposal(viewer, challenge)
    if own is None:
        return None
    proposal, is_open = own.proposal, challenge.is_open(now)
    shown = url_for("proposals.show", key=proposal.key)
    if proposal.state in (ProposalState.DRAFT, ProposalState.WITHDRAWN) and is_open:
        words = _("%(done)s of %(total)s sections are done.", done=own.done, total=own.total)
        going_on = policy.can_write(viewer, proposal)
        return OwnAnswer(
            f"{words} {_saved(own)}".strip(),
            url_for("proposals.edit", key=proposal.key) if going_on else shown,
            _("Continue your proposal") if going_on else _("Look at your proposal"),
            _("Nobody outside your organisation reads it before the deadline."),
        )
    _kind, words = presentation.state_tag(policy.state_as_seen(viewer, proposal), challenge, now)
    note = _("Until the deadline you can change it, send it again or withdraw it.") if is_open else None
    return OwnAnswer(str(words), shown, _("Look at your proposal"), note)


def _saved(own: queries.OwnProposal) -> str:
    if own.proposal.last_saved_at is None:
        return ""
    moment = clock.in_zone_short(own.proposal.last_saved_at, presentation.reader_zone())
    if own.by_name is None:
        return _("Last saved: %(moment)s", moment=moment)
    return _("Last saved by %(name)s: %(moment)s", name=own.by_name, moment=moment)
