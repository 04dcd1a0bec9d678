"""`marketplace audit verify`."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from marketplace.cli import runtime
from marketplace.cli.words import _, marked, ngettext, speaking
from marketplace.core import access, database
from marketplace.core.events import anchor
from marketplace.core.events.export import export_events


@click.group(
    "audit",
    help=marked("Check the record of events."),
)
def command() -> None:
    """Check the record of events."""


@command.command(
    "verify",
    help=marked(
        "Check every chain of events and every anchor; name each row that was changed, cut or inserted.\n\n"
        "Exit code 1 where a fault is found."
    ),
)
@click.option(
    "--export", type=click.Path(path_type=Path), help=marked("Also write every event to this file, a line each.")
)
@click.option(
    "--heads",
    type=click.Path(exists=True, path_type=Path),
    help=marked("Published heads (JSON, anchor number to hash), kept outside the database, to compare with."),
)
@click.option("--json", "as_json", is_flag=True, help=marked("Answer for programs."))
def verify(export: Path | None, heads: Path | None, as_json: bool) -> None:
    """Check every chain of events and every anchor; name each row that was changed, cut or inserted."""
    published = _read_heads(heads) if heads else {}
    with (
        runtime.running_app(),
        database.session_scope() as session,
        access.reading_as_system("the check of the record reads all of it"),
    ):
        anchor.at_one_moment(session)
        with nullcontext() if as_json else speaking():
            faults = list(anchor.verify(session, published))
        if export is not None:
            export_events(session, export)
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults]))
    else:
        for fault in faults:
            click.echo(f"{_(KINDS[fault.kind])}: {fault.place}: {fault.why}")
        found = ngettext("%d fault.", "%d faults.", len(faults)) % len(faults)
        click.echo(found if faults else _("No fault: nothing was changed, cut or inserted."))
    sys.exit(1 if faults else 0)


KINDS = {
    "cut": marked("cut"),
    "inserted": marked("inserted"),
    "changed": marked("changed"),
    "broken": marked("broken"),
}


def _read_heads(path: Path) -> dict[int, str]:
    try:
        return {int(number): str(head) for number, head in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, AttributeError) as error:
        raise click.ClickException(
            _("%(path)s holds no heads: it has to be JSON such as /feeds/heads.json gives (%(error)s).")
            % {"path": path, "error": error}
        ) from error
