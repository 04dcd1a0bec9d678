"""What the buttons of criteria and steps do to the rows; their values are read by `core.writing.rows`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from marketplace.challenges.criteria import CriterionDraft
from marketplace.challenges.models import CriterionKind
from marketplace.challenges.saving import StageDraft
from marketplace.core.writing.rows import Deed, moved

FIRST_LABELS = ({"label": "", "points": 2}, {"label": "", "points": 1}, {"label": "", "points": 0})


def changed_criteria(drafts: list[CriterionDraft], deed: Deed) -> list[CriterionDraft]:
    """The criteria after a button was pressed."""
    if deed.verb == "add" and deed.what in list(CriterionKind):
        kind = CriterionKind(deed.what)
        labels = FIRST_LABELS if kind == CriterionKind.RATING else ()
        return [*drafts, CriterionDraft(kind, "", labels=labels)]
    if not 0 <= deed.place < len(drafts):
        return drafts
    draft = drafts[deed.place]
    if deed.verb == "label":
        return _with(drafts, deed.place, replace(draft, labels=(*draft.labels, {"label": "", "points": 0})))
    if deed.verb == "unlabel":
        left = tuple(label for place, label in enumerate(draft.labels) if place != deed.inner)
        return _with(drafts, deed.place, replace(draft, labels=left))
    return moved(drafts, deed)


def changed_stages(drafts: list[StageDraft], deed: Deed, last: datetime) -> list[StageDraft]:
    """The steps after a button was pressed; a new one stands a day after `last`."""
    if deed.verb == "add":
        return [*drafts, StageDraft("", last + timedelta(days=1))]
    return moved(drafts, deed)


def _with(drafts: list[CriterionDraft], place: int, draft: CriterionDraft) -> list[CriterionDraft]:
    return [*drafts[:place], draft, *drafts[place + 1 :]]
