"""Which roles each kind of organisation has, and what they are called."""

from __future__ import annotations

from marketplace.core.access import Kind, Role
from marketplace.core.i18n import _l

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

KIND_WORDS = {
    Kind.AGENCY: _l("Agency"),
    Kind.STARTUP: _l("Startup"),
    Kind.PARTNER: _l("Partner"),
    Kind.HOST: _l("Host"),
}

ROLE_WORDS = {
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
