"""What is frozen at publication, as one canonical text that anybody can hash again.

Canonical: JSON with sorted keys, no blanks, UTF-8, no escapes beyond JSON's own. The hash is SHA-256 of
these bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from marketplace.challenges import sections
from marketplace.challenges.models import Challenge, Criterion, NoticeKind
from marketplace.core.files import File


def criteria_document(challenge: Challenge) -> dict[str, Any]:
    """The criteria and the tie-break rule, with every word and number that scoring uses."""
    names = {criterion.id: criterion.name for criterion in challenge.criteria}
    return {
        "challenge": challenge.key,
        "criteria": [_criterion(criterion) for criterion in challenge.criteria],
        "tie_break": {
            "rule": challenge.tie_break.value,
            "criterion": names.get(challenge.tie_break_criterion_id) if challenge.tie_break_criterion_id else None,
        },
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "guidance": criterion.guidance,
        "kind": criterion.kind.value,
        "weight": criterion.weight,
        "scale": criterion.scale,
        "labels": criterion.labels,
        "minimum": criterion.minimum,
        "required": criterion.is_required,
        "comment_required": criterion.comment_required,
        "translations": criterion.translations,
    }


def published_document(challenge: Challenge, files: Sequence[File]) -> dict[str, Any]:
    """All texts, dates, money, files and criteria as they were published; a later extension doesn't change it.

    Args:
        files: the attachments, in their order.
    """
    return criteria_document(challenge) | {
        "language": challenge.language,
        "texts": {
            text.language: {column: getattr(text, column) for column in sections.TEXTS} for text in challenge.texts
        },
        "topics": sorted(challenge.topics),
        "sectors": sorted(challenge.sectors),
        "proposal_languages": sorted(challenge.proposal_languages),
        "zone": challenge.zone,
        "deadline": _moment(_first_deadline(challenge)),
        "decision_due": _moment(challenge.decision_due),
        "pilot_starts": _moment(challenge.pilot_starts),
        "pilot_months": challenge.pilot_months,
        "stages": [
            {
                "name": stage.name,
                "note": stage.note,
                "starts_at": _moment(stage.starts_at),
                "ends_at": _moment(stage.ends_at),
                "translations": stage.translations,
            }
            for stage in challenge.stages
        ],
        "files": [{"name": file.name, "sha256": file.sha256} for file in files],
        "currency": challenge.currency,
        "budget_minor": challenge.budget_minor,
        "prize_minor": challenge.prize_minor,
    }


def _first_deadline(challenge: Challenge) -> datetime | None:
    extensions = [notice for notice in challenge.notices if notice.kind == NoticeKind.EXTENSION]
    return extensions[0].old_deadline if extensions else challenge.deadline


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def canonical(document: dict[str, Any]) -> bytes:
    """A document as the bytes that are hashed."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def short(full: str) -> str:
    """The beginning of a hash, as a person compares it: `9f3c 71aa 04be`."""
    return " ".join(full[start : start + 4] for start in (0, 4, 8))
