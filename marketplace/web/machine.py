"""For operators and robots: is it alive, is it ready, what may be indexed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from marketplace.core import access, caching, clock, database, schema
from marketplace.core.events import queries as record
from marketplace.core.settings import settings
from marketplace.web import sitemap

blueprint = Blueprint("machine", __name__)


@blueprint.route("/healthz")
@access.policy("public")
def health() -> Response:
    """The process lives."""
    return jsonify(status="ok")


@blueprint.route("/readyz")
@access.policy("public")
def ready() -> tuple[Response, int]:
    """The database answers, its schema is ours, and jobs are done in time."""
    try:
        connection = database.session.connection()
        waiting = connection.scalar(
            text(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
                " AND coalesce(scheduled_at, now()) < now() - interval '10 minutes' AND attempts = 0"
            )
        )
        state = {
            "database": "ok",
            "migrations": "ok" if schema.is_at_head(connection) else "behind",
            "jobs": "ok" if not waiting else "late",
        }
    except SQLAlchemyError:
        database.session.rollback()
        state = {"database": "unreachable", "migrations": "unknown", "jobs": "unknown"}
    return jsonify(state), 200 if set(state.values()) == {"ok"} else 503


@blueprint.route("/robots.txt")
@access.policy("public")
def robots() -> Response:
    """Public pages may be indexed; work pages are not for robots."""
    if settings().demo:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        work = ("dashboard", "account", "acting-as", "sign-in", "sign-up", "files")
        lines = ["User-agent: *", *(f"Disallow: /*/{area}/" for area in work)]
        lines.append(f"Sitemap: {settings().base_url}/sitemap.xml")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.route("/sitemap.xml")
@access.policy("public")
@caching.kept
def sitemap_file() -> Response:
    """Every public page in its languages; the index of its files where it is too long for one."""
    try:
        start = UUID(request.args.get("start", ""))
    except ValueError:
        start = None
    return sitemap.answer(request.args.get("part"), start, g.now)


@blueprint.route("/.well-known/security.txt")
@access.policy("public")
def security() -> Response:
    """Where to tell of a weakness; RFC 9116."""
    until = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = f"Contact: mailto:{settings().mail_from}"
    canonical = f"Canonical: {settings().base_url}/.well-known/security.txt"
    return Response(
        f"{contact}\nExpires: {until}\n{canonical}\nPreferred-Languages: en, ar, fr\n", mimetype="text/plain"
    )


@blueprint.route("/feeds/heads.json")
@access.policy("public")
@caching.kept
def heads() -> Response:
    """The published heads of the record of events: anchor number to hash, as `marketplace audit verify --heads` reads."""
    return jsonify({str(anchor.number): anchor.hash for anchor in record.published_anchors(g.now)})
