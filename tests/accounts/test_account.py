"""What a person sets for himself: language, zone, erasure; and the host's suspension."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts import queries
from marketplace.accounts.models import Credential, KeptForm, OfficerName, Person, PersonDetails, SignIn
from marketplace.accounts.rights import viewer_of
from marketplace.core import clock, events
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.events import Event
from marketplace.organisations import commands as organisations
from marketplace.organisations.members import seat
from marketplace.organisations.models import OrganisationState
from tests.accounts import mails
from tests.organisations.world import PASSWORD, a_person, an_organisation, member


@pytest.fixture
def nadia(db, now):
    return a_person(db, "Nadia", now, password=PASSWORD)


def test_language_and_zone_are_kept_and_used(browser, nadia, db):
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/")
    browser.press("Save", name="نادية", language="ar", zone="Asia/Amman")
    assert browser.page.path == "/ar/account/"
    assert browser.get("/").path.startswith("/ar/")
    db.rollback()
    db.refresh(nadia)
    assert (nadia.language, nadia.zone) == ("ar", "Asia/Amman")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd"])
def test_a_zone_that_is_not_on_the_list_is_refused(browser, nadia, zone):
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/")
    assert browser.press("Save", zone=zone).error_beside("Time zone")


def test_an_override_in_a_name_does_not_reach_the_page(browser, nadia):
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/")
    page = browser.press("Save", name="Na\u202edia\0 \u2066F")
    assert page.value_of("Your name") == "Nadia F"


def erase(browser, password=PASSWORD):
    browser.get("/en/account/erasure/")
    return browser.press("Erase my account", password=password, understood="y")


def test_an_erasure_removes_what_names_the_person(browser, nadia, db, now):
    browser.sign_in("nadia@example.org", PASSWORD)
    page = erase(browser, "not the password of hers")
    assert page.error_beside("Password") == "This is not your present password."
    assert erase(browser).says("Your account is erased.")
    db.rollback()
    for model in (PersonDetails, Credential, KeptForm, OfficerName):
        assert db.scalar(select(func.count(model.id))) == 0
    left = db.scalars(select(Person)).one()
    assert left.id == nadia.id
    assert db.scalars(select(SignIn.agent)).all() == [""]
    assert "nadia" not in str([event.data for event in db.scalars(select(Event))]).lower()
    assert queries.names([nadia.id]) == {nadia.id: "Somebody whose account was erased"}
    assert browser.sign_in("nadia@example.org", PASSWORD).errors
    assert mails.address_of(mails.waiting(db)[-1]) == "nadia@example.org"


def test_the_last_owner_cannot_be_erased(house, browser, db):
    an_organisation(house, Kind.STARTUP, name="Tidewatch Labs")
    browser.sign_in("owner.of.tidewatch.labs@example.org", PASSWORD)
    page = erase(browser)
    assert page.errors == [
        "The last one who leads an organisation can't leave it. Give this role to somebody else first."
    ]


def test_an_officers_name_stays_on_a_decision(house, browser, db, now):
    agency = an_organisation(house, Kind.AGENCY, OrganisationState.REFUSED, name="Water")
    second = member(house, agency, "second", Role.OWNER)
    officer = house.owners[agency.id]
    organisations.ask_again(viewer_of(officer.id, agency.id, now), agency, now)
    db.commit()
    browser.sign_in("owner.of.water@example.org", PASSWORD)
    assert erase(browser).says("Your account is erased.")
    db.rollback()
    assert queries.names([officer.id]) == {officer.id: "Owner of Water"}
    assert db.scalar(select(func.count(PersonDetails.id)).where(PersonDetails.person_id == officer.id)) == 0
    assert viewer_of(second.id, agency.id, now).roles == {Role.OWNER}
    assert not viewer_of(officer.id, agency.id, now).roles


def as_administrator(house, browser, db, now):
    boss = a_person(db, "Boss", now, password=PASSWORD)
    seat(house.host, boss.id, Role.ADMINISTRATOR, now, by=None)
    db.commit()
    browser.sign_in("boss@example.org", PASSWORD)
    return boss


def test_a_suspension_needs_a_reason_and_ends_access_at_once(app, house, browser, nadia, db, now):
    from tests.pages import Browser

    theirs = Browser(app)
    theirs.sign_in("nadia@example.org", PASSWORD)
    as_administrator(house, browser, db, now)
    assert browser.get("/en/people/?q=NADIA").says("nadia@example.org")
    browser.get(f"/en/people/{nadia.id}/")
    assert browser.press("Suspend the account", reason=" ").error_beside("Reason")
    assert browser.press("Suspend the account", reason="Two people use it.").says("The account is suspended")
    assert theirs.get("/en/account/").title == "Sign in"
    assert theirs.sign_in("nadia@example.org", PASSWORD).errors == ["This account is suspended: Two people use it."]
    mail = next(mail for mail in mails.waiting(db) if mail.letter == "account.suspended")
    assert "Two people use it." in mails.read(mail).lines
    browser.get(f"/en/people/{nadia.id}/")
    browser.press("Lift the suspension")
    assert not theirs.sign_in("nadia@example.org", PASSWORD).errors


def test_nobody_else_sees_the_list_of_people(house, browser, nadia):
    browser.sign_in("nadia@example.org", PASSWORD)
    assert browser.get("/en/people/").status == 404
    assert browser.get(f"/en/people/{house.people['auditor'].id}/").status == 404


def test_what_was_typed_when_the_session_had_ended_survives_the_sign_in(browser, nadia, db, now):
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/organisations/new/")
    with clock.at(now + timedelta(hours=13)):
        page = browser.press("Enter the organisation", name="Tidewatch Labs", description="Pumps.\nMany of them.")
        assert page.title == "Sign in"
        assert page.says("What you typed is kept")
        page = browser.press("Sign in", email="nadia@example.org", password=PASSWORD)
        assert page.title == "What you typed is kept"
        assert page.says("Pumps. Many of them.")
        page = browser.press("Send it now")
        assert page.path == "/en/organisations/new/"
        assert page.value_of("Name") == "Tidewatch Labs"
        assert page.error_beside("Country")


def test_a_kept_form_is_its_authors_alone_and_holds_no_password(app, browser, nadia, db, now):
    a_person(db, "Rival", now, password=PASSWORD)
    browser.sign_in("nadia@example.org", PASSWORD)
    browser.get("/en/account/email/")
    with clock.at(now + timedelta(hours=13)):
        browser.press("Change the address", email="new@example.org", password=PASSWORD)
        db.rollback()
        kept = db.scalars(select(KeptForm)).one()
        assert PASSWORD not in str(kept.fields)
        assert kept.fields["email"] == ["new@example.org"]
        page = browser.press("Sign in", email="rival@example.org", password=PASSWORD)
        assert page.status == 404


def test_a_strangers_form_is_not_kept(browser, db):
    browser.post("/en/organisations/new/", {"name": "x" * 1000})
    assert db.scalar(select(func.count(KeptForm.id))) == 0


def test_names_are_seen_by_oneself_colleagues_and_the_host_alone(house, db, now):
    startup = an_organisation(house, Kind.STARTUP)
    editor = member(house, startup, "editor", Role.EDITOR)
    from marketplace.core import access, database

    def sees(viewer: Viewer) -> bool:
        with database.session_scope(viewer) as session:
            return (
                session.scalars(select(PersonDetails).where(PersonDetails.person_id == editor.id)).first() is not None
            )

    assert sees(viewer_of(editor.id, None, now))
    assert sees(house.viewer_in(startup, "owner"))
    assert sees(house.administrator)
    for other in ("moderator", "auditor", "stranger", "nobody"):
        assert not sees(house.viewer_in(startup, other)), other
    assert access.declared()
    assert events.type_of("account.erased")
