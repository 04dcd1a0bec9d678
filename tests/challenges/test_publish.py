"""Publication: frozen and hashed, now or at a time, and by whom."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from marketplace.challenges import commands, hashing, queries
from marketplace.challenges.models import Challenge, ChallengeState
from marketplace.core import clock, database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotFound, Refused
from tests.challenges import world
from tests.challenges.conftest import Cast, reading_as

S = ChallengeState


def test_the_published_bytes_give_the_published_hash(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    reader = browser()
    slug = f"/en/challenges/{challenge.slug('en')}-{challenge.key}"
    for name, expected in (("criteria", challenge.criteria_hash), ("published", challenge.published_hash)):
        content = reader.client.get(f"{slug}/{name}.json").data
        assert hashlib.sha256(content).hexdigest() == expected
    assert [c["weight"] for c in json.loads(reader.client.get(f"{slug}/criteria.json").data)["criteria"]] == [
        60,
        15,
        25,
    ]
    assert challenge.criteria_hash in reader.get(f"{slug}/criteria/").text
    assert hashing.short(challenge.criteria_hash) in reader.get(f"{slug}/").text


def test_an_extension_changes_neither_hash(cast: Cast, browser):
    challenge = cast.published()
    commands.extend_deadline(cast.author, challenge, challenge.deadline + timedelta(days=2), "Holidays.", cast.now)
    database.session.commit()
    slug = f"/en/challenges/{challenge.slug('en')}-{challenge.key}"
    content = browser().client.get(f"{slug}/published.json").data
    assert hashlib.sha256(content).hexdigest() == challenge.published_hash


def test_nobody_writes_after_publication(cast: Cast):
    challenge = cast.published()
    with pytest.raises(Refused):
        commands.save_criteria(cast.author, challenge, world.CRITERIA[:1], cast.now)
    with pytest.raises(Refused):
        commands.save_section(cast.author, challenge, "outcomes", {"outcomes": "Less."}, cast.now)


def test_a_scheduled_challenge_is_frozen_now_and_public_at_its_moment_without_any_job(cast: Cast):
    challenge = cast.approved()
    opens = cast.now + timedelta(days=2)
    commands.publish(cast.author, challenge, cast.now, opens)
    database.session.commit()
    assert challenge.criteria_hash
    assert challenge.is_scheduled(cast.now)
    before, after = opens - timedelta(microseconds=1), opens
    for moment, is_seen in ((before, False), (after, True)):
        with reading_as(Viewer.anonymous(moment)):
            if is_seen:
                assert queries.one_challenge(challenge.key).criteria
            else:
                with pytest.raises(NotFound):
                    queries.one_challenge(challenge.key)


def test_what_is_scheduled_can_be_taken_out_until_it_is_public(cast: Cast):
    challenge = cast.approved()
    commands.publish(cast.author, challenge, cast.now, cast.now + timedelta(days=2))
    commands.unschedule(cast.author, challenge, cast.now)
    assert (challenge.state, challenge.criteria_hash, challenge.publish_at) == (S.APPROVED, None, None)
    commands.publish(cast.author, challenge, cast.now)
    with pytest.raises(Refused, match="public already"):
        commands.unschedule(cast.author, challenge, cast.now)


@pytest.mark.parametrize("typed", ["", "2027-02-01T10:00", "2027-06-01T10:00", "2027-03-28T02:30", "nonsense"])
def test_a_time_that_does_not_suit_is_refused_beside_its_field(cast: Cast, browser, typed: str):
    challenge = cast.approved()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/publication/")
    page = author.press("Publish", when="later", publish_at=typed)
    assert page.error_beside("Public from")
    assert page.value_of("Public from") == typed
    database.session.expire_all()
    assert database.session.get_one(Challenge, challenge.id).state == S.APPROVED


def test_publishing_in_the_browser(cast: Cast, browser):
    challenge = cast.approved()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/publication/")
    page = author.press("Publish")
    assert "It is public." in page.root.text
    page = browser().get("/en/challenges/")
    assert challenge.title in page.text


def test_a_pending_agency_drafts_and_is_reviewed_but_does_not_publish(cast: Cast, browser):
    challenge = world.approved(cast.pending_author, cast.pending_approver, cast.now)
    database.session.commit()
    with pytest.raises(Refused, match="not verified your agency"):
        commands.publish(cast.pending_author, challenge, cast.now)
    database.session.rollback()
    page = browser(cast.pending_author).get(f"/en/challenges/{challenge.key}/manage/")
    assert "not verified your agency" in page.text


def test_a_deadline_that_has_passed_meanwhile_stops_the_publication(cast: Cast):
    challenge = cast.approved()
    late = challenge.deadline + timedelta(seconds=1)
    with pytest.raises(Refused, match="has passed"):
        commands.publish(cast.author, challenge, late)


def test_two_who_publish_at_once_publish_once(cast: Cast, browser):
    challenge = cast.approved()
    database.session.commit()
    one, other = browser(cast.author), browser(cast.owner)
    for each in (one, other):
        each.get(f"/en/challenges/{challenge.key}/publication/")
    one.press("Publish")
    page = other.press("Publish")
    assert page.status in (200, 404, 409)
    with reading_as(cast.author):
        found = queries.one_challenge(challenge.key)
        assert [e.sentence for e in queries.timeline(found)].count(
            "Nadia Ferchichi published it; its criteria are frozen."
        ) == 1


def test_open_and_closed_come_from_the_clock(cast: Cast):
    challenge = cast.published()
    assert challenge.is_open(challenge.deadline)
    assert not challenge.is_open(challenge.deadline + timedelta(microseconds=1))
    assert challenge.is_closed(challenge.deadline + timedelta(microseconds=1))
    assert clock.now() == cast.now
