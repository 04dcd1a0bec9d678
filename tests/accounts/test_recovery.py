"""Forgotten and changed passwords, and an address that changes when both ends have confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import recovery, tickets
from marketplace.accounts.models import PersonDetails, TicketKind
from marketplace.core import clock
from tests.accounts import mails
from tests.organisations.world import PASSWORD, a_person
from tests.pages import Browser

NEW = "seven lanterns over quiet water"


@pytest.fixture
def nadia(db, now):
    return a_person(db, "Nadia", now, password=PASSWORD)


def forget(browser, email="nadia@example.org"):
    browser.get("/en/forgotten/")
    return browser.press("Send the link", email=email)


def test_a_reset_sets_the_password_and_ends_every_sign_in(app, browser, nadia, db):
    open_elsewhere = Browser(app)
    open_elsewhere.sign_in("nadia@example.org", PASSWORD)
    forget(browser)
    [mail] = mails.waiting(db)
    browser.get(mails.link_in(mail))
    page = browser.press("Set the password", password=NEW)
    assert page.says("Your new password is set")
    assert open_elsewhere.get("/en/account/").title == "Sign in"
    assert browser.sign_in("nadia@example.org", PASSWORD).errors
    assert not browser.sign_in("nadia@example.org", NEW).errors


def test_a_reset_tells_nobody_who_has_an_account(browser, nadia, db):
    assert forget(browser).text == forget(browser, "nobody@example.org").text
    told = {mails.address_of(mail): mails.read(mail).subject for mail in mails.waiting(db)}
    assert told == {
        "nadia@example.org": "Set a new password",
        "nobody@example.org": "There is no account with this address",
    }


def test_a_reset_link_works_once_and_an_hour(browser, nadia, db, now):
    forget(browser)
    [mail] = mails.waiting(db)
    link = mails.link_in(mail)
    with clock.at(now + timedelta(hours=1)):
        assert browser.get(link).status == 410
    browser.get(link)
    browser.press("Set the password", password=NEW)
    assert browser.get(link).status == 410


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("short", "Use 15 characters or more, such as four words that don't belong together."),
        ("passwordpassword1", "This password is among the first that anybody would try."),
        ("qwertyuiopasdfghjkl", "This password is among the first that anybody would try."),
        ("aaaaaaaaaaaaaaaaaaaa", "This password is among the first that anybody would try."),
        ("nadia@example.org12", "This password is among the first that anybody would try."),
        ("Nadia Nadia Nadia Nadia", "This password is among the first that anybody would try."),
        ("x" * 300, "Use 256 characters at most."),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(browser, nadia, db, typed, said):
    forget(browser)
    [mail] = mails.waiting(db)
    browser.get(mails.link_in(mail))
    page = browser.press("Set the password", password=typed)
    assert page.error_beside("New password").startswith(said)
    assert not browser.sign_in("nadia@example.org", PASSWORD).errors


def test_a_changed_password_signs_other_browsers_out(app, browser, nadia):
    other = Browser(app)
    other.sign_in("nadia@example.org", PASSWORD)
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/password/")
    page = browser.press("Change the password", present="not the present one", password=NEW)
    assert page.error_beside("Present password") == "This is not your present password."
    page = browser.press("Change the password", present=PASSWORD, password=NEW)
    assert page.says("Your password is changed.")
    assert other.get("/en/account/").title == "Sign in"


def test_an_address_changes_when_both_ends_have_confirmed(browser, nadia, db):
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/email/")
    browser.press("Change the address", email="new@example.org", password=PASSWORD)
    by_address = {mails.address_of(mail): mail for mail in mails.waiting(db)}
    assert set(by_address) == {"nadia@example.org", "new@example.org"}
    browser.get(mails.link_in(by_address["new@example.org"]))
    assert browser.press("Confirm").title == "One of two confirmed"
    assert address(db, nadia) == "nadia@example.org"
    browser.get(mails.link_in(by_address["nadia@example.org"]))
    assert browser.press("Confirm").title == "Your e-mail address is changed"
    assert address(db, nadia) == "new@example.org"


def test_a_link_to_a_new_password_falls_with_the_address_that_it_was_mailed_to(nadia, db, now):
    reset = tickets.issue(TicketKind.RESET_PASSWORD, now, nadia.id)
    ends = {
        kind: tickets.issue(kind, now, nadia.id, email="new@example.org", change="1")
        for kind in (TicketKind.CHANGE_EMAIL_OLD, TicketKind.CHANGE_EMAIL_NEW)
    }
    db.commit()
    assert [recovery.confirm_email_change(kind, token, now) for kind, token in ends.items()] == [False, True]
    db.commit()
    assert not tickets.works(TicketKind.RESET_PASSWORD, reset, now)


def test_a_taken_address_is_told_to_its_owner_alone(browser, nadia, db, now):
    a_person(db, "Rival", now, password=PASSWORD)
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/email/")
    page = browser.press("Change the address", email="rival@example.org", password=PASSWORD)
    assert page.says("Two mails are on their way")
    told = {mails.address_of(mail): mails.read(mail).subject for mail in mails.waiting(db)}
    assert told["rival@example.org"] == "You have an account already"
    old = next(mail for mail in mails.waiting(db) if mails.address_of(mail) == "nadia@example.org")
    browser.get(mails.link_in(old))
    assert browser.press("Confirm").title == "One of two confirmed"
    assert address(db, nadia) == "nadia@example.org"


def address(db, person) -> str:
    db.rollback()
    db.expire_all()
    return db.scalars(select(PersonDetails.email).where(PersonDetails.person_id == person.id)).one()
