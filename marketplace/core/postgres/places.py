"""Where the embedded server lives, and as which user it runs.

As root PostgreSQL refuses to run, so root lends it an unprivileged user. What the application keeps for
itself (passwords, locks, configuration) stays root's; only the cluster and the socket's folder are that user's.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import re
import secrets
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A socket's path is limited to 107 bytes on Linux and 103 on macOS, its own name included.
_LONGEST_SOCKET_FOLDER = 85


class Unreachable(Exception):
    """The embedded database can't run in this folder; the message says why and names the remedy."""


@dataclass(frozen=True)
class Account:
    """The unprivileged user that the server runs as when the application is root."""

    uid: int
    gid: int
    name: str

    @property
    def lent(self) -> dict[str, Any]:
        """Arguments of `subprocess` that make a child this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Place:
    """The folders of one embedded server."""

    folder: Path  # absolute, without symbolic links
    account: Account | None  # None: the server runs as the user of this process

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data."""
        return self.folder / "cluster"

    @property
    def passwords(self) -> Path:
        """The passwords of the two roles, readable by the application alone."""
        return self.folder / "passwords.json"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket: in the data folder, or in /tmp where that path is too long for a socket."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER and re.fullmatch(r"[A-Za-z0-9_./+@-]+", str(inside)):
            return inside
        return Path("/tmp") / f"mkt-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"  # noqa: S108

    @property
    def server_uid(self) -> int:
        """The user that the server runs as."""
        return self.account.uid if self.account else os.geteuid()

    @property
    def lent(self) -> dict[str, Any]:
        """Arguments of `subprocess` that make a child the server's user."""
        return self.account.lent if self.account else {}

    def make_private_folder(self, path: Path) -> None:
        """Make a folder that only the server's user may enter.

        Raises:
            Unreachable: somebody else's folder, or an open one, stands there.
        """
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        # A folder that root made and died before giving it away is still ours.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {self.server_uid, os.geteuid()}:
            raise Unreachable(f"{path} is not this server's. Remove it, or choose another data folder.")
        if found.st_mode & 0o077:
            raise Unreachable(f"{path} can be entered by others. Run `chmod 700 {path}`, or remove it.")
        if self.account and found.st_uid != self.account.uid:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def open_private(self, path: Path) -> int:
        """Open (or make) a file of the application's own, mode 0600, belonging to the data folder's owner."""
        made = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if os.geteuid() == 0:
            # Root may run a command in an ordinary user's data folder; that user must still open the file.
            owner = self.folder.stat()
            os.fchown(made, owner.st_uid, owner.st_gid)
        return made

    def may_enter(self, path: Path) -> bool:
        """Whether the server's user can reach a folder; tried as that user."""
        command = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
        return subprocess.run(command, cwd="/", **self.lent).returncode == 0  # noqa: S603


def prepare(folder: Path) -> Place:
    """Make the data folder if it is missing and check that the server's user can reach it.

    Folders that are there keep their permissions.

    Raises:
        Unreachable: the folder can't be used by this user or by the server's.
    """
    folder = Path(os.path.realpath(folder))
    try:
        place = Place(folder, _account(folder))
        if place.account:
            _check_reach(place)  # before anything is made: a refusal leaves nothing behind
        _make(folder)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError
    except PermissionError:
        raise Unreachable(
            f"The user {_my_name()} may not write in {folder}. Choose a folder of this user's own with --data or"
            " MARKETPLACE_DATA, or run the command as the folder's owner."
        ) from None
    _make_seats(place)
    place.make_private_folder(place.socket_folder)
    return place


def _make(folder: Path) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        if os.geteuid() != 0:
            path.mkdir(mode=0o700, exist_ok=True)
            continue
        # Only folders made here: the server's user passes through them but lists nothing. Opened aside, whatever
        # the umask, and renamed, so that another process that starts now never meets a closed one.
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        aside.mkdir()
        aside.chmod(0o711)
        try:
            aside.rename(path)
        except OSError:  # the other process was first
            aside.rmdir()


def _account(folder: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    owner = folder.stat().st_uid if folder.exists() else 0
    try:
        found = pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam("nobody")
    except KeyError:
        raise Unreachable(
            f"{folder} belongs to the unknown user {owner}." if owner else "This system has no user `nobody`."
        ) from None
    return Account(found.pw_uid, found.pw_gid, found.pw_name)


def _check_reach(place: Place) -> None:
    there = [path for path in (*reversed(place.folder.parents), place.folder) if path.exists()]
    if place.may_enter(there[-1]):
        return
    closed = next(path for path in there if not place.may_enter(path))
    assert place.account is not None
    raise Unreachable(
        f"PostgreSQL does not run as root, so it runs as the user {place.account.name}, who may not enter {closed}."
        " Choose a data folder outside of it, such as /var/lib/marketplace, with --data or MARKETPLACE_DATA;"
        " or start the program as an ordinary user."
    )


def _make_seats(place: Place) -> None:
    seats = place.folder / "seats"
    seats.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        owner = place.folder.stat()
        os.chown(seats, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _my_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def temporary_output() -> Any:
    """A nameless file that takes what a server says before its log is open."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
