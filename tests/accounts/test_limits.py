"""Limits hold over all workers at once, and only configured proxies may name the visitor's address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts import jobs, limits, tickets
from marketplace.accounts.models import Attempt, Ticket, TicketKind
from marketplace.core.errors import Refused
from tests.organisations.world import PASSWORD, a_person


def test_of_thirty_tries_at_once_no_more_than_ten_pass(app, db, now):
    def one_try(_number: int) -> bool:
        try:
            limits.spend(limits.PASSWORD, now, account="somebody")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(6) as workers:
        passed = sum(workers.map(one_try, range(30)))
    # Those that came at the same moment may see each other and all be refused; never may more pass.
    assert 1 <= passed <= 10


def test_tries_are_kept_as_hashes(db, now):
    limits.spend(limits.SIGN_IN, now, account="nadia@example.org", network="192.0.2.1")
    for key in db.scalars(select(Attempt.key)):
        assert "nadia" not in key
        assert "192.0.2" not in key


def test_what_has_expired_is_swept(db, now):
    limits.spend(limits.RESET, now, account="x", network="y")
    tickets.issue(TicketKind.CONFIRM_EMAIL, now, email="x@example.org")
    db.commit()
    jobs.forget_expired(now + timedelta(minutes=30))
    assert db.scalar(select(func.count(Attempt.id))) == 2
    jobs.forget_expired(now + timedelta(days=9))
    assert db.scalar(select(func.count(Attempt.id))) == 0
    assert db.scalar(select(func.count(Ticket.id))) == 0


def test_a_mail_goes_out_in_its_readers_language_with_a_link_that_works(browser, db, now, run_jobs, data_folder):
    a_person(db, "Nadia", now, password=PASSWORD, language="ar")
    browser.get("/ar/forgotten/")
    form = browser.page.main.one("form")
    token = form.one("input", name="csrf_token").attributes["value"]
    browser.post("/ar/forgotten/", {"csrf_token": token, "email": "nadia@example.org"})
    run_jobs()
    [letter] = sorted((data_folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)[-1:]
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(letter.read_bytes(), policy=default)
    assert message["Subject"] == "عيّن كلمة مرور جديدة"
    assert message["To"] == "Nadia <nadia@example.org>"
    words = message.get_body(("plain",)).get_content()
    link = next(line for line in words.split() if "/ar/forgotten/" in line)
    assert browser.get(link.split("localhost", 1)[1].lstrip(":0123456789")).title == "عيّن كلمة مرور جديدة"
