"""Criteria as they are written, and how they are checked and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from marketplace.challenges.models import Challenge, Criterion, CriterionKind
from marketplace.core import ids
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.text import clean_line, clean_text

MOST_CRITERIA = 30
MOST_LABELS = 10
HIGHEST_SCALE = 1000


@dataclass(frozen=True)
class CriterionDraft:
    """One criterion as it is written.

    Attributes:
        id: of the criterion that it changes; none makes a new one.
        scale: highest points that can be given.
        labels: of a rating, ({"label": words, "points": number}, …).
        translations: language -> {"name", "guidance", "labels"}.
    """

    kind: CriterionKind
    name: str
    weight: int = 0
    guidance: str = ""
    scale: int = 10
    labels: tuple[dict[str, Any], ...] = ()
    minimum: int | None = None
    is_required: bool = False
    comment_required: bool = False
    translations: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None


def check_criteria(criteria: Sequence[CriterionDraft]) -> None:
    """Refuse what can't be kept: too many criteria, or a number out of its range."""
    if len(criteria) > MOST_CRITERIA:
        raise Refused(_("Keep to %(most)d criteria.", most=MOST_CRITERIA))
    for draft in criteria:
        if not 0 <= draft.weight <= 100:
            raise Refused(_("Enter a weight from 0 to 100."), "weight")
        if not 1 <= draft.scale <= HIGHEST_SCALE:
            raise Refused(_("Enter a highest score from 1 to %(most)d.", most=HIGHEST_SCALE), "scale")
        if draft.minimum is not None and not 0 <= draft.minimum <= HIGHEST_SCALE:
            raise Refused(_("Enter a minimum from 0 to %(most)d.", most=HIGHEST_SCALE), "minimum")
        if len(draft.labels) > MOST_LABELS:
            raise Refused(_("Keep to %(most)d labels.", most=MOST_LABELS), "labels")


def replace_criteria(challenge: Challenge, drafts: Sequence[CriterionDraft]) -> None:
    """Write the criteria in their order; those that are known by their id keep it, the rest goes."""
    known = {criterion.id: criterion for criterion in challenge.criteria}
    kept = []
    for place, draft in enumerate(drafts):
        # An id of another challenge is not among the known: it makes a new row and touches none there.
        criterion = known.get(draft.id) if draft.id else None
        if criterion is None:
            criterion = Criterion(id=ids.new_id())
        criterion.position = place
        criterion.kind = draft.kind
        criterion.name = clean_line(draft.name)[:200]
        criterion.guidance = clean_text(draft.guidance)[:2000]
        criterion.weight = draft.weight
        criterion.scale = _scale(draft)
        criterion.labels = [dict(label) for label in draft.labels] if draft.kind == CriterionKind.RATING else []
        criterion.minimum = draft.minimum if draft.kind in (CriterionKind.POINTS, CriterionKind.RATING) else None
        criterion.is_required = draft.is_required and draft.kind == CriterionKind.YES_NO
        criterion.comment_required = draft.comment_required
        criterion.translations = {**(criterion.translations or {}), **draft.translations}
        kept.append(criterion)
    challenge.criteria = kept


def _scale(draft: CriterionDraft) -> int:
    """A rating's scale is its best label; yes/no and price have none of their own."""
    if draft.kind == CriterionKind.RATING:
        return max((label["points"] for label in draft.labels), default=1) or 1
    return draft.scale if draft.kind == CriterionKind.POINTS else 1


def draft_of(criterion: Criterion) -> CriterionDraft:
    """A criterion as a draft of a new one, for a clone."""
    return CriterionDraft(
        kind=criterion.kind,
        name=criterion.name,
        weight=criterion.weight,
        guidance=criterion.guidance,
        scale=criterion.scale,
        labels=tuple(criterion.labels),
        minimum=criterion.minimum,
        is_required=criterion.is_required,
        comment_required=criterion.comment_required,
        translations=criterion.translations,
    )


def as_content(draft: CriterionDraft) -> dict[str, Any]:
    """A draft as plain values, for the record of revisions."""
    names = ("name", "guidance", "weight", "scale", "minimum", "is_required", "comment_required")
    return {name: getattr(draft, name) for name in names} | {
        "kind": draft.kind.value,
        "labels": list(draft.labels),
    }
