"""What can happen to an organisation and its people, in one sentence each."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

register("organisation.founded", _l("%(actor)s entered the organisation."))
register("organisation.verified", _l("%(actor)s verified the organisation."), is_public=True)
register("organisation.refused", _l("%(actor)s refused to verify the organisation."))
register("organisation.asked_again", _l("%(actor)s asked again for verification."))
register("organisation.suspended", _l("%(actor)s suspended the organisation."))
register("organisation.reinstated", _l("%(actor)s lifted the suspension."))
register("organisation.imported", _l("%(actor)s took the organisation over from an import."))
register("organisation.claimed", _l("%(actor)s claimed the organisation."))
register("organisation.profile_changed", _l("%(actor)s changed the profile."))
register("organisation.invited", _l("%(actor)s invited somebody."))
register("organisation.invitation_revoked", _l("%(actor)s took an invitation back."))
register("organisation.joined", _l("%(actor)s joined by invitation."))
register("organisation.role_granted", _l("%(actor)s gave somebody a role."))
register("organisation.role_ended", _l("%(actor)s ended somebody's role."))
register("organisation.left", _l("%(actor)s gave up a role."))
