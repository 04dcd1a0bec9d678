"""Results of queries in memory: the same as if they were found now, in whatever page they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text

from marketplace.core import caching, database
from marketplace.core.caching.reading import Reading, making
from marketplace.core.caching.results import Results
from marketplace.core.caching.watch import Watch

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = "SELECT count(*) FROM challenge"
KEY = ("counts", "all")


class Finder:
    """Counts challenges, and how often it was asked to."""

    def __init__(self, turns_at: datetime | None = None) -> None:
        self.asked = 0
        self._turns_at = turns_at

    def __call__(self) -> int:
        self.asked += 1
        caching.turns_at(self._turns_at)
        return int(database.session.execute(text(COUNT)).scalar_one())


@pytest.fixture
def results(app, db) -> Results:
    return Results(Watch(), 100_000)


@pytest.fixture
def writer(databases) -> Iterator[psycopg.Connection]:
    with psycopg.connect(databases.app_url.replace("+psycopg", "", 1)) as connection:
        yield connection


def test_what_was_found_is_not_sought_again_until_its_tables_change(results, writer):
    find = Finder()
    assert [results.get(KEY, NOW, find) for _ in range(3)] == [0, 0, 0]
    writer.execute("UPDATE edition SET id = id WHERE false")
    writer.commit()
    results.get(KEY, NOW, find)
    assert find.asked == 1
    writer.execute("UPDATE challenge SET id = id WHERE false")
    results.get(KEY, NOW, find)
    assert find.asked == 1
    writer.commit()
    results.get(KEY, NOW, find)
    results.get(KEY, NOW, find)
    assert find.asked == 2


def test_what_turns_at_a_moment_is_sought_again_from_then_on_and_before_its_making(results):
    find = Finder(turns_at=NOW + HOUR)
    results.get(KEY, NOW, find)
    results.get(KEY, NOW + HOUR - timedelta(microseconds=1), find)
    assert find.asked == 1
    results.get(KEY, NOW + HOUR, find)
    assert find.asked == 2
    results.get(KEY, NOW, find)
    assert find.asked == 3


def test_another_key_is_another_result(results):
    find = Finder()
    results.get(KEY, NOW, find)
    results.get(("counts", "open"), NOW, find)
    assert find.asked == 2


@pytest.mark.parametrize("is_remembered", [False, True])
def test_a_page_depends_on_what_its_remembered_parts_read(results, is_remembered):
    find = Finder(turns_at=NOW + HOUR)
    if is_remembered:
        results.get(KEY, NOW, find)
    page = Reading(lambda: b"1:1:", at=NOW)
    token = making.set(page)
    try:
        results.get(KEY, NOW, find)
    finally:
        making.reset(token)
    assert COUNT in page.statements
    assert page.until == NOW + HOUR


def test_a_result_of_tables_that_nobody_watches_is_not_kept(results):
    asked = []

    def find() -> int:
        asked.append(1)
        return int(database.session.execute(text("SELECT count(*) FROM sign_in")).scalar_one())

    results.get(KEY, NOW, find)
    results.get(KEY, NOW, find)
    assert len(asked) == 2


def test_without_the_database_s_word_nothing_is_trusted(results, writer):
    find = Finder()
    results.get(KEY, NOW, find)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_current_snapshot%'"
    writer.execute(f"{cut} AND pid <> pg_backend_pid()")
    assert results.get(KEY, NOW, find) == 0
    assert find.asked == 2
