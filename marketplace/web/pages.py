"""Pages that the header and the footer link to: search, decisions, feeds, accessibility, privacy, published heads."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for

from marketplace.casestudies import front as casestudies
from marketplace.challenges import listing, presentation
from marketplace.challenges.filters import Filters
from marketplace.core import access, caching
from marketplace.core.events import queries as record
from marketplace.core.settings import settings
from marketplace.web import languages

blueprint = Blueprint("pages", __name__)

FOUND = 5


@blueprint.route("/search/")
@access.policy("public")
@caching.kept
def search() -> str:
    """One search over challenges and case studies; each list goes on from here."""
    q = request.args.get("q", "").strip()[:200]
    return render_template(
        "web/search.html",
        q=q,
        challenges=listing.listed(Filters(q=q, is_any_status=True), g.now) if q else None,
        studies=casestudies.found(q, FOUND) if q else None,
        present=presentation,
        study_pages=casestudies,
        zone=languages.zone_of_request(),
        shown=FOUND,
    )


@blueprint.route("/decisions/")
@access.policy("public")
@caching.kept
def decisions() -> str:
    """Challenges that have ended, each with its public result."""
    wanted = Filters(
        status=("awarded", "unsuccessful", "cancelled", "withdrawn"), after=request.args.get("after", "")
    )
    return render_template("web/decisions.html", page=listing.listed(wanted, g.now), present=presentation)


@blueprint.route("/feeds/")
@access.policy("public")
@caching.kept
def feeds() -> str:
    """The machine forms of what is public."""
    return render_template("web/feeds.html", heads=url_for("machine.heads"))


@blueprint.route("/heads/")
@access.policy("public")
@caching.kept
def heads() -> str:
    """The published heads of the record of events, to be kept by outsiders."""
    return render_template("web/heads.html", anchors=record.published_anchors(g.now, 60))


@blueprint.route("/accessibility/")
@access.policy("public")
@caching.kept
def accessibility() -> str:
    """What the pages promise to everybody, and whom to tell where they don't keep it."""
    return render_template("web/accessibility.html", contact=settings().mail_from)


@blueprint.route("/privacy/")
@access.policy("public")
@caching.kept
def privacy() -> str:
    """What is kept of whom, for how long, and how to have it erased."""
    return render_template("web/privacy.html", contact=settings().mail_from)
