"""The tables of events, of their streams and of the anchors that hold all streams' heads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model

GENESIS = "0" * 64


class EventStream(Model):
    """The head of a stream: the last event's number and hash. Its lock orders the stream's writers."""

    __tablename__ = "event_stream"

    kind: Mapped[str]
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default=GENESIS)


class Event(Model):
    """Something that happened. Never changed, never deleted: the database refuses it."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("stream_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_event_readers", "readers", postgresql_using="gin"),
        Index("ix_event_subject_id_at", "subject_id", "at"),
        Index("ix_event_at_id", "at", "id"),
        Index("ix_event_actor_id_at", "actor_id", "at"),
    )

    stream_id: Mapped[UUID] = mapped_column(ForeignKey("event_stream.id"))
    number: Mapped[int]
    name: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_organisation_id: Mapped[UUID | None]
    origin: Mapped[str | None]  # salted hash of the network address
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]
    is_public: Mapped[bool]
    readers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))  # organisations
    previous: Mapped[str]
    hash: Mapped[str]


class EventAnchor(Model):
    """One link of the chain that holds the heads of all streams."""

    __tablename__ = "event_anchor"

    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    previous: Mapped[str]
    hash: Mapped[str]


class AnchorHead(Model):
    """The head of one stream as an anchor found it; streams that stood still are not repeated."""

    __tablename__ = "event_anchor_head"
    __table_args__ = (UniqueConstraint("anchor_id", "stream_id"),)

    anchor_id: Mapped[UUID] = mapped_column(ForeignKey("event_anchor.id"))
    stream_id: Mapped[UUID] = mapped_column(ForeignKey("event_stream.id"), index=True)
    number: Mapped[int]
    hash: Mapped[str]
