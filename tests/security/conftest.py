"""The house of the attacks, and requests that leave nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from marketplace.core.session import current_session
from tests.security.house import House, build


@pytest.fixture
def house(db, now) -> House:
    """Everything that there can be."""
    return build(now)


@pytest.fixture
def writes(house: House, monkeypatch) -> list[str]:
    """What requests would have committed, as tables' names; nothing of it stays."""
    seen: list[str] = []
    outer, really = current_session.get(), Session.commit

    def flushed(session, _context) -> None:
        changed = [*session.new, *session.dirty, *session.deleted]
        session.info.setdefault("test.changed", []).extend(one.__tablename__ for one in changed)

    def core(state) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            state.session.info.setdefault("test.changed", []).append("by statement")

    def commit(session: Session) -> None:
        if session is outer:
            really(session)
            return
        session.dispatch.before_commit(session)
        session.flush()
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        seen.extend(session.info.pop("test.changed", []))

    event.listen(Session, "after_flush", flushed)
    event.listen(Session, "do_orm_execute", core)
    monkeypatch.setattr(Session, "commit", commit)
    yield seen
    event.remove(Session, "after_flush", flushed)
    event.remove(Session, "do_orm_execute", core)
