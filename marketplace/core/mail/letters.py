"""The kinds of letters; each is built when it is sent, in the receiver's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letter:
    """What one mail says.

    Attributes:
        subject: what happened, and on what.
        lines: paragraphs; the first says what to do and by when.
        link: an absolute address, the only one in the mail.
        link_label: verb and object.
    """

    subject: str
    lines: list[str] = field(default_factory=list)
    link: str | None = None
    link_label: str = ""


Builder = Callable[..., "Letter | None"]

_builders: dict[str, Builder] = {}


def letter(name: str) -> Callable[[Builder], Builder]:
    """Declare how a kind of letter is written; the builder gets the data that `send` was given.

    A builder that returns None sends nothing: what it would tell is no longer so, or not its receiver's to know.
    """

    def declare(builder: Builder) -> Builder:
        if name in _builders:
            raise RuntimeError(f"letter {name} is declared twice")
        _builders[name] = builder
        return builder

    return declare


def letter_of(name: str) -> Builder:
    """The builder of that name.

    Raises:
        KeyError: no feature declares it.
    """
    return _builders[name]
