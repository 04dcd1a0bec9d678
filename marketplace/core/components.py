"""What the design system's macros need from Python; `install` gives it to an application's templates."""

from __future__ import annotations

from flask import Flask

from marketplace.core import charts, clock, i18n, text


def install(app: Flask) -> None:
    """Add the filters `initials` and `city`, the charts' geometry as `charts`, and `onward_arrow`."""
    app.jinja_env.filters["initials"] = text.initials
    app.jinja_env.filters["city"] = clock.city
    app.jinja_env.globals["charts"] = charts
    app.jinja_env.globals["onward_arrow"] = onward_arrow


def onward_arrow() -> str:
    """The arrow from before to after, in the direction in which the page is read."""
    return "←" if i18n.direction(i18n.current_language()) == "rtl" else "→"
