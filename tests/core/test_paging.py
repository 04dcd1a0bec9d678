"""Every row comes once, forwards and backwards, in any order, and no cursor breaks a page."""

import base64
import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    create_engine,
    insert,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from marketplace.core import access, database, ids, paging
from marketplace.core.session import current_session

metadata = MetaData()
rows = Table(
    "paging_rows",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("number", BigInteger),
    Column("moment", DateTime(timezone=True)),
    Column("rank", Numeric(12, 8), nullable=False),
    prefixes=["TEMPORARY"],
)
DAY = datetime(2027, 1, 1, tzinfo=UTC)
SORTS = [
    [(rows.c.id, "asc")],
    [(rows.c.id, "desc")],
    [(rows.c.name, "asc"), (rows.c.id, "asc")],
    [(rows.c.name, "desc"), (rows.c.id, "asc")],
    [(rows.c.number, "asc"), (rows.c.id, "desc")],
    [(rows.c.number, "desc"), (rows.c.moment, "asc"), (rows.c.id, "asc")],
    [(rows.c.moment, "desc"), (rows.c.rank, "desc"), (rows.c.id, "desc")],
]


@pytest.fixture
def db(databases):
    """The owner's session, since the application's role makes no tables; it reads as anybody does."""
    engine = create_engine(database.normal_url(databases.owner_url))
    with Session(engine) as reading:
        access.set_viewer(reading, access.Viewer.anonymous(DAY))
        token = current_session.set(reading)
        yield reading
        current_session.reset(token)
    engine.dispose()


@pytest.fixture
def filled(db):
    chance = random.Random(7)
    metadata.create_all(db.connection())
    for _ in range(47):
        row = {
            "id": ids.new_random_id(),
            "name": chance.choice(["a", "b", "c"]),
            "number": chance.choice([None, 1, 2, 2**62]),
            "moment": chance.choice([None, DAY, DAY + timedelta(microseconds=1)]),
            "rank": chance.choice([0, 1]) / 3,
        }
        db.execute(insert(rows).values(row))
    return db


@pytest.mark.parametrize("keys", SORTS, ids=lambda keys: "-".join(f"{column.name}.{way}" for column, way in keys))
@pytest.mark.parametrize("limit", [1, 5, 46, 47, 100])
def test_each_row_comes_once_there_and_back(filled, keys, limit):
    statement = select(rows.c.id)
    order = [(column.desc() if way == "desc" else column.asc()).nulls_last() for column, way in keys]
    expected = list(filled.scalars(statement.order_by(*order)))
    pages = [paging.page(statement, keys, None, limit)]
    while pages[-1].next:
        pages.append(paging.page(statement, keys, pages[-1].next, limit))
    assert [item for one in pages for item in one.items] == expected
    assert all(one.total == 47 for one in pages)
    assert pages[0].previous is None
    here = pages[-1]
    for earlier in reversed(pages[:-1]):
        here = paging.page(statement, keys, here.previous, limit)
        assert here.items == earlier.items
        assert here.next
    assert here.previous is None


def test_a_column_that_conditions_keep_from_being_null_is_sorted_as_its_index_is(filled):
    statement = select(rows.c.id).where(rows.c.moment.is_not(None))
    keys = [(paging.Present(rows.c.moment), "desc"), (rows.c.id, "desc")]
    expected = list(filled.scalars(statement.order_by(rows.c.moment.desc(), rows.c.id.desc())))
    seen, page = [], paging.page(statement, keys, None, 5)
    seen += page.items
    while page.next:
        page = paging.page(statement, keys, page.next, 5)
        seen += page.items
    assert seen == expected
    asked = str(statement.order_by(paging._ordered(keys[0], backwards=False)))
    assert "NULLS" not in asked


def test_no_cursor_breaks_a_page(filled):
    keys = SORTS[5]
    first = paging.page(select(rows.c.id), keys, None, 5).items

    @given(
        st.one_of(st.text(max_size=60), st.lists(st.none() | st.integers() | st.text() | st.floats() | st.booleans()))
    )
    def holds(made):
        cursor = made
        if isinstance(made, list):
            packed = json.dumps([paging._sorting(keys), 0, *made])
            cursor = base64.urlsafe_b64encode(packed.encode()).decode()
        paging.page(select(rows.c.id), keys, cursor, 5)

    holds()
    assert paging.page(select(rows.c.id), keys, "rubbish", 5).items == first
    other = paging.page(select(rows.c.id), SORTS[0], None, 5).next
    assert paging.page(select(rows.c.id), keys, other, 5).items == first


def test_totals_are_exact_to_a_thousand(filled):
    many = select(rows.c.id).join(rows.alias(), rows.c.id.is_not(None))
    assert paging.count(many) == 1001
    assert paging.count_words(1001) == "1,000+"
    assert paging.count_words(1000) == "1,000"
    assert paging.page(select(rows.c.id, rows.c.name), SORTS[0], None, 5, counted=False).total is None
    assert len(paging.page(select(rows.c.id, rows.c.name), SORTS[0], None, 5).items[0]) == 2


class Base(DeclarativeBase):
    """Tables of this file alone."""


class Paper(Base):
    """A guarded thing: only those with a public name are seen."""

    __tablename__ = "paging_papers"
    __table_args__ = ({"prefixes": ["TEMPORARY"]},)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def test_neither_page_nor_count_tells_of_what_a_viewer_may_not_see(db, monkeypatch):
    monkeypatch.setitem(access._guards, Paper, access._Guard([lambda viewer: Paper.name == "public"]))
    Base.metadata.create_all(db.connection())
    names = ["public", "secret", "public"]
    db.execute(insert(Paper.__table__), [{"id": n, "name": name} for n, name in enumerate(names)])
    found = paging.page(select(Paper), [(Paper.name, "asc"), (Paper.id, "asc")], None, 1)
    assert (found.total, found.items[0].name) == (2, "public")
    rest = paging.page(select(Paper), [(Paper.name, "asc"), (Paper.id, "asc")], found.next, 5)
    assert [paper.id for paper in rest.items] == [2]
    assert rest.previous
    assert rest.next is None
