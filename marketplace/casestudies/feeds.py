"""The public list as Atom and JSON Feed, with every filter of the page."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from marketplace.casestudies import filters, listing, queries
from marketplace.casestudies.blueprint import absolute, address
from marketplace.casestudies.models import Edition
from marketplace.core import access, caching, feeds, markdown, site
from marketplace.core.i18n import LANGUAGES, _, current_language, in_language

blueprint = Blueprint("casestudy_feeds", __name__)


@blueprint.route("/feeds/case-studies.atom")
@access.policy("public")
@caching.kept
def atom() -> Response:
    """The newest case studies of the selection as Atom."""
    return _answer("atom")


@blueprint.route("/feeds/case-studies.json")
@access.policy("public")
@caching.kept
def json_feed() -> Response:
    """The newest case studies of the selection as JSON Feed."""
    return _answer("json")


def _answer(form: str) -> Response:
    asked = request.args.get("lang", "")
    with in_language(asked if asked in LANGUAGES else current_language()):
        wanted = filters.read(request.args)
        return feeds.answer(_feed(wanted), form)


def _feed(wanted: filters.Filters) -> feeds.Feed:
    language = current_language()
    entries = listing.newest(wanted)
    return feeds.Feed(
        title=_("Case studies – %(site)s", site=site.name()),
        url=absolute(request.full_path.rstrip("?")),
        page=absolute(url_for("casestudies.index", lang=language) + wanted.query().rstrip("?")),
        language=language,
        author=site.name(),
        entries=[_entry(edition, language) for edition in entries],
        gone=[
            feeds.Gone(tombstone.case_study_id, tombstone.retracted_at, tombstone.retraction_reason)
            for tombstone in queries.retracted(listing.FEED)
            if tombstone.retracted_at is not None
        ],
    )


def _entry(edition: Edition, language: str) -> feeds.Entry:
    text, study = edition.text_for(language), edition.case_study
    assert edition.published_at is not None
    return feeds.Entry(
        # The case study's, not the edition's: a correction renews the entry, it is no other one.
        id=study.id,
        url=absolute(address(edition, language=language)),
        title=text.title,
        language=text.language,
        published=edition.published_at,
        updated=edition.published_at,
        summary=text.summary,
        authors=[study.agency.name, study.startup.name],
        content_html=str(markdown.render(text.problem)) + str(markdown.render(text.solution)),
        tags=edition.topics,
    )
