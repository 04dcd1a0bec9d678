"""Signing up: confirmed by mail and password, and telling nobody who has an account."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts.models import Person, PersonDetails
from marketplace.core import clock
from tests.accounts import mails
from tests.organisations.world import PASSWORD, a_person

FORM = {"name": "Nadia Farouk", "email": "Nadia@Example.org", "password": PASSWORD}


def sign_up(browser, **changed):
    browser.get("/en/sign-up/")
    return browser.press("Open an account", **{**FORM, **changed})


def test_an_account_opens_by_the_mailed_link_and_the_password(browser, db):
    page = sign_up(browser)
    assert page.title == "Look into your mail"
    assert db.scalar(select(func.count(Person.id))) == 0
    [mail] = mails.waiting(db)
    assert mails.address_of(mail) == "nadia@example.org"
    assert mails.read(mail).subject == "Confirm your e-mail address"
    browser.get(mails.link_in(mail))
    page = browser.press("Confirm the address", password=PASSWORD)
    assert page.says("Your account is open.")
    assert page.says("You belong to no organisation yet")
    db.rollback()
    details = db.scalars(select(PersonDetails)).one()
    assert (details.name, details.email) == ("Nadia Farouk", "nadia@example.org")


def test_the_link_alone_opens_nothing(browser, db):
    sign_up(browser)
    [mail] = mails.waiting(db)
    browser.get(mails.link_in(mail))
    page = browser.press("Confirm the address", password="another password of somebody")
    assert page.error_beside("Password") == "This is not the password that you chose when you signed up."
    db.rollback()
    assert db.scalar(select(func.count(Person.id))) == 0


def test_a_link_works_once_and_a_day(browser, db, now):
    sign_up(browser)
    [mail] = mails.waiting(db)
    link = mails.link_in(mail)
    with clock.at(now + timedelta(days=1)):
        page = browser.get(link)
        assert page.status == 410
        assert page.title == "This link no longer works"
    browser.get(link)
    browser.press("Confirm the address", password=PASSWORD)
    assert browser.get(link).status == 410


def test_the_page_is_the_same_for_an_address_that_has_an_account(browser, db, now):
    a_person(db, "Nadia", now, password=PASSWORD)
    known = sign_up(browser, email="nadia@example.org")
    unknown = sign_up(browser, email="nobody@example.org")
    assert known.text == unknown.text
    told = {mails.address_of(mail): mails.read(mail).subject for mail in mails.waiting(db)}
    assert told == {
        "nadia@example.org": "You have an account already",
        "nobody@example.org": "Confirm your e-mail address",
    }


def test_two_sign_ups_for_one_address_open_one_account(browser, db):
    sign_up(browser)
    sign_up(browser)
    first, second = mails.waiting(db)
    browser.get(mails.link_in(first))
    browser.press("Confirm the address", password=PASSWORD)
    browser.client.delete_cookie("session")
    browser.get(mails.link_in(second))
    page = browser.press("Confirm the address", password=PASSWORD)
    assert "An account uses this e-mail address already. Sign in with it." in page.errors
    db.rollback()
    assert db.scalar(select(func.count(Person.id))) == 1


def test_what_was_typed_stays_when_something_is_wrong(browser):
    page = sign_up(browser, password="short", email="not an address")
    assert page.error_beside("E-mail address") == "Enter an e-mail address, such as name@example.org."
    assert page.value_of("Your name") == "Nadia Farouk"
    assert page.value_of("E-mail address") == "not an address"
    page = sign_up(browser, password="short")
    assert page.error_beside("Password").startswith("Use 15 characters or more")
    assert page.value_of("Password") == ""
