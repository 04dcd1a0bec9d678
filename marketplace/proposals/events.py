"""What can happen to a proposal, each with its one sentence.

Until the opening the proposer alone reads these events (`Proposal.event_readers`): that an organisation
proposes, and how many do, is known to nobody else.
"""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

STARTED = register("proposal.started", _l("%(actor)s began the proposal."))
SUBMITTED = register("proposal.submitted", _l("%(actor)s sent the proposal."))
REPLACED = register("proposal.replaced", _l("%(actor)s sent a new version in place of the one before."))
REPLACED_AT_OPENING = register(
    "proposal.replaced_at_opening",
    _l("The new version of %(actor)s had arrived in time: it was opened in place of the one before."),
)
WITHDRAWN = register("proposal.withdrawn", _l("%(actor)s withdrew the proposal."))
OPENED = register("proposal.opened", _l("%(actor)s opened the proposal."))
SCREENED_OUT = register("proposal.screened_out", _l("%(actor)s screened the proposal out."))
ADMITTED = register("proposal.admitted", _l("%(actor)s admitted the proposal to the evaluation."))
AWARDED = register("proposal.awarded", _l("%(actor)s awarded the challenge to this proposal."))
RESERVED = register("proposal.reserved", _l("%(actor)s put the proposal in reserve."))
NOT_AWARDED = register("proposal.not_awarded", _l("%(actor)s closed the proposal without an award."))
DECLINED = register("proposal.declined", _l("%(actor)s declined the award."))
RELEASED = register("proposal.released", _l("%(actor)s took the award of this proposal back."))
DISQUALIFIED = register("proposal.disqualified", _l("%(actor)s disqualified the proposal."))
OPENING = register("challenge.proposals_opened", _l("%(actor)s opened the proposals; sent in time: %(count)s."))
