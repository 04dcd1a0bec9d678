"""What every command needs around it: the database, the schema, the application."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from marketplace.cli.words import _
from marketplace.core import database, jobs, postgres, schema
from marketplace.core.settings import Settings, settings

DATABASE = "marketplace"


@dataclass(frozen=True)
class Addresses:
    """The database as the application's role and as the owner of the tables; the latter may be unknown."""

    app: str
    owner: str | None


@contextmanager
def running_database(configuration: Settings | None = None) -> Iterator[Addresses]:
    """The configured server, or the embedded one, started where it does not run and left running for others.

    Raises:
        click.ClickException: the data folder can't be used; the message names the remedy.
    """
    configuration = configuration or settings()
    if configuration.database_url:
        yield Addresses(configuration.database_url, configuration.migration_url)
        return
    try:
        server = postgres.join(configuration.data / "postgres")
    except postgres.Unreachable as error:
        raise click.ClickException(str(error)) from error
    try:
        server.ensure_database(DATABASE)
        addresses = Addresses(server.url(DATABASE, "app"), server.url(DATABASE, "owner"))
        # Children that this process starts find the same database.
        os.environ["DATABASE_URL"] = addresses.app
        os.environ["MARKETPLACE_MIGRATION_URL"] = server.url(DATABASE, "owner")
        settings.cache_clear()
        yield addresses
    finally:
        server.leave()


def bring_to_head(addresses: Addresses) -> None:
    """Migrate as the owner of the tables.

    Raises:
        click.ClickException: the owner's address is not configured.
    """
    from marketplace.core import migrate  # Alembic and what comes with it: no process that serves keeps them

    if addresses.owner is None:
        raise click.ClickException(
            _("MARKETPLACE_MIGRATION_URL is not set. Set it to the database's address as the owner of the tables.")
        )
    migrate.to_head(addresses.owner, migrate.role_of(addresses.app))


@contextmanager
def running_app(*, needs_head: bool = True) -> Iterator[tuple[Flask, Addresses]]:
    """The application with its database connected, inside an application context, for a command.

    Raises:
        click.ClickException: the database can't be reached, or its schema is not this program's.
    """
    from marketplace.app import create_app

    with running_database() as addresses:
        engine = database.connect(addresses.app)
        try:
            with engine.connect() as connection:
                if needs_head and not schema.is_at_head(connection):
                    raise click.ClickException(_("The schema is not up to date. Run `marketplace migrate` first."))
        except OperationalError as error:
            raise click.ClickException(
                _("The database can't be reached: %(error)s") % {"error": error.orig}
            ) from error
        app = create_app()
        base = settings().base_url
        jobs.within(lambda: app.test_request_context("/", base_url=base))
        with app.test_request_context("/en/", base_url=base):
            yield app, addresses
        database.disconnect()
