"""What keeps pages right: the memory, the moments, and the question whether anything changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege

from marketplace.core import caching, database
from marketplace.core.caching.jobs import forget_changes
from marketplace.core.caching.memory import Memory
from marketplace.core.caching.reading import Reading, making
from marketplace.core.caching.watch import Lost, Watch, array_of

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


# --- the memory ---


@dataclass
class Thing:
    name: str
    is_used: bool = False


def test_what_was_not_used_lately_makes_room_for_what_is_new():
    memory: Memory[Thing] = Memory(100)
    for name in "abcd":
        memory.put((name,), Thing(name), 25)
    assert memory.get(("a",)) is not None
    memory.put(("e",), Thing("e"), 25)
    assert {name for name in "abcde" if memory.get((name,))} == set("acde")
    assert memory.size_bytes == 100


def test_what_is_too_large_is_not_kept_and_takes_nothings_place():
    memory: Memory[Thing] = Memory(100)
    memory.put(("a",), Thing("old"), 20)
    memory.put(("a",), Thing("new"), 26)
    assert memory.get(("a",)) is None
    assert (len(memory), memory.size_bytes) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 60), st.booleans())))
def test_the_memory_never_takes_more_than_it_may(puts):
    memory: Memory[Thing] = Memory(100)
    sizes: dict[str, int] = {}
    for name, size, is_asked in puts:
        memory.put((name,), Thing(name), size)
        sizes[name] = size
        if is_asked:
            memory.get((name,))
        held = [name for name in sizes if memory.get((name,))]
        assert memory.size_bytes == sum(sizes[name] for name in held) <= 100


# --- the moments ---


@pytest.fixture
def reading() -> Iterator[Reading]:
    made = Reading(lambda: b"1:1:", at=NOW)
    token = making.set(made)
    yield made
    making.reset(token)


def test_a_page_holds_until_its_next_moment_whatever_has_passed(reading):
    caching.turns_at(NOW + timedelta(hours=2), NOW - TICK, None, NOW + timedelta(hours=1))
    assert reading.until == NOW + timedelta(hours=1)


def test_a_page_made_at_a_moment_holds_for_that_moment_alone(reading):
    caching.turns_at(NOW)
    assert reading.until == NOW + TICK


def test_nobody_need_ask_whether_a_page_is_made():
    caching.turns_at(NOW)
    assert caching.moment() is None


# --- what changed ---


@pytest.fixture
def watch(app, db) -> Watch:
    return Watch()


@pytest.fixture
def writers(databases) -> Iterator[list[psycopg.Connection]]:
    """Three writers with a transaction each, as the application's role."""
    url = databases.app_url.replace("+psycopg", "", 1)
    made = [psycopg.connect(url) for _ in range(3)]
    yield made
    for connection in made:
        connection.close()


TABLES = ("organisation", "challenge", "edition")


def touch(connection: psycopg.Connection, table: str) -> None:
    """A statement that writes a table; whether rows were found does not matter."""
    connection.execute(f"UPDATE {table} SET id = id WHERE false")


STEPS = st.one_of(
    st.tuples(st.just("look"), st.integers(0, 2)),
    st.tuples(st.just("write"), st.integers(0, 2), st.sampled_from(TABLES)),
    st.tuples(st.just("within"), st.integers(0, 2), st.sampled_from(TABLES)),
    st.tuples(st.just("commit"), st.integers(0, 2)),
    st.tuples(st.just("undo"), st.integers(0, 2)),
    st.tuples(st.just("forget")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=30))
def test_a_page_is_unchanged_exactly_until_a_writer_of_its_tables_commits(watch, writers, databases, steps):
    """However transactions lie over each other; each page reads one table, and is checked after each step."""
    pages: dict[int, bytes] = {}  # by table
    stale: dict[int, bool] = {}
    open_writes: list[set[str]] = [set(), set(), set()]
    for step in steps:
        if step[0] == "look":
            pages[step[1]], stale[step[1]] = watch.snapshot(), False
        elif step[0] == "write":
            touch(writers[step[1]], step[2])
            open_writes[step[1]].add(step[2])
        elif step[0] == "within":  # in a savepoint that is rolled back
            with writers[step[1]].transaction(force_rollback=True):
                touch(writers[step[1]], step[2])
        elif step[0] == "commit":
            writers[step[1]].commit()
            for number, table in enumerate(TABLES):
                stale[number] = stale.get(number, False) or table in open_writes[step[1]]
            open_writes[step[1]].clear()
        elif step[0] == "undo":
            writers[step[1]].rollback()
            open_writes[step[1]].clear()
        else:
            with psycopg.connect(databases.owner_url.replace("+psycopg", "", 1)) as owner:
                owner.execute("SELECT forget_changes()")
        for number, snapshot in pages.items():
            present = watch.unchanged(snapshot, array_of(frozenset({TABLES[number]})))
            assert (present is None) == stale[number]
            if present is not None:
                pages[number] = present
    for writer in writers:
        writer.rollback()


def test_a_page_older_than_what_was_forgotten_is_made_anew(watch, writers, databases):
    tables = array_of(frozenset({"edition"}))
    old = watch.snapshot()
    touch(writers[0], "challenge")
    writers[0].commit()
    with psycopg.connect(databases.owner_url.replace("+psycopg", "", 1)) as owner:
        owner.execute("UPDATE change SET at = at - interval '2 days'")
    assert watch.unchanged(old, tables)
    forget_changes.func.__wrapped__()
    assert watch.unchanged(old, tables) is None
    assert watch.unchanged(watch.snapshot(), tables)


def test_forgetting_leaves_what_a_long_transaction_may_still_make_matter(watch, writers, databases):
    touch(writers[0], "challenge")  # begun two days ago, as it were
    touch(writers[1], "edition")
    writers[1].commit()
    with psycopg.connect(databases.owner_url.replace("+psycopg", "", 1)) as owner:
        owner.execute("UPDATE change SET at = at - interval '2 days'")
    page = watch.snapshot()
    writers[0].commit()
    forget_changes.func.__wrapped__()
    assert watch.unchanged(page, array_of(frozenset({"challenge"}))) is None


def test_the_application_can_neither_take_a_change_away_nor_make_one_up(writers):
    for statement in (
        "DELETE FROM change",
        "UPDATE change SET table_name = 'none'",
        "TRUNCATE change",
        "INSERT INTO change (table_name) VALUES ('none')",
        "ALTER TABLE challenge DISABLE TRIGGER challenge_is_watched",
    ):
        with pytest.raises(InsufficientPrivilege):
            writers[0].execute(statement)
        writers[0].rollback()


def test_emptying_a_table_is_a_change(watch, databases):
    page = watch.snapshot()
    with psycopg.connect(databases.owner_url.replace("+psycopg", "", 1)) as owner:
        owner.execute("TRUNCATE stage_date")
    assert watch.unchanged(page, array_of(frozenset({"stage_date"}))) is None


def test_the_tables_of_a_statement_are_found_and_one_that_nobody_watches_spoils_it(watch):
    watch.snapshot()
    joined = (
        "SELECT c.id FROM challenge AS c JOIN challenge_text AS challenge_text_1 ON true WHERE c.id IN (SELECT 1)"
    )
    assert watch.tables_of([joined]) == {"challenge", "challenge_text"}
    assert watch.tables_of([joined, "SELECT 1"]) == {"challenge", "challenge_text"}
    assert watch.tables_of(["SELECT id FROM sign_in", joined]) is None
    assert watch.tables_of([]) == frozenset()


def test_a_connection_that_was_cut_is_a_loss_and_then_a_new_one(watch, writers):
    watch.snapshot()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_current_snapshot%' AND pid <> $1"
    writers[0].execute(cut.replace("$1", "pg_backend_pid()"))
    with pytest.raises(Lost):
        watch.snapshot()
    assert watch.snapshot()


def test_another_engine_is_a_loss_for_it_may_be_another_database(watch, configuration):
    watch.snapshot()
    before = database.engine()
    try:
        database.connect(configuration.database_url or "")
        with pytest.raises(Lost):
            watch.snapshot()
        assert watch.snapshot()
    finally:
        assert database.engine() is not before
