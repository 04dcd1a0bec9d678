"""The small world of the proposals' tests: an agency with its officers, a startup, its rival, the host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.proposals.models import Proposal
from tests.proposals import builder


@dataclass
class Scene:
    """Who acts, on what and when."""

    now: datetime
    challenge: Challenge
    writer: Viewer  # editor of the startup
    colleague: Viewer  # its owner
    bookkeeper: Viewer  # its finance
    rival: Viewer
    newcomer: Viewer  # of a startup that waits for its verification
    officer: Viewer  # the agency's opening officer
    manager: Viewer
    evaluator: Viewer
    stranger: Viewer  # officer of another agency
    notary: Viewer
    administrator: Viewer
    auditor: Viewer

    @property
    def after(self) -> datetime:
        """A moment after the deadline."""
        assert self.challenge.deadline
        return self.challenge.deadline + timedelta(seconds=1)

    def draft(self) -> Proposal:
        """The writer's proposal, ready to be sent."""
        return builder.written(self.writer, self.challenge, self.now)

    def sent(self) -> Proposal:
        """The writer's proposal, sent."""
        return builder.sent(self.writer, self.challenge, self.now)

    def outsiders(self) -> dict[str, Viewer]:
        """Everybody who must learn nothing before the opening."""
        names = ("rival", "newcomer", "officer", "manager", "evaluator", "stranger", "notary", "administrator")
        return {name: getattr(self, name) for name in (*names, "auditor")} | {"nobody": Viewer.anonymous(self.now)}


@contextmanager
def reading_as(viewer: Viewer) -> Iterator[None]:
    """Read with that viewer's eyes, in a session of its own."""
    with database.session_scope(viewer):
        yield


@pytest.fixture
def scene(db, now) -> Scene:
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    startup = builder.organisation(Kind.STARTUP, "Tidewatch Labs")
    rival = builder.organisation(Kind.STARTUP, "Halyard Mail")
    pending = builder.organisation(Kind.STARTUP, "Newcomer", is_verified=False)
    other = builder.organisation(Kind.AGENCY, "Port of Sfax")
    host = builder.organisation(Kind.HOST, "National Office")
    made = Scene(
        now=now,
        challenge=builder.challenge(agency, now),
        writer=builder.member(startup, "Karim Bensalem", Role.EDITOR, now=now),
        colleague=builder.member(startup, "Leïla Haddad", Role.OWNER, now=now),
        bookkeeper=builder.member(startup, "Sami Trabelsi", Role.FINANCE, now=now),
        rival=builder.member(rival, "Rim Jaziri", Role.OWNER, now=now),
        newcomer=builder.member(pending, "Nour Ben Ali", Role.OWNER, now=now),
        officer=builder.member(agency, "Youssef Tahiri", Role.OPENING_OFFICER, now=now),
        manager=builder.member(agency, "Nadia Farouk", Role.CHALLENGE_MANAGER, now=now),
        evaluator=builder.member(agency, "Hedi Mansour", Role.EVALUATOR, now=now),
        stranger=builder.member(other, "Rachid Alaoui", Role.OPENING_OFFICER, Role.OWNER, now=now),
        notary=builder.member(host, "Salma Benjelloun", Role.NOTARY, now=now),
        administrator=builder.member(host, "Amine Zeroual", Role.ADMINISTRATOR, now=now),
        auditor=builder.member(host, "Ines Gharbi", Role.AUDITOR, now=now),
    )
    db.commit()
    return made
