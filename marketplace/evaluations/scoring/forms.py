"""The score sheet as a form: a score, *not applicable* apart from zero, and a comment a criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import HiddenField

from marketplace.challenges.models import Criterion, CriterionKind
from marketplace.core.forms import ChoiceField, Form, RadioChoiceField, TextField
from marketplace.core.i18n import _, _l, current_language
from marketplace.evaluations.models import Score
from marketplace.evaluations.scoring.commands import Given

NOT_APPLICABLE = "na"
MOST_COMMENT = 4000
MOST_KEYS = 20  # a longer scale is a list that opens


def choices_of(criterion: Criterion) -> list[tuple[str, Any]]:
    """What can be given on a criterion, without *not applicable*."""
    if criterion.kind == CriterionKind.YES_NO:
        return [("1", _l("Yes")), ("0", _l("No"))]
    if criterion.kind == CriterionKind.RATING:
        return [(str(points), f"{label} ({points})") for label, points in labels_of(criterion)]
    return [(str(points), str(points)) for points in range(criterion.scale + 1)]


def labels_of(criterion: Criterion) -> list[tuple[str, int]]:
    """A rating's labels in the reader's language, else in the challenge's own, with their points."""
    translated = criterion.translations.get(current_language(), {}).get("labels") or []
    pairs = []
    for place, label in enumerate(criterion.labels):
        words = translated[place] if place < len(translated) else None
        if isinstance(words, Mapping):
            words = words.get("label")
        pairs.append((words or label["label"], label["points"]))
    return pairs


def words_for(criterion: Criterion, value: int | None) -> str:
    """A score in words: a number, a label, yes or no."""
    if value is None:
        return _("n/a")
    if criterion.kind == CriterionKind.YES_NO:
        return _("Yes") if value else _("No")
    if criterion.kind == CriterionKind.RATING:
        return next((f"{label} ({points})" for label, points in labels_of(criterion) if points == value), str(value))
    return str(value)


def score_form(criteria: Sequence[Criterion], scores: Mapping[UUID, Score], version: int) -> Form:
    """A form with two fields a criterion, filled with what was given so far."""
    fields: dict[str, Any] = {"version": HiddenField()}
    filled: dict[str, Any] = {"version": str(version)}
    for criterion in criteria:
        name = criterion.id.hex
        kind = RadioChoiceField if len(choices_of(criterion)) <= MOST_KEYS else ChoiceField
        blank = {} if kind is RadioChoiceField else {"blank": _l("No score yet")}
        fields[f"score_{name}"] = kind(
            criterion.name_in(current_language()),
            choices=[*choices_of(criterion), (NOT_APPLICABLE, _l("Not applicable"))],
            **blank,
        )
        label = _l("Comment (needed)") if criterion.comment_required else _l("Comment")
        fields[f"comment_{name}"] = TextField(label, max_length=MOST_COMMENT)
        score = scores.get(criterion.id)
        if score is not None:
            filled[f"score_{name}"] = NOT_APPLICABLE if score.is_not_applicable else _text(score.value)
            filled[f"comment_{name}"] = score.comment
    return type("ScoreForm", (Form,), fields)(data=filled)


def given_in(form: Form, criteria: Sequence[Criterion]) -> dict[UUID, Given]:
    """What the form gives, by criterion."""
    found = {}
    for criterion in criteria:
        chosen = form[f"score_{criterion.id.hex}"].data
        value = int(chosen) if chosen and chosen != NOT_APPLICABLE else None
        comment = form[f"comment_{criterion.id.hex}"].data or ""
        found[criterion.id] = Given(value, chosen == NOT_APPLICABLE, comment)
    return found


def version_in(form: Form) -> int:
    """The version that the form was made from; a made-up one conflicts with whatever stands."""
    typed = form["version"].data or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else -1


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
