"""Light, dark, or as the device says."""

from __future__ import annotations

from typing import Literal

from flask import request

COOKIE = "theme"


def of_request() -> Literal["light", "dark"] | None:
    """The visitor's choice; None leaves it to the device."""
    kept = request.cookies.get(COOKIE)
    if kept == "light":
        return "light"
    return "dark" if kept == "dark" else None
