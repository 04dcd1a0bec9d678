"""Two tabs of one person: what is written in the first survives a switch in the second."""

from __future__ import annotations

from playwright.sync_api import expect

from marketplace.core.access import Kind, Role
from marketplace.organisations.members import seat
from tests.browser.actors import Actor
from tests.organisations import world


def test_a_form_is_sent_again_after_switching_back_with_one_button(chromium, site, db, now):
    house = world.build(db, now)
    first = world.an_organisation(house, Kind.STARTUP)
    owner = house.owners[first.id]
    seat(world.an_organisation(house, Kind.STARTUP, name="Halyard Mail"), owner.id, Role.OWNER, now, by=None)
    db.commit()
    leila = Actor(chromium, site, "en", owner, "Owner of Tidewatch Labs")
    leila.sign_in()
    leila.go("organisations/new/")
    leila.fill(name="Third", description="Pumps.\nMany of them.")
    other = leila.context.new_page()
    other.goto("/en/acting-as/")
    other.get_by_role("main").get_by_role("button", name="Act for it").click()
    leila.page.get_by_role("button", name="Enter the organisation").click()
    expect(leila.page.get_by_role("heading", level=1)).to_have_text("You act for another organisation now")
    assert "Many of them." in leila.words
    leila.page.get_by_role("button", name="again and send it").click()
    expect(leila.page.get_by_role("heading", level=1)).to_have_text("Enter a new organisation")
    assert leila.field("description").input_value() == "Pumps.\nMany of them."
    assert leila.failures == []
