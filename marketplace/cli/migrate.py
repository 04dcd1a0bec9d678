"""`marketplace migrate`."""

from __future__ import annotations

import click

from marketplace.cli import runtime
from marketplace.cli.words import _, marked


@click.command(
    "migrate",
    help=marked(
        "Bring the database's schema to the state that this version needs.\n\n"
        "Connects as MARKETPLACE_MIGRATION_URL, the owner of the tables, and grants the role of"
        " DATABASE_URL what the application needs. Safe to run twice, and at once from several machines."
    ),
)
def command() -> None:
    """Bring the database's schema to the state that this version needs."""
    with runtime.running_database() as addresses:
        runtime.bring_to_head(addresses)
    click.echo(_("The schema is up to date."))
