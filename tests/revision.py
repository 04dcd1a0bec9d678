"""Write the next revision of the schema from a feature's models: `make revision FEATURE=pilots MESSAGE="…"`.

A revision that was landed is never edited: what changes in the models comes as a new one, upon the last.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from marketplace.core import migrate
from marketplace.core.messages import FLOORS
from tests.database import test_server


def write(feature: str, message: str) -> Path:
    """Compare a feature's models with the migrated schema and write down what they differ in.

    Args:
        feature: a package with tables; the revision holds no other one's.
        message: what the revision does; its docstring, and in short its name.
    Returns:
        the file to read through, to complete by hand where data has to move, and to commit.
    """
    server, scratch = test_server(), f"revision_{os.getpid()}"
    server.create_database(scratch)
    try:
        with migrate.owner_connection(server.url(scratch, "owner")) as connection:
            configuration = migrate.config(connection)
            command.upgrade(configuration, "head")
            connection.commit()
            configuration.cmd_opts = Namespace(x=[f"only={feature}"])
            name = _next_name(ScriptDirectory.from_config(configuration), message)
            made = command.revision(configuration, message=message, autogenerate=True, rev_id=name)
    finally:
        server.drop_database(scratch)
    assert made is not None
    assert not isinstance(made, list)
    written = Path(made.path)
    target = written.rename(written.with_name(f"{name}.py"))
    for step in ("format", "check"):
        fix = ["--fix"] if step == "check" else []
        subprocess.run([sys.executable, "-m", "ruff", step, "--quiet", *fix, str(target)], check=True)
    return target


def _next_name(known: ScriptDirectory, message: str) -> str:
    last = known.get_current_head() or "0000"
    words = re.sub(r"[^a-z0-9]+", "_", message.lower()).strip("_")[:40].rstrip("_")
    return f"{int(last[:4]) + 1:04d}_{words}"


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("feature", choices=FLOORS)
    parser.add_argument("message")
    asked = parser.parse_args()
    print(write(asked.feature, asked.message))
