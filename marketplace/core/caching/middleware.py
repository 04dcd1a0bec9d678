"""Answers public pages from memory, before Flask is entered.

For visitors without a session, GET and HEAD: a page that was made once is answered again while the database says that
nothing it read has changed (`watch.py`) and the clock has not passed a moment at which it reads otherwise
(`reading.py`). A reader who has it is told so with 304. All else passes by.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.core import clock
from marketplace.core.caching.memory import Key, Memory
from marketplace.core.caching.reading import Reading, making
from marketplace.core.caching.watch import Lost, Watch, array_of
from marketplace.core.i18n import LANGUAGES

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_LANGUAGES = tuple(f"/{language}/" for language in LANGUAGES)
_PACKED = ("text/", "application/json", "application/feed+json", "application/atom+xml", "application/xml")
_WORTH_PACKING = 1_000  # bytes; below, the header says as much as is saved
_TOLD_AGAIN = ("etag", "cache-control", "vary")  # what a 304 tells of the page; RFC 9110, 15.4.5


@dataclass(slots=True)
class Form:
    """One encoding of a page, ready to be sent."""

    body: bytes
    etag: str
    headers: Headers
    again: Headers


@dataclass(slots=True)
class Page:
    """A page in memory, and until when it is what it would be if it were made now."""

    plain: Form
    packed: Form
    at: datetime
    until: datetime
    tables: bytes | None
    snapshot: bytes
    is_used: bool = False

    @property
    def size(self) -> int:
        """Bytes, about: the bodies, and what stands around them."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed is not self.plain else 0) + 2_000


class PageCache:
    """The middleware: `app.wsgi_app = PageCache(app.wsgi_app, …)`."""

    def __init__(self, app: Application, most_bytes: int, session_cookie: str, cookies: Sequence[str]) -> None:
        """Args:
        most_bytes: how much memory the pages may take.
        session_cookie: who sends it is never answered from memory.
        cookies: those that a public page depends on.
        """
        self.app = app
        self.pages: Memory[Page] = Memory(most_bytes)
        self.watch = Watch()
        self._session_cookie = session_cookie
        self._cookies = cookies

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        key = self._key(environ)
        if key is None:
            return self.app(environ, start_response)
        page = self.pages.get(key)
        if page is None or not self._holds(page):
            return self._made(key, environ, start_response)
        return _answer(page, environ, start_response)

    def _key(self, environ: Environ) -> Key | None:
        """What a public page depends on; None for a reader who may see another one."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        path = environ["PATH_INFO"]
        # The host too: a page is the same under each of the site's names, but a foreign one is refused.
        key: Key = (
            environ.get("HTTP_HOST", ""),
            environ.get("SCRIPT_NAME", ""),
            path,
            environ.get("QUERY_STRING", ""),
        )
        if not path.startswith(_LANGUAGES):
            key = (*key, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        sent = environ.get("HTTP_COOKIE")
        if not sent:
            return key
        if self._session_cookie in sent:
            return None
        # As they were sent, in their order: whatever Flask makes of them, it makes the same of the same.
        parts = (part.strip() for part in sent.split(";"))
        return (*key, *(part for part in parts if part.partition("=")[0].strip() in self._cookies))

    def _holds(self, page: Page) -> bool:
        try:
            return self.watch.holds(page, clock.now())
        except Lost:
            self.pages.clear()
            return False

    def _made(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Make the page, keep it where it may be kept, and answer."""
        reading = Reading(self._snapshot)
        caught: list[Any] = []

        def catch(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], Any]:
            if reading.snapshot is None:
                return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
            caught[:] = [status, headers]
            return _no_writing

        is_head = environ["REQUEST_METHOD"] == "HEAD"
        token = making.set(reading)
        try:
            # Asked as GET, so that HEAD tells of the page what GET does.
            answer = self.app({**environ, "REQUEST_METHOD": "GET"} if is_head else environ, catch)
        finally:
            making.reset(token)
        if reading.snapshot is None:
            return _without_body(answer) if is_head else answer
        body = _whole(answer)
        status, headers = caught
        if not _may_be_kept(status, headers):
            start_response(status, headers)
            return [] if is_head else [body]
        page = self._page(reading, headers, body)
        if page.tables is not None or not reading.statements:
            self.pages.put(key, page, page.size)
        return _answer(page, environ, start_response)

    def _snapshot(self) -> bytes | None:
        try:
            return self.watch.snapshot()
        except Lost:
            self.pages.clear()
            return None

    def _page(self, reading: Reading, headers: Headers, body: bytes) -> Page:
        assert reading.snapshot is not None
        tables = self.watch.tables_of(reading.statements)
        plain, packed = _forms(headers, body)
        named = array_of(tables) if tables else None
        return Page(plain, packed, reading.at, reading.until, named, reading.snapshot)


def _no_writing(_data: bytes) -> None:
    raise RuntimeError("a kept page is answered as a whole")


def _whole(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        _close(answer)


def _without_body(answer: Iterable[bytes]) -> Iterable[bytes]:
    _close(answer)
    return []


def _close(answer: Any) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()


def _may_be_kept(status: str, headers: Headers) -> bool:
    """A whole page that is the same for everybody: no error, no redirect, nothing for one browser alone."""
    if not status.startswith("200 "):
        return False
    for name, value in headers:
        low = name.lower()
        if low == "set-cookie" or (low == "cache-control" and ("no-store" in value or "private" in value)):
            return False
    return True


def _forms(headers: Headers, body: bytes) -> tuple[Form, Form]:
    """The page as it is and, where that is worth it, compressed: nobody's secrets stand in it to be guessed at."""
    digest = hashlib.sha256(body).hexdigest()[:32]
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    if len(body) < _WORTH_PACKING or not kind.startswith(_PACKED):
        plain = _form(headers, body, f'"{digest}"', [])
        return plain, plain
    vary = _with_encoding(headers)
    press = zlib.compressobj(5, zlib.DEFLATED, 31)  # 31: with gzip's own head, which names no time
    packed = press.compress(body) + press.flush()
    return (
        _form(vary, body, f'"{digest}"', []),
        _form(vary, packed, f'"{digest}-gzip"', [("Content-Encoding", "gzip")]),
    )


def _with_encoding(headers: Headers) -> Headers:
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    varied = [value for name, value in headers if name.lower() == "vary"]
    return [*others, ("Vary", ", ".join([*varied, "Accept-Encoding"]))]


def _form(headers: Headers, body: bytes, etag: str, more: Headers) -> Form:
    others = [(name, value) for name, value in headers if name.lower() not in ("etag", "content-length")]
    whole = [*others, ("ETag", etag), ("Content-Length", str(len(body))), *more]
    return Form(body, etag, whole, [(name, value) for name, value in whole if name.lower() in _TOLD_AGAIN])


def _answer(page: Page, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    # Whoever weighs gzip with a q of naught-something gets the plain page: rare, and never wrong.
    form = page.packed if "gzip" in accepted and "gzip;q=0" not in accepted.replace(" ", "") else page.plain
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and (form.etag in known or known.strip() == "*"):
        start_response("304 Not Modified", list(form.again))
        return []
    start_response("200 OK", list(form.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [form.body]
