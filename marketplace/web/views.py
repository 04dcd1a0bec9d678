"""Pages that join several features: home and dashboard; and the visitor's choice of light or dark."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from marketplace.accounts import queries as accounts
from marketplace.accounts.own_paths import own_path
from marketplace.casestudies import front as casestudies
from marketplace.challenges import presentation
from marketplace.challenges.policy import can_create
from marketplace.core import access, caching
from marketplace.notifications import queries as notices
from marketplace.web import administration, front, languages, own_work, pages
from marketplace.web import dashboard as desk
from marketplace.web import theme as themes

blueprint = Blueprint("web", __name__)
blueprints = [blueprint, administration.blueprint, pages.blueprint]


@blueprint.route("/")
@access.policy("public")
@caching.kept
def home() -> str:
    """What this is, what closes next, and what came of it."""
    return render_template(
        "web/home.html",
        front=front.page(g.now),
        present=presentation,
        studies=casestudies,
        zone=languages.zone_of_request(),
        may_post=not g.viewer.is_signed_in or can_create(g.viewer),
    )


@blueprint.route("/dashboard/")
@access.policy("signed in")
def dashboard() -> str:
    """What needs this person now, and whom the person waits for."""
    name = accounts.own_details(g.viewer).name
    return render_template(
        "web/dashboard.html",
        desk=desk.of(g.viewer, g.now),
        greeting=desk.greeting(g.now, languages.zone_of_request(), name),
        own=[(link.label, link.url) for link in own_work.links(g.viewer)],
        challenges=own_work.challenges_of(g.viewer),
        present=presentation,
        first_step=own_work.first_step(g.viewer),
        told=notices.notices(g.viewer, None, limit=5)[1],
    )


@blueprint.route("/theme/", methods=["POST"])
@access.policy("public")
def theme() -> Response:
    """Keep the visitor's choice of light or dark, and go back."""
    response = redirect(own_path(request.form.get("back")) if request.form.get("back") else url_for(".home"))
    choice = request.form.get("theme")
    if choice in {"light", "dark"}:
        response.set_cookie(themes.COOKIE, choice, max_age=31_536_000, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(themes.COOKIE)
    return response  # type: ignore[return-value]
