"""What the design system's macros need from Python; `install` gives it to an application's templates."""

from __future__ import annotations

from flask import Flask

from marketplace.core import charts, i18n

ARTICLES = {"the", "of", "for", "and", "de", "des", "du", "la", "le", "les", "et"}


def install(app: Flask) -> None:
    """Add the filter `initials`, the charts' geometry as `charts`, and `onward_arrow`."""
    app.jinja_env.filters["initials"] = initials
    app.jinja_env.globals["charts"] = charts
    app.jinja_env.globals["onward_arrow"] = onward_arrow


def onward_arrow() -> str:
    """The arrow from before to after, in the direction in which the page is read."""
    return "←" if i18n.direction(i18n.current_language()) == "rtl" else "→"


def initials(name: str) -> str:
    """One or two letters that stand for a name in a monogram.

    Latin names give the first letters of their first two telling words; Arabic gives one letter, without the
    article, since two letters of it would join into a word.
    """
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum() and word.lower() not in ARTICLES]
    if not words:
        return "·"
    first = words[0]
    if "\u0600" <= first[0] <= "\u06ff":
        return first[2] if first.startswith("ال") and len(first) > 3 else first[0]
    return "".join(word[0] for word in words[:2]).upper()
