"""Anchors: one chain that holds the heads of all streams, and the check of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.core import ids
from marketplace.core.events.models import GENESIS, AnchorHead, Event, EventAnchor, EventStream
from marketplace.core.events.record import digest
from marketplace.core.i18n import _

_ANCHOR_LOCK = 7_301_112  # an advisory lock's number: one anchor at a time


@dataclass(frozen=True)
class Fault:
    """A place where the record is not what it was.

    Attributes:
        kind: "changed", "cut", "inserted" or "broken".
        place: the row, as words that name its table and key.
    """

    kind: str
    place: str
    why: str


def anchor_heads(session: Session, now: datetime) -> EventAnchor | None:
    """Add a link that holds the heads of all streams which moved since the last one.

    Returns:
        The new anchor, or None where nothing moved.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ANCHOR_LOCK})
    moved = session.execute(_moved_streams()).all()
    if not moved:
        return None
    last = session.execute(select(EventAnchor).order_by(EventAnchor.number.desc()).limit(1)).scalar_one_or_none()
    anchor = EventAnchor(
        id=ids.new_id(),
        number=last.number + 1 if last else 1,
        at=now,
        previous=last.hash if last else GENESIS,
    )
    heads = [AnchorHead(anchor_id=anchor.id, stream_id=row.id, number=row.length, hash=row.head) for row in moved]
    anchor.hash = anchor_digest(anchor, heads)
    session.add(anchor)
    session.flush()
    session.add_all(heads)
    return anchor


def _moved_streams():
    anchored = (
        select(AnchorHead.stream_id, func.max(AnchorHead.number).label("number"))
        .group_by(AnchorHead.stream_id)
        .subquery()
    )
    return (
        select(EventStream.id, EventStream.length, EventStream.head)
        .outerjoin(anchored, anchored.c.stream_id == EventStream.id)
        .where(EventStream.length > func.coalesce(anchored.c.number, 0))
        .order_by(EventStream.id)
    )


def anchor_digest(anchor: EventAnchor, heads: list[AnchorHead]) -> str:
    """The hash of an anchor: SHA-256 over its canonical JSON, the previous hash included."""
    content = {
        "number": anchor.number,
        "at": anchor.at.astimezone(UTC).isoformat(),
        "previous": anchor.previous,
        "heads": [[str(head.stream_id), head.number, head.hash] for head in sorted(heads, key=lambda h: h.stream_id)],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def at_one_moment(session: Session) -> None:
    """Let a session that has read nothing yet see one moment throughout.

    The check reads rows and heads one after the other; what others record meanwhile would look like a fault.
    """
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def verify(session: Session, published: dict[int, str] | None = None) -> Iterator[Fault]:
    """Check every chain and every anchor.

    Args:
        published: anchor numbers with the hashes that were published outside the database.
    Yields:
        Each fault, with the row's name. None: nothing that an anchor holds was changed, cut or inserted.
    """
    hashes: dict[tuple[UUID, int], str] = {}
    yield from _verify_streams(session, hashes)
    yield from _verify_anchors(session, hashes, published or {})


def _stream(identifier: UUID) -> str:
    return _("stream %(id)s", id=identifier)


def _verify_streams(session: Session, hashes: dict[tuple[UUID, int], str]) -> Iterator[Fault]:
    ends: dict[UUID, tuple[int, str]] = {}
    rows = session.execute(select(Event).order_by(Event.stream_id, Event.number).execution_options(yield_per=1000))
    for happened in rows.scalars():
        place = _(
            "event %(id)s (stream %(stream)s, number %(number)s)",
            id=happened.id,
            stream=happened.stream_id,
            number=happened.number,
        )
        number, head = ends.get(happened.stream_id, (0, GENESIS))
        if happened.number != number + 1:
            yield Fault("cut", place, _("number %(number)s of the stream is missing before it", number=number + 1))
        elif happened.previous != head:
            yield Fault("inserted", place, _("it does not continue from the row before it"))
        if digest(happened) != happened.hash:
            yield Fault("changed", place, _("its content does not give its hash"))
        ends[happened.stream_id] = (happened.number, happened.hash)
        hashes[happened.stream_id, happened.number] = happened.hash
        session.expunge(happened)
    for stream in session.execute(select(EventStream.id, EventStream.length, EventStream.head)):
        number, head = ends.get(stream.id, (0, GENESIS))
        if stream.length > number:
            yield Fault(
                "cut", _stream(stream.id), _("%(count)s of its last rows are missing", count=stream.length - number)
            )
        elif (stream.length, stream.head) != (number, head):
            yield Fault("inserted", _stream(stream.id), _("rows stand behind its head"))


def _verify_anchors(
    session: Session, hashes: dict[tuple[UUID, int], str], published: dict[int, str]
) -> Iterator[Fault]:
    heads: dict[UUID, list[AnchorHead]] = {}
    for head in session.execute(select(AnchorHead)).scalars():
        heads.setdefault(head.anchor_id, []).append(head)
    number, previous = 0, GENESIS
    for anchor in session.execute(select(EventAnchor).order_by(EventAnchor.number)).scalars():
        place = _("anchor %(number)s", number=anchor.number)
        held = heads.get(anchor.id, [])
        if anchor.number != number + 1 or anchor.previous != previous:
            yield Fault("broken", place, _("it does not continue from the anchor before it"))
        if anchor_digest(anchor, held) != anchor.hash:
            yield Fault("changed", place, _("its content does not give its hash"))
        if published.get(anchor.number, anchor.hash) != anchor.hash:
            yield Fault("changed", place, _("its hash is not the one that was published"))
        for head in held:
            found = hashes.get((head.stream_id, head.number))
            if found != head.hash:
                kind = "cut" if found is None else "changed"
                where = _("event number %(number)s of stream %(stream)s", number=head.number, stream=head.stream_id)
                yield Fault(kind, where, _("anchor %(number)s holds another hash of it", number=anchor.number))
        number, previous = anchor.number, anchor.hash
    for missing in sorted(set(published) - set(range(1, number + 1))):
        yield Fault("cut", _("anchor %(number)s", number=missing), _("it was published and is missing"))
