"""The demo's data as a database of the benches: `python -m bench.demo` loads it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from sqlalchemy.orm import Session

from bench.database import Place


def fill(session: Session) -> None:
    """Load the demo; its loader forks, so another process does it."""
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, **Place(url, url).environment(), "MARKETPLACE_DEMO": "true"}
    subprocess.run([sys.executable, "-m", "bench.demo"], env=environment, check=True, stdout=sys.stderr)


def main() -> None:
    """Load everything into the database that DATABASE_URL names."""
    from marketplace.app import create_app
    from marketplace.core import database, jobs
    from marketplace.core.settings import settings
    from marketplace.demo import load

    url = os.environ["DATABASE_URL"]
    database.connect(url)
    app = create_app(settings())
    jobs.within(lambda: app.test_request_context("/", base_url=settings().base_url))
    with app.test_request_context("/en/"):
        load.everything(url)


if __name__ == "__main__":
    main()
