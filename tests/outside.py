"""Run tests against a server outside: `python -m tests.outside [pytest's arguments]`.

The server is Debian's own where it is installed or can be, else a second cluster of the wheel, started apart. Either
is reached as an operator's server is: by DATABASE_URL and MARKETPLACE_MIGRATION_URL.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.core import postgres

DEBIAN = Path("/usr/lib/postgresql")
USUAL = ("tests/core", "tests/organisations", "tests/proposals", "tests/test_house.py")
ROLES = (
    "CREATE ROLE outside_owner LOGIN CREATEDB",
    "CREATE ROLE outside_app LOGIN NOSUPERUSER NOCREATEDB",
    "GRANT outside_app TO outside_owner",
)

Addresses = tuple[str, str]


def programs() -> Path | None:
    """Debian's newest PostgreSQL, installed if we may; None where there is none to be had."""
    if not list(DEBIAN.glob("*/bin/initdb")) and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", *arguments], check=False, env=environment, stdout=subprocess.DEVNULL)
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def debians(binaries: Path) -> Iterator[Addresses]:
    """A fresh cluster of Debian's PostgreSQL on a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="outside-") as folder:
        account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)

        def run(name: str, *arguments: str) -> None:
            lent = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
            subprocess.run([binaries / name, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, **lent)

        cluster = f"{folder}/cluster"
        run("initdb", "-D", cluster, "-U", "superuser", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c timezone=UTC"
        run("pg_ctl", "-D", cluster, "-w", "-o", options, "-l", f"{folder}/log", "start")
        try:
            for statement in ROLES:
                run("psql", "-h", folder, "-U", "superuser", "-d", "postgres", "-q", "-c", statement)
            yield _address("outside_app", folder), _address("outside_owner", folder)
        finally:
            run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")


def _address(role: str, folder: str) -> str:
    return f"postgresql://{role}@/postgres?host={folder}"


@contextmanager
def wheels() -> Iterator[Addresses]:
    """A second cluster of the wheel, known to the tests by its addresses alone."""
    with tempfile.TemporaryDirectory(prefix="outside-") as folder:
        Path(folder).chmod(0o711)
        with postgres.running(Path(folder) / "postgres", durable=False) as server:
            yield server.url("postgres", "app"), server.url("postgres", "owner")


def main(arguments: list[str]) -> int:
    """Run pytest against the outside server and give its exit code."""
    binaries = programs()
    print(f"Outside server: {binaries or 'a second cluster of the wheel'}", flush=True)
    with debians(binaries) if binaries else wheels() as (app, owner):
        environment = {**os.environ, "DATABASE_URL": app, "MARKETPLACE_MIGRATION_URL": owner}
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *(arguments or USUAL)]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
