"""Two at once: of a double submission one effect, of a held lock nobody late, of a double start one proposal."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from marketplace.core import clock, database
from marketplace.core.errors import Refused
from marketplace.core.events import Event
from marketplace.core.writing.history import Conflict
from marketplace.proposals import commands, contents
from marketplace.proposals.models import Proposal, ProposalState, Section, Submission
from tests.proposals import builder


def together(*deeds):
    """Run deeds at once, each in a session of its own; gives their answers or what they raised."""
    barrier, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, viewer, deed):
        with database.session_scope(viewer) as session:
            barrier.wait()
            try:
                answers[place] = deed()
                session.commit()
            except Exception as error:
                answers[place] = error

    threads = [threading.Thread(target=run, args=(place, *deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def fresh(model, row_id):
    return database.session.scalar(select(model).where(model.id == row_id))


def test_two_submissions_of_one_draft_have_one_effect(scene, db):
    proposal_id = scene.draft().id
    db.commit()

    def send():
        return commands.submit(database_viewer(), fresh(Proposal, proposal_id), scene.now).id

    def database_viewer():
        from marketplace.core.access import viewer_of

        return viewer_of(database.session)

    first, second = together((scene.writer, send), (scene.colleague, send))
    assert first == second
    assert db.scalar(select(func.count(Submission.id))) == 1


def test_two_who_begin_at_once_go_on_with_one_proposal(scene, db):
    def start_as(viewer):
        def start():
            challenge = fresh(type(scene.challenge), scene.challenge.id)
            return commands.start_proposal(viewer, challenge, scene.now).id

        return start

    answers = together((scene.writer, start_as(scene.writer)), (scene.colleague, start_as(scene.colleague)))
    assert answers[0] == answers[1]
    assert db.scalar(select(func.count(Proposal.id))) == 1


def test_two_who_save_at_once_lose_nothing(scene, db):
    proposal_id = scene.draft().id
    db.commit()

    def save_as(viewer, words):
        def save():
            content = {"title": words, "summary": words, "language": "en"}
            proposal = fresh(Proposal, proposal_id)
            with suppress(Conflict):  # what a conflict keeps aside is committed as well
                commands.save_section(viewer, proposal, Section.SUMMARY, content, scene.now, version=1)

        return save

    together((scene.writer, save_as(scene.writer, "His")), (scene.colleague, save_as(scene.colleague, "Hers")))
    proposal = fresh(Proposal, proposal_id)
    kept = {contents.draft_of(proposal)[Section.SUMMARY].content["title"]}
    kept |= {revision.content["title"] for revision in contents.history(proposal, Section.SUMMARY)}
    assert kept >= {"His", "Hers"}


def test_waiting_for_a_lock_makes_nobody_late(scene, db):
    """It arrived in time and waited while the deadline passed; even the opening did not make it late."""
    proposal_id = scene.draft().id
    db.commit()
    deadline = scene.challenge.deadline
    held = database.engine().connect()
    held.execute(text("SELECT 1 FROM proposal WHERE id = :id FOR UPDATE"), {"id": proposal_id})
    answer: list = []

    def send():
        with database.session_scope(scene.writer) as session:
            with clock.at(deadline):
                received_at = clock.receipt()
            answer.append(commands.submit(scene.writer, fresh(Proposal, proposal_id), received_at).received_at)
            session.commit()

    waiting = threading.Thread(target=send)
    waiting.start()
    waiting.join(timeout=0.5)
    assert answer == []
    with clock.at(scene.after):
        held.rollback()
        held.close()
        waiting.join(timeout=20)
    assert answer == [deadline]
    db.expire_all()
    assert fresh(Proposal, proposal_id).state == ProposalState.SUBMITTED


def test_what_arrived_in_time_is_opened_even_after_the_first_opening(scene, db):
    proposal = scene.draft()
    db.commit()
    assert commands.open_proposals(scene.officer, scene.challenge, scene.after).count == 0
    commands.submit(scene.writer, proposal, scene.challenge.deadline)
    assert commands.open_proposals(scene.officer, scene.challenge, scene.after).count == 1
    assert proposal.state == ProposalState.OPENED


def test_the_database_lets_one_live_proposal_in(scene, db):
    from sqlalchemy.exc import IntegrityError

    scene.draft()
    db.add(Proposal(challenge_id=scene.challenge.id, startup_id=scene.writer.organisation_id))
    with pytest.raises(IntegrityError, match="uq_proposal_one_live"):
        db.flush()


def test_a_later_deadline_lets_more_come(scene, db):
    proposal = builder.sent(scene.writer, scene.challenge, scene.now)
    scene.challenge.deadline += timedelta(days=2)
    db.commit()
    commands.withdraw(scene.writer, proposal, scene.challenge.deadline)
    assert proposal.state == ProposalState.WITHDRAWN


def behind_the_opening(scene, db, deed):
    """A deed that arrived at the deadline and waits for its turn while the opening runs."""
    answer: list = []

    def run():
        with database.session_scope(scene.writer) as session:
            try:
                answer.append(deed(fresh(Proposal, proposal_id), scene.challenge.deadline))
                session.commit()
            except Exception as error:
                answer.append(error)

    proposal_id = db.scalar(select(Proposal.id))
    with database.session_scope(scene.officer) as session:
        challenge = session.scalar(
            select(type(scene.challenge)).where(type(scene.challenge).id == scene.challenge.id)
        )
        assert commands.open_proposals(scene.officer, challenge, scene.after).count == 1
        session.flush()
        waiting = threading.Thread(target=run)
        waiting.start()
        waiting.join(timeout=0.5)
        assert answer == []
        session.commit()
    waiting.join(timeout=20)
    db.rollback()
    db.expire_all()
    return answer[0], fresh(Proposal, proposal_id)


def test_a_replacement_that_waited_behind_the_opening_is_opened_in_its_place(scene, db):
    proposal = scene.sent()
    commands.save_section(scene.writer, proposal, Section.PRICE, builder.milestones(7_000_000), scene.now)
    db.commit()
    sent, proposal = behind_the_opening(
        scene, db, lambda found, received_at: commands.submit(scene.writer, found, received_at).id
    )
    assert proposal.state == ProposalState.OPENED
    assert (proposal.price_minor, proposal.submitted_at) == (7_000_000, scene.challenge.deadline)
    standing = db.scalars(select(Submission).where(Submission.replaced_at.is_(None))).one()
    assert standing.id == sent
    happened = db.scalars(select(Event.name).where(Event.stream_id == proposal.id).order_by(Event.number)).all()
    assert happened[-2:] == ["proposal.opened", "proposal.replaced_at_opening"]
    with database.session_scope(scene.manager):
        assert contents.read(fresh(Proposal, proposal.id)).price.minor == 7_000_000


def test_a_withdrawal_that_waited_behind_the_opening_leaves_nothing_to_read(scene, db):
    scene.sent()
    db.commit()
    failure, proposal = behind_the_opening(
        scene, db, lambda found, received_at: commands.withdraw(scene.writer, found, received_at)
    )
    assert failure is None
    assert proposal.state == ProposalState.WITHDRAWN
    assert (proposal.opened_at, proposal.price_minor) == (None, None)
    with database.session_scope(scene.manager) as session:
        assert session.scalars(select(Proposal)).all() == []
        assert session.scalars(select(Submission)).all() == []


def test_a_later_version_after_the_opening_is_late(scene, db):
    proposal = scene.sent()
    commands.save_section(scene.writer, proposal, Section.PRICE, builder.milestones(7_000_000), scene.now)
    commands.open_proposals(scene.officer, scene.challenge, scene.after)
    db.commit()
    with pytest.raises(Refused, match="The deadline was"):
        commands.submit(scene.writer, proposal, scene.after)
