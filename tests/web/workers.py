"""Two web processes on one database, as far as their memory of pages goes, and what a page made anew would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from marketplace.core.caching.middleware import PageCache


def plain(url: str) -> str:
    """The database's address as psycopg reads it."""
    return url.replace("+psycopg", "", 1)


class Worker:
    """A process's memory of pages, around the application without any."""

    def __init__(self, app: Flask, most_bytes: int = 16_000_000) -> None:
        around: PageCache = app.extensions["pages"]
        self.made = 0
        self._inner = around.app
        self.cache = PageCache(self._making, most_bytes, app.config["SESSION_COOKIE_NAME"], ("theme", "language"))

    def get(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """What a reader without cookies gets; headers as `if_none_match=…`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        # In a context of its own, as on a server.
        return Context().run(
            lambda: Client(self.cache, use_cookies=False).open(path, method=method, headers=named, buffered=True)
        )

    @contextmanager
    def answering_from_memory(self) -> Iterator[None]:
        """Everything asked within must be answered without the application."""
        before = self.made
        yield
        assert self.made == before, "the page was made anew"

    @contextmanager
    def making_anew(self, times: int = 1) -> Iterator[None]:
        """Exactly so many pages asked within must be made by the application."""
        before = self.made
        yield
        assert self.made == before + times, "the page came out of memory"

    def _making(self, environ: Any, start_response: Any) -> Any:
        self.made += 1
        return self._inner(environ, start_response)


class Workers:
    """Two workers, and a third that keeps nothing: whatever it answers is the truth of the moment."""

    def __init__(self, app: Flask) -> None:
        self.both = Worker(app), Worker(app)
        self._forgetful = Worker(app, 0)

    def truth(self, path: str) -> tuple[int, bytes]:
        """The page as it is when it is made now."""
        answer = self._forgetful.get(path)
        return answer.status_code, answer.data

    def agree_on(self, *paths: str) -> None:
        """Both answer what is true now, whatever they remember."""
        for path in paths:
            wanted = self.truth(path)
            for worker in self.both:
                answer = worker.get(path)
                assert (answer.status_code, answer.data) == wanted, path
