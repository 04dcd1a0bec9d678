"""Writing events: each joins the end of its stream's chain, last in its transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from babel.lists import format_list
from sqlalchemy import event as sa_event
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.core import ids
from marketplace.core.access import Viewer
from marketplace.core.events.models import Event, EventStream
from marketplace.core.i18n import current_language
from marketplace.core.session import session

_PENDING = "marketplace.pending_events"


@dataclass(frozen=True)
class Stream:
    """The chain that an event joins: the challenge, proposal, pilot, organisation … it belongs to."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class EventType:
    """What kind of thing can happen, and the one sentence that says so everywhere.

    Attributes:
        sentence: lazy words; `%(actor)s` and the event's data may stand in them.
        is_public: everybody may see that it happened.
        named: lazy words for a reader who may know the name of what it is about, `%(thing)s`.
        together: words for several of one kind by one actor: of their number, `actor` and the names, `things`.
    """

    name: str
    sentence: Any
    is_public: bool = False
    named: Any = None
    together: Callable[..., str] | None = None


_types: dict[str, EventType] = {}
_reactions: dict[str, list[Callable[[Event], None]]] = {}


def register(
    name: str,
    sentence: Any,
    *,
    is_public: bool = False,
    named: Any = None,
    together: Callable[..., str] | None = None,
) -> EventType:
    """Declare an event type; a feature does it in its `events.py`."""
    if name in _types:
        raise RuntimeError(f"event type {name} is declared twice")
    _types[name] = EventType(name, sentence, is_public, named, together)
    return _types[name]


def type_of(name: str) -> EventType:
    """The declared type of that name.

    Raises:
        KeyError: no feature declares it.
    """
    return _types[name]


def known_types() -> list[EventType]:
    """Every declared type, by name."""
    return [_types[name] for name in sorted(_types)]


def sentence(happened: Event, actor: str, thing: str | None = None) -> str:
    """What happened, in the present language.

    Args:
        actor: the name to say, which the reader is entitled to.
        thing: the name of what it is about within its stream, if the reader is entitled to that.
    """
    kind = type_of(happened.name)
    if thing is None or kind.named is None:
        return str(kind.sentence) % _Shown({**happened.data, "actor": actor})
    return str(kind.named) % _Shown({**happened.data, "actor": actor, "thing": _isolated(thing)})


def sentence_together(happened: Event, actor: str, things: Sequence[str]) -> str:
    """What happened several times, in one sentence.

    Args:
        happened: the first of them; its type has words for several.
        things: their names, each of which the reader is entitled to.
    """
    together = type_of(happened.name).together
    assert together is not None
    named = dict.fromkeys(_isolated(thing) for thing in things)
    listed = format_list([*named], locale=current_language())
    return together(len(things), actor=actor, things=listed)


def _isolated(name: str) -> str:
    """A name that keeps to itself (FSI, PDI) in a sentence of the other direction."""
    return f"\u2068{name}\u2069"


class _Shown(dict):
    """Data of an event as words; a value that an old event lacks reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def on_event(name: str, reaction: Callable[[Event], None]) -> None:
    """Let something follow an event, inside its transaction. Only `reactions.py` calls this."""
    type_of(name)
    _reactions.setdefault(name, []).append(reaction)


def record(
    name: str,
    actor: Viewer,
    *,
    on: Any,
    now: datetime,
    stream: Stream | None = None,
    readers: Iterable[UUID] | None = None,
    **data: Any,
) -> None:
    """Write down that something happened; it joins its stream's chain when the transaction commits.

    Args:
        on: the row it happened to; without `stream` and `readers` it names both itself.
        data: identifiers, numbers, times, hashes and closed values; no names, titles or addresses, for events
            are never erased.
    Raises:
        RuntimeError: inside a savepoint, whose rollback would not take the event back.
    """
    if session.in_nested_transaction():
        raise RuntimeError("an event is recorded outside savepoints")
    # Begun before anything is kept: a transaction that never began tells nobody of its rollback.
    session.connection()
    kind = type_of(name)
    where = stream or on.event_stream
    happened = Event(
        id=ids.new_id(),
        stream_id=where.id,
        name=name,
        at=now,
        actor_id=actor.person_id,
        actor_organisation_id=actor.organisation_id,
        origin=actor.origin,
        subject_kind=on.__tablename__,
        subject_id=on.id,
        data={key: _plain(value) for key, value in data.items()},
        is_public=kind.is_public,
        readers=sorted(set(on.event_readers if readers is None else readers), key=str),
    )
    session.info.setdefault(_PENDING, []).append((where, happened))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | datetime):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"an event keeps no {type(value).__name__}")


def canonical(happened: Event) -> dict[str, Any]:
    """What an event's hash is made over."""
    return {
        "id": str(happened.id),
        "stream": str(happened.stream_id),
        "number": happened.number,
        "name": happened.name,
        "at": happened.at.astimezone(UTC).isoformat(),
        "actor": str(happened.actor_id) if happened.actor_id else None,
        "organisation": str(happened.actor_organisation_id) if happened.actor_organisation_id else None,
        "origin": happened.origin,
        "subject": [happened.subject_kind, str(happened.subject_id)],
        "data": happened.data,
        "public": happened.is_public,
        "readers": [str(reader) for reader in happened.readers],
        "previous": happened.previous,
    }


def digest(happened: Event) -> str:
    """The hash of an event: SHA-256 over its canonical JSON, the previous hash included."""
    return hashlib.sha256(json.dumps(canonical(happened), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@sa_event.listens_for(Session, "before_commit")
def _join_chains(writing: Session) -> None:
    if writing.in_nested_transaction():
        return
    while pending := writing.info.pop(_PENDING, None):
        writing.flush()
        # Streams are locked in one order, so that two transactions can't wait for each other.
        for stream in sorted({stream for stream, _happened in pending}, key=lambda stream: stream.id):
            _append(writing, stream, [happened for where, happened in pending if where == stream])
        for _stream, happened in pending:
            for reaction in _reactions.get(happened.name, ()):
                reaction(happened)


def _append(writing: Session, stream: Stream, happened: list[Event]) -> None:
    heads = EventStream.__table__
    # On the connection: the chain is the program's own book, whoever acts.
    book = writing.connection()
    book.execute(insert(heads).values(id=stream.id, kind=stream.kind).on_conflict_do_nothing())
    number, head = book.execute(
        select(heads.c.length, heads.c.head).where(heads.c.id == stream.id).with_for_update()
    ).one()
    for event in happened:
        number += 1
        event.number, event.previous = number, head
        head = event.hash = digest(event)
        writing.add(event)
    writing.flush()
    book.execute(heads.update().where(heads.c.id == stream.id).values(length=number, head=head))


@sa_event.listens_for(Session, "after_rollback")
def _forget(writing: Session) -> None:
    writing.info.pop(_PENDING, None)
