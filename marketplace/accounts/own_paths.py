"""The way back after a sign-in: paths of this site, nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for


def own_path(wanted: str | None) -> str:
    """A path of this site, or the dashboard: nobody is sent elsewhere by a link that looks like ours."""
    path = wanted or ""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    if plain and not urlsplit(path).netloc and not urlsplit(path).scheme:
        return path
    return url_for("web.dashboard")
