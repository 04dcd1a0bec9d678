"""`marketplace audit verify`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from marketplace.cli import runtime
from marketplace.core import access, database
from marketplace.core.events import anchor
from marketplace.core.events.export import export_events


@click.group("audit")
def command() -> None:
    """Check the record of events."""


@command.command("verify")
@click.option("--export", type=click.Path(path_type=Path), help="Also write every event to this file, a line each.")
@click.option(
    "--heads",
    type=click.Path(exists=True, path_type=Path),
    help="Published heads (JSON, anchor number to hash), kept outside the database, to compare with.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer for programs.")
def verify(export: Path | None, heads: Path | None, as_json: bool) -> None:
    """Check every chain of events and every anchor; name each row that was changed, cut or inserted.

    Exit code 1 where a fault is found.
    """
    published = _read_heads(heads) if heads else {}
    with (
        runtime.running_app(),
        database.session_scope() as session,
        access.reading_as_system("the check of the record reads all of it"),
    ):
        anchor.at_one_moment(session)
        faults = list(anchor.verify(session, published))
        if export is not None:
            export_events(session, export)
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults]))
    else:
        for fault in faults:
            click.echo(f"{fault.kind}: {fault.place}: {fault.why}")
        click.echo(f"{len(faults)} faults." if faults else "No fault: nothing was changed, cut or inserted.")
    sys.exit(1 if faults else 0)


def _read_heads(path: Path) -> dict[int, str]:
    try:
        return {int(number): str(head) for number, head in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, AttributeError) as error:
        raise click.ClickException(
            f"{path} holds no heads: it has to be JSON such as /feeds/heads.json gives ({error})."
        ) from error
