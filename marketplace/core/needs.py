"""What a dashboard shows: what needs this person now, and whom the person waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Need:
    """One thing to do.

    Attributes:
        title: verb and object, in the reader's language.
        about: the thing it concerns, by its name.
        due: UTC; None where no date presses.
        verb: the button's word.
        zone: IANA zone in which the due date is told.
    """

    title: str
    about: str
    due: datetime | None
    url: str
    verb: str
    zone: str = "UTC"


@dataclass(frozen=True)
class Waiting:
    """One thing that somebody else has to do.

    Attributes:
        whom: who has to act, as a role or an organisation.
        since: UTC, when it became theirs.
    """

    whom: str
    about: str
    since: datetime | None
    url: str
