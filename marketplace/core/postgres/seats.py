"""Who uses the server: each process holds the lock of a file of its own, which the kernel frees with the process.

So a `kill -9` needs no tidying: a file whose lock can be had is a seat that was left.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.core.postgres.places import Place


@contextmanager
def start_and_stop(place: Place) -> Iterator[None]:
    """One process at a time takes or leaves a seat, starts or stops the server."""
    mutex = place.open_private(place.folder / "lock")
    try:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        yield
    finally:
        # Unlocked by name: a child forked meanwhile by another thread holds a copy that closing would not free.
        fcntl.flock(mutex, fcntl.LOCK_UN)
        os.close(mutex)


class Seat:
    """This process's use of the server. Children that it forks sit on the same seat."""

    def __init__(self, place: Place) -> None:
        self._path = place.folder / "seats" / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = place.open_private(self._path)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Get up; the seat stays taken while a forked child still sits on it."""
        os.close(self._lock)


def taken(place: Place) -> int:
    """How many seats are taken; files of seats that were left are removed. Call inside `start_and_stop`."""
    return sum(_is_taken(path) for path in (place.folder / "seats").iterdir())


def _is_taken(path: Path) -> bool:
    try:
        seat = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(seat)
