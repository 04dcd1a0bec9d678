"""Jobs: in the transaction of their change, finished after a kill, tried again, and shown when they gave up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from procrastinate import PsycopgConnector
from sqlalchemy import create_engine, func, select, text

from marketplace.core import database, jobs, mail
from marketplace.core.access import Kind, Role
from marketplace.core.jobs import JobFailure, queue
from marketplace.core.mail import OutgoingMail
from marketplace.notifications.models import Notice
from tests.organisations.world import PASSWORD, a_person, build
from tests.pages import Browser
from tests.processes import started, until
from tests.proposals import builder
from tests.smtp import running_sink

QUICK = {"MARKETPLACE_WORKER_HEARTBEAT_S": "0.5", "MARKETPLACE_WORKER_LOST_AFTER_S": "4"}
RAN: list[str] = []


@jobs.task("tests.stumbling")
def stumbling(word: str) -> None:
    """Fails until the test takes its stone away."""
    RAN.append(word)
    if word == "stone":
        raise ValueError("a stone lies in the way")


def count(db, statement: str) -> int:
    db.rollback()
    return db.scalar(text(statement))


@pytest.fixture(autouse=True)
def _nothing_ran():
    RAN.clear()


def test_a_job_is_there_with_its_change_or_not_at_all(db, run_jobs):
    jobs.defer(stumbling, word="undone")
    db.rollback()
    jobs.defer(stumbling, word="done")
    db.commit()
    run_jobs()
    assert RAN == ["done"]


def test_what_succeeded_leaves_no_row(db, run_jobs):
    jobs.defer(stumbling, word="done")
    db.commit()
    run_jobs()
    assert count(db, "SELECT count(*) FROM procrastinate_jobs") == 0


def test_a_job_that_fails_is_tried_again_later_and_later(db, run_jobs):
    jobs.defer(stumbling, word="stone")
    db.commit()
    waits = []
    for attempt in range(3):
        run_jobs()
        row = db.execute(text("SELECT status, attempts, scheduled_at - now() AS wait FROM procrastinate_jobs")).one()
        assert (row.status, row.attempts) == ("todo", attempt + 1)
        waits.append(row.wait)
        db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
        db.commit()
    assert len(RAN) == 3
    assert timedelta(0) < waits[0] < waits[1] < waits[2]
    assert db.scalar(select(func.count()).select_from(JobFailure)) == 3


# --- The page of failed jobs ---------------------------------------------------------------------------------------


@pytest.fixture
def given_up(db, run_jobs):
    """A job that was tried as often as it is, and gave up."""
    jobs.defer(stumbling, word="stone")
    db.execute(text("UPDATE procrastinate_jobs SET attempts = 10"))
    db.commit()
    run_jobs()
    assert count(db, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1


def sign_in(app, db, now, role: Role) -> Browser:
    house = build(db, now)
    if role != Role.ADMINISTRATOR:
        return signed_in_as(app, db, now, house.host, role)
    a_person(db, "Boss", now, password=PASSWORD)
    return signed_in_as(app, db, now, house.host, role, "Boss")


def signed_in_as(app, db, now, organisation, role: Role, name: str = "Somebody") -> Browser:
    from marketplace.accounts.models import PersonDetails
    from marketplace.organisations.members import seat

    if not db.scalar(select(PersonDetails.id).where(PersonDetails.name == name)):
        a_person(db, name, now, password=PASSWORD)
    person_id = db.scalar(select(PersonDetails.person_id).where(PersonDetails.name == name))
    seat(organisation, person_id, role, now, by=None)
    db.commit()
    visitor = Browser(app)
    visitor.sign_in(f"{name.lower()}@example.org", PASSWORD)
    return visitor


def test_the_administrator_reads_why_and_runs_it_again(app, db, now, given_up, run_jobs):
    visitor = sign_in(app, db, now, Role.ADMINISTRATOR)
    page = visitor.get("/en/administration/jobs/")
    assert page.says("tests.stumbling")
    assert page.says("ValueError: a stone lies in the way (stumbling, line")
    db.execute(text("""UPDATE procrastinate_jobs SET args = '{"word": "free"}' WHERE status = 'failed'"""))
    db.commit()
    assert visitor.press("Run again").says("The job runs again.")
    run_jobs()
    assert RAN[-1] == "free"
    assert visitor.get("/en/administration/jobs/").says("No job has failed")


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR, Role.NOTARY])
def test_nobody_else_of_the_host_finds_the_page(app, db, now, role):
    visitor = sign_in(app, db, now, role)
    assert visitor.get("/en/administration/jobs/").status == 404
    assert visitor.post("/en/administration/jobs/1/another-try/", {}).status == 404


def test_an_agency_finds_no_such_page(app, db, now):
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    visitor = signed_in_as(app, db, now, agency, Role.OWNER)
    assert visitor.get("/en/administration/jobs/").status == 404


def test_running_again_what_did_not_fail_is_404(app, db, now):
    jobs.defer(stumbling, word="waits")
    db.commit()
    number = db.scalar(text("SELECT id FROM procrastinate_jobs"))
    visitor = sign_in(app, db, now, Role.ADMINISTRATOR)
    visitor.get("/en/dashboard/")
    token = visitor.page.root.one("input", name="csrf_token").attributes["value"]
    for wanted in (number, 2**62, 2**63, 10**30):
        answer = visitor.post(f"/en/administration/jobs/{wanted}/another-try/", {"csrf_token": token})
        assert answer.status == 404, wanted


# --- A worker that is killed ---------------------------------------------------------------------------------------


def test_a_mail_half_sent_when_its_worker_was_killed_goes_out_under_the_same_id(db):
    mail.send("account.no_account", "somebody@example.org", "en")
    db.commit()
    with running_sink() as sink:
        environment = {
            **QUICK,
            "MARKETPLACE_SMTP_HOST": "127.0.0.1",
            "MARKETPLACE_SMTP_PORT": str(sink.port),
            "MARKETPLACE_SMTP_SECURITY": "none",
        }
        sink.holds.set()
        with started("worker", **environment) as first:
            until(lambda: sink.mails, what="the first worker hands the mail over")
            first.kill()
            first.wait(20)
            sink.holds.clear()
            assert count(db, "SELECT count(*) FROM outgoing_mail WHERE sent_at IS NULL") == 1
            with started("worker", **environment):
                until(lambda: len(sink.mails) == 2, what="another worker sends it")
                sent = "SELECT count(*) FROM outgoing_mail WHERE sent_at IS NOT NULL"
                until(lambda: count(db, sent) == 1)
    assert len(set(sink.ids)) == 1
    row = db.scalars(select(OutgoingMail)).one()
    assert row.message_id("localhost") == sink.ids[0]
    assert (row.address, row.data) == (None, {})


def test_a_job_killed_half_way_has_its_effect_once(db, databases):
    """The first worker has written its notices, not committed, when it is killed."""
    past = datetime.now(UTC) - timedelta(days=1)
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    startup = builder.organisation(Kind.STARTUP, "Tidewatch Labs")
    sender = builder.member(startup, "Karim Bensalem", Role.EDITOR, Role.SIGNATORY, now=past)
    builder.sent(sender, builder.challenge(agency, past), past)
    locker = create_engine(database.normal_url(databases.app_url))
    db.commit()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%outgoing_mail%'"
    with locker.connect() as holding:
        holding.execute(text("LOCK TABLE outgoing_mail IN EXCLUSIVE MODE"))
        with started("worker", **QUICK) as first:
            until(lambda: count(db, waiting), what="the first worker is half-way")
            first.kill()
            first.wait(20)
        holding.rollback()
    locker.dispose()
    with started("worker", **QUICK):
        sent = "SELECT count(*) FROM outgoing_mail WHERE sent_at IS NOT NULL"
        until(lambda: count(db, sent), what="another worker tells it")
        left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'notifications.%'"
        until(lambda: not count(db, left), what="nothing is left to do")
    assert db.scalar(select(func.count()).select_from(Notice)) == 1
    assert db.scalar(select(func.count()).select_from(OutgoingMail)) == 1


def stall(db, task_name: str, *, lock: str | None = None, attempts: int = 0) -> None:
    """A job as a killed worker leaves it."""
    db.execute(
        text(
            "INSERT INTO procrastinate_jobs (task_name, status, attempts, lock, queueing_lock, args, queue_name)"
            " VALUES (:name, 'doing', :attempts, CAST(:lock AS text), CAST(:lock AS text), CAST(:args AS json), 'q')"
        ),
        {
            "name": task_name,
            "attempts": attempts,
            "lock": lock,
            "args": '{"timestamp": 1}' if lock else '{"word": "w"}',
        },
    )
    db.commit()


def rescue(configuration) -> None:
    """What the clock does every ten seconds."""

    async def once() -> None:
        connector = PsycopgConnector(conninfo=jobs.libpq(configuration.database_url))
        with jobs.app.replace_connector(connector) as app:
            async with app.open_async():
                await queue.retry_stalled.defer_async(timestamp=0)

    # In a thread of its own: this one may run a browser's loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, once()).result()
    jobs.run_pending(configuration.database_url)


def test_a_periodic_job_that_was_killed_keeps_its_next_run_from_nothing(db, configuration, now):
    """Its successor waits for its lock, and the same name may wait only once."""
    stall(db, "events.anchor", lock="events.anchor")
    db.execute(
        text(
            "INSERT INTO procrastinate_jobs (task_name, lock, queueing_lock, args, queue_name)"
            """ VALUES ('events.anchor', 'events.anchor', 'events.anchor', '{"timestamp": 2}', 'periodic')"""
        )
    )
    stall(db, "tests.stumbling")
    rescue(configuration)
    assert RAN == ["w"]
    rescue(configuration)
    left = db.execute(text("SELECT task_name, status FROM procrastinate_jobs")).all()
    assert left == []


def test_a_job_that_loses_its_worker_each_time_gives_up_with_a_reason(db, configuration, now):
    stall(db, "tests.stumbling", attempts=queue.MOST_LOSSES)
    rescue(configuration)
    assert RAN == []
    assert count(db, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == 1
    assert "its worker was lost" in db.scalars(select(JobFailure.error)).one()
