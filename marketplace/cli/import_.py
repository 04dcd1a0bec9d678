"""`marketplace import`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress

from marketplace.challenges.importing.command import Report, import_postings, importer
from marketplace.challenges.importing.posting import Reading
from marketplace.challenges.importing.reading import Unreadable, read_postings
from marketplace.cli import runtime
from marketplace.cli.words import _, marked
from marketplace.core import clock, database

COUNTS = ("rows", "taken", "changed", "unchanged", "refused")


@click.group(
    "import",
    help=marked("Take postings over from another site."),
)
def command() -> None:
    """Take postings over from another site."""


@command.command(
    "challenge-gov",
    help=marked(
        "Take over a file of challenge.gov's postings.\n\n"
        "Safe to run again: a posting that is there already is brought up to date."
        " Whatever could not be taken stands in the report with its row, field and reason."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=marked("Answer for programs."))
def challenge_gov(file: Path, as_json: bool) -> None:
    """Take over a file of challenge.gov's postings."""
    try:
        reading = read_postings(file)
    except Unreadable as error:
        raise click.ClickException(str(error)) from error
    with runtime.running_app():
        report = _imported(reading, shows_progress=sys.stderr.isatty() and not as_json)
    if as_json:
        click.echo(json.dumps(_as_dict(report), ensure_ascii=False))
        return
    for problem in report.problems:
        place = _("row %(row)s") % {"row": problem.row} + (f" ({problem.source_id})" if problem.source_id else "")
        where = f", {problem.field}" if problem.field else ""
        reason = _("refused: %(reason)s") % {"reason": problem.reason} if problem.refuses_row else problem.reason
        click.echo(f"{place}{where}: {reason} [{problem.value}]")
    counts = {name: getattr(report, name) for name in COUNTS}
    click.echo(
        _(
            "Rows: %(rows)d. Taken: %(taken)d. Changed: %(changed)d. Unchanged: %(unchanged)d."
            " Refused: %(refused)d. Remarks: %(remarks)d."
        )
        % (counts | {"remarks": len(report.problems)})
    )


def _imported(reading: Reading, *, shows_progress: bool) -> Report:
    now = clock.now()
    actor = importer(now)
    with database.session_scope(actor):
        if not shows_progress:
            return import_postings(actor, reading, now)
        with Progress(transient=True) as progress:
            task = progress.add_task(_("Postings"), total=len(reading.postings))
            return import_postings(actor, reading, now, told=lambda done: progress.update(task, completed=done))


def _as_dict(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in COUNTS} | {
        "problems": [asdict(problem) for problem in report.problems]
    }
