"""Buttons that change the rows of a form without JavaScript: add, remove, move.

A button's value says what to do: `add:points`, `remove:2`, `up:2`, `down:2`, `label:2`, `unlabel:2:0`. Whatever else
it says means to save and do nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from marketplace.challenges.criteria import CriterionDraft
from marketplace.challenges.models import CriterionKind
from marketplace.challenges.saving import StageDraft

T = TypeVar("T")
FIRST_LABELS = ({"label": "", "points": 2}, {"label": "", "points": 1}, {"label": "", "points": 0})


@dataclass(frozen=True)
class Deed:
    """What a button asks for."""

    verb: str
    what: str = ""
    place: int = -1
    inner: int = -1


def read(value: str) -> Deed:
    """A button's value as a deed; an unknown one is a plain save."""
    verb, *rest = value.split(":")[:3]
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 4 else -1 for part in rest]
    return Deed(verb, rest[0] if rest else "", numbers[0] if numbers else -1, numbers[1] if len(numbers) > 1 else -1)


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


def moved(rows: list[T], deed: Deed) -> list[T]:
    """Rows after one was removed or moved by a place."""
    rows = list(rows)
    if not 0 <= deed.place < len(rows):
        return rows
    if deed.verb == "remove":
        del rows[deed.place]
    step = {"up": -1, "down": 1}.get(deed.verb, 0)
    if step and 0 <= deed.place + step < len(rows):
        rows.insert(deed.place + step, rows.pop(deed.place))
    return rows


def _with(drafts: list[CriterionDraft], place: int, draft: CriterionDraft) -> list[CriterionDraft]:
    return [*drafts[:place], draft, *drafts[place + 1 :]]
