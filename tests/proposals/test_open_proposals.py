"""The opening: after the deadline, by an officer or a notary, of what stands; it begins the evaluation."""

from __future__ import annotations

import pytest

from marketplace.challenges.models import ChallengeState
from marketplace.core.errors import NotAllowed, Refused
from marketplace.proposals import commands
from marketplace.proposals.models import ProposalState
from tests.proposals import builder
from tests.proposals.conftest import reading_as


def test_what_was_sent_is_opened_and_drafts_stay(scene, db):
    sent = builder.sent(scene.writer, scene.challenge, scene.now, 1_500_000, 9_000_000)
    draft = builder.written(scene.rival, scene.challenge, scene.now)
    db.commit()
    opening = commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    assert opening.count == 1
    assert (sent.state, sent.price_minor, sent.opened_at) == (ProposalState.OPENED, 10_500_000, scene.after)
    assert draft.state == ProposalState.DRAFT
    assert scene.challenge.state == ChallengeState.EVALUATION


def test_a_notary_opens_and_reads_nothing(scene, db):
    scene.sent()
    db.commit()
    with reading_as(scene.notary):
        from marketplace.core import database
        from marketplace.proposals import queries

        challenge = queries.challenge_by_key(scene.challenge.key)
        assert commands.open_proposals(scene.notary, challenge, scene.after).count == 1
        database.session.commit()
        assert queries.opened(challenge) == []
        assert queries.count_opened(challenge) == 1


def test_an_opening_without_proposals_says_so(scene, db):
    assert commands.open_proposals(scene.officer, scene.challenge, scene.after).count == 0
    db.commit()
    assert scene.challenge.state == ChallengeState.EVALUATION


@pytest.mark.parametrize("name", ["manager", "writer", "stranger", "administrator", "auditor", "evaluator"])
def test_nobody_else_opens(scene, name):
    with pytest.raises(NotAllowed):
        commands.open_proposals(getattr(scene, name), scene.challenge, scene.after)


def test_the_deadlines_own_moment_is_too_early(scene):
    with pytest.raises(Refused, match="after the deadline"):
        commands.open_proposals(scene.officer, scene.challenge, scene.challenge.deadline)


def test_a_cancelled_challenge_is_never_opened(scene):
    ended = builder.challenge(scene.challenge.agency, scene.now, state=ChallengeState.CANCELLED)
    with pytest.raises(Refused, match="can't be opened"):
        commands.open_proposals(scene.officer, ended, scene.after)


def test_what_was_opened_is_changed_no_more(scene, db):
    from marketplace.proposals.models import Section

    proposal = scene.sent()
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    with pytest.raises(Refused, match="was opened"):
        commands.save_section(scene.writer, proposal, Section.SUMMARY, {"title": "Late"}, scene.after)
