"""The pages in a browser: axe finds nothing, nothing is wider than the screen, autosave keeps what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from marketplace.casestudies import saving
from marketplace.core import database
from tests.browser.conftest import served, site
from tests.casestudies.world import World

__all__ = ["served", "site"]
pytestmark = pytest.mark.browser


@contextmanager
def page_of(
    chromium: Browser, site: str, world: World, app, viewer=None, width: int = 1280, scheme: str = "light"
) -> Iterator[Page]:
    """A tab of a visitor, or of somebody who is signed in."""
    context = chromium.new_context(base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme)
    if viewer is not None:
        cookie = world.browser(app, viewer).client.get_cookie("session")
        context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
    yield context.new_page()
    context.close()


def assert_fit(page: Page, path: str) -> None:
    """No fault that axe knows, and no scrolling sideways."""
    page.goto(path)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_are_fit_for_everybody(world, chromium, site, app, width, scheme):
    edition = world.written()
    world.translate(edition)
    key = edition.case_study.key
    world.publish(world.clear(world.ask(edition), world.approver, world.signatory))
    made = world.correction_of(edition)
    saving.save_section(
        world.manager, made, "correction", {"correction": "Une correction."}, world.now, language="fr"
    )
    database.session.commit()
    work = ("mine", f"{key}/manage", f"{key}/edit/summary", f"{key}/edit/results", f"{key}/edit/subject")
    more = (f"{key}/edit/figures", f"{key}/edit/problem/history", f"{key}/preview", f"{key}/retraction")
    with page_of(chromium, site, world, app, world.owner, width, scheme) as page:
        for language in ("en", "ar"):
            for path in (*work, *more):
                assert_fit(page, f"/{language}/case-studies/{path}/")
    world.ask(made)
    with page_of(chromium, site, world, app, world.owner, width, scheme) as page:
        for path in ("manage", "clearance", "publication"):
            assert_fit(page, f"/ar/case-studies/{key}/{path}/")
    world.publish(world.clear(made, world.approver, world.signatory))
    with page_of(chromium, site, world, app, None, width, scheme) as page:
        for language in ("en", "ar", "fr"):
            assert_fit(page, f"/{language}/case-studies/?topic=data-protection&topic=x")
            assert_fit(page, f"/{language}/case-studies/x-{key}/")
        assert_fit(page, f"/en/case-studies/x-{key}/?version=1")
        world.retract(made)
        assert_fit(page, f"/ar/case-studies/x-{key}/")


def test_what_is_written_is_kept_by_itself_and_a_conflict_is_said(world, chromium, site, app):
    edition = world.drafted().editions[0]
    path = f"/en/case-studies/{edition.case_study.key}/edit/lessons/"
    with (
        page_of(chromium, site, world, app, world.manager) as agency,
        page_of(chromium, site, world, app, world.editor) as startup,
    ):
        startup.goto(path)
        agency.goto(path)
        agency.get_by_label("What we would do differently").fill("Kept by itself.")
        expect(agency.locator("[data-autosave-status]")).to_contain_text("Saved at", timeout=15_000)
        startup.get_by_label("What we would do differently").fill("Mine, too late.")
        expect(startup.locator("[data-autosave-status]")).to_contain_text("somebody else changed", timeout=15_000)
        startup.get_by_role("button", name="Save", exact=True).last.click()
        expect(startup.get_by_text("Kept by itself.")).to_be_visible()
        expect(startup.get_by_label("What we would do differently")).to_have_value("Mine, too late.")
