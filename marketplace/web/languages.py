"""Which language a request speaks, and the redirect of addresses that name none."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, g, redirect, request, url_for

from marketplace.accounts.sessions import person_of_request
from marketplace.core import access
from marketplace.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, forced_language
from marketplace.core.settings import settings

blueprint = Blueprint("languages", __name__)

COOKIE = "language"


def of_request() -> str:
    """The language in the address; where there is none, the visitor's own."""
    forced = forced_language()
    if forced is not None:
        return forced
    named = (request.view_args or {}).get("lang") or g.get("lang")
    first = request.path.split("/", 2)[1] if request.path.count("/") else ""
    if named is None and first in LANGUAGES:
        named = first
    return named or preferred()


def preferred() -> str:
    """By the signed-in person's choice, then the cookie, then the browser's wish, then English."""
    person = person_of_request()
    if person is not None:
        return person.language
    kept = request.cookies.get(COOKIE)
    if kept in LANGUAGES:
        return kept
    # By the first part: who wishes for Arabic of Tunisia is served in Arabic.
    wishes = (wish.split("-", 1)[0].lower() for wish in request.accept_languages.values())
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT_LANGUAGE)


def zone_of_request() -> str:
    """The signed-in person's zone, else the site's."""
    person = person_of_request()
    return (person.zone if person is not None else None) or settings().zone


def sign_in_address() -> str:
    """Where somebody who must sign in is sent, with the way back; a form's answer can't be got again."""
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return url_for("accounts.sign_in", lang=of_request(), next=back or None)


@blueprint.route("/")
@access.policy("public")
def root() -> Response:
    """Send the visitor to the home page in the language that suits."""
    return _redirected("/")


@blueprint.route("/<path:rest>")
@access.policy("public")
def without_language(rest: str) -> Response:
    """Send an address without a language to the same page in the language that suits."""
    first = rest.split("/", 1)[0]
    if first in LANGUAGES or first in {"feeds", "static", "files"} or not rest.endswith("/"):
        abort(404)
    return _redirected(f"/{quote(rest)}")


def _redirected(path: str) -> Response:
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    response = redirect(f"/{preferred()}{path}{query}", 302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response  # type: ignore[return-value]
