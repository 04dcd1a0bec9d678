"""Making, starting and stopping the cluster of a place. Every function is called with its start-and-stop lock held."""

from __future__ import annotations

import json
import os
import secrets
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from marketplace.core.postgres import program
from marketplace.core.postgres.places import Place, Unreachable, temporary_output

OWNER = "marketplace_owner"
APP = "marketplace_app"
_PATIENCE_S = 120  # recovery after a crash included
_NO_PROCESS = 4_194_305  # one more than the largest process id that Linux gives

# The superuser has no password, so nobody can log in as it: it acts in single-user mode alone.
_ROLES = """
DO $$ BEGIN IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role}; END IF; END $$;

ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {databases} PASSWORD '{password}';

"""

_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
hba_file = '{hba}'
max_connections = 100
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = 1d
log_truncate_on_rotation = on
"""

_NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


@dataclass(frozen=True)
class Cluster:
    """The PostgreSQL cluster of a place.

    Args:
        durable: False loses data at a crash of the machine, and is faster; for tests.
    """

    place: Place
    durable: bool

    def ensure_running(self) -> None:
        """Take the running server over, or start it, made first where there is none."""
        deadline = time.monotonic() + _PATIENCE_S
        while self.postmaster() is not None:
            # Running, starting or stopping: its starter or stopper may have been killed half-way.
            if self._answers():
                return
            if time.monotonic() > deadline:
                raise program.Failed(f"The PostgreSQL server in {self.place.folder} runs but does not answer.")
            time.sleep(0.02)
        if not self.place.cluster.exists():
            self._make()
        elif not self.place.passwords.exists():
            self._set_passwords(self.place.cluster)
        self._check_version()
        self._start(deadline)

    def stop(self) -> None:
        """End the server in order; when it does not end in time, at once (it recovers at its next start)."""
        pid = self.postmaster()
        if pid is None:
            return
        for order, patience_s in ((signal.SIGINT, 60), (signal.SIGQUIT, 10)):
            if ends(pid, order, patience_s):
                return

    def postmaster(self) -> int | None:
        """The process id of the running server, if it runs.

        The file alone proves nothing: after a crash the id may have been given to another process.
        """
        try:
            pid = int((self.place.cluster / "postmaster.pid").read_text("utf-8").split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if self._works_here(pid) else None

    def conninfo(self, database: str, role: str) -> str:
        """How libpq connects to a database as one of the two roles."""
        return make_conninfo(
            host=str(self.place.socket_folder), dbname=database, user=role, password=self.passwords()[role]
        )

    def passwords(self) -> dict[str, str]:
        """The passwords of the two roles."""
        try:
            return json.loads(self.place.passwords.read_text("utf-8"))
        except PermissionError:
            raise Unreachable(
                f"{self.place.folder} belongs to another user. Run the command as its owner, or choose another data"
                " folder with --data or MARKETPLACE_DATA."
            ) from None

    def _works_here(self, pid: int) -> bool:
        """Whether the process is a server whose working folder is this cluster."""
        if Path("/proc/self/cwd").exists():
            try:
                return os.path.samefile(f"/proc/{pid}/cwd", self.place.cluster)
            except OSError:
                return False
        command = ["/bin/ps", "-p", str(pid), "-o", "command="]
        listed = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
        return str(self.place.cluster) in listed.stdout

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.place.socket_folder / ".s.PGSQL.5432"))
            psycopg.connect(self.conninfo("postgres", APP), connect_timeout=10).close()
        except OSError:
            return False
        except psycopg.OperationalError as error:
            if "password" in str(error):
                raise program.Failed(
                    f"The passwords in {self.place.passwords} are not those of the running server: {error}"
                ) from None
            return "too many" in str(error)  # it lives, and is busy
        return True

    def _make(self) -> None:
        """Make the cluster apart and rename it when whole, so that a killed attempt leaves nothing half-made."""
        for left in self.place.folder.glob("cluster.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        making = self.place.folder / f"cluster.new-{secrets.token_hex(4)}"
        self.place.make_private_folder(making)
        program.run(
            self.place,
            "initdb",
            f"--pgdata={making}",
            "--username=postgres",
            "--encoding=UTF8",
            # PostgreSQL's own C.UTF-8, the same on every machine and in every libc.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=reject",
            *([] if self.durable else ["--no-sync"]),
        )
        self._set_passwords(making)
        making.rename(self.place.cluster)

    def _set_passwords(self, cluster: Path) -> None:
        chosen = {role: secrets.token_urlsafe(24) for role in (OWNER, APP)}
        orders = "".join(
            _ROLES.format(role=role, password=password, databases="CREATEDB" if role == OWNER else "NOCREATEDB")
            for role, password in chosen.items()
        )
        # The owner ends the application's connections when it drops a database.
        orders += f"GRANT pg_signal_backend TO {OWNER};\n\n"
        program.run(
            self.place, "postgres", "--single", "-j", "-D", str(cluster), "-c", "exit_on_error=true", "postgres",
            feed=orders,
        )  # fmt: skip
        self._write(self.place.passwords, json.dumps(chosen))

    def _check_version(self) -> None:
        made_by = (self.place.cluster / "PG_VERSION").read_text("utf-8").strip()
        if made_by != program.MAJOR:
            raise Unreachable(
                f"{self.place.cluster} was made by PostgreSQL {made_by}, this program has {program.MAJOR}."
                " Restore a backup into a new data folder."
            )

    def _start(self, deadline: float) -> None:
        self._configure()
        self._forget_crash()
        while True:
            with temporary_output() as output:
                code = program.run(
                    self.place, "pg_ctl", "start", "--wait", f"--timeout={_PATIENCE_S}", "--silent",
                    f"--pgdata={self.place.cluster}",
                    f"--options=-c {shlex.quote(f'config_file={self.place.folder}/postgresql.conf')}",
                    output=output,
                )  # fmt: skip
                if code == 0:
                    return
                output.seek(0)
                said = output.read().strip() + self._last_words()
            # A crashed server's children end by themselves, a moment after it.
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise program.Failed(f"The PostgreSQL server in {self.place.folder} did not start: {said}")
            time.sleep(0.1)

    def _last_words(self) -> str:
        logs = sorted((self.place.cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "\n" + logs[-1].read_text("utf-8", "replace")[-2000:] if logs else ""

    def _configure(self) -> None:
        hba = self.place.folder / "pg_hba.conf"
        settings = _SETTINGS.format(socket_folder=self.place.socket_folder, hba=str(hba).replace("'", "''"))
        self._write(hba, f"local all {OWNER},{APP} scram-sha-256\n", readable=True)
        self._write(
            self.place.folder / "postgresql.conf", settings + ("" if self.durable else _NOT_DURABLE), readable=True
        )

    def _write(self, path: Path, text: str, *, readable: bool = False) -> None:
        # Written aside and renamed: nobody reads half a file.
        aside = path.with_name(f"{path.name}.new")
        aside.unlink(missing_ok=True)
        with open(self.place.open_private(aside), "w", encoding="utf-8") as file:
            file.write(text)
            if readable:
                os.fchmod(file.fileno(), 0o644)
        aside.rename(path)

    def _forget_crash(self) -> None:
        """Clear what a crashed server left, for PostgreSQL trusts a process id that another process may have by now."""
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.place.socket_folder / name).unlink(missing_ok=True)
        stale = self.place.cluster / "postmaster.pid"
        if stale.exists():
            # Not removed: by its other lines PostgreSQL knows whether children of the crashed server still live.
            with open(os.open(stale, os.O_RDWR | os.O_NOFOLLOW), "r+", encoding="utf-8") as file:
                lines = file.read().split("\n")
                file.seek(0)
                file.truncate()
                file.write("\n".join([str(_NO_PROCESS), *lines[1:]]))


def ends(pid: int, order: signal.Signals, patience_s: float) -> bool:
    """Whether the process ended within the time after the signal."""
    try:
        if sys.platform == "linux":
            # Readable at the end even of a process that nobody reaps, as in a container without an init.
            watch = os.pidfd_open(pid)
            try:
                os.kill(pid, order)
                return bool(select.select([watch], [], [], patience_s)[0])
            finally:
                os.close(watch)
        os.kill(pid, order)
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.05)
    except ProcessLookupError:
        return True
    return False
