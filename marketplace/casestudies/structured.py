"""An edition as schema.org data for search engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.casestudies.blueprint import absolute, address
from marketplace.casestudies.models import Edition, EditionText
from marketplace.casestudies.presentation import mapping
from marketplace.casestudies.queries import Release
from marketplace.casestudies.sections import LICENCES
from marketplace.core import site
from marketplace.core.settings import settings
from marketplace.core.vocabularies import topics

CSF = "https://www.nist.gov/cyberframework"


def report(edition: Edition, text: EditionText, releases: Sequence[Release]) -> dict[str, Any]:
    """A `Report` in the language of the text.

    Args:
        releases: all published editions: the first dates it, later ones correct it.
    """
    study = edition.case_study
    url = absolute(address(edition, language=text.language))
    first = min((release.published_at for release in releases), default=edition.published_at)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": f"urn:uuid:{edition.id}",
        "url": url,
        "headline": text.title,
        "name": text.title,
        "description": text.summary,
        "inLanguage": text.language,
        "version": str(edition.number),
        "datePublished": first.isoformat() if first else None,
        "dateModified": edition.published_at.isoformat() if edition.published_at else None,
        "author": [
            {"@type": "GovernmentOrganization", "name": study.agency.name},
            {"@type": "Organization", "name": study.startup.name},
        ],
        "publisher": {"@type": "Organization", "name": site.name(), "url": settings().base_url},
        "license": LICENCES[edition.licence][1],
        "isAccessibleForFree": True,
        "about": [{"@type": "DefinedTerm", "name": topics.label(code), "termCode": code} for code in edition.topics]
        + [
            {"@type": "DefinedTerm", "name": words, "termCode": code, "inDefinedTermSet": CSF}
            for code, words in mapping(edition)
        ],
        "contentLocation": {"@type": "Country", "identifier": study.country},
    }
    return {**found, **_relations(edition, text, releases)}


def _relations(edition: Edition, text: EditionText, releases: Sequence[Release]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if text.language != edition.language:
        original = {"@type": "Report", "url": absolute(address(edition, language=edition.language))}
        found["translationOfWork"] = original
        if text.translated_by:
            found["translator"] = {"@type": "Person", "name": text.translated_by}
    corrections = [
        {
            "@type": "CorrectionComment",
            "text": release.correction(text.language),
            "datePublished": release.published_at.isoformat(),
        }
        for release in releases
        if release.number <= edition.number and release.correction(text.language)
    ]
    if corrections:
        found["correction"] = corrections
    return found
