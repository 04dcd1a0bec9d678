"""Which form a section has in which language, and what stands in it from the start."""

from __future__ import annotations

from typing import Any

from marketplace.challenges.forms import (
    AdoptionForm,
    BudgetForm,
    ContextForm,
    CriteriaForm,
    CriteriaWordsForm,
    DataForm,
    DatesForm,
    DatesWordsForm,
    EligibilityForm,
    OutcomesForm,
    ProblemForm,
    PropertyForm,
)
from marketplace.challenges.models import Challenge, Criterion, StageDate
from marketplace.core.writing.forms import SectionForm
from marketplace.core.writing.sections import Section

FORMS: dict[str, type[SectionForm]] = {
    "problem": ProblemForm,
    "outcomes": OutcomesForm,
    "context": ContextForm,
    "eligibility": EligibilityForm,
    "criteria": CriteriaForm,
    "dates": DatesForm,
    "budget": BudgetForm,
    "intellectual-property": PropertyForm,
    "data-security": DataForm,
    "adoption": AdoptionForm,
}


def for_section(challenge: Challenge, section: Section, language: str) -> SectionForm:
    """The form of a section in one language, filled from the challenge; facts stand with the original alone."""
    text = challenge.text_in(language)
    filled: dict[str, Any] = {name: getattr(text, name) if text else "" for name in section.texts}
    filled["version"] = str(present_version(challenge, section.name, language))
    is_original = language == challenge.language
    if is_original:
        filled |= {name: _fact(challenge, name) for name in section.facts}
    form_class = FORMS[section.name] if is_original else WORDS_FORMS.get(section.name, FORMS[section.name])
    form = form_class(data=filled | _rows(challenge, section, language, is_original))
    if not is_original:
        for name in section.facts:
            if name in form:
                del form[name]
    return form


WORDS_FORMS: dict[str, type[SectionForm]] = {"criteria": CriteriaWordsForm, "dates": DatesWordsForm}


def _fact(challenge: Challenge, name: str) -> Any:
    money = {"budget_minor": challenge.budget, "prize_minor": challenge.prize}
    return money[name] if name in money else getattr(challenge, name)


def _rows(challenge: Challenge, section: Section, language: str, is_original: bool) -> dict[str, Any]:
    if section.name == "criteria" and is_original:
        place = next((p for p, c in enumerate(challenge.criteria) if c.id == challenge.tie_break_criterion_id), None)
        return {
            "rows": [_criterion_row(criterion) for criterion in challenge.criteria],
            "tie_break": challenge.tie_break,
            "tie_break_place": None if place is None else str(place),
        }
    if section.name == "criteria":
        return {"rows": [_words_row(criterion, language) for criterion in challenge.criteria]}
    if section.name == "dates" and is_original:
        return {"stages": [_stage_row(stage) for stage in challenge.stages]}
    if section.name == "dates":
        return {
            "stages": [{"name": "", "note": "", **stage.translations.get(language, {})} for stage in challenge.stages]
        }
    return {}


def _criterion_row(criterion: Criterion) -> dict[str, Any]:
    names = ("name", "guidance", "weight", "scale", "minimum", "labels", "is_required", "comment_required")
    return {name: getattr(criterion, name) for name in names} | {
        "id": str(criterion.id),
        "kind": criterion.kind.value,
    }


def _words_row(criterion: Criterion, language: str) -> dict[str, Any]:
    given = criterion.translations.get(language, {})
    words = given.get("labels") or []
    labels = [words[place] if place < len(words) else "" for place in range(len(criterion.labels))]
    return {
        "id": str(criterion.id),
        "name": given.get("name", ""),
        "guidance": given.get("guidance", ""),
        "labels": labels,
    }


def _stage_row(stage: StageDate) -> dict[str, Any]:
    fields = ("name", "starts_at", "ends_at", "note")
    return {name: getattr(stage, name) for name in fields} | {"id": str(stage.id)}


def present_version(challenge: Challenge, section: str, language: str) -> int:
    """The version that the next save of a section starts from."""
    text = challenge.text_in(language)
    return int(text.versions.get(section, 0)) if text else 0
