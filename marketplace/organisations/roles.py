"""Which roles each kind of organisation has, and what each is for."""

from __future__ import annotations

from marketplace.accounts.words import KIND_WORDS, ROLE_WORDS, kind_word, role_word, role_words
from marketplace.core.access import Kind, Role
from marketplace.core.i18n import _l

__all__ = ["KIND_WORDS", "LEADING", "ROLES_OF", "ROLE_MEANS", "ROLE_WORDS", "kind_word", "role_word", "role_words"]

ROLES_OF: dict[Kind, tuple[Role, ...]] = {
    Kind.AGENCY: (
        Role.OWNER,
        Role.CHALLENGE_MANAGER,
        Role.APPROVER,
        Role.OPENING_OFFICER,
        Role.EVALUATOR,
        Role.FINANCE_OFFICER,
        Role.VIEWER,
    ),
    Kind.STARTUP: (Role.OWNER, Role.EDITOR, Role.SIGNATORY, Role.FINANCE),
    Kind.PARTNER: (Role.OWNER, Role.READER, Role.ADOPTER),
    Kind.HOST: (Role.ADMINISTRATOR, Role.MODERATOR, Role.NOTARY, Role.AUDITOR),
}

# Who looks after the organisation's people and profile; the last one can't leave.
LEADING = {
    Kind.AGENCY: Role.OWNER,
    Kind.STARTUP: Role.OWNER,
    Kind.PARTNER: Role.OWNER,
    Kind.HOST: Role.ADMINISTRATOR,
}

ROLE_MEANS = {
    Role.OWNER: _l("looks after people, roles and the profile"),
    Role.CHALLENGE_MANAGER: _l("writes challenges and runs them"),
    Role.APPROVER: _l("approves challenges and awards that somebody else wrote"),
    Role.OPENING_OFFICER: _l("opens the proposals after the deadline"),
    Role.EVALUATOR: _l("may be put on a panel"),
    Role.FINANCE_OFFICER: _l("records what was paid"),
    Role.VIEWER: _l("reads, and changes nothing"),
    Role.EDITOR: _l("writes proposals and pilot reports"),
    Role.SIGNATORY: _l("signs for the startup"),
    Role.FINANCE: _l("confirms what was paid"),
    Role.READER: _l("reads what is shared"),
    Role.ADOPTER: _l("reports what was adopted"),
    Role.ADMINISTRATOR: _l("verifies organisations and runs the marketplace"),
    Role.MODERATOR: _l("keeps public texts in order"),
    Role.NOTARY: _l("may open proposals with an agency"),
    Role.AUDITOR: _l("reads what happened, without contents"),
}
