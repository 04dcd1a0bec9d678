"""The exact words that a clearance is for."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from marketplace.casestudies.models import Edition

FIELDS = (
    "title",
    "summary",
    "problem",
    "solution",
    "cost",
    "lessons",
    "replication",
    "correction",
    "figures",
    "translated_by",
    "translated_from",
)


def canonical(edition: Edition) -> dict[str, Any]:
    """All that a reader of the edition is told, in a fixed form."""
    return {
        "number": edition.number,
        "label": edition.label,
        "language": edition.language,
        "topics": edition.topics,
        "sectors": edition.sectors,
        "licence": edition.licence,
        "texts": {
            text.language: {name: getattr(text, name) for name in FIELDS}
            for text in sorted(edition.texts, key=lambda text: text.language)
        },
        "claims": [
            {
                "words": claim.words,
                "sources": claim.sources,
                "actual": str(claim.actual_id),
                "evidence": claim.evidence,
            }
            for claim in sorted(edition.claims, key=lambda claim: claim.position)
        ],
    }


def digest(edition: Edition) -> str:
    """SHA-256 over the canonical JSON."""
    text = json.dumps(canonical(edition), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
