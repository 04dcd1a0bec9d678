"""`marketplace demo`: the whole product with demo data, in one command."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from marketplace.cli import runtime
from marketplace.cli.words import _, language, marked
from marketplace.core.settings import settings


@click.command(
    "demo",
    help=marked(
        "Run the product with lively demo data: database, pages, jobs and a mail sink in one.\n\n"
        "Listens on loopback alone. Stops cleanly on Ctrl-C and starts again on what is there."
    ),
)
@click.option("--port", default=8000, show_default=True, help=marked("Port on this machine's loopback address."))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help=marked("Folder of database and files [default: var]."),
)
@click.option("--reset", is_flag=True, help=marked("Throw the demo's data away and load it anew."))
def command(port: int, data: Path | None, reset: bool) -> None:
    """Run the product with lively demo data: database, pages, jobs and a mail sink in one."""
    _set_up_environment(port, data)
    if reset:
        _throw_away()
    with runtime.running_database() as addresses:
        runtime.bring_to_head(addresses)
        _load()
        _run(port)


def _set_up_environment(port: int, data: Path | None) -> None:
    os.environ["MARKETPLACE_DEMO"] = "true"
    os.environ["MARKETPLACE_SECURE_COOKIES"] = "false"
    os.environ["MARKETPLACE_BASE_URL"] = f"http://127.0.0.1:{port}"
    if data is not None:
        os.environ["MARKETPLACE_DATA"] = str(data)
    settings.cache_clear()


def _throw_away() -> None:
    configuration = settings()
    if configuration.database_url:
        raise click.ClickException(_("--reset is for the embedded database alone; DATABASE_URL is set."))
    marker = configuration.data / "demo"
    if configuration.data.exists() and any(configuration.data.iterdir()) and not marker.exists():
        raise click.ClickException(
            _("%(folder)s holds no demo; nothing was thrown away.") % {"folder": configuration.data}
        )
    shutil.rmtree(configuration.data, ignore_errors=True)


def _load() -> None:
    from marketplace.demo import load

    configuration = settings()
    configuration.data.mkdir(parents=True, exist_ok=True)
    with runtime.running_app() as (_app, addresses):
        if load.has_real_accounts():
            raise click.ClickException(
                _("This database has real accounts. The demo runs on one of its own: use --data.")
            )
        # Before the loading: one that is interrupted can be thrown away, too.
        (configuration.data / "demo").touch()
        try:
            if not load.is_loaded():
                load.everything(addresses.app)
        except load.Interrupted as interrupted:
            raise click.ClickException(str(interrupted)) from interrupted


def _run(port: int) -> None:
    """Run web and worker as children until Ctrl-C or until one of them ends."""
    program = [sys.executable, "-m", "marketplace"]
    children = [
        subprocess.Popen([*program, "serve", "--port", str(port)]),  # noqa: S603
        subprocess.Popen([*program, "worker"]),  # noqa: S603
    ]
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    try:
        _greet(port, children)
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        codes = [child.wait(timeout=40) for child in children]
    if not stopping and any(codes):
        raise click.ClickException(_("A part of the demo ended by itself; its words stand above."))
    click.echo(_("Stopped. `marketplace demo` starts again on what is there."))


def _greet(port: int, children: list) -> None:
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()  # noqa: S310
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    click.echo(
        "\n"
        + _("The marketplace runs at %(address)s") % {"address": f"{address}/"}
        + "\n"
        + _("Sign in as anybody of the demo with a click: %(address)s") % {"address": f"{address}/{language()}/demo/"}
        + "\n"
        + _("Ctrl-C stops it.")
        + "\n"
    )
