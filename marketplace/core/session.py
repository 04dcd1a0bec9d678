"""The session of the present request, job or command."""

from __future__ import annotations

from contextvars import ContextVar
from typing import cast

from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy


class NoSession(RuntimeError):
    """Somebody reached for the session outside a request, a job or a command."""


current_session: ContextVar[Session | None] = ContextVar("session", default=None)


def _now_open() -> Session:
    found = current_session.get()
    if found is None:
        raise NoSession("no session is open here")
    return found


session: Session = cast(Session, LocalProxy(_now_open))
