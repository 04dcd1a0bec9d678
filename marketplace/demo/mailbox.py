"""The mail sink: what was sent, as its receivers see it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from marketplace.core.errors import NotFound
from marketplace.core.mail import delivery
from marketplace.core.settings import settings

LIMIT = 40


@dataclass(frozen=True)
class Received:
    """A mail of the sink."""

    id: UUID
    subject: str
    to: str
    sender: str
    at: datetime
    language: str
    text: str
    html: str


def latest(after: UUID | None) -> tuple[Sequence[Received], UUID | None]:
    """The newest mails, or those that follow one; and where the next page begins.

    Args:
        after: the last one of the page before.
    """
    files = sorted(_files(), reverse=True)
    if after is not None:
        names = [name for _moment, name in files]
        files = files[names.index(f"{after}.eml") + 1 :] if f"{after}.eml" in names else []
    page = [_read(_folder() / name) for _moment, name in files[:LIMIT]]
    return page, page[-1].id if len(files) > LIMIT else None


def one(mail_id: UUID) -> Received:
    """One mail.

    Raises:
        NotFound: there is none of that id.
    """
    path = _folder() / f"{mail_id}.eml"
    if not path.is_file():
        raise NotFound
    return _read(path)


def date_back(mail_id: UUID, moment: datetime) -> None:
    """Let a mail that was written for a moment in the past stand at that moment in the list."""
    path = _folder() / f"{mail_id}.eml"
    if path.is_file():
        os.utime(path, (moment.timestamp(), moment.timestamp()))


def _folder() -> Path:
    return delivery.sink_folder(settings())


def _files() -> list[tuple[float, str]]:
    folder = _folder()
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [(entry.stat().st_mtime, entry.name) for entry in entries if entry.name.endswith(".eml")]


def _read(path: Path) -> Received:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Received(
        id=UUID(path.stem),
        subject=str(message["Subject"]),
        to=str(message["To"]),
        sender=str(message["From"]),
        at=parsedate_to_datetime(str(message["Date"])).astimezone(UTC),
        language=str(message["Content-Language"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return body.get_content() if body is not None else ""
