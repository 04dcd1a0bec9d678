"""`marketplace reindex`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from rich.progress import Progress

from marketplace.casestudies import indexing as casestudies
from marketplace.challenges import indexing as challenges
from marketplace.cli import runtime
from marketplace.cli.words import _, marked, ngettext
from marketplace.core import database


@click.command(
    "reindex",
    help=marked(
        "Write the search index anew: every public challenge and every published case study.\n\n"
        "Pages go on finding things by the old index meanwhile. Safe to run again."
    ),
)
def command() -> None:
    """Write the search index anew: every public challenge and every published case study."""
    with runtime.running_app(), database.session_scope():
        done = _shown(_("Challenges"), challenges.reindex())
        click.echo(ngettext("%d challenge is indexed.", "%d challenges are indexed.", done) % done)
        done = _shown(_("Case studies"), casestudies.reindex())
        click.echo(ngettext("%d case study is indexed.", "%d case studies are indexed.", done) % done)


def _shown(name: str, portions: Iterator[int]) -> int:
    """Work through the portions, with a bar on a terminal alone."""
    done = 0
    if not sys.stderr.isatty():
        return max(portions, default=0)
    with Progress(transient=True) as progress:
        task = progress.add_task(name, total=None)
        for done in portions:
            progress.update(task, completed=done)
    return done
