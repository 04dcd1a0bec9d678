"""The gallery on a port of its own, and a browser to look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

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
