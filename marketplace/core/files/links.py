"""Short links to a file's content: signed, bound to their reader, for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.core.access import Viewer
from marketplace.core.errors import NotFound
from marketplace.core.settings import settings

LIFE = timedelta(seconds=60)
_SALT = "marketplace.files"


@dataclass(frozen=True)
class Link:
    """What a link says."""

    file_id: UUID
    is_over: bool


def sign(file_id: UUID, viewer: Viewer, now: datetime) -> str:
    """The token of a link that this viewer alone can follow, until `LIFE` after now."""
    ends = int((now + LIFE).timestamp())
    return _serializer().dumps([file_id.hex, _reader(viewer), ends])


def read(token: str, viewer: Viewer, now: datetime) -> Link:
    """What a token says to this viewer.

    Raises:
        NotFound: forged, or made for another reader.
    """
    try:
        file_id, reader, ends = _serializer().loads(token)
    except BadSignature:
        raise NotFound from None
    if reader != _reader(viewer):
        raise NotFound
    return Link(UUID(hex=file_id), now.timestamp() > ends)


def _reader(viewer: Viewer) -> str:
    """Whoever signs out, or changes the organisation that he acts for, is another reader."""
    return f"{viewer.person_id or ''}/{viewer.organisation_id or ''}"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret(), salt=_SALT)
