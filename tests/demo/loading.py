"""Load the demo in a process of its own: `python -m tests.demo.loading ADDRESS`.

The loader forks; a test worker with a server's and a browser's threads must not be forked.
"""

from __future__ import annotations

import sys

from marketplace.app import create_app
from marketplace.core import database, jobs
from marketplace.core.settings import settings
from marketplace.demo import load


def main(url: str) -> None:
    """Load everything into an empty, migrated database."""
    database.connect(url)
    app = create_app(settings())
    jobs.within(lambda: app.test_request_context("/", base_url=settings().base_url))
    with app.test_request_context("/en/"):
        load.everything(url)


if __name__ == "__main__":
    main(sys.argv[1])
