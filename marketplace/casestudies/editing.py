"""Between the editor's forms and the commands: one save for every section, the task list, both texts of a conflict."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from marketplace.casestudies import saving, sections
from marketplace.casestudies.forms import FiguresForm, ResultsForm, ResultsWordsForm
from marketplace.casestudies.models import Edition
from marketplace.casestudies.saving import ClaimDraft
from marketplace.casestudies.workflow import NEEDED
from marketplace.core.access import Viewer
from marketplace.core.i18n import _
from marketplace.core.writing.forms import SectionForm
from marketplace.core.writing.rows import SAVE, Deed, moved
from marketplace.core.writing.sections import Status, Task, task
from marketplace.core.writing.views import in_language


def save(
    actor: Viewer,
    edition: Edition,
    section: str,
    form: SectionForm,
    now: datetime,
    *,
    language: str,
    deed: Deed = SAVE,
) -> int:
    """Save a section's form, and do to its rows what the pressed button asks.

    Returns:
        the section's new version.
    Raises:
        Conflict, NotAllowed, Refused: see `saving`.
    """
    where = {"language": language, "version": form.base_version}
    if isinstance(form, ResultsForm):
        return saving.save_claims(actor, edition, _changed(form.drafts(), deed), now, **where)  # type: ignore[arg-type]
    if isinstance(form, ResultsWordsForm):
        return saving.save_claims(actor, edition, form.drafts(), now, **where)  # type: ignore[arg-type]
    if isinstance(form, FiguresForm):
        return saving.save_figures(actor, edition, form.drafts(), now, **where)  # type: ignore[arg-type]
    values = form.values(sections.BY_NAME[section])
    return saving.save_section(actor, edition, section, values, now, **where)  # type: ignore[arg-type]


def _changed(drafts: list[ClaimDraft], deed: Deed) -> list[ClaimDraft]:
    if deed.verb == "add":
        return [*drafts, ClaimDraft("")]
    return moved(drafts, deed)


def tasks(edition: Edition, language: str) -> list[Task]:
    """The task list of a language."""
    there = {"key": edition.case_study.key, **in_language(language, edition.language)}
    return [
        task(
            section.name,
            section.title,
            url_for("casestudies.edit", section=section.name, **there),
            status(edition, section.name, language),
        )
        for section in sections.shown(edition.number, language == edition.language)
    ]


def status(edition: Edition, section: str, language: str) -> Status:
    """How far a section is in a language."""
    text, is_original = edition.text_in(language), language == edition.language
    if section == "results":
        return _how_far([bool(one.words.get(language)) and one.actual_id is not None for one in edition.claims])
    if section == "figures":
        return _how_far([text is not None and bool(text.figures)])
    if section == "subject":
        return _how_far([bool(edition.topics), bool(edition.topics and edition.sectors)])
    columns = [name for name in sections.BY_NAME[section].texts if not (is_original and name == "translated_by")]
    return _how_far([bool(text is not None and getattr(text, name).strip()) for name in columns])


def _how_far(written: list[bool]) -> Status:
    if not any(written):
        return Status.NOT_STARTED
    return Status.DONE if all(written) else Status.IN_PROGRESS


def lacking(edition: Edition, section: str, language: str) -> list[str]:
    """What a section still lacks before the clearance, each as what to do; of the original."""
    if language != edition.language:
        return []
    wanted = [name for name in sections.BY_NAME[section].texts if name in NEEDED]
    found = [str(NEEDED[name]) for name in wanted if not getattr(edition.original, name).strip()]
    if section == "results" and any(claim.actual_id is None for claim in edition.claims):
        found.append(_("Tie each result to a verified measurement, or remove it."))
    return found


def differing(edition: Edition, section: str, language: str, form: SectionForm) -> list[tuple[str, str]]:
    """What somebody else saved meanwhile, where it isn't what the writer typed: (label, text)."""
    text = edition.text_in(language)
    if section == "results":
        lines = [claim.words.get(language, "") for claim in edition.claims]
        return [
            (str(sections.BY_NAME[section].title), "\n".join(f"{n}. {words}" for n, words in enumerate(lines, 1)))
        ]
    if text is None:
        return []
    if section == "figures":
        lines = [" ".join(filter(None, (one["before"], one["value"], one["words"]))) for one in text.figures]
        return [(str(sections.BY_NAME[section].title), "\n".join(lines))]
    return [
        (str(sections.LABELS[column]), getattr(text, column))
        for column in sections.BY_NAME[section].texts
        if column in form and getattr(text, column) != (form[column].data or "")
    ]
