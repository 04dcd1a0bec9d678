"""What is written section by section: the sections as data, and how far each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marketplace.core.i18n import _l


@dataclass(frozen=True)
class Section:
    """One page of an editor.

    Attributes:
        name: its part of the address.
        texts: columns that are written once a language.
        facts: columns that are written with the original's language.
        is_optional: the whole may do without it.
    """

    name: str
    title: Any
    texts: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    is_optional: bool = False


class Status(StrEnum):
    """How far a section is; the task list says it in a word."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"


TAGS = {
    Status.NOT_STARTED: ("draft", _l("Not started")),
    Status.IN_PROGRESS: ("waiting", _l("In progress")),
    Status.DONE: ("good", _l("Done")),
}


@dataclass(frozen=True)
class Task:
    """A line of the task list.

    Attributes:
        tag: kind and words.
    """

    name: str
    title: Any
    url: str
    tag: tuple[str, Any]
    is_done: bool


def task(name: str, title: Any, url: str, status: Status) -> Task:
    """The line of a section that is as far as its status says."""
    return Task(name, title, url, TAGS[status], status == Status.DONE)


def one_of(names: Sequence[str]) -> str:
    """The part of an address that names one of these sections."""
    return f"<any({','.join(repr(str(name)) for name in names)}):section>"


def after(names: Sequence[str], name: str) -> str | None:
    """The section that follows, or None after the last."""
    place = list(names).index(name) + 1
    return names[place] if place < len(names) else None
