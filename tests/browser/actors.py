"""People with browsers of their own: they sign in, go to pages, fill forms in and press buttons."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Browser, Locator, Page

from marketplace.accounts.models import Person
from marketplace.core import clock
from tests.organisations.world import PASSWORD


class Actor:
    """Somebody at a browser.

    Forms are found by the names of their fields, so that one journey is walked in every language.
    """

    def __init__(self, chromium: Browser, site: str, language: str, person: Person | None, name: str) -> None:
        self.language, self.name = language, name
        self.address = f"{name.lower().replace(' ', '.')}@example.org" if person else ""
        self.context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900})
        self.page: Page = self.context.new_page()
        self.failures: list[str] = []
        self.page.on("pageerror", lambda error: self.failures.append(str(error)))

    def sign_in(self) -> None:
        """Sign in by the page, anew where the last sign-in has run out."""
        self.context.clear_cookies()
        self.go("sign-in/")
        self.fill(email=self.address, password=PASSWORD)
        self.send("password")
        assert "/sign-in/" not in self.page.url, self.words

    def go(self, path: str, status: int = 200) -> None:
        """Open a page under one's language."""
        answer = self.page.goto(f"/{self.language}/{path}")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{self.words[:600]}"

    @property
    def words(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    @property
    def key(self) -> str:
        """The key of the thing whose page is open."""
        parts = [part for part in self.page.url.split("?")[0].split("/") if part]
        return next(part[-13:] for part in reversed(parts) if len(part) >= 13 and part[-13:].isalnum())

    def fill(self, **values: str) -> None:
        """Fill fields in by name; a list of choices takes the value of one choice."""
        for name, value in values.items():
            self.field(name).first.fill(value)

    def choose(self, name: str, value: str) -> None:
        """Choose a radio button, a box or a list's entry by its value."""
        field = self.field(name)
        if field.first.evaluate("node => node.tagName") == "SELECT":
            field.first.select_option(value)
        else:
            self.page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)

    def field(self, name: str) -> Locator:
        """The field of that name in the main part of the page."""
        return self.page.locator(f'main [name="{name}"]')

    def write_everywhere(self, words: str) -> None:
        """Write into every empty text field of the form."""
        for field in self.page.locator("main form.form textarea, main form.form input[type=text]").all():
            if field.is_visible() and not field.input_value():
                field.fill(words)

    def send(self, field: str, button: str | None = None) -> None:
        """Press the button of the form that has a field; no error may come of it.

        Args:
            button: `name=value` of the button; the form's last filled one when left out.
        """
        form = self.page.locator(f'main form:has([name="{field}"])').first
        self._press(form, button)

    def post_to(self, part: str) -> None:
        """Press the button of the form whose address holds that part."""
        self._press(self.page.locator(f'main form[action*="{part}"]').first, None)

    def links(self, part: str) -> list[str]:
        """The addresses of the page's links that hold that part, each once, without the language."""
        found = self.page.locator(f'main a[href*="{part}"]').all()
        addresses = [link.get_attribute("href") or "" for link in found]
        return list(dict.fromkeys(address.removeprefix(f"/{self.language}/") for address in addresses))

    def press_last(self) -> None:
        """Press the last button of the page's last form: pages that ask for one decision have one form."""
        self._press(self.page.locator("main form").last, None)

    def _press(self, form: Locator, button: str | None) -> None:
        if button:
            name, value = button.split("=")
            pressed = form.locator(f'button[name="{name}"][value="{value}"]:not(.visually-hidden)').first
        else:
            pressed = form.locator("button:not(.visually-hidden)").last
        with self.page.expect_navigation():
            pressed.click()
        problems = self.page.locator("main .error-summary")
        assert problems.count() == 0, f"{self.page.url}: {problems.first.inner_text()}"
        assert self.failures == []

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()


def at(moment: datetime, *actors: Actor) -> None:
    """Move the world's clock; whoever acts next signs in again, as after a night."""
    clock.set_to(moment)
    for actor in actors:
        actor.sign_in()
