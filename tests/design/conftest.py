"""The gallery on a port of its own, and a browser to look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests import browser_setup
from tests.gallery import create_gallery


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The gallery's address, without a slash at its end."""
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; without one these tests fail, they are not skipped."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_setup.path(), args=list(browser_setup.ARGUMENTS))
        yield browser
        browser.close()
