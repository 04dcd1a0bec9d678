"""The application factory: everything assembled, nothing decided."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from marketplace import models, reactions
from marketplace.accounts import keeping, sessions, switching
from marketplace.core import access, clock, components, converters, database, i18n, messages, templating
from marketplace.core.caching import reading
from marketplace.core.caching.middleware import PageCache
from marketplace.core.caching.results import Results
from marketplace.core.errors import NotAllowed, NotFound, Refused
from marketplace.core.paths import data_folder
from marketplace.core.settings import Settings, settings
from marketplace.web import blueprints, errors, languages, shell, theme

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)


_OPENED = "marketplace.session_is_open"


def create_app(configuration: Settings | None = None) -> Flask:
    """Make the application; the database must be connected before its first request.

    Args:
        configuration: the settings; those of the environment when left out.
    """
    configuration = configuration or settings()
    app = Flask(__name__, template_folder=str(data_folder("templates")), static_folder=None)
    _configure(app, configuration)
    models.load_all()
    reactions.wire()
    app.url_map.converters.update(converters.ALL)
    sessions.install(app)
    Babel(app, locale_selector=languages.of_request, timezone_selector=languages.zone_of_request)
    i18n.install(app)
    templating.install(app)
    components.install(app)
    blueprints.register(app)
    shell.install(app)
    app.before_request(_refuse_foreign_hosts)
    app.before_request(_open)
    app.before_request(_admit)
    app.after_request(_protect)
    app.teardown_request(_close)
    _handle_errors(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(data_folder("static")),
        prefix="static/",
        max_age=31_536_000 if not app.debug else 0,
    )
    if configuration.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=configuration.trusted_proxies, x_proto=configuration.trusted_proxies
        )
    _keep_in_memory(app, configuration.page_cache_bytes)
    return app


def _keep_in_memory(app: Flask, most_bytes: int) -> None:
    pages = PageCache(
        app.wsgi_app,
        most_bytes,
        session_cookie=app.config["SESSION_COOKIE_NAME"],
        cookies=(theme.COOKIE, languages.COOKIE),
    )
    app.wsgi_app = app.extensions["pages"] = pages  # type: ignore[method-assign]
    app.extensions["results"] = Results(pages.watch, most_bytes // 4)


def _configure(app: Flask, configuration: Settings) -> None:
    app.config.update(
        SECRET_KEY=configuration.secret(),
        SESSION_COOKIE_SECURE=configuration.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=configuration.trusted_hosts(),
        MAX_CONTENT_LENGTH=configuration.max_file_bytes + 2_000_000,
        MAX_FORM_MEMORY_SIZE=4_000_000,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(messages.compiled_folder()),
        MARKETPLACE=configuration,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _refuse_foreign_hosts() -> Response | None:
    """Answer at once, and plainly: without a host of its own the site can make no address for a page."""
    if isinstance(request.routing_exception, SecurityError):
        return Response("This site has another name.\n", 400, mimetype="text/plain")
    return None


def _open() -> None:
    """Open the request's session and find out who reads, once the request is here.

    A form that comes in slowly would else be judged by the rights and the moment of its first byte.
    """
    session = database.open_session()
    request.environ[_OPENED] = True
    refusal = _arrived()
    g.now = clock.now()
    g.viewer = sessions.viewer_of_request(g.now)
    access.set_viewer(session, g.viewer)
    if not g.viewer.is_signed_in:
        reading.begin(current_app.view_functions.get(request.endpoint or ""), g.now)
    if refusal is not None:
        raise refusal


def _arrived() -> HTTPException | None:
    """Take the whole request in, where an address takes it at all; what is wrong with it is told with a reader set."""
    if request.endpoint is None:
        return None
    try:
        request.get_data(parse_form_data=True)
    except HTTPException as refusal:
        return refusal
    return None


def _close(_error: BaseException | None) -> None:
    """Close what this request opened, and nothing of the job or test around it."""
    if request.environ.pop(_OPENED, False):
        database.close_session()


def _admit() -> Any:
    """Let a view run only where it declares whom it admits and admits this viewer."""
    if request.endpoint is None:
        return None
    view: Any = current_app.view_functions[request.endpoint]
    declared = getattr(view, "route_policy", None)
    if declared is None:
        raise RuntimeError(f"the view {request.endpoint} declares no policy")
    if declared.audience not in ("public", "token") and (refusal := switching.refusal(g.now)) is not None:
        return refusal
    if declared.admits(g.viewer):
        return None
    if not g.viewer.is_signed_in:
        keeping.keep_form(g.now)
        return redirect(languages.sign_in_address())
    abort(404)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if (g.get("viewer") is not None and g.viewer.is_signed_in) or _has_token():
        headers.setdefault("Cache-Control", "private, no-store")
    else:
        headers.setdefault("Cache-Control", "no-cache")
        response.vary.add("Cookie")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Language", i18n.current_language())
    return response


def _has_token() -> bool:
    """Whether the address itself is the right to read: a mailed link, a preview, a file's short link."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    declared = getattr(view, "route_policy", None)
    return declared is not None and declared.audience == "token"


def _handle_errors(app: Flask) -> None:
    # Unknown and forbidden answer alike, byte for byte.
    for kind in (NotFound, NotAllowed, 404):
        app.register_error_handler(kind, errors.not_found)
    app.register_error_handler(Refused, errors.refused)
    app.register_error_handler(HTTPException, errors.http_error)
    app.register_error_handler(500, errors.failed)
