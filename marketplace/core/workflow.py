"""Lifecycles as tables. A state changes here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, validates

from marketplace.core import database, events
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.i18n import _

Who = Callable[[Viewer, Any], bool]
Guard = Callable[[Any, datetime], "str | None"]

_firing: ContextVar[bool] = ContextVar("firing", default=False)


class Stateful:
    """A model whose `state` is moved by its workflow alone."""

    state: Mapped[Any]

    @validates("state")
    def _only_the_workflow(self, _key: str, value: Any) -> Any:
        if self.__dict__.get("state") is not None and not _firing.get():
            raise RuntimeError("a state is changed by firing a transition")
        return value

    @property
    def event_stream(self) -> events.Stream:
        """The stream that this thing's events belong to."""
        raise LookupError(f"{type(self).__name__} names no stream")

    @property
    def event_readers(self) -> Iterable[UUID]:
        """The organisations that see this thing's events."""
        raise LookupError(f"{type(self).__name__} names no readers")


@dataclass(frozen=True)
class Transition:
    """One arrow of a lifecycle.

    Attributes:
        who: may this viewer fire it, whatever the moment.
        guards: each returns the reason why not now, in a person's words, or None.
        label: the button's words, a lazy string.
        event: the event's name; the workflow's name and the transition's make it when left out.
    """

    sources: frozenset[StrEnum]
    target: StrEnum
    name: str
    who: Who
    guards: tuple[Guard, ...]
    label: Any
    event: str


def transition(
    source: StrEnum | Iterable[StrEnum],
    target: StrEnum,
    name: str,
    who: Who,
    guards: Iterable[Guard] = (),
    *,
    label: Any,
    event: str = "",
) -> Transition:
    """One arrow, from one state or several."""
    sources = frozenset([source]) if isinstance(source, StrEnum) else frozenset(source)
    return Transition(sources, target, name, who, tuple(guards), label, event)


@dataclass(frozen=True)
class Offer:
    """A transition that the viewer may fire, and what stands in its way."""

    transition: Transition
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def label(self) -> Any:
        return self.transition.label

    @property
    def is_ready(self) -> bool:
        return not self.reasons


class Workflow:
    """A lifecycle: its name and its arrows, enumerable by tests and drawn by the docs."""

    def __init__(self, name: str, *transitions: Transition) -> None:
        self.name = name
        self.transitions = tuple(
            Transition(t.sources, t.target, t.name, t.who, t.guards, t.label, t.event or f"{name}.{t.name}")
            for t in transitions
        )
        self._by_name: dict[str, list[Transition]] = {}
        for arrow in self.transitions:
            self._by_name.setdefault(arrow.name, []).append(arrow)

    def find(self, name: str, state: StrEnum) -> Transition:
        """The arrow of that name out of that state.

        Raises:
            Refused: there is none; the thing has moved on meanwhile.
        """
        for arrow in self._by_name[name]:
            if state in arrow.sources:
                return arrow
        raise Refused(_("This can't be done any more: somebody else has changed it meanwhile."))

    def available(self, thing: Any, viewer: Viewer, now: datetime) -> list[Offer]:
        """Each transition that the viewer may fire from here, with the reasons against it."""
        return [
            Offer(arrow, _reasons(arrow, thing, now))
            for arrow in self.transitions
            if thing.state in arrow.sources and arrow.who(viewer, thing)
        ]

    def offer(self, thing: Any, name: str, viewer: Viewer, now: datetime) -> Offer | None:
        """The offer of that name, or None where the viewer has none."""
        return next((offer for offer in self.available(thing, viewer, now) if offer.name == name), None)

    def fire(self, thing: Any, name: str, actor: Viewer, now: datetime, **data: Any) -> None:
        """Move a thing along an arrow: lock, check who, check the guards, change, write it down.

        Args:
            now: UTC, the moment of the act; guards judge by it, so waiting for the lock makes nobody late.
            data: what the event keeps: identifiers, numbers and closed values, no names or texts.
        Raises:
            NotFound: the actor may not see it.
            NotAllowed: not the actor's to do.
            Refused: not from this state, or a guard's reason.
        """
        lock(thing)
        arrow = self.find(name, thing.state)
        if not arrow.who(actor, thing):
            raise NotAllowed
        reasons = _reasons(arrow, thing, now)
        if reasons:
            raise Refused(" ".join(reasons))
        before = thing.state
        with _moving():
            thing.state = arrow.target
        events.record(arrow.event, actor, on=thing, now=now, before=before, after=arrow.target, **data)


def lock(thing: Any) -> None:
    """Lock a thing's row and read it anew, until the end of the transaction.

    Raises:
        NotFound: it is gone, or the viewer may not see it.
    """
    model = type(thing)
    statement = (
        select(model).where(model.id == thing.id).with_for_update(of=model).execution_options(populate_existing=True)
    )
    if database.session.execute(statement).unique().scalar_one_or_none() is None:
        raise NotFound


def _reasons(arrow: Transition, thing: Any, now: datetime) -> tuple[str, ...]:
    return tuple(str(reason) for guard in arrow.guards if (reason := guard(thing, now)))


@contextmanager
def _moving() -> Iterator[None]:
    token = _firing.set(True)
    try:
        yield
    finally:
        _firing.reset(token)
