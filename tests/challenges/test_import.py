"""The import: every row of the real file, twice, and what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.challenges import commands, counting, filters, listing, queries
from marketplace.challenges.importing.command import import_postings, importer
from marketplace.challenges.importing.reading import read_postings, read_rows
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed
from marketplace.organisations.models import Organisation
from tests.challenges.conftest import Cast, reading_as

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data" / "challenge_gov.json"
FILE = SHARED if SHARED.exists() else next((HERE / "data").glob("*.json"))


@pytest.fixture(scope="module")
def rows():
    """Rows of the file that are taken, as they stand in it."""
    held = json.loads(FILE.read_text("utf-8"))
    held = held["challenges"] if isinstance(held, dict) else held
    return [held[posting.row - 1] for posting in read_rows(held).postings]


def test_every_row_is_taken_once_and_found_unchanged_the_second_time(db, now):
    reading = read_postings(FILE)
    first = import_postings(importer(now), reading, now)
    assert first.taken == len(reading.postings)
    assert first.taken + first.refused == first.rows
    second = import_postings(importer(now), reading, now)
    assert (second.taken, second.changed, second.unchanged) == (0, 0, first.taken)
    assert db.scalar(select(func.count()).select_from(Challenge)) == first.taken
    assert db.scalar(select(func.count()).select_from(Organisation).where(Organisation.is_claimed)) == 0

    anybody = Viewer.anonymous(now)
    with reading_as(anybody):
        everything = filters.Filters(is_any_status=True)
        page = listing.listed(everything, now)
        assert page.total == first.taken
        counts = counting.counts(everything, now)
        assert counts.of("status", "open") + counts.of("status", "closed") == first.taken
        for challenge in page.items:
            assert challenge.is_external
            assert challenge.agency.name
            queries.one_challenge(challenge.key)
    with reading_as(anybody):
        word = page.items[0].title.split()[0]
        assert listing.listed(filters.Filters(q=word, is_any_status=True), now).total >= 1


def test_a_changed_row_changes_its_posting_and_no_other(db, now, rows):
    some = rows[:3]
    import_postings(importer(now), read_rows(some), now)
    some = [some[0], {**some[1], "challenge-title": "Another title"}, *some[2:]]
    report = import_postings(importer(now), read_rows(some), now)
    assert (report.taken, report.changed, report.unchanged) == (0, 1, len(some) - 1)
    titles = [each.title for each in db.scalars(select(Challenge))]
    assert titles.count("Another title") == 1


def test_only_the_host_imports(cast: Cast, rows):
    with reading_as(cast.author), pytest.raises(NotAllowed):
        import_postings(cast.author, read_rows(rows[:1]), cast.now)


def test_an_imported_posting_takes_no_proposals_and_starts_a_draft_of_ones_own(cast: Cast, db, rows):
    import_postings(importer(cast.now), read_rows(rows[:1]), cast.now)
    posting = db.scalars(select(Challenge).where(Challenge.source.is_not(None))).one()
    assert posting.state == ChallengeState.PUBLISHED
    with reading_as(cast.author):
        found = queries.one_challenge(posting.key)
        copy = commands.clone(cast.author, found, cast.now)
        database.session.commit()
        assert copy.state == ChallengeState.DRAFT
        assert copy.title == posting.title
        assert copy.source is None
        assert copy.external_url is None
        assert copy.deadline is None
        assert copy.agency_id == cast.agency.id
