"""Writing a case study: sections with autosave, languages, history."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_timezone

from marketplace.casestudies import editing, forms, policy, queries, saving, sections
from marketplace.casestudies.blueprint import blueprint
from marketplace.casestudies.models import Edition
from marketplace.casestudies.saving import HISTORY
from marketplace.core import access, database
from marketplace.core.access import Kind
from marketplace.core.errors import NotFound, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import OWN_NAMES, _
from marketplace.core.writing import rows
from marketplace.core.writing.forms import SectionForm
from marketplace.core.writing.history import Place
from marketplace.core.writing.sections import after, one_of
from marketplace.core.writing.views import (
    Editor,
    anchor,
    asked_language,
    autosaved,
    in_language,
    language_tabs,
    saved,
)

sides = access.policy("member", kinds={Kind.AGENCY, Kind.STARTUP})

SECTION = one_of([section.name for section in sections.SECTIONS])


@blueprint.route(f"/<key:key>/edit/{SECTION}/", methods=["GET", "POST"])
@sides
def edit(key: str, section: str):
    """One section in one language: write, save, go on."""
    edition, language = _writable(key, section)
    form = forms.for_section(edition, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        deed = rows.read(request.form.get("do", ""))
        goes_to = _after(edition, section, language, form, deed)
        if saved(form, partial(_save, edition, section, language, form, deed)) is not None:
            return redirect(goes_to)
        edition, language = _writable(key, section)
    return _section_page(edition, section, language, form)


@blueprint.route(f"/<key:key>/edit/{SECTION}/autosave/", methods=["POST"])
@sides
def autosave(key: str, section: str):
    """The same save for a script."""
    edition, language = _writable(key, section)
    form = forms.for_section(edition, sections.BY_NAME[section], language)
    return autosaved(form, partial(_save, edition, section, language, form), g.now)


def _save(edition: Edition, section: str, language: str, form: SectionForm, deed: rows.Deed = rows.SAVE) -> int:
    return editing.save(g.viewer, edition, section, form, g.now, language=language, deed=deed)


def _writable(key: str, section: str | None = None) -> tuple[Edition, str]:
    """The edition that is written now, and the language that the address asks for.

    Raises:
        NotFound: unknown, unseen, or a section that it does not have in that language.
    """
    edition = queries.working(key)
    access.require(policy.can_write_edition(g.viewer, edition) and edition.is_in_work)
    language = asked_language(edition.language)
    if section is not None and section not in _names(edition, language):
        raise NotFound
    return edition, language


def _names(edition: Edition, language: str) -> list[str]:
    return [each.name for each in sections.shown(edition.number, language == edition.language)]


def _after(edition: Edition, section: str, language: str, form: SectionForm, deed: rows.Deed) -> str:
    there = {"key": edition.case_study.key, **in_language(language, edition.language)}
    following = after(_names(edition, language), section)
    if deed.verb == "back" or (deed.verb == "next" and following is None):
        return url_for(".manage", key=edition.case_study.key)
    if deed.verb == "next":
        return url_for(".edit", section=following, **there)
    return url_for(".edit", section=section, _anchor=anchor(form, deed), **there)


def _trail(edition: Edition) -> list[tuple[str, str]]:
    title = edition.original.title or _("Untitled")
    return [
        (_("Your organisation’s case studies"), url_for(".mine")),
        (title, url_for(".manage", key=edition.case_study.key)),
    ]


def _section_page(edition: Edition, section: str, language: str, form: SectionForm) -> str:
    may_edit = policy.can_edit(g.viewer, edition)
    there: dict[str, Any] = {"key": edition.case_study.key, "section": section}
    here = there | in_language(language, edition.language)
    # Facts belong to the original: their section has no other language, so the tabs lead to the first one.
    tabs_lead_to = there | ({"section": "summary"} if section == "subject" else {})
    if form.has_conflict:
        form.start_from(forms.present_version(edition, section, language))
    return render_template(
        "casestudies/edit.html",
        editor=Editor(
            name=section,
            heading=sections.BY_NAME[section].title,
            title=edition.original.title or _("Untitled"),
            trail=_trail(edition),
            tasks=editing.tasks(edition, language),
            history_url=url_for(".history", **here),
            autosave_url=url_for(".autosave", **here) if may_edit else None,
            languages=language_tabs(
                language, edition.language, lambda more: url_for(".edit", **tabs_lead_to, **more)
            ),
        ),
        edition=edition,
        study=edition.case_study,
        section=sections.BY_NAME[section],
        form=form,
        text_language=language,
        original=edition.original,
        claims={str(claim.id): claim for claim in edition.claims},
        most_claims=sections.MOST_CLAIMS,
        lacking=editing.lacking(edition, section, language),
        theirs=editing.differing(edition, section, language, form) if form.has_conflict else [],
        set_aside=HISTORY.set_aside(Place(edition.id, section, language), g.viewer.person_id),
        may_edit=may_edit,
        action=ActionForm(),
    )


@blueprint.route(f"/<key:key>/edit/{SECTION}/history/")
@sides
def history(key: str, section: str):
    """Who wrote what in a section and when; the latest first."""
    edition, language = _writable(key, section)
    here = {"key": key, "section": section, **in_language(language, edition.language)}
    return render_template(
        "casestudies/history.html",
        trail=[*_trail(edition)[1:], (sections.BY_NAME[section].title, url_for(".edit", **here))],
        section=sections.BY_NAME[section],
        revisions=queries.revisions(edition, section, language),
        labels=sections.LABELS,
        zone=str(get_timezone()),
    )


@blueprint.route("/<key:key>/set-aside/<uuid:revision_id>/", methods=["POST"])
@sides
def settle(key: str, revision_id: UUID):
    """A text that was set aside is taken care of; it stays in the history."""
    edition, _language = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        revision = HISTORY.settle(g.viewer, edition.id, revision_id)
        database.session.commit()
        where = in_language(revision.language, edition.language)
        return redirect(url_for(".edit", key=key, section=revision.section, **where))
    return redirect(url_for(".edit", key=key, section="summary"))


@blueprint.route("/<key:key>/languages/<lang:text_language>/end/", methods=["GET", "POST"])
@sides
def remove_language(key: str, text_language: str):
    """Take a translation away, after asking."""
    edition, _language = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            saving.remove_language(g.viewer, edition, text_language, g.now)
            database.session.commit()
            flash(_("The translation is taken away. Its texts stay in the history of the sections."))
            return redirect(url_for(".edit", key=key, section="summary"))
    return render_template(
        "casestudies/remove_language.html", edition=edition, form=form, language_name=OWN_NAMES[text_language]
    )
