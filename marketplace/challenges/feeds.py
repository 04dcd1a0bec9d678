"""The public list as Atom (RFC 4287) and JSON Feed 1.1, with every filter of the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, g, request, url_for

from marketplace.challenges import filters, listing, presentation, queries
from marketplace.challenges.blueprint import absolute, address
from marketplace.challenges.models import Challenge
from marketplace.core import access, clock, markdown, site
from marketplace.core.i18n import LANGUAGES, _, current_language, in_language

blueprint = Blueprint("challenge_feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@blueprint.route("/feeds/challenges.atom")
@access.policy("public")
def atom() -> Response:
    """The newest challenges of the selection as Atom."""
    return _answer(_atom, "application/atom+xml")


@blueprint.route("/feeds/challenges.json")
@access.policy("public")
def json_feed() -> Response:
    """The newest challenges of the selection as JSON Feed."""
    return _answer(_json, "application/feed+json")


def _answer(write, mimetype: str) -> Response:
    asked = request.args.get("lang", "")
    with in_language(asked if asked in LANGUAGES else current_language()):
        wanted = listing.with_known_agencies(filters.read(request.args))
        found = listing.newest(wanted, g.now)
        changed = queries.changed_at(found)
        response = Response(write(wanted, found, changed), mimetype=mimetype)
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _own_address() -> str:
    return absolute(request.full_path.rstrip("?"))


def _page_address(wanted: filters.Filters) -> str:
    return absolute(url_for("challenges.index", lang=current_language()) + wanted.query().rstrip("?"))


def _title() -> str:
    return _("Challenges – %(site)s", site=site.name())


def _summary(challenge: Challenge) -> str:
    text = challenge.text(current_language())
    closing = clock.in_zone(challenge.deadline, challenge.zone) if challenge.deadline else "–"
    facts = [
        str(presentation.tag(challenge, g.now).label),
        presentation.money_words(challenge),
        _("Deadline: %(moment)s", moment=closing),
    ]
    return f"{text.summary or markdown.plain(text.problem, 300)} ({' · '.join(facts)})"


def _atom(wanted: filters.Filters, found: list[Challenge], changed: dict[UUID, datetime]) -> bytes:
    feed = Element("feed", {"xmlns": ATOM, XML_LANG: current_language()})
    SubElement(feed, "id").text = _own_address()
    SubElement(feed, "title").text = _title()
    newest = max(changed.values(), default=datetime(2020, 1, 1, tzinfo=UTC))
    SubElement(feed, "updated").text = newest.isoformat()
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=_own_address())
    SubElement(feed, "link", rel="alternate", type="text/html", href=_page_address(wanted))
    SubElement(SubElement(feed, "author"), "name").text = site.name()
    for challenge in found:
        _atom_entry(feed, challenge, changed[challenge.id])
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")


def _atom_entry(feed: Element, challenge: Challenge, changed: datetime) -> None:
    text = challenge.text(current_language())
    entry = SubElement(feed, "entry", {XML_LANG: text.language})
    SubElement(entry, "id").text = f"urn:uuid:{challenge.id}"
    SubElement(entry, "title").text = text.title
    SubElement(entry, "updated").text = changed.isoformat()
    assert challenge.publish_at is not None
    SubElement(entry, "published").text = challenge.publish_at.isoformat()
    href = absolute(address(challenge))
    SubElement(entry, "link", rel="alternate", type="text/html", hreflang=current_language(), href=href)
    SubElement(SubElement(entry, "author"), "name").text = challenge.agency.name
    for topic in challenge.topics:
        SubElement(entry, "category", term=topic)
    SubElement(entry, "summary").text = _summary(challenge)


def _json(wanted: filters.Filters, found: list[Challenge], changed: dict[UUID, datetime]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(),
        "home_page_url": _page_address(wanted),
        "feed_url": _own_address(),
        "language": current_language(),
        "items": [_json_item(challenge, changed[challenge.id]) for challenge in found],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(challenge: Challenge, changed: datetime) -> dict[str, object]:
    text = challenge.text(current_language())
    assert challenge.publish_at is not None
    return {
        "id": f"urn:uuid:{challenge.id}",
        "url": absolute(address(challenge)),
        "title": text.title,
        "summary": _summary(challenge),
        "content_html": str(markdown.render(text.problem or text.summary)),
        "date_published": challenge.publish_at.isoformat(),
        "date_modified": changed.isoformat(),
        "language": text.language,
        "authors": [{"name": challenge.agency.name}],
        "tags": list(challenge.topics),
    }
