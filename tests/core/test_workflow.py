"""The mechanism of lifecycles, on a small one of its own."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from marketplace.core import access, database, events, ids, workflow
from marketplace.core.access import Kind, Viewer
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.workflow import Workflow, transition
from marketplace.organisations.models import Organisation, OrganisationState
from tests.conftest import NOW

BOSS = Viewer(at=NOW, person_id=ids.new_id())
OTHER = Viewer(at=NOW, person_id=ids.new_id())
S = OrganisationState


def only_the_boss(viewer: Viewer, _thing: Organisation) -> bool:
    return viewer == BOSS


def has_a_website(thing: Organisation, _now) -> str | None:
    return None if thing.website else "Name its website first."


DOOR = Workflow(
    "door",
    transition(S.PENDING, S.VERIFIED, "open", only_the_boss, [has_a_website], label="Open", event="test.moved"),
    transition({S.VERIFIED, S.SUSPENDED}, S.PENDING, "close", only_the_boss, label="Close", event="test.moved"),
)


@pytest.fixture(scope="module", autouse=True)
def moved():
    try:
        events.type_of("test.moved")
    except KeyError:
        events.register("test.moved", "%(actor)s moved it from %(before)s to %(after)s")


@pytest.fixture
def thing(db):
    made = Organisation(
        kind=Kind.AGENCY, slug="x", name="X", folded_name="x", country="TN", website="https://example.org"
    )
    db.add(made)
    db.commit()
    return made


def test_firing_changes_the_state_and_writes_it_down(thing, db):
    DOOR.fire(thing, "open", BOSS, NOW)
    db.commit()
    assert thing.state == S.VERIFIED
    happened = db.scalars(select(events.Event)).one()
    assert (happened.name, happened.subject_id, happened.data) == (
        "test.moved",
        thing.id,
        {"before": "pending", "after": "verified"},
    )


@pytest.mark.parametrize("state", list(OrganisationState))
@pytest.mark.parametrize("arrow", DOOR.transitions, ids=lambda arrow: arrow.name)
@pytest.mark.parametrize("actor", [BOSS, OTHER], ids=["boss", "other"])
def test_an_arrow_leads_from_its_sources_alone_and_for_its_people_alone(thing, db, state, arrow, actor):
    with workflow._moving():
        thing.state = state
    db.commit()
    if state not in arrow.sources:
        with pytest.raises(Refused, match="somebody else has changed"):
            DOOR.fire(thing, arrow.name, actor, NOW)
    elif actor is OTHER:
        with pytest.raises(NotAllowed):
            DOOR.fire(thing, arrow.name, actor, NOW)
    else:
        DOOR.fire(thing, arrow.name, actor, NOW)
        state = arrow.target
    assert thing.state == state
    offered = [offer.name for offer in DOOR.available(thing, actor, NOW)]
    assert offered == [a.name for a in DOOR.transitions if state in a.sources and actor is BOSS]


def test_a_guard_says_why_not_to_the_page_and_to_the_command(thing, db):
    thing.website = None
    db.commit()
    assert DOOR.offer(thing, "open", BOSS, NOW).reasons == ("Name its website first.",)
    with pytest.raises(Refused, match="Name its website first"):
        DOOR.fire(thing, "open", BOSS, NOW)
    assert thing.state == S.PENDING


def test_a_state_is_set_by_no_other_hand(thing):
    with pytest.raises(RuntimeError, match="firing a transition"):
        thing.state = S.VERIFIED


def test_of_two_who_press_at_once_one_moves_it(thing, db):
    results = []

    def press() -> None:
        with database.session_scope() as session, access.reading_as_system("a test"):
            mine = session.scalars(select(Organisation).where(Organisation.id == thing.id)).one()
            barrier.wait()
            try:
                DOOR.fire(mine, "open", BOSS, NOW)
                session.commit()
                results.append("moved")
            except Refused:
                results.append("refused")

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=press) for _hand in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["moved", "refused"]


def test_what_is_gone_can_not_be_moved(thing, db):
    db.delete(thing)
    db.flush()
    with pytest.raises(NotFound):
        DOOR.fire(thing, "open", BOSS, NOW)
