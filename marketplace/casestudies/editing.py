"""Between the editor's forms and the commands: one save for every section, the task list, both texts of a conflict."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import url_for

from marketplace.casestudies import saving, sections
from marketplace.casestudies.forms import FiguresForm, ResultsForm, ResultsWordsForm, SectionForm
from marketplace.casestudies.models import Edition
from marketplace.casestudies.saving import ClaimDraft
from marketplace.casestudies.workflow import NEEDED
from marketplace.challenges.rows import Deed, moved
from marketplace.core.access import Viewer
from marketplace.core.i18n import _

Status = Literal["done", "in_progress", "not_started"]
SAVE = Deed("")


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


def tasks(edition: Edition, language: str) -> list[tuple[str, str, str, Status]]:
    """The task list of a language: (name, title, address, how far it is) of each section."""
    is_original = language == edition.language
    more = {} if is_original else {"in": language}
    key = edition.case_study.key
    return [
        (
            section.name,
            str(section.title),
            url_for("casestudies.edit", key=key, section=section.name, **more),  # type: ignore[arg-type]
            status(edition, section.name, language),
        )
        for section in sections.shown(edition.number, is_original)
    ]


def status(edition: Edition, section: str, language: str) -> Status:
    """How far a section is in a language."""
    text, is_original = edition.text_in(language), language == edition.language
    if section == "results":
        whole = [bool(claim.words.get(language)) and claim.actual_id is not None for claim in edition.claims]
        return "done" if whole and all(whole) else "in_progress" if any(whole) else "not_started"
    if section == "figures":
        return "done" if text is not None and text.figures else "not_started"
    if section == "subject":
        return "done" if edition.topics and edition.sectors else "in_progress" if edition.topics else "not_started"
    columns = [name for name in sections.BY_NAME[section].texts if not (is_original and name == "translated_by")]
    written = [bool(text is not None and getattr(text, name).strip()) for name in columns]
    return "done" if all(written) else "in_progress" if any(written) else "not_started"


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
