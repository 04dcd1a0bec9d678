"""`marketplace check`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.cli import runtime
from marketplace.cli.words import _, marked, ngettext
from marketplace.core import clock, database, schema
from marketplace.core.settings import Settings

SECRET = {"secret_key", "smtp_password", "s3_secret_access_key", "database_url", "migration_url"}


@dataclass(frozen=True)
class Fault:
    """Something that is not as it has to be, and what mends it."""

    what: str
    remedy: str


@click.command(
    "check",
    help=marked(
        "Check configuration, secrets and connections; name each fault with its remedy.\n\n"
        "Prints every setting with its meaning and whether it is set. Exit code 1 where a fault is found."
    ),
)
@click.option("--json", "as_json", is_flag=True, help=marked("Answer for programs."))
def command(as_json: bool) -> None:
    """Check configuration, secrets and connections; name each fault with its remedy."""
    try:
        configuration = Settings()
    except ValidationError as error:
        raise click.ClickException(_("A setting can't be read: %(error)s") % {"error": error}) from error
    faults = [
        *_settings_faults(configuration),
        *_database_faults(configuration),
        *_mail_faults(configuration),
    ]
    if as_json:
        settings_as_data = [dict(zip(("name", "value", "meaning"), row, strict=True)) for row in _rows(configuration)]
        click.echo(json.dumps({"settings": settings_as_data, "faults": [asdict(fault) for fault in faults]}))
    else:
        for name, value, meaning in _rows(configuration):
            click.echo(f"{name} = {value}\n    {meaning}")
        click.echo("")
        for fault in faults:
            click.echo(_("Fault: %(what)s") % {"what": fault.what})
            click.echo("    " + _("Remedy: %(remedy)s") % {"remedy": fault.remedy})
        found = ngettext("%d fault.", "%d faults.", len(faults)) % len(faults)
        click.echo(found if faults else _("No fault."))
    sys.exit(1 if faults else 0)


def _rows(configuration: Settings) -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        shown = "DATABASE_URL" if name == "database_url" else f"MARKETPLACE_{name.upper()}"
        value = getattr(configuration, name)
        is_set = name in configuration.model_fields_set
        if name in SECRET:
            words = _("(set)") if is_set and value else _("(unset)")
        else:
            words = f"{value}" if is_set else _("(unset; %(value)s)") % {"value": value}
        yield shown, words, _(field.description) if field.description else ""


def _settings_faults(configuration: Settings) -> Iterator[Fault]:
    if not clock.zone_exists(configuration.zone):
        yield Fault(
            _("%(zone)s is no time zone") % {"zone": configuration.zone},
            _("Set MARKETPLACE_ZONE to an IANA name, such as Africa/Tunis."),
        )
    if configuration.secret_key is not None and len(configuration.secret_key) < 32:
        yield Fault(_("the secret key is short"), _("Set MARKETPLACE_SECRET_KEY to 32 random characters or more."))
    if not configuration.demo and not configuration.secure_cookies:
        yield Fault(_("cookies travel without HTTPS"), _("Unset MARKETPLACE_SECURE_COOKIES and serve by HTTPS."))
    if not configuration.demo and not configuration.base_url.startswith("https://"):
        yield Fault(
            _("the public address %(address)s is not HTTPS") % {"address": configuration.base_url},
            _("Set MARKETPLACE_BASE_URL to the https:// address that people use."),
        )
    if configuration.database_url and not configuration.migration_url:
        yield Fault(
            _("the owner's address is not set"), _("Set MARKETPLACE_MIGRATION_URL for `marketplace migrate`.")
        )


def _database_faults(configuration: Settings) -> Iterator[Fault]:
    try:
        with runtime.running_database(configuration) as addresses:
            engine = database.connect(addresses.app)
            with engine.connect() as connection:
                if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
                    yield Fault(
                        _("the application's role is a superuser: triggers and grants do not bind it"),
                        _("Make a role without SUPERUSER and name it in DATABASE_URL."),
                    )
                if not schema.is_at_head(connection):
                    yield Fault(_("the schema is not up to date"), _("Run `marketplace migrate`."))
                elif connection.scalar(text("SELECT has_table_privilege('event', 'DELETE')")):
                    yield Fault(
                        _("the application's role may delete events"),
                        _("Run `marketplace migrate` with the owner's role, and another role in DATABASE_URL."),
                    )
            database.disconnect()
    except click.ClickException as error:
        yield Fault(_("the embedded database can't be started"), error.message)
    except SQLAlchemyError as error:
        yield Fault(
            _("the database can't be reached: %(error)s") % {"error": error},
            _("Check DATABASE_URL, the server and its firewall."),
        )


def _mail_faults(configuration: Settings) -> Iterator[Fault]:
    if configuration.smtp_host is None:
        if not configuration.demo:
            yield Fault(_("no mail server is set: mail stays in the data folder"), _("Set MARKETPLACE_SMTP_HOST."))
        return
    import smtplib

    try:
        with smtplib.SMTP(configuration.smtp_host, configuration.smtp_port, timeout=5) as server:
            server.noop()
    except OSError as error:
        yield Fault(
            _("the mail server %(server)s does not answer: %(error)s")
            % {"server": f"{configuration.smtp_host}:{configuration.smtp_port}", "error": error},
            _("Check MARKETPLACE_SMTP_HOST and MARKETPLACE_SMTP_PORT."),
        )
