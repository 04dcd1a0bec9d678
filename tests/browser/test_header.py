"""The header on one line from 75rem on, whoever is signed in and in each language."""

from __future__ import annotations

import pytest

from marketplace.core.access import Kind, Role
from tests.browser.actors import Actor
from tests.organisations import world

LONG = "National Office for the Digital Security of Public Administration"


WIDE = """[...document.querySelectorAll("body *")]
  .map(part => [part, part.getBoundingClientRect()])
  .filter(([_part, box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
  .map(([part, _box]) => part.outerHTML.slice(0, 80))"""


def too_wide(page) -> list[str]:
    """What stands out of the page; nothing where the page itself does not scroll sideways."""
    scrolls = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return page.evaluate(WIDE) if scrolls else []


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_the_header_of_a_long_name_stands_on_one_line_and_the_phone_has_it_in_the_menu(
    chromium, site, db, now, language
):
    house = world.build(db, now)
    agency = world.an_organisation(house, Kind.AGENCY, name=LONG)
    member = world.member(house, agency, "Manager", Role.CHALLENGE_MANAGER, Role.EVALUATOR, Role.OPENING_OFFICER)
    nadia = Actor(chromium, site, language, member, f"Manager Of {agency.key}")
    nadia.sign_in()
    page = nadia.page
    page.set_viewport_size({"width": 1200, "height": 800})
    nadia.go("dashboard/")
    links = page.locator(".site-header .nav-link:visible")
    assert links.count() == 7  # four areas, search, two languages
    assert {round(link.bounding_box()["height"]) for link in links.all()} == {44}
    assert page.locator(".site-header__line").bounding_box()["height"] <= 66
    assert too_wide(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.locator(".site-nav").is_hidden()
    page.locator(".menu--site > summary").click()
    assert page.locator(".menu--site nav .menu__list").first.locator("a").count() == 5  # four areas and search
    assert too_wide(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert too_wide(page) == []
