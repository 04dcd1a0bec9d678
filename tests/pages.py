"""A browser without JavaScript: it follows redirects, keeps cookies, fills forms in and reads what a page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import Context
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle"}


class Element:
    """A part of a page: its tag, attributes, and what is in it."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.inside: list[Element | str] = []

    @property
    def text(self) -> str:
        """What it says, blanks made single."""
        words = " ".join(part if isinstance(part, str) else part.text for part in self.inside)
        return " ".join(words.split())

    def all(self, *tags: str, **wanted: str) -> list[Element]:
        """Every part with one of these tags and these attributes."""
        found = []
        for part in self.inside:
            if isinstance(part, Element):
                if (not tags or part.tag in tags) and all(part.attributes.get(k) == v for k, v in wanted.items()):
                    found.append(part)
                found += part.all(*tags, **wanted)
        return found

    def one(self, *tags: str, **wanted: str) -> Element:
        """The first such part."""
        found = self.all(*tags, **wanted)
        assert found, f"no {tags} {wanted} in: {self.text[:400]}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document", {}, None)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attributes}, self.here)
        self.here.inside.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag: str) -> None:
        step: Element | None = self.here
        while step is not None and step.tag != tag:
            step = step.parent
        if step is not None and step.parent is not None:
            self.here = step.parent

    def handle_data(self, text: str) -> None:
        if self.here.tag not in ("script", "style"):
            self.here.inside.append(text)


class Page:
    """What one request answered."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.path: str = response.request.path
        self.response = response
        reader = _Reader()
        reader.feed(response.get_data(as_text=True))
        self.root = reader.root

    @property
    def main(self) -> Element:
        """The part between header and footer."""
        return self.root.one("main")

    @property
    def text(self) -> str:
        return self.main.text

    @property
    def title(self) -> str:
        return self.root.one("h1").text

    def says(self, words: str) -> bool:
        return words in self.text

    def _control(self, label: str) -> Element:
        named = next((one for one in self.main.all("label") if one.text == label), None)
        assert named is not None, f"no field {label!r} among {[one.text for one in self.main.all('label')]}"
        return next(one for one in self.main.all() if one.attributes.get("id") == named.attributes["for"])

    def error_beside(self, label: str) -> str | None:
        """The error at the field with that label; None where it has none."""
        described = self._control(label).attributes.get("aria-describedby", "").split()
        errors = [
            one.text
            for one in self.main.all()
            if one.attributes.get("id") in described and "error" in (one.attributes.get("id") or "")
        ]
        return errors[0] if errors else None

    @property
    def errors(self) -> list[str]:
        """What the summary above the form lists."""
        summary = [one for one in self.main.all("div") if "error-summary" in one.attributes.get("class", "").split()]
        return [line.text for line in summary[0].all("li")] if summary else []

    def value_of(self, label: str) -> str:
        """What stands in the field with that label."""
        control = self._control(label)
        return control.text if control.tag == "textarea" else control.attributes.get("value", "")

    def form(self, button: str) -> tuple[Element, Element]:
        """The form in main with that button, and the button."""
        for form in self.main.all("form"):
            for pressed in form.all("button"):
                if button in (pressed.text, pressed.attributes.get("aria-label")):
                    return form, pressed
        raise AssertionError(f"no button {button!r} among {[one.text for one in self.main.all('button')]}")


class Browser:
    """One browser of one visitor."""

    def __init__(self, app: Flask, address: str = "192.0.2.10") -> None:
        self.client: FlaskClient = app.test_client()
        self.address = address
        self.page: Page = None  # type: ignore[assignment]

    def _answered(self, response: Any) -> Page:
        self.page = Page(response)
        assert self.page.status < 500, self.page.root.text
        return self.page

    def get(self, path: str, **options: Any) -> Page:
        """Open an address and follow where it leads."""
        return self._answered(self._sent(self.client.get, path, **options))

    def _sent(self, method: Callable[..., Any], path: str, **options: Any) -> Any:
        peer = {**self.client.environ_base, "REMOTE_ADDR": self.address}
        # In a context of its own: inside the test's, Flask would keep the session and `g` of the request before.
        return Context().run(method, path, follow_redirects=True, environ_base=peer, **options)

    def post(self, path: str, data: Any) -> Page:
        """Send values to an address and follow where it leads."""
        return self._answered(self._sent(self.client.post, path, data=data))

    def press(self, button: str, **typed: Any) -> Page:
        """Fill the form of that button in by its fields' names, and press it.

        Args:
            typed: values by name; what is not named stays as the page had it.
        """
        form, pressed = self.page.form(button)
        values = values_of(form)
        if pressed.attributes.get("name"):
            values[pressed.attributes["name"]] = [pressed.attributes.get("value", "")]
        values.update({name: value if isinstance(value, list) else [value] for name, value in typed.items()})
        target = form.attributes.get("action") or self.page.response.request.full_path.rstrip("?")
        if form.attributes.get("method", "get").lower() == "get":
            return self.get(target.partition("?")[0], query_string=values)  # as browsers do
        return self.post(target, values)

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in by address and password."""
        self.get("/en/sign-in/")
        return self.press("Sign in", email=email, password=password)


def values_of(form: Element) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for control in form.all("input", "textarea", "select"):
        name, kind = control.attributes.get("name"), control.attributes.get("type", "text")
        if (
            not name
            or kind in ("file", "submit")
            or (kind in ("radio", "checkbox") and "checked" not in control.attributes)
        ):
            continue
        if control.tag == "select":
            chosen = [one for one in control.all("option") if "selected" in one.attributes] or control.all("option")[
                :1
            ]
            values.setdefault(name, []).extend(one.attributes.get("value", one.text) for one in chosen)
        else:
            content = control.text if control.tag == "textarea" else control.attributes.get("value", "")
            values.setdefault(name, []).append(re.sub(r"^\n", "", content))
    return values
