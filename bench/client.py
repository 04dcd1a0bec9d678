"""A small HTTP client on one connection that is kept: next to none of the time measured is its own."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
PATIENCE_S = 60


class Failed(RuntimeError):
    """The server answered something else than was expected."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the line."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the header of that name."""
        found = re.search(rb"\r\n" + name.encode() + rb": ([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else None


class Client:
    """One reader of one server.

    Args:
        address: such as http://127.0.0.1:8000
        headers: sent with each request.
    """

    def __init__(self, address: str, headers: dict[str, str] | None = None) -> None:
        parts = urlsplit(address)
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self._socket: socket.socket | None = None

    def get(self, path: str, *, expecting: int = 200) -> Answer:
        """Ask once, on the kept connection where the server still has it.

        Raises:
            Failed: the status is another one than expected.
        """
        request = self._request("GET", path)
        try:
            answer = self._ask(request)
        except (BrokenPipeError, ConnectionError):  # the server ended a connection that was idle
            self.close()
            answer = self._ask(request)
        if answer.status != expecting:
            raise Failed(f"{path} answered {answer.status}: {answer.body[:300]!r}")
        return answer

    def getter(self, path: str, *, expecting: int = 200):
        """The same as a thing to measure: each call asks once."""
        return lambda: self.get(path, expecting=expecting)

    def close(self) -> None:
        """Let the connection go."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _request(self, verb: str, path: str) -> bytes:
        target = quote(path, safe="/%?=&;:+,@")
        return f"{verb} {target} HTTP/1.1\r\nHost: localhost\r\n{self._lines}\r\n".encode()

    def _ask(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, timeout=PATIENCE_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head, body = received[:end], received[end + 4 :]
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        while len(body) < length:
            body += self._more()
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), head, body)

    def _more(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(262_144)
        if not part:
            raise ConnectionResetError
        return part
