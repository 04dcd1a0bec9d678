"""Between the editor's forms and the commands: one save for every section, the task list, both texts of a conflict."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for

from marketplace.challenges import commands, readiness, rows, sections
from marketplace.challenges.forms import CriteriaForm, CriteriaWordsForm, DatesForm, DatesWordsForm
from marketplace.challenges.models import Challenge, TieBreak
from marketplace.challenges.readiness import Missing
from marketplace.core.access import Viewer
from marketplace.core.i18n import _
from marketplace.core.writing.forms import SectionForm, known_id
from marketplace.core.writing.rows import SAVE, Deed
from marketplace.core.writing.sections import Task, task


def save(
    actor: Viewer,
    challenge: Challenge,
    section: str,
    form: SectionForm,
    now: datetime,
    *,
    language: str,
    deed: Deed = SAVE,
) -> int:
    """Save a section's form, and do to its rows what the pressed button asks; see `commands.save_section`."""
    if isinstance(form, CriteriaForm):
        return _save_criteria(actor, challenge, form, now, deed)
    if isinstance(form, CriteriaWordsForm):
        return commands.translate_criteria(
            actor,
            challenge,
            language,
            _criteria_words(form),
            now,
            judging=form.judging.data or "",
            version=form.base_version,
        )
    values = form.values(sections.BY_NAME[section])
    if isinstance(form, DatesForm):
        last = form.deadline.data or challenge.deadline or now + timedelta(days=30)
        values["stages"] = rows.changed_stages(form.stage_drafts(), deed, last)
    elif isinstance(form, DatesWordsForm):
        values["stage_words"] = [
            {"name": row.form.name.data or "", "note": row.form.note.data or ""} for row in form.stages
        ]
    return commands.save_section(actor, challenge, section, values, now, language=language, version=form.base_version)


def _criteria_words(form: CriteriaWordsForm) -> dict[UUID, dict[str, Any]]:
    return {
        identifier: {
            "name": row.form.name.data or "",
            "guidance": row.form.guidance.data or "",
            "labels": [label.data or "" for label in row.form.labels] if any(row.form.labels.data) else [],
        }
        for row in form.rows
        if (identifier := known_id(row.form.id.data))
    }


def _save_criteria(actor: Viewer, challenge: Challenge, form: CriteriaForm, now: datetime, deed: Deed) -> int:
    drafts = [row.form.draft() for row in form.rows]
    typed = form.tie_break_place.data or ""
    deciding = drafts[int(typed)] if typed.isdecimal() and int(typed) < len(drafts) else None
    changed = rows.changed_criteria(drafts, deed)
    # The criterion that decides keeps deciding when rows move about.
    place = next((place for place, draft in enumerate(changed) if draft is deciding), None)
    return commands.save_criteria(
        actor,
        challenge,
        changed,
        now,
        tie_break=form.tie_break.data or TieBreak.LOWER_PRICE,
        tie_break_place=place,
        judging=form.judging.data or "",
        version=form.base_version,
    )


def tasks(challenge: Challenge, lacking: list[Missing], files: int) -> list[Task]:
    """The task list."""
    return [
        task(
            section.name,
            section.title,
            url_for("challenges.edit", key=challenge.key, section=section.name),
            readiness.status(challenge, section, lacking, files),
        )
        for section in sections.SECTIONS
    ]


def differing(challenge: Challenge, section: str, language: str, form: SectionForm) -> list[tuple[str, str]]:
    """What somebody else saved meanwhile, where it isn't what the writer typed: (label, text)."""
    text = challenge.text_in(language)
    found = [
        (str(sections.LABELS[column]), getattr(text, column))
        for column in sections.BY_NAME[section].texts
        if text is not None and column in form and getattr(text, column) != (form[column].data or "")
    ]
    if section == "criteria":
        found.append((_("Criteria"), "\n".join(_row(criterion) for criterion in challenge.criteria)))
    if section == "dates":
        found.append((_("Steps"), "\n".join(stage.name for stage in challenge.stages)))
    return found


def _row(criterion: Any) -> str:
    return f"{criterion.name or '–'}: {criterion.weight}"
