"""The journeys of people without a mouse: nothing is out of their reach, and they always see where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from marketplace.core import clock
from marketplace.core.access import Kind, Role, Viewer
from marketplace.core.i18n import gettext, in_language
from marketplace.organisations.models import Organisation
from tests.browser.keyboard import Keyboard
from tests.challenges import world as challenges
from tests.evaluations import stage as stages
from tests.organisations import world
from tests.proposals import builder

pytestmark = pytest.mark.browser

Seat = Callable[..., Keyboard]


@pytest.fixture
def sit_down(app: Flask, chromium: Browser, site: str, db, now: datetime) -> Iterator[Seat]:
    """Give somebody a browser, signed in as a viewer or as nobody, and a keyboard."""
    opened = []

    def give(viewer: Viewer | None = None, width: int = 1280, height: int = 900, scripts: bool = True) -> Keyboard:
        context = chromium.new_context(
            base_url=site, viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        opened.append(context)
        if viewer:
            cookie = stages.browser_of(app, viewer, clock.now()).client.get_cookie("session")
            assert cookie
            context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
        return Keyboard(context.new_page())

    yield give
    for context in opened:
        context.close()


def main_heading(keyboard: Keyboard) -> str:
    """What the page is called."""
    return keyboard.page.locator("main h1").inner_text()


def focus_in_main(keyboard: Keyboard) -> bool:
    """Whether the next stop is one of the page's own content."""
    return keyboard.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_signing_in_begins_with_the_way_past_the_header_and_a_mistake_is_shown_where_it_is(sit_down, db, now):
    house = world.build(db, now)
    world.an_organisation(house, Kind.STARTUP)
    keyboard = sit_down().open("/en/")
    first = keyboard.press("Tab")
    assert str(first) == "link “Skip to the content”"
    keyboard.page.keyboard.press("Enter")
    keyboard.press("Tab")
    assert focus_in_main(keyboard)

    keyboard.to("Sign in", "link", back=True)
    keyboard.enter()
    keyboard.to("E-mail address")
    keyboard.type("owner.of.tidewatch.labs@example.org")
    keyboard.to("Password")
    keyboard.type("not the one")
    keyboard.enter()
    summary = keyboard.here()
    assert summary.name == "There is 1 thing to correct"
    assert keyboard.page.title().startswith("Error:")
    link = keyboard.press("Tab")
    assert link.role == "link"
    field = keyboard.press("Enter")
    assert field.role == "textbox"
    assert link.name in keyboard.page.locator("main form .field--wrong").inner_text()
    keyboard.to("Password")
    keyboard.type(world.PASSWORD)
    keyboard.enter()
    assert "/sign-in/" not in keyboard.page.url
    keyboard.to("Tidewatch Labs")


def agency_and_startup(now: datetime) -> tuple[Viewer, Viewer, Viewer]:
    """A challenge manager, an approver and the owner of a startup."""
    agency = builder.organisation(Kind.AGENCY, "National Water Authority")
    startup = builder.organisation(Kind.STARTUP, "Tidewatch Labs")
    return (
        builder.member(agency, "Nadia Farouk", Role.CHALLENGE_MANAGER, now=now),
        builder.member(agency, "Karim Bensalem", Role.APPROVER, now=now),
        builder.member(startup, "Leïla Haddad", Role.OWNER, now=now),
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_a_challenge_is_found_by_words_and_filters(sit_down, db, now, width):
    manager, approver, _owner = agency_and_startup(now)
    challenges.published(manager, approver, now)
    challenges.published(manager, approver, now, title="Tell forged invoices from real ones", topics=["fraud"])
    db.commit()
    keyboard = sit_down(width=width).open("/en/")
    if width < 1200:
        keyboard.to("Menu")
        keyboard.press("Enter")
    keyboard.to("Challenges", "link")
    keyboard.enter()
    assert main_heading(keyboard) == "Challenges"
    assert keyboard.page.locator("main .entry").count() == 2

    keyboard.to("Search in challenges")
    keyboard.type("setpoints")
    keyboard.enter()
    assert keyboard.page.locator("main .entry").count() == 1
    if width < 1024:
        fold = keyboard.to("Filters")
        assert fold.state["expanded"] is False
        keyboard.press("Enter")
    box = keyboard.to("Industrial", "checkbox")
    assert keyboard.press("Space").state["checked"] == "true"
    keyboard.to("Apply filters", "button")
    keyboard.enter()
    keyboard.to(f"Remove {box.name}", "link")
    keyboard.to(challenges.TITLE, "link")
    keyboard.enter()
    assert main_heading(keyboard) == challenges.TITLE
    keyboard.open(keyboard.page.url)
    assert "Sign in to propose" in {stop.name for stop in keyboard.stops()}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_menu_of_a_phone_opens_and_closes_and_the_language_is_switched(sit_down, db, language):
    with in_language(language):
        menu, search = gettext("Menu"), gettext("Search")
    keyboard = sit_down(width=390).open(f"/{language}/")
    assert keyboard.to(menu).state["expanded"] is False
    assert keyboard.press("Enter").state["expanded"] is True
    keyboard.to(search, "link")
    closed = keyboard.press("Escape")
    assert (closed.name, closed.state["expanded"]) == (menu, False)
    keyboard.press("Enter")
    keyboard.to("Français", "link")
    keyboard.enter()
    assert keyboard.page.locator("html").get_attribute("lang") == "fr"


def test_without_scripts_the_menu_of_a_phone_opens_and_closes_too(sit_down, db):
    keyboard = sit_down(width=390, scripts=False).open("/en/")
    keyboard.to("Menu")
    keyboard.press("Enter")
    keyboard.to("Search", "link")
    keyboard.to("Menu", back=True)
    assert keyboard.press("Enter").state["expanded"] is False


@pytest.mark.parametrize("scripts", [True, False])
def test_what_cannot_be_undone_is_asked_in_a_dialog_and_on_a_page_without_scripts(sit_down, db, now, scripts):
    manager, _approver, owner = agency_and_startup(now)
    agency = manager.organisation_id
    assert agency
    proposal = builder.sent(owner, builder.challenge(db.get_one(Organisation, agency), now), now)
    db.commit()
    keyboard = sit_down(owner, scripts=scripts).open(f"/en/proposals/{proposal.key}/")
    opener = keyboard.to("Withdraw the proposal", "link")
    if not scripts:
        keyboard.enter()
        assert main_heading(keyboard) == "Withdraw this proposal?"
        keyboard.to("Withdraw the proposal", "button")
        assert keyboard.to("Keep it", "link")
        return
    within = {keyboard.press("Enter").name}
    dialog = keyboard.page.get_by_role("dialog", name="Withdraw this proposal?")
    expect(dialog).to_be_visible()
    within |= {stop.name for stop in (keyboard.press("Tab") for _count in range(6)) if stop}
    assert within == {"Withdraw the proposal", "Keep it"}
    assert keyboard.press("Escape") == opener
    expect(dialog).to_be_hidden()
    # What can be undone has the focus: two hasty Enters withdraw nothing.
    assert str(keyboard.press("Enter")) == "button “Keep it”"
    assert str(keyboard.press("Shift+Tab")) == "button “Withdraw the proposal”"
    keyboard.enter()
    assert "You withdrew this proposal." in keyboard.page.locator("main").inner_text()
