"""A real server on a real port, and a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from marketplace.core.settings import settings


@pytest.fixture(scope="session")
def served(app: Flask) -> Iterator[str]:
    """The address of the application, served to the browser by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def site(served: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same, which the marketplace calls its own for the length of a test."""
    monkeypatch.setattr(settings(), "base_url", served)
    return served


@pytest.fixture
def context(chromium: Browser, site: str, db) -> Iterator[BrowserContext]:
    """A fresh visitor: no cookies, English, 1280 pixels wide."""
    made = chromium.new_context(base_url=site, locale="en-GB", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One tab of a fresh visitor; an error in a script fails the test."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert errors == []
