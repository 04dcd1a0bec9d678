"""The record of events: its chains, what the database refuses, and what the check finds."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.core import access, clock, database, events, ids
from marketplace.core.access import Kind, Viewer
from marketplace.core.events import Event, anchor, queries
from marketplace.organisations.models import Organisation
from tests.conftest import NOW

SOMEBODY = Viewer(at=NOW, person_id=ids.new_id())


@pytest.fixture(scope="module", autouse=True)
def happening():
    """An event type of the tests."""
    name = "test.happened"
    try:
        events.type_of(name)
    except KeyError:
        events.register(name, "%(actor)s did %(count)s things")
    return name


def organisation(session: Session, name: str = "Port of Sfax") -> Organisation:
    made = Organisation(kind=Kind.AGENCY, slug="port", name=name, folded_name=name.lower(), country="TN")
    session.add(made)
    session.commit()
    return made


def write(session: Session, on: Organisation, count: int = 1) -> None:
    events.record("test.happened", SOMEBODY, on=on, now=clock.now(), count=count)
    session.commit()


def stored(session: Session) -> list[Event]:
    session.expire_all()
    return list(session.scalars(select(Event).order_by(Event.stream_id, Event.number)))


def faults(session: Session, published: dict[int, str] | None = None) -> list[tuple[str, str]]:
    session.expire_all()
    return [(fault.kind, fault.place) for fault in anchor.verify(session, published)]


def test_each_event_holds_the_hash_of_the_one_before_in_its_stream(db):
    port, water = organisation(db), organisation(db, "Water")
    write(db, port)
    write(db, water)
    write(db, port)
    by_stream: dict[UUID, list[Event]] = {}
    for happened in stored(db):
        by_stream.setdefault(happened.stream_id, []).append(happened)
    first, second = by_stream[port.id]
    assert (first.number, second.number) == (1, 2)
    assert second.previous == first.hash
    assert by_stream[water.id][0].previous == "0" * 64
    assert faults(db) == []


def test_an_event_of_a_change_that_is_rolled_back_never_happened(db):
    port = organisation(db)
    events.record("test.happened", SOMEBODY, on=port, now=NOW, count=1)
    db.rollback()
    write(db, port, count=2)
    assert [happened.data for happened in stored(db)] == [{"count": 2}]


def test_an_event_keeps_no_objects(db):
    port = organisation(db)
    with pytest.raises(TypeError, match="keeps no dict"):
        events.record("test.happened", SOMEBODY, on=port, now=NOW, count={"name": "x"})


def test_two_writers_at_once_fork_no_chain(db):
    port = organisation(db)

    def write_many() -> None:
        with database.session_scope() as session, access.reading_as_system("a test"):
            for _turn in range(20):
                events.record("test.happened", SOMEBODY, on=port, now=NOW, count=1)
                session.commit()

    threads = [threading.Thread(target=write_many) for _writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [happened.number for happened in stored(db)] == list(range(1, 81))
    assert faults(db) == []


def test_writers_of_two_streams_do_not_wait_for_each_other(db):
    port, water = organisation(db), organisation(db, "Water")
    with database.session_scope() as slow, access.reading_as_system("a test"):
        events.record("test.happened", SOMEBODY, on=port, now=NOW, count=1)
        # The slow one has joined its chain and still holds its stream's head.
        slow.dispatch.before_commit(slow)
        finished = threading.Event()

        def write_other() -> None:
            with database.session_scope() as session, access.reading_as_system("a test"):
                session.execute(text("SET lock_timeout = '2s'"))
                events.record("test.happened", SOMEBODY, on=water, now=NOW, count=1)
                session.commit()
                finished.set()

        other = threading.Thread(target=write_other)
        other.start()
        other.join()
        assert finished.is_set()
        slow.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET name = 'other'",
        "DELETE FROM event",
        "TRUNCATE event CASCADE",
        "UPDATE event_anchor SET hash = 'x'",
        "DELETE FROM event_anchor_head",
        "DELETE FROM event_stream",
    ],
)
def test_the_database_refuses_the_application_to_change_what_happened(db, statement):
    write(db, organisation(db))
    with pytest.raises(DBAPIError, match=r"permission denied|never changed"):
        db.execute(text(statement))


@pytest.fixture
def owner(databases):
    """A connection as the owner of the tables, who can switch the triggers off."""
    engine = create_engine(database.normal_url(databases.owner_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def tamper(owner, statement: str, **values) -> None:
    owner.execute(text("ALTER TABLE event DISABLE TRIGGER event_is_append_only"))
    owner.execute(text(statement), values)
    owner.execute(text("ALTER TABLE event ENABLE TRIGGER event_is_append_only"))


def test_even_the_owner_changes_nothing_by_mistake(db, owner):
    write(db, organisation(db))
    with pytest.raises(DBAPIError, match="never changed"):
        owner.execute(text("UPDATE event SET name = 'other'"))


def test_the_check_names_a_changed_row(db, owner):
    port = organisation(db)
    write(db, port)
    write(db, port)
    victim = stored(db)[0]
    tamper(owner, "UPDATE event SET data = '{\"count\": 9}' WHERE id = :id", id=victim.id)
    found = faults(db)
    assert found == [("changed", f"event {victim.id} (stream {port.id}, number 1)")]


def test_the_check_finds_a_row_cut_from_the_middle_and_from_the_end(db, owner):
    port = organisation(db)
    for _turn in range(3):
        write(db, port)
    middle = stored(db)[1]
    tamper(owner, "DELETE FROM event WHERE id = :id", id=middle.id)
    assert [kind for kind, _place in faults(db)] == ["cut"]
    last = stored(db)[-1]
    tamper(owner, "DELETE FROM event WHERE id = :id", id=last.id)
    assert ("cut", f"stream {port.id}") in faults(db)


def test_the_check_finds_a_row_that_was_put_in(db, owner):
    port = organisation(db)
    write(db, port)
    tamper(
        owner,
        "INSERT INTO event (id, created_at, stream_id, number, name, at, actor_id, actor_organisation_id, origin,"
        " subject_kind, subject_id, data, is_public, readers, previous, hash)"
        " SELECT :id, now(), stream_id, 2, name, at, actor_id, actor_organisation_id, origin,"
        " subject_kind, subject_id, data, is_public, readers, previous, hash FROM event",
        id=ids.new_id(),
    )
    assert {kind for kind, _place in faults(db)} == {"inserted", "changed"}


def test_an_anchor_finds_a_stream_that_was_written_anew(db, owner):
    port = organisation(db)
    write(db, port)
    anchor.anchor_heads(db, NOW)
    db.commit()
    tamper(owner, "DELETE FROM event")
    owner.execute(text("UPDATE event_stream SET length = 0, head = repeat('0', 64)"))
    write(db, port, count=7)
    assert faults(db) == [("changed", f"event number 1 of stream {port.id}")]


def test_anchors_make_one_chain_and_repeat_no_stream_that_stood_still(db):
    port, water = organisation(db), organisation(db, "Water")
    write(db, port)
    write(db, water)
    first = anchor.anchor_heads(db, NOW)
    db.commit()
    write(db, port)
    second = anchor.anchor_heads(db, NOW)
    db.commit()
    assert second.previous == first.hash
    heads = db.scalars(select(events.AnchorHead).where(events.AnchorHead.anchor_id == second.id)).all()
    assert [head.stream_id for head in heads] == [port.id]
    assert anchor.anchor_heads(db, NOW) is None


def test_a_published_head_convicts_an_owner_who_wrote_the_anchors_too(db):
    write(db, organisation(db))
    made = anchor.anchor_heads(db, NOW)
    db.commit()
    assert faults(db, {1: made.hash}) == []
    assert faults(db, {1: "f" * 64}) == [("changed", "anchor 1")]
    assert faults(db, {1: made.hash, 2: "f" * 64}) == [("cut", "anchor 2")]


def test_heads_are_published_for_days_that_have_ended(db):
    port, midnight = organisation(db), NOW.replace(hour=0, minute=0) + timedelta(days=1)
    made = []
    for at in (NOW, midnight - timedelta(seconds=1), midnight):
        write(db, port)
        made.append(anchor.anchor_heads(db, at))
        db.commit()
    assert queries.published_anchors(midnight - timedelta(seconds=1)) == []
    assert queries.published_anchors(midnight) == [made[1]]
    assert queries.published_anchors(midnight + timedelta(days=1)) == [made[2], made[1]]


def test_an_event_says_its_sentence(db):
    port = organisation(db)
    write(db, port, count=3)
    assert events.sentence(stored(db)[0], "Nadia") == "Nadia did 3 things"


def test_what_is_recorded_while_the_check_reads_is_no_fault(db, monkeypatch):
    port = organisation(db)
    write(db, port)
    really, meanwhile = anchor.digest, []

    def digest(happened: Event) -> str:
        if not meanwhile:
            meanwhile.append(happened)
            with database.session_scope() as another, access.reading_as_system("a test"):
                write(another, another.get_one(Organisation, port.id))
        return really(happened)

    monkeypatch.setattr(anchor, "digest", digest)
    with database.session_scope() as session, access.reading_as_system("a test"):
        anchor.at_one_moment(session)
        assert list(anchor.verify(session)) == []
    assert len(stored(db)) == 2
