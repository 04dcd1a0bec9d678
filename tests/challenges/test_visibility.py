"""Who sees what: the rule in SQL and its neighbour in Python, the parts of a challenge, one 404 for all else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.challenges import policy
from marketplace.challenges.models import (
    Challenge,
    ChallengeNotice,
    ChallengeState,
    ChallengeText,
    Criterion,
    SectionRevision,
    StageDate,
)
from marketplace.core import database, workflow
from marketplace.core.files import File
from tests.challenges.conftest import Cast, as_system, reading_as


@pytest.fixture
def every_state(cast: Cast) -> list[Challenge]:
    """A challenge in each state, public ones both before and after their moment."""
    made = []
    for state in ChallengeState:
        for shift in (-1, 0, 1):
            challenge = cast.draft(title=f"{state} {shift}")
            challenge.publish_at = cast.now + timedelta(days=shift)
            with workflow._moving():
                challenge.state = state
            made.append(challenge)
    database.session.commit()
    return made


def test_the_rule_in_sql_is_the_rule_in_python(cast: Cast, every_state: list[Challenge]):
    for who, viewer in cast.everybody().items():
        with as_system():
            expected = {each.id for each in every_state if policy.can_see(viewer, each)}
        with reading_as(viewer):
            assert set(database.session.scalars(select(Challenge.id))) == expected, who


def test_a_part_is_seen_with_its_challenge_and_revisions_by_the_agency_alone(cast: Cast, every_state):
    for who, viewer in cast.everybody().items():
        with reading_as(viewer):
            seen = set(database.session.scalars(select(Challenge.id)))
            for part in (ChallengeText, Criterion, StageDate, ChallengeNotice):
                assert set(database.session.scalars(select(part.challenge_id))) <= seen, (who, part)
            texts = set(database.session.scalars(select(ChallengeText.challenge_id)))
            assert texts == seen
            assert bool(database.session.scalars(select(SectionRevision.id)).first()) == viewer.acts_for(
                cast.agency.id
            )
            assert database.session.scalars(select(File.id)).all() == []


def test_unseen_and_unknown_answer_alike(cast: Cast, browser):
    challenge = cast.draft()
    database.session.commit()
    for who in ("stranger", "startup", "nobody"):
        visitor = browser(None if who == "nobody" else cast.everybody()[who])
        unseen = visitor.get(f"/en/challenges/{challenge.slug('en')}-{challenge.key}/")
        unknown = visitor.get("/en/challenges/nothing-aaaaaaaaaaaaa/")
        assert unseen.status == unknown.status == 404
        hide = challenge.key, challenge.slug("en")
        body, other = unseen.response.get_data(as_text=True), unknown.response.get_data(as_text=True)
        for words in hide:
            body = body.replace(words, "")
        assert _same_but_for_addresses(body, other)


def _same_but_for_addresses(one: str, other: str) -> bool:
    import re

    def plain(text: str) -> str:
        text = re.sub(r'(href|value|content|action)="[^"]*"', "", text)
        return text

    return plain(one) == plain(other)


@pytest.mark.parametrize("page", ["manage", "review", "edit/problem", "publication", "extension", "withdrawal"])
@pytest.mark.parametrize("who", ["stranger", "startup", "administrator"])
def test_the_agencys_pages_are_not_there_for_others(cast: Cast, browser, page: str, who: str):
    challenge = cast.published()
    database.session.commit()
    assert browser(getattr(cast, who)).get(f"/en/challenges/{challenge.key}/{page}/").status == 404
