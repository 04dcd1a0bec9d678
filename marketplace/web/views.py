"""Pages that join several features: home, dashboard, and what the footer links to."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from marketplace.accounts.own_paths import own_path
from marketplace.core import access
from marketplace.web import dashboard as desk
from marketplace.web import theme as themes

blueprint = Blueprint("web", __name__)


@blueprint.route("/")
@access.policy("public")
def home() -> str:
    """What this is, what closes next, and what came of it."""
    return render_template("web/home.html")


@blueprint.route("/dashboard/")
@access.policy("signed in")
def dashboard() -> str:
    """What needs this person now, and whom the person waits for."""
    return render_template("web/dashboard.html", desk=desk.of(g.viewer, g.now))


@blueprint.route("/theme/", methods=["POST"])
@access.policy("public")
def theme() -> Response:
    """Keep the visitor's choice of light or dark, and go back."""
    response = redirect(own_path(request.form.get("back")) or url_for(".home"))
    choice = request.form.get("theme")
    if choice in {"light", "dark"}:
        response.set_cookie(themes.COOKIE, choice, max_age=31_536_000, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(themes.COOKIE)
    return response  # type: ignore[return-value]
