"""What can happen to an account, in one sentence each."""

from __future__ import annotations

from marketplace.core.events import register
from marketplace.core.i18n import _l

register("account.created", _l("%(actor)s opened an account."))
register("account.signed_in", _l("%(actor)s signed in."))
register("account.signed_out", _l("%(actor)s ended a sign-in."))
register("account.acted_as", _l("%(actor)s switched to another organisation."))
register("account.profile_changed", _l("%(actor)s changed name, language or time zone."))
register("account.password_changed", _l("%(actor)s changed the password."))
register("account.password_reset", _l("%(actor)s set a new password by a mailed link."))
register("account.email_change_asked", _l("%(actor)s asked for another e-mail address."))
register("account.email_changed", _l("%(actor)s changed the e-mail address."))
register("account.suspended", _l("%(actor)s suspended an account."))
register("account.reinstated", _l("%(actor)s lifted the suspension of an account."))
register("account.erased", _l("%(actor)s erased the account."))
