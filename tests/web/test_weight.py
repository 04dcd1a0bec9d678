"""What a web process carries: of the libraries for rare deeds, jobs and migrations none, until one is wanted."""

from __future__ import annotations

import os
import subprocess
import sys

RARE = ("alembic", "bs4", "css_inline", "fontTools", "PIL", "puremagic", "rich", "structlog", "typst", "zxcvbn")
STARTED = """
import sys
import marketplace.cli.serve
from marketplace.app import create_app
create_app()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_a_web_process_starts_without_the_libraries_of_rare_deeds():
    environment = {**os.environ, "MARKETPLACE_SECRET_KEY": "a key of this test alone, long enough"}
    started = subprocess.run(
        [sys.executable, "-c", STARTED], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(started.stdout.split())
    assert "flask" in loaded
    assert not loaded & set(RARE)
