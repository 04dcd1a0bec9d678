"""Signing in and out: the same answer for all who may not, limits on tries, and a sign-in that ends at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import commands, limits
from marketplace.accounts.models import SignIn
from marketplace.accounts.own_paths import own_path
from marketplace.core import clock
from marketplace.core.errors import Refused
from tests.organisations.world import PASSWORD, a_person
from tests.pages import Browser

WRONG = "The e-mail address and the password don't belong together."


@pytest.fixture
def nadia(db, now):
    return a_person(db, "Nadia", now, password=PASSWORD)


def test_the_right_password_signs_in_and_comes_back(browser, nadia):
    page = browser.get("/en/account/password/")
    assert page.title == "Sign in"
    page = browser.press("Sign in", email="NADIA@example.org ", password=PASSWORD)
    assert page.path == "/en/account/password/"


def test_a_wrong_password_and_an_unknown_address_answer_alike(browser, nadia):
    wrong = browser.sign_in("nadia@example.org", "a wrong password of hers")
    assert wrong.errors == [WRONG]
    assert wrong.value_of("E-mail address") == "nadia@example.org"
    unknown = browser.sign_in("nobody@example.org", "a wrong password of hers")
    assert unknown.errors == [WRONG]


def test_an_unknown_address_costs_a_hash_too(nadia, now, monkeypatch):
    hashes = []
    monkeypatch.setattr(commands.passwords, "verify", lambda hash_, typed: bool(hashes.append(hash_)))
    for address in ("nadia@example.org", "nobody@example.org"):
        with pytest.raises(Refused, match="don't belong together"):
            commands.check_sign_in(address, PASSWORD, now, "192.0.2.1")
    assert len(hashes) == 2


def test_the_eleventh_try_from_a_network_is_refused_even_with_the_right_password(browser, nadia, now):
    for _try in range(10):
        browser.sign_in("nadia@example.org", "a wrong password of hers")
    page = browser.sign_in("nadia@example.org", PASSWORD)
    assert page.errors == ["Too many tries. Wait 15 minutes, then try again."]
    with clock.at(now + timedelta(minutes=16)):
        assert browser.sign_in("nadia@example.org", PASSWORD).path != "/en/sign-in/"


def test_the_limit_is_the_same_for_an_address_without_account(browser):
    for _try in range(10):
        browser.sign_in("nobody@example.org", "a wrong password of hers")
    page = browser.sign_in("nobody@example.org", "a wrong password of hers")
    assert page.errors == ["Too many tries. Wait 15 minutes, then try again."]


def test_a_forwarded_header_makes_no_other_network(browser, nadia):
    for number in range(10):
        browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}"
        browser.sign_in("nadia@example.org", "a wrong password of hers")
    browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.77"
    assert browser.sign_in("nadia@example.org", PASSWORD).errors == [
        "Too many tries. Wait 15 minutes, then try again."
    ]


def test_the_owner_elsewhere_is_not_locked_out(app, browser, nadia):
    for _try in range(12):
        browser.sign_in("nadia@example.org", "a wrong password of hers")
    elsewhere = Browser(app, "198.51.100.7")
    assert elsewhere.sign_in("nadia@example.org", PASSWORD).path != "/en/sign-in/"


def test_one_subscriber_of_ipv6_is_one_network():
    assert limits.network_of("2001:db8:1:2:3::1") == limits.network_of("2001:db8:1:2::ffff")
    assert limits.network_of("2001:db8:1:3::1") != limits.network_of("2001:db8:1:2::1")
    assert limits.network_of("nonsense") == "unknown"


def test_an_ended_sign_in_is_out_at_the_next_request(app, browser, nadia, db, now):
    browser.sign_in("nadia@example.org", PASSWORD)
    other = Browser(app, "198.51.100.7")
    other.sign_in("nadia@example.org", PASSWORD)
    page = browser.get("/en/account/sign-ins/")
    assert page.says("192.0.2.0/24")
    assert page.says("198.51.100.0/24")
    forms = [form for form in page.main.all("form") if form.one("button").text == "End this one"]
    db.rollback()
    there = db.scalars(select(SignIn).where(SignIn.place == "198.51.100.0/24")).one()
    target = next(form.attributes["action"] for form in forms if str(there.id) in form.attributes["action"])
    token = forms[0].one("input", name="csrf_token").attributes["value"]
    assert browser.post(target, {"csrf_token": token}).says("That sign-in is ended.")
    assert other.get("/en/account/").title == "Sign in"
    assert browser.get("/en/account/").title == "Your account"


def test_somebody_elses_sign_in_can_not_be_ended(app, browser, nadia, db, now):
    a_person(db, "Rival", now, password=PASSWORD)
    rival = Browser(app)
    rival.sign_in("rival@example.org", PASSWORD)
    browser.sign_in("nadia@example.org", PASSWORD)
    db.rollback()
    theirs = db.scalars(select(SignIn).where(SignIn.person_id != nadia.id)).one()
    browser.get("/en/account/sign-ins/")
    form, _button = browser.page.form("End this one")
    token = form.one("input", name="csrf_token").attributes["value"]
    assert browser.post(f"/en/account/sign-ins/{theirs.id}/end/", {"csrf_token": token}).status == 404
    assert rival.get("/en/account/").title == "Your account"


def test_a_sign_in_ends_by_itself_when_idle_and_when_old(browser, nadia, now):
    browser.sign_in("nadia@example.org", PASSWORD)
    for hours in range(0, 720, 11):
        with clock.at(now + timedelta(hours=hours)):
            assert browser.get("/en/account/").title == "Your account"
    with clock.at(now + timedelta(days=30, minutes=1)):
        assert browser.get("/en/account/").title == "Sign in"


def test_an_idle_sign_in_is_over_after_twelve_hours(browser, nadia, now):
    browser.sign_in("nadia@example.org", PASSWORD)
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert browser.get("/en/account/").title == "Sign in"


def test_signing_out_makes_the_old_cookie_worthless(app, browser, nadia):
    browser.sign_in("nadia@example.org", PASSWORD)
    cookie = browser.client.get_cookie("session")
    browser.get("/en/account/")
    token = browser.page.root.one("input", name="csrf_token").attributes["value"]
    browser.post("/en/sign-out/", {"csrf_token": token})
    assert browser.get("/en/account/").title == "Sign in"
    thief = Browser(app)
    thief.client.set_cookie("session", cookie.value)
    assert thief.get("/en/account/").title == "Sign in"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\\/evil", "/\t/evil", ""],
)
def test_the_way_back_leads_to_this_site_alone(app, elsewhere):
    with app.test_request_context("/en/"):
        assert own_path(elsewhere) == "/en/dashboard/"
        assert own_path("/en/account/?q=1") == "/en/account/?q=1"
