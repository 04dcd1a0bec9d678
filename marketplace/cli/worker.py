"""`marketplace worker`."""

from __future__ import annotations

import click

from marketplace.cli import runtime
from marketplace.cli.words import _, marked
from marketplace.core import jobs


@click.command(
    "worker",
    help=marked(
        "Run jobs: mail, documents, anchors of the audit. Start as many workers as you like.\n\n"
        "Stops cleanly on SIGTERM or Ctrl-C: jobs under way are finished first."
    ),
)
@click.option("--jobs", "concurrency", default=2, show_default=True, help=marked("Jobs at once in this process."))
def command(concurrency: int) -> None:
    """Run jobs: mail, documents, anchors of the audit. Start as many workers as you like."""
    with runtime.running_app() as (_app, addresses):
        click.echo(_("Waiting for jobs."))
        jobs.run_worker(addresses.app, concurrency=concurrency)
