"""The public list as Atom and JSON Feed, with every filter of the page."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, g, request, url_for

from marketplace.challenges import filters, listing, presentation, queries
from marketplace.challenges.blueprint import absolute, address
from marketplace.challenges.models import Challenge
from marketplace.core import access, caching, clock, feeds, markdown, site
from marketplace.core.i18n import LANGUAGES, _, current_language, in_language

blueprint = Blueprint("challenge_feeds", __name__)


@blueprint.route("/feeds/challenges.atom")
@access.policy("public")
@caching.kept
def atom() -> Response:
    """The newest challenges of the selection as Atom."""
    return _answer("atom")


@blueprint.route("/feeds/challenges.json")
@access.policy("public")
@caching.kept
def json_feed() -> Response:
    """The newest challenges of the selection as JSON Feed."""
    return _answer("json")


def _answer(form: str) -> Response:
    asked = request.args.get("lang", "")
    with in_language(asked if asked in LANGUAGES else current_language()):
        wanted = listing.with_known_agencies(filters.read(request.args))
        return feeds.answer(_feed(wanted), form)


def _feed(wanted: filters.Filters) -> feeds.Feed:
    found = listing.newest(wanted, g.now)
    changed = queries.changed_at(found)
    language = current_language()
    return feeds.Feed(
        title=_("Challenges – %(site)s", site=site.name()),
        url=absolute(request.full_path.rstrip("?")),
        page=absolute(url_for("challenges.index", lang=language) + wanted.query().rstrip("?")),
        language=language,
        author=site.name(),
        entries=[_entry(challenge, changed[challenge.id]) for challenge in found],
    )


def _entry(challenge: Challenge, changed: datetime) -> feeds.Entry:
    text = challenge.text(current_language())
    assert challenge.publish_at is not None
    return feeds.Entry(
        id=challenge.id,
        url=absolute(address(challenge)),
        title=text.title,
        language=text.language,
        published=challenge.publish_at,
        updated=changed,
        summary=_summary(challenge),
        authors=[challenge.agency.name],
        content_html=str(markdown.render(text.problem or text.summary)),
        tags=challenge.topics,
    )


def _summary(challenge: Challenge) -> str:
    text = challenge.text(current_language())
    closing = clock.in_zone(challenge.deadline, challenge.zone) if challenge.deadline else "–"
    facts = [
        str(presentation.tag(challenge, g.now).label),
        presentation.money_words(challenge),
        _("Deadline: %(moment)s", moment=closing),
    ]
    return f"{text.summary or markdown.plain(text.problem, 300)} ({' · '.join(facts)})"
