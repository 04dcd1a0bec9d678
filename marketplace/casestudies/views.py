"""The public pages of case studies: the list, one edition, and its machine forms."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, render_template, request

from marketplace.casestudies import (
    cards,
    citations,
    editing_views,
    filters,
    listing,
    managing_views,
    policy,
    presentation,
    printing,
    queries,
    structured,
)
from marketplace.casestudies.blueprint import absolute, address, addresses, blueprint
from marketplace.casestudies.blueprint import slug as slug_of
from marketplace.casestudies.models import Edition, EditionState
from marketplace.casestudies.sections import LICENCES
from marketplace.core import access, caching
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _

__all__ = ["blueprint", "editing_views", "managing_views"]

MACHINE_FORMS = {
    "casestudies.pdf": "application/pdf",
    "casestudies.bibtex": "application/x-bibtex",
    "casestudies.ris": "application/x-research-info-systems",
    "casestudies.csl": "application/vnd.citationstyles.csl+json",
}


@blueprint.route("/")
@access.policy("public")
@caching.kept
def index():
    """The list: what changed, where, and how we know."""
    wanted = filters.read(request.args)
    counts = listing.counts(wanted)
    query = wanted.query()
    g.machine_forms = [
        (_("Case studies, this selection"), f"/feeds/case-studies.atom{query}", "application/atom+xml"),
        (_("Case studies, this selection"), f"/feeds/case-studies.json{query}", "application/feed+json"),
    ]
    return render_template(
        "casestudies/index.html",
        page=listing.listed(wanted),
        filters=wanted,
        facets=_facets(wanted, counts),
        chips=filters.chips(wanted),
        sorts=filters.SORTS,
        show=presentation,
        address=address,
        is_member=bool(g.viewer.organisation_kind in {access.Kind.AGENCY, access.Kind.STARTUP}),
    )


def _facets(wanted: filters.Filters, counts: listing.Counts) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Each facet as (parameter, legend, its options as (value, words, count, is chosen))."""
    legends = {
        "topic": _("Topic"),
        "function": _("NIST CSF function"),
        "sector": _("Sector"),
        "country": _("Country"),
        "outcome": _("Outcome of the pilot"),
    }
    return [
        (
            name,
            legend,
            [(each.value, each.label, each.count, each.is_chosen) for each in listing.options(name, wanted, counts)],
        )
        for name, legend in legends.items()
    ]


@blueprint.route("/<slug:slug>-<key:key>/")
@access.policy("public")
@caching.kept
def show(slug: str, key: str):
    """One edition: what changed, how we know, how to do it; an old one says that it is old."""
    edition = _asked(key)
    if edition.state == EditionState.RETRACTED:
        return _tombstone(edition)
    if slug != slug_of(edition):
        return redirect(address(edition), 301)
    g.own_addresses = addresses(edition)
    g.machine_forms = [
        (_("This case study"), address(edition, endpoint), kind) for endpoint, kind in MACHINE_FORMS.items()
    ]
    text, releases = edition.text_for(g.lang), queries.releases(edition.case_study_id)
    return render_template(
        "casestudies/show.html",
        edition=edition,
        study=edition.case_study,
        text=text,
        releases=releases,
        present=next((release for release in releases if release.state == EditionState.PUBLISHED), None),
        people=queries.verifiers(edition),
        show=presentation,
        printing=printing,
        citation=citations.line(citations.of(edition, text)),
        licence=LICENCES[edition.licence],
        structured_data=structured.report(edition, text, releases),
        may_manage=policy.works_on(g.viewer, edition.case_study),
        absolute=absolute,
        address=address,
    )


def _asked(key: str) -> Edition:
    """The edition that the address names: the present one, or that of `?version=`.

    Raises:
        NotFound: there is none of that number, or it is no number.
    """
    typed = request.args.get("version")
    if typed is None:
        return queries.published(key)
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise NotFound
    return queries.published(key, int(typed))


def _tombstone(edition: Edition) -> Response:
    g.own_addresses = addresses(edition)
    page = render_template(
        "casestudies/retracted.html",
        edition=edition,
        releases=queries.releases(edition.case_study_id),
        show=presentation,
        may_manage=policy.works_on(g.viewer, edition.case_study),
    )
    return Response(page, 410)


@blueprint.route("/<slug:slug>-<key:key>.pdf")
@access.policy("public")
@caching.kept
def pdf(slug: str, key: str):
    """The edition on paper, in the language of the address or else the original's."""

    def write(edition: Edition) -> bytes:
        releases = queries.releases(edition.case_study_id)
        return printing.document(edition, g.lang, queries.verifiers(edition), releases)

    return _machine_form(key, write, "pdf")


@blueprint.route("/<slug:slug>-<key:key>.bib")
@access.policy("public")
@caching.kept
def bibtex(slug: str, key: str):
    """The citation as BibTeX."""
    return _machine_form(key, lambda edition: citations.bibtex(_citation(edition)), "bibtex")


@blueprint.route("/<slug:slug>-<key:key>.ris")
@access.policy("public")
@caching.kept
def ris(slug: str, key: str):
    """The citation as RIS."""
    return _machine_form(key, lambda edition: citations.ris(_citation(edition)), "ris")


@blueprint.route("/<slug:slug>-<key:key>.csl.json")
@access.policy("public")
@caching.kept
def csl(slug: str, key: str):
    """The citation as CSL-JSON."""
    return _machine_form(key, lambda edition: citations.csl(_citation(edition)), "csl")


@blueprint.route("/<slug:slug>-<key:key>/card.png")
@access.policy("public")
def card(slug: str, key: str):
    """The picture that other sites show beside a link to the case study."""
    edition = _asked(key)
    if edition.state == EditionState.RETRACTED:
        return _tombstone(edition)
    return redirect(cards.address(edition, g.lang))


def _citation(edition: Edition) -> citations.Citation:
    return citations.of(edition, edition.text_for(g.lang))


def _machine_form(key: str, write: Any, form: str) -> Response:
    edition = _asked(key)
    if edition.state == EditionState.RETRACTED:
        return _tombstone(edition)
    return Response(write(edition), mimetype=MACHINE_FORMS[f"casestudies.{form}"])
