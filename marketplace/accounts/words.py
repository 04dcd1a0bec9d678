"""What kinds of organisations and roles are called, for every page that shows a seat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marketplace.core.access import Kind, Role
from marketplace.core.i18n import Words, _l, current_language

KIND_WORDS: dict[Kind, Words] = {
    Kind.AGENCY: _l("Agency"),
    Kind.STARTUP: _l("Startup"),
    Kind.PARTNER: _l("Partner"),
    Kind.HOST: _l("Host"),
}

ROLE_WORDS: dict[Role, Words] = {
    Role.OWNER: _l("Owner"),
    Role.CHALLENGE_MANAGER: _l("Challenge manager"),
    Role.APPROVER: _l("Approver"),
    Role.OPENING_OFFICER: _l("Opening officer"),
    Role.EVALUATOR: _l("Evaluator"),
    Role.FINANCE_OFFICER: _l("Finance officer"),
    Role.VIEWER: _l("Viewer"),
    Role.EDITOR: _l("Editor"),
    Role.SIGNATORY: _l("Signatory"),
    Role.FINANCE: _l("Finance"),
    Role.READER: _l("Reader"),
    Role.ADOPTER: _l("Adopter"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.MODERATOR: _l("Moderator"),
    Role.NOTARY: _l("Notary"),
    Role.AUDITOR: _l("Auditor"),
}

_ORDER = {role: place for place, role in enumerate(Role)}


def kind_word(kind: Any) -> str:
    """The word for a kind of organisation."""
    return str(KIND_WORDS[Kind(kind)])


def role_word(role: Any) -> str:
    """The word for a role."""
    return str(ROLE_WORDS[Role(role)])


def role_words(roles: Iterable[Any]) -> str:
    """The words for several roles, the leading one first."""
    comma = "، " if current_language() == "ar" else ", "
    return comma.join(role_word(role) for role in sorted((Role(role) for role in roles), key=_ORDER.__getitem__))
