"""Servers under test: real gunicorn processes as in production, one worker, each on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Client
from bench.database import Place

ROOT = Path(__file__).parents[1]
THREADS = 4
COMPUTED = {"MARKETPLACE_PAGE_CACHE_BYTES": "0"}  # the product makes each page anew
PATIENCE_S = 60


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    address: str
    process: int  # of gunicorn's master; its one child does the work

    def client(self, headers: dict[str, str] | None = None) -> Client:
        """A reader with a connection of his own."""
        return Client(self.address, headers)

    def worker_bytes(self) -> int:
        """The resident memory of the process that answers."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text("ascii").split()
        return sum(_resident(int(child)) for child in children)


def _resident(process: int) -> int:
    line = next(row for row in Path(f"/proc/{process}/status").read_text().splitlines() if row.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


@contextmanager
def marketplace(place: Place, **environment: str) -> Iterator[Running]:
    """The product on a database, started by its own command."""
    port = _free_port()
    command = ["-m", "marketplace", "serve", "--workers", "1", "--threads", str(THREADS), "--port", str(port)]
    with _started(command, port, "/healthz", {**place.environment(), **environment}) as running:
        yield running


@contextmanager
def reference(application: str, place: Place) -> Iterator[Running]:
    """A hand-written application under the same server with the same settings.

    Args:
        application: as gunicorn names it, such as `bench.reference.hello:app`.
    """
    port = _free_port()
    command = ["-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--no-control-socket", application]
    with _started(command, port, "/healthz", place.environment()) as running:
        yield running


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(command: list[str], port: int, path: str, environment: dict[str, str]) -> Iterator[Running]:
    log = ROOT / "var" / "bench" / f"{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        child = subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(child, Client(address), path, log)
            yield Running(address, child.pid)
        finally:
            child.terminate()
            child.wait(PATIENCE_S)
    log.unlink()


def _wait_for(child: subprocess.Popen[bytes], client: Client, path: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and child.poll() is None:
        try:
            client.get(path)
        except OSError:
            time.sleep(0.05)
        else:
            client.close()
            return
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")
