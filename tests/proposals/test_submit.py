"""Sending a proposal: complete, in time, once; and again until the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.challenges.models import ChallengeState
from marketplace.core.errors import NotAllowed, Refused
from marketplace.proposals import commands, contents, queries
from marketplace.proposals.models import Proposal, ProposalState, Section, Submission
from tests.proposals import builder


def test_a_sent_proposal_has_a_receipt_over_its_exact_bytes(scene, db):
    proposal = scene.draft()
    sent = commands.submit(scene.writer, proposal, scene.now)
    db.commit()
    assert proposal.state == ProposalState.SUBMITTED
    assert proposal.submitted_at == sent.received_at == scene.now
    assert contents.digest(contents.exact_bytes(proposal, sent.id)[1]) == sent.sha256
    assert contents.read(proposal).price.minor == 12_000_000
    assert queries.receipt_is_genuine(sent.receipt_code.lower().replace("-", " "), sent.sha256.upper())
    assert not queries.receipt_is_genuine(sent.receipt_code, "0" * 64)
    assert not queries.receipt_is_genuine("K7QF-92MX-TB4C-HW8N", sent.sha256)


def test_the_deadlines_own_moment_is_in_time_and_the_next_is_not(scene):
    proposal = scene.draft()
    with pytest.raises(Refused, match="The deadline was"):
        commands.submit(scene.writer, proposal, scene.challenge.deadline + timedelta(microseconds=1))
    commands.submit(scene.writer, proposal, scene.challenge.deadline)
    assert proposal.state == ProposalState.SUBMITTED


def test_what_is_missing_binds_at_submission_only(scene):
    proposal = commands.start_proposal(scene.writer, scene.challenge, scene.now)
    commands.save_section(scene.writer, proposal, Section.SUMMARY, {"title": "Half a thought"}, scene.now)
    with pytest.raises(Refused, match="Something is missing"):
        commands.submit(scene.writer, proposal, scene.now)
    assert proposal.state == ProposalState.DRAFT


def test_a_new_version_takes_the_place_of_the_one_before(scene, db):
    proposal = scene.sent()
    first = contents.standing(proposal)
    builder.write(scene.colleague, proposal, scene.now, 9_000_000, title="Better")
    later = scene.now + timedelta(hours=1)
    second = commands.submit(scene.colleague, proposal, later)
    db.commit()
    assert contents.standing(proposal) == second != first
    assert first.replaced_at == later
    assert contents.read(proposal).title == "Better"
    assert len(contents.versions(proposal)) == 2


def test_the_same_form_sent_twice_has_one_effect(scene, db):
    proposal = scene.draft()
    shown = contents.digest(contents.pack(proposal, contents.draft_of(proposal)))
    first = commands.submit(scene.writer, proposal, scene.now, expected=shown)
    again = commands.submit(scene.writer, proposal, scene.now + timedelta(seconds=1), expected=shown)
    assert again == first
    assert db.scalar(select(func.count(Submission.id))) == 1


def test_a_draft_that_changed_since_it_was_read_is_not_sent(scene):
    proposal = scene.draft()
    shown = contents.digest(contents.pack(proposal, contents.draft_of(proposal)))
    builder.write(scene.colleague, proposal, scene.now, 1_000_000)
    with pytest.raises(Refused, match="changed the draft"):
        commands.submit(scene.writer, proposal, scene.now, expected=shown)


def test_a_startup_that_waits_for_its_verification_drafts_and_does_not_send(scene):
    proposal = builder.written(scene.newcomer, scene.challenge, scene.now)
    with pytest.raises(Refused, match="must be verified"):
        commands.submit(scene.newcomer, proposal, scene.now)


def test_who_keeps_the_books_does_not_send(scene):
    proposal = scene.draft()
    with pytest.raises(NotAllowed):
        commands.submit(scene.bookkeeper, proposal, scene.now)


@pytest.mark.parametrize("state", [ChallengeState.WITHDRAWN, ChallengeState.CANCELLED, ChallengeState.AWARDED])
def test_an_ended_challenge_takes_nothing(scene, db, state):
    ended = builder.challenge(scene.challenge.agency, scene.now, state=state)
    with pytest.raises(Refused):
        commands.start_proposal(scene.writer, ended, scene.now)


def test_a_challenge_on_another_site_takes_nothing(scene):
    external = builder.challenge(scene.challenge.agency, scene.now, external_url="https://example.org/prize")
    with pytest.raises(Refused):
        commands.start_proposal(scene.writer, external, scene.now)


def test_one_organisation_has_one_proposal_to_a_challenge(scene, db):
    first = commands.start_proposal(scene.writer, scene.challenge, scene.now)
    second = commands.start_proposal(scene.colleague, scene.challenge, scene.now)
    assert first == second
    assert db.scalar(select(func.count(Proposal.id))) == 1
