"""The public list and profile, founding, acting as, and the queue of verifications, as pages."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from marketplace.accounts.models import SignIn
from marketplace.core import database
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.errors import NotAllowed, Refused
from marketplace.organisations import commands
from marketplace.organisations.members import seat
from marketplace.organisations.models import Organisation, OrganisationState
from tests.organisations.world import PASSWORD, a_person, an_organisation
from tests.pages import Browser

S = OrganisationState


@pytest.fixture
def nadia(db, now):
    return a_person(db, "Nadia", now, password=PASSWORD)


def address(organisation):
    return f"/en/organisations/{organisation.slug}-{organisation.key}/"


def found(browser, **typed):
    browser.get("/en/organisations/new/")
    values = {"kind": "startup", "name": "Tidewatch Labs", "country": "TN", "zone": "Africa/Tunis", **typed}
    return browser.press("Enter the organisation", **values)


def test_a_founder_leads_a_pending_organisation_that_nobody_else_sees(app, house, browser, nadia, db):
    browser.sign_in("nadia@example.org", PASSWORD)
    page = found(browser, summary="We watch pumps.", sectors=["energy"])
    assert page.title == "Tidewatch Labs"
    assert page.says("Waits for verification")
    assert page.says("You act for it now")
    stranger = Browser(app)
    assert stranger.get(page.path).status == 404
    assert not stranger.get("/en/organisations/").says("Tidewatch Labs")
    db.rollback()
    made = db.scalars(select(Organisation).where(Organisation.name == "Tidewatch Labs")).one()
    commands.verify(house.administrator, made, "Seen.", house.now)
    db.commit()
    assert stranger.get(page.path).title == "Tidewatch Labs"
    assert stranger.get("/en/organisations/?q=pumps&kind=startup&country=TN").says("Tidewatch Labs")
    assert not stranger.get("/en/organisations/?kind=agency").says("Tidewatch Labs")


def test_a_form_sent_twice_enters_one_organisation(browser, nadia, db):
    browser.sign_in("nadia@example.org", PASSWORD)
    found(browser)
    page = found(browser, name="TIDEWATCH labs")
    assert page.error_beside("Name") == "You belong to an organisation of this name and kind already."
    db.rollback()
    assert len(db.scalars(select(Organisation)).all()) == 1


@pytest.mark.parametrize(
    ("field", "label", "typed"),
    [
        ("name", "Name", " \u202e "),
        ("country", "Country", "XX"),
        ("zone", "Time zone", "Mars/Olympus"),
        ("website", "Website", "javascript:alert(1)"),
        ("website", "Website", "https://[broken"),
        ("founded_year", "Founded in", "9223372036854775808"),
        ("founded_year", "Founded in", "-5"),
        ("founded_year", "Founded in", "last year"),
        ("description", "Description", "x" * 100_000),
    ],
)
def test_bad_input_is_named_beside_its_field_and_kept(browser, nadia, db, field, label, typed):
    browser.sign_in("nadia@example.org", PASSWORD)
    page = found(browser, **{"summary": "Kept text.", field: typed})
    assert page.status == 200
    assert page.error_beside(label)
    assert page.value_of("In one sentence") == "Kept text."
    db.rollback()
    assert db.scalars(select(Organisation)).all() == []


@pytest.mark.parametrize(
    "forged", [{"kind": "host"}, {"kind": "nonsense"}, {"sectors": ["nonsense"]}, {"parent": "x"}]
)
def test_a_forged_choice_changes_nothing(browser, nadia, db, forged):
    browser.sign_in("nadia@example.org", PASSWORD)
    assert found(browser, **{"kind": "agency", **forged}).errors
    db.rollback()
    assert db.scalars(select(Organisation)).all() == []


def test_script_in_a_description_does_not_run(house, browser):
    organisation = an_organisation(house, Kind.STARTUP)
    browser.sign_in("owner.of.tidewatch.labs@example.org", PASSWORD)
    browser.get(f"/en/organisations/{organisation.key}/profile/")
    page = browser.press("Save the profile", description="Hi <script>alert(1)</script> [x](javascript:alert(1))")
    assert page.title == "Tidewatch Labs"
    html = page.response.get_data(as_text=True)
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_a_stale_slug_leads_to_the_present_one(house, app):
    organisation = an_organisation(house, Kind.STARTUP)
    answer = Browser(app)
    answer.get(f"/en/organisations/old-name-{organisation.key}/")
    assert answer.page.path == address(organisation)
    assert answer.page.response.history[0].status_code == 301


def test_an_arabic_name_has_an_arabic_address(house, app):
    organisation = an_organisation(house, Kind.AGENCY, name="الهيئة الوطنية للمياه")
    assert organisation.slug == "الهيئة-الوطنية-للمياه"
    assert Browser(app).get(address(organisation)).title == "الهيئة الوطنية للمياه"


def test_unknown_choices_in_an_address_are_left_out_with_a_notice(house, browser):
    an_organisation(house, Kind.STARTUP)
    page = browser.get("/en/organisations/?kind=nonsense&country=TN&after=broken")
    assert page.says("Some choices in this address are not known and were left out.")
    assert page.says("Tidewatch Labs")


def test_the_list_takes_as_many_statements_for_ten_as_for_sixty(house, browser, db, now):
    def statements() -> int:
        counted: list[str] = []
        listener = lambda *args: counted.append(args[2])  # noqa: E731
        event.listen(database.engine(), "before_cursor_execute", listener)
        assert browser.get("/en/organisations/").status == 200
        event.remove(database.engine(), "before_cursor_execute", listener)
        return len(counted)

    for number in range(10):
        a_verified(house, f"Startup {number:02}")
    few = statements()
    for number in range(10, 60):
        a_verified(house, f"Startup {number:02}")
    assert statements() == few <= 12
    page = browser.get("/en/organisations/")
    assert page.says("20 of 6")
    onward = next(one for one in page.main.all("a") if one.attributes.get("rel") == "next")
    assert browser.get(onward.attributes["href"]).says("Startup 3")


def a_verified(house, name):
    actor = Viewer(at=house.now, person_id=house.people["stranger"].id)
    made = commands.found_organisation(actor, Kind.STARTUP, commands.Profile(name, "TN"), house.now)
    commands.verify(house.administrator, made, "Seen.", house.now)
    house.db.commit()


def test_acting_as_another_organisation_changes_the_rights(house, browser, db, now):
    first = an_organisation(house, Kind.STARTUP)
    second = an_organisation(house, Kind.AGENCY, name="Water")
    owner = house.owners[first.id]
    seat(second, owner.id, Role.VIEWER, now, by=None)
    db.commit()
    browser.sign_in("owner.of.tidewatch.labs@example.org", PASSWORD)
    page = browser.get("/en/acting-as/")
    assert page.says("You act for it now")
    _form, pressed = page.form("Act for it")
    assert pressed.attributes["value"] == str(second.id)
    browser.press("Act for it")
    db.rollback()
    assert db.scalars(select(SignIn.organisation_id)).one() == second.id
    assert browser.get("/en/organisations/people/").says("Who acts for Water.")
    assert browser.get(f"/en/organisations/{first.key}/profile/").status == 404


def test_a_form_opened_for_another_organisation_is_refused_and_kept(house, browser, db, now):
    first = an_organisation(house, Kind.STARTUP)
    second = an_organisation(house, Kind.STARTUP, name="Halyard Mail")
    seat(second, house.owners[first.id].id, Role.OWNER, now, by=None)
    db.commit()
    browser.sign_in("owner.of.tidewatch.labs@example.org", PASSWORD)
    here = db.scalars(select(SignIn)).one()
    here.organisation_id = first.id
    db.commit()
    browser.get("/en/organisations/new/")
    here.organisation_id = second.id
    db.commit()
    page = browser.press("Enter the organisation", kind="startup", name="Third", country="TN")
    assert page.status == 409
    assert page.title == "You act for another organisation now"
    assert page.says("Third")
    browser.press("Act for Tidewatch Labs again and send it")
    db.rollback()
    assert db.scalars(select(SignIn.organisation_id)).one() == first.id


def test_nobody_acts_for_an_organisation_that_is_not_his(house, browser, nadia):
    other = an_organisation(house, Kind.STARTUP)
    browser.sign_in("nadia@example.org", PASSWORD)
    token = browser.get("/en/account/").root.one("input", name="csrf_token").attributes["value"]
    for wanted in (str(other.id), "nonsense", ""):
        page = browser.post("/en/acting-as/", {"csrf_token": token, "organisation_id": wanted})
        assert page.status in {200, 404}
        assert browser.get("/en/organisations/people/").status == 404


def test_the_queue_is_the_administrators_and_decides_with_a_reason(app, house, browser, db, now):
    an_organisation(house, Kind.AGENCY, S.PENDING, name="Water")
    owner = Browser(app)
    owner.sign_in("owner.of.water@example.org", PASSWORD)
    assert owner.get("/en/organisations/verification/").status == 404
    boss = a_person(db, "Boss", now, password=PASSWORD)
    seat(house.host, boss.id, Role.ADMINISTRATOR, now, by=None)
    db.commit()
    browser.sign_in("boss@example.org", PASSWORD)
    page = browser.get("/en/organisations/verification/")
    link = next(one for one in page.main.all("a") if one.attributes.get("aria-label") == "Decide on Water")
    browser.get(link.attributes["href"])
    assert browser.press("Record the decision", decision="refuse", reason=" ").error_beside("Reason")
    browser.press("Record the decision", decision="refuse", reason="No register entry.")
    page = owner.get("/en/organisations/people/")
    page = owner.get(next(one for one in page.main.all("a") if one.text == "Water").attributes["href"])
    assert page.says("No register entry.")
    assert owner.press("Ask again").says("Waits for verification")


def test_a_tree_has_no_circle_and_only_the_host_moves_it(house, browser, db, now):
    ministry = an_organisation(house, Kind.AGENCY, name="Ministry")
    agency = an_organisation(house, Kind.AGENCY, name="Agency")
    commands.place(house.administrator, agency, ministry.id, now)
    db.commit()

    with pytest.raises(Refused, match="below itself"):
        commands.place(house.administrator, ministry, agency.id, now)
    db.rollback()
    with pytest.raises(NotAllowed):
        commands.place(house.viewer_in(agency, "owner"), agency, None, now)

    page = browser.get(address(agency))
    assert page.says("Ministry")
