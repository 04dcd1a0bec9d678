"""The command `marketplace`: one group, its commands in modules of their own."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from marketplace.cli.words import choose, marked, spoken

# name -> (module, attribute, what it does); a command's module is imported only when it is called or explained.
COMMANDS = {
    "demo": "marketplace.cli.demo",
    "serve": "marketplace.cli.serve",
    "worker": "marketplace.cli.worker",
    "migrate": "marketplace.cli.migrate",
    "check": "marketplace.cli.check",
    "create-admin": "marketplace.cli.create_admin",
    "import": "marketplace.cli.import_",
    "audit": "marketplace.cli.audit",
    "reindex": "marketplace.cli.reindex",
}


class Commands(click.Group):
    """Loads a command when it is wanted, so that `--help` and small commands start at once."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        module = COMMANDS.get(name)
        return spoken(import_module(module).command) if module else None

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run in the terminal's language."""
        choose()
        spoken(self)
        return super().main(*arguments, **options)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=marked(
        "Run a marketplace where agencies post challenges and startups answer them.\n\n"
        "Configuration is by environment variables; `marketplace check` prints them all."
        " Exit codes: 0 done, 1 failed, 2 wrong usage."
    ),
)
@click.version_option(package_name="startup-collaboration-marketplace")
def main() -> None:
    """Run the marketplace."""
