"""After an erasure no name and no address is left, in whatever column of whatever table."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace.accounts.rights import viewer_of
from marketplace.core import clock, jobs, mail
from marketplace.core.access import Kind, Role
from marketplace.core.jobs import JobFailure, failures
from marketplace.core.mail import OutgoingMail, outbox
from marketplace.core.mail.delivery import NotTaken
from marketplace.organisations import invitations
from marketplace.organisations.models import Invitation
from marketplace.proposals import commands as proposals
from marketplace.proposals.models import Section
from tests.organisations import world
from tests.pages import Browser
from tests.proposals import builder
from tests.smtp import Sink, running_sink

NAME, EMAIL, OTHER_EMAIL = "Zebulon Quartermaine", "zebulon.quartermaine@example.org", "zq.elsewhere@example.org"
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type NOT IN
        ('uuid', 'bigint', 'integer', 'boolean', 'timestamp with time zone', 'date')
"""


def where_it_stands(db, *words: str) -> set[str]:
    """Each table and column in which one of the words stands."""
    db.rollback()
    found = set()
    for table, column in db.execute(text(COLUMNS)).all():
        statement = text(f'SELECT count(*) FROM "{table}" WHERE CAST("{column}" AS text) ILIKE ANY(:words)')
        if db.scalar(statement, {"words": [f"%{word}%" for word in words]}):
            found.add(f"{table}.{column}")
    return found


@pytest.fixture
def house(db, now) -> world.House:
    return world.build(db, now)


@pytest.fixture
def sink(configuration, monkeypatch):
    """A mail server that does not know the person, and says so with the address."""
    with running_sink() as server:
        monkeypatch.setattr(configuration, "smtp_host", "127.0.0.1")
        monkeypatch.setattr(configuration, "smtp_port", server.port)
        monkeypatch.setattr(configuration, "smtp_security", "none")
        yield server


@pytest.fixture
def zebulon(app: Flask, house: world.House, db, now, run_jobs, sink: Sink) -> Browser:
    """Somebody who has left traces wherever people leave them."""
    startup = world.an_organisation(house, Kind.STARTUP, name="Halyard")
    other = world.an_organisation(house, Kind.STARTUP, name="Tidewatch Labs")
    owner = house.viewer_in(startup, "owner")
    person = world.a_person(db, NAME, now, password=world.PASSWORD)
    _made, token = invitations.invite(owner, startup, EMAIL, Role.EDITOR, now)
    invitations.accept(viewer_of(person.id, None, now), token, now)
    invitations.invite(house.viewer_in(other, "owner"), other, EMAIL, Role.EDITOR, now)
    actor = viewer_of(person.id, startup.id, now)
    draft = proposals.start_proposal(actor, builder.challenge(builder.organisation(Kind.AGENCY, "Water"), now), now)
    proposals.comment(actor, draft, Section.SUMMARY, "Shorter?", now)
    db.commit()
    sink.unknown = {EMAIL}
    run_jobs()
    browser = Browser(app)
    browser.sign_in(EMAIL, world.PASSWORD)
    browser.get("/en/account/email/")
    browser.press("Change the address", email=OTHER_EMAIL, password=world.PASSWORD)
    return browser


def test_nothing_names_a_person_after_the_erasure(zebulon: Browser, db, run_jobs, sink: Sink):
    assert {"person_details.email", "invitation.email", "outgoing_mail.address"} <= where_it_stands(db, EMAIL)
    assert not where_it_stands(db, EMAIL) & {"job_failure.error"}
    zebulon.get("/en/account/erasure/")
    assert zebulon.press("Erase my account", password=world.PASSWORD, understood="y").says("Your account is erased.")
    assert where_it_stands(db, "Quartermaine", "Zebulon", OTHER_EMAIL) == {"outgoing_mail.address"}
    sink.unknown, sink.receivers = set(), []
    run_jobs()
    assert sink.receivers == [[EMAIL]], "the farewell"
    assert where_it_stands(db, "Quartermaine", "Zebulon", OTHER_EMAIL) == set()
    assert db.scalar(select(func.count(Invitation.id)).where(Invitation.revoked_at.is_not(None))) == 1


def test_a_farewell_that_no_server_takes_is_forgotten_after_a_week(zebulon: Browser, db, now, run_jobs):
    zebulon.get("/en/account/erasure/")
    zebulon.press("Erase my account", password=world.PASSWORD, understood="y")
    run_jobs()
    outbox.forget_stale(now + timedelta(days=6))
    assert where_it_stands(db, EMAIL) == {"outgoing_mail.address"}
    with clock.at(now + timedelta(days=8)):
        outbox.forget_stale(clock.now())
        assert where_it_stands(db, EMAIL) == set()
        farewell = db.scalars(select(OutgoingMail).where(OutgoingMail.letter == "account.erased")).one()
        jobs.run_here("mail.deliver", mail_id=str(farewell.id))  # as the host's administrator may still try


def test_why_a_mail_failed_is_kept_with_the_servers_code_and_without_the_address(db, run_jobs, sink: Sink):
    sink.unknown = {EMAIL}
    mail.send("account.no_account", EMAIL, "en")
    db.commit()
    run_jobs()
    db.rollback()
    [kept] = db.scalars(select(JobFailure.error)).all()
    assert "550 5.1.1" in kept
    assert "no mailbox" in kept
    assert "quartermaine" not in kept.lower()


REFUSALS = {
    "of a receiver": smtplib.SMTPRecipientsRefused({EMAIL: (452, f"4.2.2 <{EMAIL}> is full".encode())}),
    "of the sender": smtplib.SMTPSenderRefused(553, b"5.1.8 who are you", "zebulon@example.org"),
    "of the text": smtplib.SMTPDataError(554, f"5.7.1 spam for zebulon.quartermaine and {EMAIL}".encode()),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_every_refusal_of_a_server_keeps_its_code_alone_of_what_names_somebody(refusal):
    words = str(NotTaken.by(refusal, EMAIL))
    assert words[:9] in ("452 4.2.2", "553 5.1.8", "554 5.7.1")
    assert "zebulon" not in words.lower()


def test_an_address_in_the_words_of_any_failure_is_left_out(db):
    failures.note(1, "a task", ValueError(f"cannot parse {NAME} <{EMAIL}>, nor postgresql://app:secret@db/x"))
    [kept] = db.scalars(select(JobFailure.error)).all()
    assert kept.startswith("ValueError: cannot parse")
    assert "@" not in kept
    assert "secret" not in kept
