"""The browser of the tests: found, else installed from the system's packages, else a loud failure.

`python -m tests.browser_setup` makes sure that there is one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Runs headless as root and looks up nobody else's hosts.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


def find() -> str | None:
    """The browser's path: the one that CHROMIUM names, else the first of the usual names."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def path() -> str:
    """The browser's path.

    Raises:
        RuntimeError: there is none; the message names the command that installs it.
    """
    found = find()
    if found is None:
        raise RuntimeError(
            "The browser tests need Chromium. Install it with `apt-get install chromium` (as root),"
            " or name one: CHROMIUM=/path/to/chromium"
        )
    return found


def install() -> None:
    """Install Chromium from the system's packages, where we are root and they are Debian's."""
    if find() or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *arguments], check=True, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    install()
    try:
        print(f"Browser: {path()}")
    except RuntimeError as error:
        sys.exit(str(error))
