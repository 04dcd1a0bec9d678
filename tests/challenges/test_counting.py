"""Facets count exactly, however they are counted, and what they are counted from keeps in step with challenges."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from marketplace.challenges import amounts, commands, counting, filters, listing
from marketplace.challenges.listed import ListedChallenge
from marketplace.challenges.models import PUBLIC_STATES, Challenge
from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.organisations.models import Organisation
from tests.challenges.conftest import Cast, reading_as

ASKED = [
    {},
    {"status": "any"},
    {"status": ["open", "withdrawn"], "topic": "cryptography"},
    {"topic": ["cryptography", "zero-trust"], "country": "FR", "budget": "to-250k"},
    {"status": "any", "closing": "30"},
    {"status": "closed"},
]


@pytest.fixture
def market(cast: Cast):
    """Twelve challenges: two topics each but the last, three sizes, one withdrawn, one scheduled, one draft."""
    made = []
    for number in range(12):
        topics = ["cryptography", "zero-trust"] if number % 2 else ["cryptography", "cloud-security"]
        made.append(
            cast.published(
                title=f"Tunnel {number}",
                topics=topics,
                budget_minor=[30_000_00, 200_000_00, 2_000_000_00][number % 3],
                deadline=cast.now + timedelta(days=3 + 5 * number),
            )
        )
    commands.withdraw(cast.author, made[0], "No money.", cast.now)
    scheduled = cast.approved(title="Tomorrow's tunnel")
    commands.publish(cast.author, scheduled, cast.now, cast.now + timedelta(days=1))
    cast.draft(title="Secret tunnel")
    database.session.commit()
    return made


def read(asked) -> filters.Filters:
    pairs = [
        (name, value) for name, given in asked.items() for value in ([given] if isinstance(given, str) else given)
    ]
    return filters.read(MultiDict(pairs))


def listed_rows() -> set[tuple]:
    columns = ("challenge_id", "is_first", "topic", "agency_id", "country", "band", "state", "publish_at", "deadline")
    found = database.session.execute(select(*(getattr(ListedChallenge, name) for name in columns)))
    return {tuple(row) for row in found}


def expected_rows() -> set[tuple]:
    statement = (
        select(Challenge, Organisation.country, amounts.band(Challenge.amount))
        .join(Organisation, Organisation.id == Challenge.agency_id)
        .where(Challenge.state.in_(PUBLIC_STATES))
    )
    return {
        (one.id, place == 0, topic, one.agency_id, country, band, one.state, one.publish_at, one.deadline)
        for one, country, band in database.session.execute(statement)
        for place, topic in enumerate(one.topics or [None])
    }


def test_each_deed_is_followed_by_what_is_counted(cast: Cast, market):
    assert listed_rows() == expected_rows()
    assert len(listed_rows()) == 25
    commands.extend_deadline(cast.author, market[1], cast.now + timedelta(days=90), "More time.", cast.now)
    commands.withdraw(cast.author, market[2], "No need.", cast.now)
    database.session.commit()
    assert listed_rows() == expected_rows()


def test_an_agency_that_moves_takes_its_challenges_along(cast: Cast, market):
    agency = database.session.get_one(Organisation, market[0].agency_id)
    agency.country = "BE"
    database.session.commit()
    assert {row[4] for row in listed_rows()} == {"BE"}


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_values_counted_by_themselves_are_as_many_as_those_of_rows_read_once(cast: Cast, market, monkeypatch, asked):
    with reading_as(Viewer.anonymous(cast.now)):
        at_once = counting.counts(read(asked), cast.now)
        monkeypatch.setattr(counting, "COUNTED", 0)
        by_value = counting.counts(read(asked), cast.now)
        assert by_value.by_value == at_once.by_value
        assert by_value.by_value["status"]
        monkeypatch.undo()
        # A search that all of them answer counts the same, from the challenges themselves.
        searched = counting.counts(read({**asked, "q": "tunnel"}), cast.now)
        assert searched.by_value == at_once.by_value
        assert searched.total == at_once.total == counting.total(read(asked), cast.now)
        assert not searched.partial


def test_more_than_a_thousand_are_not_told_apart_and_a_part_says_at_least(cast: Cast, market, monkeypatch):
    monkeypatch.setattr(counting, "COUNTED", 5)
    monkeypatch.setattr(counting, "COUNTED_TO", 5)
    with reading_as(Viewer.anonymous(cast.now)):
        whole = counting.counts(read({"status": "any"}), cast.now)
        assert whole.of("topic", "cryptography") == 6
        assert whole.of("status", "withdrawn") == 1
        assert whole.total == 6
        assert not whole.partial
        searched = counting.counts(read({"status": "any", "q": "tunnel"}), cast.now)
        assert searched.total == 6
        assert searched.words("topic", searched.of("topic", "cryptography")) == "6"
        assert searched.words("budget", 2) == "2+"


@pytest.mark.parametrize("sort", list(filters.SORTS))
@pytest.mark.parametrize("status", ["any", "open"])
def test_every_sort_pages_there_and_back_without_gap_or_repetition(cast: Cast, market, monkeypatch, sort, status):
    monkeypatch.setattr(listing, "PAGE", 5)
    with reading_as(Viewer.anonymous(cast.now)):
        pages = [listing.listed(read({"sort": sort, "status": status}), cast.now)]
        while pages[-1].next:
            asked = read({"sort": sort, "status": status, "after": pages[-1].next})
            pages.append(listing.listed(asked, cast.now))
        rows = [one for page in pages for one in page.items]
        assert len({one.id for one in rows}) == len(rows) == (12 if status == "any" else 11)
        here = pages[-1]
        for earlier in reversed(pages[:-1]):
            here = listing.listed(read({"sort": sort, "status": status, "after": here.previous}), cast.now)
            assert [one.id for one in here.items] == [one.id for one in earlier.items]
        assert here.previous is None
    if sort == "closing" and status == "any":
        assert rows[-1].id == market[0].id  # withdrawn, though it would close first
