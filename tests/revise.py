"""Make a feature's first migration anew from its models: `python -m tests.revise FEATURE`.

For the time before a feature's tables have landed; a landed revision is never edited.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from marketplace.core import migrate
from marketplace.core.messages import FLOORS
from marketplace.core.paths import data_folder
from tests.database import test_server


def remake(feature: str) -> None:
    """Write `migrations/versions/<number>_<feature>.py` from the models of that feature.

    Args:
        feature: a package with tables, in the order of the floors.
    """
    number = FLOORS.index(feature) + 1
    name = f"{number:04d}_{feature}"
    target = data_folder("migrations") / "versions" / f"{name}.py"
    before = f"{number - 1:04d}_{FLOORS[number - 2]}" if number > 1 else None
    target.unlink(missing_ok=True)
    scratch = f"revise_{os.getpid()}"
    with (
        _without_later(target),
        _scratch_database(scratch) as url,
        migrate.owner_connection(url) as connection,
    ):
        if before:
            command.upgrade(migrate.config(connection), before)
        connection.commit()
        configuration = migrate.config(connection)
        configuration.cmd_opts = Namespace(x=[f"only={feature}"])
        command.revision(
            configuration,
            message=f"The tables of {feature}.",
            autogenerate=True,
            head=before or "base",
            rev_id=name,
        )
        made = next(target.parent.glob(f"{name}_*.py"))
        made.rename(target)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(target)], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "--fix", str(target)], check=True)


@contextmanager
def _without_later(target: Path) -> Iterator[None]:
    """Put the revisions after this one aside: for the while they name one that is not there."""
    with TemporaryDirectory() as aside:
        later = [path for path in target.parent.glob("*.py") if path.name > target.name]
        for path in later:
            shutil.move(path, aside)
        try:
            yield
        finally:
            for path in later:
                shutil.move(Path(aside) / path.name, path)


@contextmanager
def _scratch_database(name: str) -> Iterator[str]:
    server = test_server()
    server.create_database(name)
    try:
        yield server.url(name, "owner")
    finally:
        server.drop_database(name)


if __name__ == "__main__":
    remake(sys.argv[1])
