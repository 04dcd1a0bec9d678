"""The shell around a page, for the reader of this request."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf

from marketplace.accounts import queries as accounts
from marketplace.accounts import sessions
from marketplace.accounts.rights import Seat
from marketplace.core import clock, i18n, site
from marketplace.core.access import Viewer
from marketplace.core.settings import settings
from marketplace.notifications import queries as notices
from marketplace.organisations.roles import kind_word, role_words
from marketplace.web import areas, languages, theme
from marketplace.web.layout import Alternate, Feed, Layout, Membership, Person, Urls


def install(app: Flask) -> None:
    """Give every template its `layout`."""
    app.context_processor(lambda: {"layout": layout_of_request()})
    app.jinja_env.globals["layout_zone"] = languages.zone_of_request


def layout_of_request() -> Layout:
    """The shell of the present page; made once, so that a view may add feeds to it."""
    if "layout" not in g:
        g.layout = _made()
    return g.layout


def _made() -> Layout:
    configuration = settings()
    language = i18n.current_language()
    return Layout(
        site_name=site.name(),
        operator=site.operator(),
        language=language,
        dir=i18n.direction(language),  # type: ignore[arg-type]
        urls=_urls(),
        # A letter that a job writes has no visitor.
        areas=areas.of(g.get("viewer") or Viewer.anonymous(clock.now())),
        alternates=tuple(_alternates(language)),
        feeds=[Feed(*form) for form in g.get("machine_forms", ())],
        canonical=_absolute(request.path) if request.endpoint else None,
        default_url=_absolute(_in_language("en")) if _has_language() else None,
        person=_person(),
        is_demo=configuration.demo,
        zone=clock.city(languages.zone_of_request()),
        # A visitor's page has no form that needs one, and stays the same for all.
        csrf_token=generate_csrf() if sessions.person_of_request() else None,
        theme=theme.of_request(),
    )


def _urls() -> Urls:
    endpoints = {
        "home": "web.home",
        "search": "pages.search",
        "sign_in": "accounts.sign_in",
        "sign_up": "accounts.sign_up",
        "sign_out": "accounts.sign_out",
        "act_as": "accounts.act_as",
        "dashboard": "web.dashboard",
        "notices": "notifications.index",
        "account": "accounts.account",
        "organisation": "organisations.people",
        "organisations": "organisations.index",
        "decisions": "pages.decisions",
        "feeds": "pages.feeds",
        "accessibility": "pages.accessibility",
        "privacy": "pages.privacy",
        "theme": "web.theme",
    }
    if settings().demo:
        endpoints |= {"demo_people": "demo.people", "demo_mail": "demo.mails"}
    return Urls(
        **{name: url_for(endpoint) for name, endpoint in endpoints.items() if endpoint in current_app.view_functions}
    )


def _has_language() -> bool:
    return request.endpoint is not None and current_app.url_map.is_endpoint_expecting(request.endpoint, "lang")


def _alternates(language: str) -> list[Alternate]:
    if not _has_language():
        return []
    return [
        Alternate(other, i18n.OWN_NAMES[other], _in_language(other), _absolute(_in_language(other)))
        for other in i18n.LANGUAGES
        if other != language
    ]


def _in_language(other: str) -> str:
    """The present address in another language, its query kept; a page whose slugs differ names its own."""
    own: dict[str, str] = g.get("own_addresses", {})
    if other in own:
        return own[other]
    rest = quote(request.path.split("/", 2)[2])
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return f"/{other}/{rest}{query}"


def _absolute(path: str) -> str:
    return f"{settings().base_url}{quote(path, safe='/%?=&;:+,@')}"


def _person() -> Person | None:
    signed_in = sessions.person_of_request()
    if signed_in is None:
        return None
    seats = sessions.seats_of_request()
    now = next((seat for seat in seats if seat.organisation_id == g.viewer.organisation_id), None)
    return Person(
        name=accounts.own_details(g.viewer).name,
        organisation_name=now.name if now else None,
        organisation_kind=now.kind if now else None,
        kind_word=str(kind_word(now.kind)) if now else None,
        role_words=role_words(now.roles) if now else None,
        memberships=tuple(_membership(seat, seat is now) for seat in seats),
        unread=notices.unread_count(g.viewer),
    )


def _membership(seat: Seat, is_current: bool) -> Membership:
    return Membership(seat.organisation_id, seat.name, seat.kind, role_words(seat.roles), is_current)


def add_feed(title: str, url: str, kind: str) -> None:
    """Name a machine form of the present page in its head."""
    from marketplace.web.layout import Feed

    layout_of_request().feeds.append(Feed(title, url, kind))
