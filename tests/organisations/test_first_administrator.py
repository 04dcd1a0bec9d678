"""The first administrator, by a link that works once."""

from __future__ import annotations

import re

from flask import url_for

from marketplace.core.access import Kind
from marketplace.organisations import first_administrator
from tests.organisations.world import PASSWORD


def link(db, now) -> str:
    made = re.sub(r"^https?://[^/]+", "", first_administrator.offer("Boss@example.org", now))
    db.commit()
    return made


def test_the_link_sets_the_marketplace_up_once(browser, db, now):
    there = link(db, now)
    browser.get(there)
    page = browser.press("Set up the marketplace", name="Salma", password="short", country="TN")
    assert page.error_beside("Password")
    page = browser.press("Set up the marketplace", name="Salma", password=PASSWORD, country="TN")
    assert page.path == url_for("organisations.verification", lang="en")
    host = first_administrator.host()
    assert (host.kind, host.is_verified) == (Kind.HOST, True)
    assert browser.get(there).status == 410
    assert browser.get("/en/people/").says("boss@example.org")


def test_a_second_link_adds_an_administrator_to_the_same_host(house, browser, db, now):
    browser.get(link(db, now))
    browser.press("Set up the marketplace", name="Salma", password=PASSWORD, country="FR")
    assert first_administrator.host().id == house.host.id
    assert browser.get("/en/organisations/people/").says("Who acts for The host.")


def test_an_address_that_has_an_account_needs_its_password(house, browser, db, now):
    from tests.organisations.world import a_person

    a_person(db, "Boss", now, password=PASSWORD)
    browser.get(link(db, now))
    page = browser.press("Set up the marketplace", name="X", password="another long password here", country="FR")
    assert page.error_beside("Password") == "This is not your present password."
    page = browser.press("Set up the marketplace", name="X", password=PASSWORD, country="FR")
    assert page.says("You are the administrator of the marketplace now.")
