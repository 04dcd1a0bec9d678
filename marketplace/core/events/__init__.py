"""Events: what happened, in an append-only record that is hash-chained by stream."""

from marketplace.core.events.models import AnchorHead, Event, EventAnchor, EventStream
from marketplace.core.events.record import (
    EventType,
    Stream,
    on_event,
    record,
    register,
    sentence,
    sentence_together,
    type_of,
)

__all__ = [
    "AnchorHead",
    "Event",
    "EventAnchor",
    "EventStream",
    "EventType",
    "Stream",
    "on_event",
    "record",
    "register",
    "sentence",
    "sentence_together",
    "type_of",
]
