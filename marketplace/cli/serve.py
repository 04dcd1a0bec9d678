"""`marketplace serve`."""

from __future__ import annotations

import gc
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from marketplace.cli import runtime
from marketplace.cli.words import marked
from marketplace.core import database


class _Server(BaseApplication):
    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self.url = url
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from marketplace.app import create_app

        # Connected in the worker: connections don't survive a fork.
        database.connect(self.url, pool_size=self.options["threads"])
        app = create_app()
        # What was loaded stays for good: the collector need not walk through it again in the midst of a request.
        gc.collect()
        gc.freeze()
        return app


@click.command(
    "serve",
    help=marked("Serve the pages with gunicorn. Put a proxy that speaks HTTPS in front of it."),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=marked("Address to listen on."))
@click.option("--port", default=8000, show_default=True, help=marked("Port to listen on."))
@click.option("--workers", default=2, show_default=True, help=marked("Processes."))
@click.option("--threads", default=4, show_default=True, help=marked("Threads a process."))
@click.option("--access-log/--no-access-log", default=False, help=marked("Print a line a request."))
def command(host: str, port: int, workers: int, threads: int, access_log: bool) -> None:
    """Serve the pages with gunicorn. Put a proxy that speaks HTTPS in front of it."""
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "accesslog": "-" if access_log else None,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "graceful_timeout": 30,
        "proc_name": "marketplace",
        "control_socket_disable": True,
    }
    with runtime.running_database() as addresses:
        _Server(addresses.app, options).run()
