"""What can happen to a challenge, each in its one sentence."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

register("challenge.created", _l("%(actor)s started the draft."))
register("challenge.cloned", _l("%(actor)s started the draft from another challenge."))
register("challenge.preview_made", _l("%(actor)s made a secret preview link."))
register("challenge.preview_revoked", _l("%(actor)s revoked the preview link."))
register("challenge.review_asked", _l("%(actor)s sent it for review."))
register("challenge.review_asked_again", _l("%(actor)s sent it for review again."))
register("challenge.edits_requested", _l("%(actor)s asked for edits."))
register("challenge.approved", _l("%(actor)s approved it."))
register("challenge.taken_back", _l("%(actor)s made it a draft again."))
register("challenge.scheduled", _l("%(actor)s scheduled its publication; its criteria are frozen."))
register("challenge.unscheduled", _l("%(actor)s took it out of the schedule."))
register("challenge.published", _l("%(actor)s published it; its criteria are frozen."), is_public=True)
register("challenge.imported", _l("It was taken over from another site."), is_public=True)
register("challenge.reimported", _l("It was brought up to date from the other site."), is_public=True)
register("challenge.extended", _l("%(actor)s extended the deadline."), is_public=True)
register("challenge.corrected", _l("%(actor)s added a correction."), is_public=True)
register("challenge.withdrawn", _l("%(actor)s withdrew it."), is_public=True)
register("challenge.cancelled", _l("%(actor)s cancelled it."), is_public=True)
register(
    "challenge.evaluation_started",
    _l("%(actor)s opened the proposals; their evaluation began."),
    is_public=True,
)
register("challenge.awarded", _l("%(actor)s made the award."), is_public=True)
register("challenge.unsuccessful", _l("%(actor)s ended it without an award."), is_public=True)
