"""The pages in a real browser: accessible, within the screen, and the sheet that saves itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from marketplace.core import clock, database
from marketplace.core.access import Viewer
from marketplace.evaluations.models import Score
from tests.browser.conftest import served, site
from tests.evaluations.stage import Stage, browser_of

__all__ = ["served", "site"]
pytestmark = pytest.mark.browser
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [("en", 1280, "light"), ("ar", 390, "dark")]


@contextmanager
def signed_in(app, chromium, site: str, stage: Stage, viewer: Viewer, width: int, scheme: str) -> Iterator[Page]:
    cookie = browser_of(app, viewer, stage.now).client.get_cookie("session")
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site}])
    yield context.new_page()
    context.close()


def check(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    found = Axe().run(page, options=AXE_OPTIONS)
    assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_the_pages(app, chromium, site, stage: Stage, language: str, width: int, scheme: str):
    alpha = stage.proposals["Alpha"].key
    home = f"{site}/{language}/evaluations/{stage.challenge.key}/"
    moments = [
        (
            lambda: stage.open().name_panel().screen(),
            [
                (stage.manager, ["", "panel/", "screening/", f"screening/{alpha}/", f"disqualification/{alpha}/"]),
                (stage.chair, ["declarations/"]),
            ],
        ),
        (
            lambda: stage.declare({stage.third: "Beta"}).start(),
            [
                (stage.second, ["scoring/", f"proposals/{alpha}/", f"proposals/{alpha}/conflict/"]),
                (stage.chair, ["", "assignment/"]),
            ],
        ),
        (
            lambda: score(stage).freeze(),
            [(stage.chair, ["consensus/", f"consensus/{alpha}/", "ranking/", "recommendation/", "reopening/"])],
        ),
        (lambda: stage.recommend(), [(stage.approver, ["approval/", "letters/", f"letters/{alpha}/"])]),
        (lambda: stage.approve(), [(stage.manager, ["decision/"])]),
        (
            lambda: stage.decide(),
            [
                (stage.manager, ["", "result/", "record/", "succession/"]),
                (stage.owners["Alpha"], [f"../letters/{alpha}/", f"../letters/{alpha}/declining/"]),
            ],
        ),
    ]
    with clock.at(stage.now):
        for bring, visits in moments:
            bring()
            for viewer, paths in visits:
                with signed_in(app, chromium, site, stage, viewer, width, scheme) as page:
                    for path in paths:
                        check(page, home + path)


def score(stage: Stage) -> Stage:
    """Everybody locks what is not closed to him."""
    for viewer in stage.evaluators:
        for name, quality in (("Alpha", 9), ("Beta", 7), ("Gamma", 3)):
            if not (viewer is stage.third and name == "Beta"):
                stage.score(viewer, name, quality - stage.evaluators.index(viewer), 1, "Why so.")
    return stage


def test_the_sheet_saves_itself_by_keyboard(app, chromium, site, stage: Stage):
    stage.ready()
    with clock.at(stage.now), signed_in(app, chromium, site, stage, stage.second, 1280, "light") as page:
        page.goto(f"{site}/en/evaluations/{stage.challenge.key}/proposals/{stage.proposals['Alpha'].key}/")
        quality = page.locator(f'input[name="score_{stage.criteria["Quality"].hex}"][value="7"]')
        quality.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("[data-autosave-status]:has-text('Saved at')")
    database.session.rollback()
    assert [given.value for given in database.session.scalars(select(Score)) if given.value is not None] == [8]
