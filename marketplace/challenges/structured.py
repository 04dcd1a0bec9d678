"""A challenge as schema.org data for search engines."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.blueprint import absolute, address
from marketplace.challenges.models import Challenge
from marketplace.core import markdown
from marketplace.core.vocabularies import topics


def demand(challenge: Challenge, language: str) -> dict[str, Any]:
    """A `Demand`: the announcement of an organisation that seeks a solution, with its period and its worth."""
    text = challenge.text(language)
    url = absolute(address(challenge, language=language))
    agency = {"@type": "GovernmentOrganization", "name": challenge.agency.name}
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Demand",
        "@id": f"urn:uuid:{challenge.id}",
        "identifier": challenge.key,
        "name": text.title,
        "description": text.summary or markdown.plain(text.problem, 300),
        "url": url,
        "category": [topics.label(topic) for topic in challenge.topics],
        "mainEntityOfPage": {"@type": "WebPage", "@id": url, "inLanguage": text.language, "publisher": agency},
    }
    if challenge.publish_at:
        found["availabilityStarts"] = challenge.publish_at.isoformat()
    if challenge.deadline:
        found["availabilityEnds"] = found["validThrough"] = challenge.deadline.isoformat()
    money = challenge.budget or challenge.prize
    if money is not None:
        found["priceSpecification"] = {
            "@type": "PriceSpecification",
            "maxPrice": str(money.decimal),
            "priceCurrency": money.currency,
        }
    return found
