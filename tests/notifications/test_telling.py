"""Who is told of an event, once; what the mail and the notice say, and what they don't say any more."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text

from marketplace.accounts.models import Person
from marketplace.challenges.commands import cancel
from marketplace.core import clock, database
from marketplace.core.access import Viewer
from marketplace.core.events import Event, type_of
from marketplace.core.mail import OutgoingMail
from marketplace.core.settings import settings
from marketplace.evaluations.decision.commands import disqualify
from marketplace.notifications import commands, queries
from marketplace.notifications.kinds import LABELS, NoticeKind
from marketplace.notifications.models import Notice
from marketplace.notifications.telling import TABLE
from marketplace.organisations.models import Membership
from tests.evaluations import stage
from tests.proposals.conftest import reading_as
from tests.proposals.conftest import scene as scene  # the fixture
from tests.smtp import Sink, running_sink


@pytest.mark.parametrize("name", TABLE)
def test_each_row_names_a_declared_event_and_a_kind_with_its_words(app, name):
    assert type_of(name).name == name
    assert LABELS[TABLE[name].kind]
    with app.test_request_context("/en/"):
        assert str(TABLE[name].to_do)


@pytest.mark.parametrize("name", TABLE)
def test_nobody_is_told_of_what_is_not_there(db, now, name):
    """Each row's recipients can be asked for, though the thing has gone."""
    gone = Event(
        name=name,
        at=now,
        stream_id=UUID(int=1),
        subject_id=UUID(int=2),
        data={"member": str(UUID(int=3))},
        subject_kind=name.split(".", 1)[0],
    )
    assert set(TABLE[name].whom(gone)) == set()


@pytest.fixture
def sink(monkeypatch, configuration):
    """The mails of the test go to a real server."""
    with running_sink() as running:
        monkeypatch.setattr(settings(), "smtp_host", "127.0.0.1")
        monkeypatch.setattr(settings(), "smtp_port", running.port)
        monkeypatch.setattr(settings(), "smtp_security", "none")
        yield running


def told(db, event: str) -> set[UUID]:
    """For whom a notice of such an event was written."""
    db.rollback()
    rows = select(Notice.person_id).join(Event, Event.id == Notice.event_id).where(Event.name == event)
    return set(db.scalars(rows))


def html(mail) -> str:
    return mail.get_body(("html",)).get_content()


def plain(mail) -> str:
    return mail.get_body(("plain",)).get_content()


@pytest.fixture
def sent(db, scene):
    """The writer's proposal has just been sent; nobody has been told yet."""
    proposal = scene.sent()
    db.commit()
    return proposal


def test_a_receipt_goes_to_the_whole_team_its_sender_too(db, scene, sink: Sink, sent, run_jobs):
    run_jobs()
    assert told(db, "proposal.submitted") == {scene.writer.person_id, scene.colleague.person_id}
    assert len(set(sink.ids)) == len(sink.mails) == 2
    mail = sink.mails[0]
    assert "Detect tampered setpoints" in str(mail["Subject"])
    assert "Keep the receipt." in plain(mail)
    assert "Keep the receipt." in html(mail)
    assert mail["Auto-Submitted"] == "auto-generated"


def test_of_an_evaluation_those_are_told_who_have_to_act(db, now, run_jobs):
    made = stage.build(now, {"Tidewatch Labs": 10_000})
    with clock.at(made.now):
        made.open().name_panel()
        run_jobs()
    assert told(db, "challenge.proposals_opened") == {made.manager.person_id}
    assert told(db, "evaluation.member_added") == {viewer.person_id for viewer in made.evaluators}
    assert told(db, "evaluation.chair_named") == {made.chair.person_id}


def test_who_acted_is_not_told_of_his_own_deed(db, now, run_jobs):
    made = stage.build(now, {"Tidewatch Labs": 10_000})
    with clock.at(made.now):
        made.ready()
        run_jobs()
    # The chair pressed the button; the two others learn of it.
    assert told(db, "evaluation.start_scoring") == {made.second.person_id, made.third.person_id}


def test_an_event_told_twice_is_told_once(db, scene, sent, run_jobs):
    run_jobs()
    before = told(db, "proposal.submitted")
    event = db.scalars(select(Event).where(Event.name == "proposal.submitted")).one()
    assert commands.tell(event, scene.now) == 0
    db.commit()
    run_jobs()
    assert told(db, "proposal.submitted") == before
    assert (
        db.scalar(text("SELECT count(*) FROM notice")) == db.scalar(text("SELECT count(*) FROM outgoing_mail")) == 2
    )


def test_whoever_wants_no_mail_still_has_the_notice(db, scene, sink: Sink, run_jobs):
    with reading_as(scene.writer):
        commands.prefer(scene.writer, set(NoticeKind) - {NoticeKind.PROPOSAL}, scene.now)
        database.session.commit()
    scene.sent()
    db.commit()
    run_jobs()
    assert len(sink.mails) == 1
    with reading_as(scene.writer):
        assert queries.unread_count(scene.writer) == 1


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_the_mail_speaks_its_receivers_language(db, scene, sink: Sink, run_jobs, language, direction):
    from marketplace.core.i18n import in_language

    db.scalars(select(Person).where(Person.id == scene.writer.person_id)).one().language = language
    db.commit()
    scene.sent()
    db.commit()
    run_jobs()
    with in_language(language):
        words = str(TABLE["proposal.submitted"].to_do)
    mail = next(one for one in sink.mails if words in plain(one))
    assert mail["Content-Language"] == language
    assert words in html(mail)
    assert f'<html lang="{language}" dir="{direction}"' in html(mail)
    assert f"http://localhost/{language}/notices/" in plain(mail)


def test_who_has_left_meanwhile_gets_no_mail(db, scene, sink: Sink, sent, run_jobs):
    for seat in db.scalars(select(Membership).where(Membership.person_id == scene.colleague.person_id)):
        seat.ends_at = scene.now
    db.commit()
    run_jobs()
    assert len(sink.mails) <= 1
    mails = db.scalars(select(OutgoingMail)).all()
    assert all(mail.sent_at and mail.data == {} and mail.address is None for mail in mails)


def test_a_notice_tells_no_title_where_its_reader_may_not_see_the_thing(db, scene, sent, run_jobs):
    run_jobs()
    with reading_as(scene.writer):
        _page, (item,) = queries.notices(scene.writer, None)
        assert item.thing
        assert item.thing.title == "Detect tampered setpoints"
    nowhere = Viewer(at=scene.now, person_id=scene.writer.person_id)
    with reading_as(nowhere):
        _page, (item,) = queries.notices(nowhere, None)
        assert item.thing is None
    with reading_as(scene.rival):
        assert queries.notices(scene.rival, None)[1] == []


def test_a_mail_that_was_refused_goes_out_later_under_the_same_id(db, scene, sink: Sink, sent, run_jobs):
    sink.refuses.set()
    run_jobs()
    assert sink.mails == []
    expected = {f"<{number}@localhost>" for number in db.scalars(select(OutgoingMail.id))}
    sink.refuses.clear()
    db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    db.commit()
    run_jobs()
    assert set(sink.ids) == expected
    assert len(sink.ids) == 2


def test_a_change_that_was_undone_tells_nobody(db, scene, run_jobs):
    scene.sent()
    db.rollback()
    run_jobs()
    assert told(db, "proposal.submitted") == set()


def test_a_disqualified_proposer_is_told_with_the_reason(db, now, sink: Sink, run_jobs):
    made = stage.build(now, {"Tidewatch Labs": 10_000, "Halyard Mail": 12_000})
    with clock.at(made.now):
        made.ready()
        run_jobs()
        sink.mails.clear()
        disqualify(
            made.manager, made.evaluation, made.proposals["Halyard Mail"], "Its certificate was forged.", made.now
        )
        db.commit()
        run_jobs()
    owner = made.owners["Halyard Mail"]
    assert told(db, "proposal.disqualified") == {owner.person_id}
    (mail,) = sink.mails
    assert "National Water Authority disqualified the proposal" in str(mail["Subject"])
    assert "The reason: Its certificate was forged." in plain(mail)
    with reading_as(owner.later(made.now)):
        assert "disqualified the proposal" in queries.notices(owner, None)[1][0].sentence


def test_bidders_and_panel_are_told_that_a_challenge_was_cancelled_after_its_opening(db, now, run_jobs):
    made = stage.build(now, {"Tidewatch Labs": 10_000, "Halyard Mail": 12_000})
    with clock.at(made.now):
        made.open().name_panel().screen(**{"Halyard Mail": "Older than ten years"})
        cancel(made.approver.later(made.now), made.challenge, "The budget was cut.", made.now)
        db.commit()
        run_jobs()
    bidders = {owner.person_id for owner in made.owners.values()}
    assert told(db, "challenge.cancelled") == bidders | {viewer.person_id for viewer in made.evaluators}
