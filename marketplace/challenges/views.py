"""The public pages of challenges: the list, one challenge, its frozen criteria, a draft's secret preview."""

from __future__ import annotations

from flask import Response, g, redirect, render_template, request
from flask_babel import get_timezone

from marketplace.challenges import (
    attachments,
    cards,
    counting,
    editing_views,
    filters,
    hashing,
    listing,
    managing_views,
    policy,
    presentation,
    queries,
    standing,
    structured,
)
from marketplace.challenges.blueprint import absolute, address, addresses, blueprint
from marketplace.challenges.models import Challenge
from marketplace.core import access, caching
from marketplace.core.errors import NotFound
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.vocabularies import countries, topics

__all__ = ["blueprint", "editing_views", "managing_views"]


@blueprint.route("/")
@access.policy("public")
@caching.kept
def index():
    """The list: what is open, until when, for how much."""
    wanted = listing.with_known_agencies(filters.read(request.args))
    counts = listing.counts(wanted, g.now)
    agencies = listing.agency_options(wanted, counts)
    g.machine_forms = _feeds(wanted)
    return render_template(
        "challenges/index.html",
        page=listing.listed(wanted, g.now, counts.total),
        filters=wanted,
        facets=_facets(wanted, counts, agencies),
        chips=filters.chips(wanted, {option.value: option.label for option in agencies}),
        sorts=filters.SORTS,
        zone=reader_zone(),
        show=presentation,
        address=address,
    )


def _facets(wanted: filters.Filters, counts: counting.Counts, agencies: list[listing.Option]):
    """Each facet as (parameter, legend, its options as (value, words, count, is chosen))."""

    def facet(name: str, legend: str, options: list[listing.Option]):
        return (
            name,
            legend,
            [(each.value, each.label, counts.words(name, each.count), each.is_chosen) for each in options],
        )

    def options(name: str, labels):
        return listing.options(name, counts, getattr(wanted, name), labels)

    status = listing.options("status", counts, wanted.statuses, filters.STATUSES)
    whole = listing.Option(filters.ANY, _("Any status"), sum(each.count for each in status), wanted.is_any_status)
    return [
        facet("status", _("Status"), [whole, *status]),
        facet("closing", _("Closing soon"), options("closing", filters.CLOSING)),
        facet("topic", _("Topic"), options("topic", dict(topics.choices()))),
        facet("budget", _("Budget or prize, in its own currency"), options("budget", filters.BUDGETS)),
        facet("country", _("Country"), options("country", countries.label)),
        facet("agency", _("Agency"), agencies),
    ]


def _feeds(wanted: filters.Filters) -> list[tuple[str, str, str]]:
    query = wanted.query()
    return [
        (_("Challenges, this selection"), f"/feeds/challenges.atom{query}", "application/atom+xml"),
        (_("Challenges, this selection"), f"/feeds/challenges.json{query}", "application/feed+json"),
    ]


def reader_zone() -> str:
    """The IANA zone in which this reader reads times."""
    return str(get_timezone())


@blueprint.route("/<slug:slug>-<key:key>/")
@access.policy("public")
@caching.kept
def show(slug: str, key: str):
    """One challenge: how long, how much, may I, how judged, my next step."""
    challenge = queries.one_challenge(key)
    if slug != challenge.slug(g.lang):
        return redirect(address(challenge), 301)
    caching.turns_at(*challenge.moments)
    g.own_addresses = addresses(challenge)
    answer = standing.own_answer(g.viewer, challenge, g.now)
    response = Response(_page(challenge, answer))
    if not challenge.is_visible(g.now):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _page(challenge: Challenge, answer: standing.OwnAnswer | None, *, is_preview: bool = False) -> str:
    return render_template(
        "challenges/show.html",
        challenge=challenge,
        text=challenge.text(g.lang),
        attachments=attachments.shown(challenge),
        answer=answer,
        step=standing.next_step(g.viewer, challenge, g.now, answer is not None),
        is_preview=is_preview,
        zone=reader_zone(),
        show=presentation,
        short_hash=hashing.short,
        may_clone=policy.can_clone(g.viewer, challenge),
        structured_data=structured.demand(challenge, g.lang),
        absolute=absolute,
        address=address,
        form=ActionForm() if g.viewer.is_signed_in else None,
    )


@blueprint.route("/<key:key>/preview/<string:token>/")
@access.policy("token")
def preview(key: str, token: str):
    """A draft, for whoever was given its secret link."""
    challenge = queries.previewed_challenge(key, token)
    response = Response(_page(challenge, None, is_preview=True))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.route("/<slug:slug>-<key:key>/criteria/")
@access.policy("public")
@caching.kept
def check(slug: str, key: str):
    """How anybody checks that the criteria are those of the day of publication."""
    challenge = _frozen(key)
    return render_template("challenges/check.html", challenge=challenge, text=challenge.text(g.lang), address=address)


@blueprint.route("/<slug:slug>-<key:key>/criteria.json")
@access.policy("public")
@caching.kept
def criteria(slug: str, key: str):
    """The bytes whose hash was published: criteria and tie-break rule."""
    return _document(hashing.canonical(hashing.criteria_document(_frozen(key))))


@blueprint.route("/<slug:slug>-<key:key>/published.json")
@access.policy("public")
@caching.kept
def published(slug: str, key: str):
    """The bytes whose hash was published: all texts, dates, money and criteria."""
    challenge = _frozen(key)
    return _document(hashing.canonical(hashing.published_document(challenge, attachments.of(challenge))))


def _frozen(key: str) -> Challenge:
    challenge = queries.one_challenge(key)
    if challenge.criteria_hash is None:
        raise NotFound
    return challenge


@blueprint.route("/<slug:slug>-<key:key>/card.png")
@access.policy("public")
def card(slug: str, key: str):
    """The picture that other sites show beside a link to the challenge."""
    challenge = queries.one_challenge(key)
    if not challenge.is_visible(g.now):
        raise NotFound
    return redirect(cards.address(challenge, g.lang))


def _document(content: bytes) -> Response:
    return Response(content, mimetype="application/json")
