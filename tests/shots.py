"""Pictures of the key pages, made from the demo: `make shots` writes them into `docs/pictures/`.

`python -m tests.shots ADDRESS FOLDER` takes them from a demo that runs already.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import browser_setup
from tests.checks import ROOT

TARGET = ROOT / "docs" / "pictures"
PATIENCE_S = 300
PUBLIC = {"home": "", "challenges": "challenges/", "case-studies": "case-studies/", "decisions": "decisions/"}
# Name, language, width in pixels, colour scheme.
LOOKS = (("", "en", 1280, "light"), ("-ar-phone-dark", "ar", 390, "dark"))

# What the project keeps of them; all are taken into a folder of one's own.
KEPT = {
    "home.png",
    "challenge.png",
    "case-study.png",
    "work-08.png",
    "work-12.png",
    "work-17.png",
    "home-ar-phone-dark.png",
    "challenge-ar-phone-dark.png",
    "case-study-ar-phone-dark.png",
}


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own on a free port; its address."""
    with tempfile.TemporaryDirectory(prefix="shots-") as folder, socket.socket() as probe:
        Path(folder).chmod(0o711)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        program = [sys.executable, "-m", "marketplace", "demo", "--port", str(port), "--data", f"{folder}/data"]
        process = subprocess.Popen(program)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("the demo did not start")


def take(browser: Browser, address: str, folder: Path) -> None:
    """Public pages, the first of each list, and every page that the demo's "where to begin" leads to."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, language, width, scheme in LOOKS:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, device_scale_factor=1
        )
        page = context.new_page()
        for name, path in PUBLIC.items():
            page.goto(f"/{language}/{path}")
            _keep(page, folder / f"{name}{suffix}.png")
        for name, path in (("challenge", "challenges/"), ("case-study", "case-studies/")):
            page.goto(f"/{language}/{path}")
            page.locator("main .entries a").first.click()
            _keep(page, folder / f"{name}{suffix}.png")
        for place in range(_starts(page, language)):
            page.goto(f"/{language}/demo/")
            with page.expect_navigation():
                page.locator("main ol.rows form button").nth(place).click()
            _keep(page, folder / f"work-{place + 1:02d}{suffix}.png")
        page.goto(f"/{language}/dashboard/")
        _keep(page, folder / f"dashboard{suffix}.png")
        context.close()


def _starts(page: Page, language: str) -> int:
    page.goto(f"/{language}/demo/")
    return page.locator("main ol.rows form button").count()


def _keep(page: Page, target: Path) -> None:
    if target.parent == TARGET and target.name not in KEPT:
        return
    page.wait_for_load_state("load")
    page.screenshot(path=target, full_page=True)
    print(target.name, page.url, flush=True)


def main(arguments: list[str]) -> None:
    """Take all pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_setup.path(), args=list(browser_setup.ARGUMENTS))
        if arguments:
            take(browser, arguments[0], Path(arguments[1]))
        else:
            with demo() as address:
                take(browser, address, TARGET)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
