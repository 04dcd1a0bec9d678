"""The components as a browser shows them: accessible, in both directions and schemes, from 320 pixels on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
STATES = "?errors&demo"


@contextmanager
def page_of(chromium: Browser, width: int = 1280, scheme: str = "light", **options) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert not faults


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(chromium, gallery, language, scheme, width):
    with page_of(chromium, width, scheme) as page:
        page.goto(f"{gallery}/{language}/{STATES}")
        page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
        found = Axe().run(page, options=AXE_OPTIONS)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_deep_heads(chromium, gallery, language, scheme):
    with page_of(chromium, 1280, scheme) as page:
        page.goto(f"{gallery}/{language}/heads/")
        found = Axe().run(page, options=AXE_OPTIONS | {"rules": {"page-has-heading-one": {"enabled": False}}})
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("menu", [".menu--account", ".menu--site"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_an_open_menu(chromium, gallery, language, menu):
    with page_of(chromium, 390) as page:
        page.goto(f"{gallery}/{language}/")
        page.locator(f"{menu} > summary").click()
        found = Axe().run(page, context=".site-header", options=AXE_OPTIONS)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1200, 1920])
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_no_page_scrolls_sideways(chromium, gallery, language, width):
    with page_of(chromium, width) as page:
        page.goto(f"{gallery}/{language}/{STATES}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_open_menu_stays_on_the_screen(chromium, gallery):
    with page_of(chromium, 320) as page:
        page.goto(f"{gallery}/ar/")
        for menu in (".menu--account", ".menu--site"):
            page.locator(f"{menu} > summary").click()
            box = page.locator(f"{menu} .menu__panel").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320


def test_escape_closes_a_menu_and_gives_the_focus_back(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/")
        page.locator(".menu--account > summary").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
        expect(page.locator(".menu--account > summary")).to_be_focused()


def test_the_skip_link_is_first_and_leads_to_main(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/?errors")
        assert page.title().startswith("Error: ")
        expect(page.locator(".error-summary")).to_be_focused()
        page.get_by_role("link", name="Say whether the prices include tax").click()
        expect(page.get_by_label("No, tax is added")).to_be_focused()
        page.get_by_role("link", name="Enter a price, or 0 if it costs nothing").click()
        price = page.get_by_label("Pilot, 6 months")
        expect(price).to_be_focused()
        described = page.evaluate(
            "id => document.getElementById(id).getAttribute('aria-describedby')", price.get_attribute("id")
        )
        words = " ".join(page.locator(f"#{part}").inner_text() for part in described.split())
        assert words == "At most €180,000, without tax. Enter a price, or 0 if it costs nothing EUR"


def test_characters_are_counted_down(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/")
        text = page.get_by_label("What the pilot price covers")
        text.fill("x" * 153)
        expect(page.locator(".field__count")).to_have_text("Characters left: 1,347")
        text.fill("x" * 1502)
        expect(page.locator(".field__count")).to_have_text("Characters too many: 2")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, '{"saved_at": "21:42:07"}', "Saved at 21:42:07"),
        (409, "{}", "Not saved: somebody else changed this section. Press save to compare."),
        (
            409,
            '{"switched": true}',
            "Not saved: you act for another organisation now. Press save; your text is kept.",
        ),
        (422, "{}", "Not saved: press save to see what to correct."),
        (401, "{}", "Not saved: you are signed out. Press save; your text is kept."),
    ],
)
def test_autosave_says_what_became_of_the_text(chromium, gallery, status, body, words):
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/autosave", lambda route: route.fulfill(status=status, body=body, content_type="application/json"))
    page.goto(f"{gallery}/en/")
    page.get_by_label("Name of the unit").fill("Water unit")
    expect(page.locator("[data-autosave-status]")).to_have_text(words, timeout=6000)
    context.close()


def test_autosave_says_that_there_is_no_connection(chromium, gallery):
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/autosave", lambda route: route.abort())
    page.goto(f"{gallery}/en/")
    page.get_by_label("Name of the unit").fill("Water unit")
    expect(page.locator("[data-autosave-status]")).to_contain_text("no connection", timeout=6000)
    context.close()


def test_what_was_done_is_said_in_the_page_and_floats(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/?toast")
        expect(page.locator(".flashes")).to_contain_text("Answer published.")
        expect(page.locator(".toast")).to_have_text("Answer published. 34 followers are told.")
        expect(page.locator(".toast")).to_have_count(0, timeout=9000)


def test_the_dialog_opens_in_place_and_closes(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/")
        page.get_by_role("link", name="Withdraw", exact=True).click()
        dialog = page.get_by_role("dialog", name="Withdraw this proposal?")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Keep it").click()
        expect(dialog).to_be_hidden()


def test_colours_can_be_chosen_against_the_device(chromium, gallery):
    with page_of(chromium, scheme="light") as page:
        page.route("**/theme", lambda route: route.fulfill(status=204))
        page.goto(f"{gallery}/en/")
        canvas = "getComputedStyle(document.documentElement).backgroundColor"
        assert page.evaluate(canvas) == "rgb(245, 247, 245)"
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate(canvas) == "rgb(11, 22, 21)"


def test_the_page_works_without_javascript(chromium, gallery):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{gallery}/en/?toast")
    expect(page.locator(".flashes")).to_contain_text("Answer published.")
    page.locator(".menu--site > summary").click()
    expect(page.get_by_role("link", name="Case studies")).to_be_visible()
    expect(page.locator(".field__count")).to_have_text("At most 1,500 characters.")
    context.close()


def test_time_axes_keep_their_direction_and_bars_turn(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/ar/")
        first, last = (page.locator(".chart__label", has_text=week).first.bounding_box() for week in ("W1", "W11"))
        assert first["x"] < last["x"]
        bar = page.locator(".kpi__svg").first
        assert bar.evaluate("node => getComputedStyle(node).scale") == "-1 1"


def test_paper_shows_no_controls(chromium, gallery):
    with page_of(chromium) as page:
        page.goto(f"{gallery}/en/")
        page.emulate_media(media="print")
        for gone in (".button", ".site-nav", ".menu--account", ".tabs", ".pager"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(page.locator("h1")).to_be_visible()
