"""After publication: the deadline moves later, corrections are added, it ends with a reason; nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.challenges import commands, queries
from marketplace.challenges.models import ChallengeState
from marketplace.core import clock, database
from marketplace.core.access import Viewer
from marketplace.core.errors import NotAllowed, Refused
from tests.challenges.conftest import Cast, reading_as

S = ChallengeState


def test_the_deadline_is_extended_with_a_reason_and_readers_see_both_dates(cast: Cast, browser):
    challenge = cast.published(deadline=datetime(2027, 3, 20, 11, 0, tzinfo=UTC))
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/extension/")
    page = author.press("Extend the deadline", deadline="2027-03-25T12:00", reason="")
    assert page.errors
    assert page.value_of("New deadline (needed)") == "2027-03-25T12:00"
    page = author.press("Extend the deadline", deadline="2027-03-25T12:00", reason="A holiday.")
    assert "The deadline is extended" in page.root.text
    page = browser().get(f"/en/challenges/{challenge.slug('en')}-{challenge.key}/")
    assert "From Saturday 20 March 2027, 12:00 (Paris) to Thursday 25 March 2027, 12:00 (Paris)." in page.text
    assert "A holiday." in page.text


@pytest.mark.parametrize("days", [0, -1, 3650])
def test_the_deadline_never_moves_earlier_nor_absurdly_late(cast: Cast, days: int):
    challenge = cast.published()
    with pytest.raises(Refused):
        commands.extend_deadline(
            cast.author, challenge, challenge.deadline + timedelta(days=days), "Why not.", cast.now
        )


def test_an_extension_is_possible_to_the_last_moment_and_not_after(cast: Cast):
    challenge = cast.published()
    last = challenge.deadline
    later = last + timedelta(days=5)
    with pytest.raises(Refused, match="closed on"):
        commands.extend_deadline(cast.author, challenge, later, "Late.", last + timedelta(microseconds=1))
    commands.extend_deadline(cast.author, challenge, later, "Just in time.", last)
    assert challenge.deadline == later


def test_a_correction_is_dated_public_and_leaves_the_text_alone(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    before = challenge.original.problem
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/correction/")
    author.press("Publish the correction", text="There are 212 stations. <script>alert(1)</script>")
    page = browser().get(f"/en/challenges/{challenge.slug('en')}-{challenge.key}/")
    assert "There are 212 stations." in page.text
    assert "<script>alert(1)</script>" not in page.response.get_data(as_text=True)
    assert challenge.original.problem == before


def test_it_is_withdrawn_while_open_with_a_public_reason_and_keeps_its_page(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    author = browser(cast.author)
    author.get(f"/en/challenges/{challenge.key}/withdrawal/")
    page = author.press("Withdraw the challenge", reason=" ")
    assert page.errors
    author.press("Withdraw the challenge", reason="The budget was cut.")
    page = browser().get(f"/en/challenges/{challenge.slug('en')}-{challenge.key}/")
    assert page.status == 200
    assert "The budget was cut." in page.text
    assert author.get(f"/en/challenges/{challenge.key}/extension/").status == 404


def test_it_is_cancelled_only_after_its_deadline(cast: Cast, browser):
    challenge = cast.published()
    database.session.commit()
    with pytest.raises(Refused, match="open until"):
        commands.cancel(cast.author, challenge, "No.", cast.now)
    database.session.rollback()
    after = challenge.deadline + timedelta(seconds=1)
    with pytest.raises(Refused, match="closed on"):
        commands.withdraw(cast.author, challenge, "No.", after)
    database.session.rollback()
    with clock.at(after):
        commands.cancel(cast.author, challenge, "All proposals missed the point.", after)
        database.session.commit()
        page = browser().get(f"/en/challenges/{challenge.slug('en')}-{challenge.key}/")
        assert "All proposals missed the point." in page.text
    assert challenge.state == S.CANCELLED


@pytest.mark.parametrize("who", ["officer", "onlooker", "stranger", "startup", "notary"])
def test_others_do_none_of_it(cast: Cast, who: str):
    challenge = cast.published()
    database.session.commit()
    actor: Viewer = getattr(cast, who)
    with reading_as(actor):
        found = queries.one_challenge(challenge.key)
        for deed in (
            lambda: commands.extend_deadline(actor, found, found.deadline + timedelta(days=1), "x", cast.now),
            lambda: commands.add_correction(actor, found, "x", cast.now),
            lambda: commands.withdraw(actor, found, "x", cast.now),
            lambda: commands.cancel(actor, found, "x", found.deadline + timedelta(days=1)),
        ):
            with pytest.raises((NotAllowed, Refused)):
                deed()
            database.session.rollback()


def test_dates_overtaken_by_an_extension_are_not_shown_as_still_true(cast: Cast):
    challenge = cast.draft()
    commands.save_section(
        cast.author,
        challenge,
        "dates",
        {"decision_due": challenge.deadline + timedelta(days=3)},
        cast.now,
    )
    assert challenge.decision_expected
    commands.submit_for_review(cast.author, challenge, cast.now)
    commands.approve(cast.approver, challenge, cast.now)
    commands.publish(cast.author, challenge, cast.now)
    commands.extend_deadline(cast.author, challenge, challenge.deadline + timedelta(days=9), "Longer.", cast.now)
    assert challenge.decision_expected is None
