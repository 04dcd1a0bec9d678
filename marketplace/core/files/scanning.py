"""Looking for viruses: what clamd says, where an operator has configured one."""

from __future__ import annotations

import socket
import struct
from typing import Protocol

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.settings import settings

_TIMEOUT_S = 30
_PIECE_BYTES = 64 * 1024


class Scanner(Protocol):
    """Something that knows harmful content."""

    def is_harmful(self, content: bytes) -> bool:
        """Whether the content is harmful.

        Raises:
            OSError: the scanner did not answer.
        """
        ...


class Clamd:
    """A clamd server on the network, asked by its INSTREAM command.

    Args:
        address: host:port.
    """

    def __init__(self, address: str) -> None:
        host, _colon, port = address.rpartition(":")
        self._address = (host.strip("[]"), int(port))

    def is_harmful(self, content: bytes) -> bool:
        """See `Scanner`."""
        with socket.create_connection(self._address, _TIMEOUT_S) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE_BYTES):
                piece = content[start : start + _PIECE_BYTES]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = b""
            while piece := line.recv(4096):
                answer += piece
        verdict = answer.rstrip(b"\0\n")
        if verdict.endswith(b"FOUND"):
            return True
        if verdict.endswith(b"OK"):
            return False
        raise OSError(f"clamd answered {verdict[:200]!r}")


def scan(content: bytes, field: str | None = None) -> None:
    """Refuse harmful content; without a configured scanner nothing is looked for.

    Raises:
        Refused: it is harmful, or the scanner does not answer: unscanned files are not taken.
    """
    if settings().clamd is None:
        return
    scanner: Scanner = Clamd(settings().clamd or "")
    try:
        harmful = scanner.is_harmful(content)
    except OSError:
        raise Refused(
            _("Files can't be checked for viruses at the moment. Try again in some minutes."), field
        ) from None
    if harmful:
        raise Refused(_("A virus was found in this file. Clean it, or choose another."), field)
