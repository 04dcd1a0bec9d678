"""`marketplace create-admin`."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email

from marketplace.cli import runtime
from marketplace.cli.words import _, language, marked
from marketplace.core import clock, database, mail
from marketplace.organisations import first_administrator


@click.command(
    "create-admin",
    help=marked(
        "Make the owner of EMAIL an administrator of the host, by a one-time link.\n\n"
        "The link is printed and mailed; whoever opens it within a day chooses a password and, the first time, tells what"
        " the host is called. Run it again for a new link, or for a second administrator."
    ),
)
@click.argument("email")
def command(email: str) -> None:
    """Make the owner of EMAIL an administrator of the host, by a one-time link."""
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error
    with runtime.running_app(), database.session_scope():
        link = first_administrator.offer(address, clock.now())
        mail.send("organisation.first_administrator", address, language(), link=link)
        database.session.commit()
    click.echo(
        _("Open this link within a day; it works once:\n%(link)s\nIt is on its way to %(address)s too.")
        % {"link": link, "address": address}
    )
