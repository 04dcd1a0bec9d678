"""Writing a case study: sections with autosave, languages, history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import get_timezone

from marketplace.casestudies import editing, forms, policy, queries, saving, sections
from marketplace.casestudies.blueprint import blueprint
from marketplace.casestudies.models import Edition
from marketplace.challenges import rows
from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import NotFound, refusals_shown_in, show_refusal
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import LANGUAGES, OWN_NAMES, _

sides = access.policy("member", kinds={Kind.AGENCY, Kind.STARTUP})

SECTION = f"<any({','.join(repr(section.name) for section in sections.SECTIONS)}):section>"


@blueprint.route(f"/<key:key>/edit/{SECTION}/", methods=["GET", "POST"])
@sides
def edit(key: str, section: str):
    """One section in one language: write, save, go on."""
    edition, language = _writable(key, section)
    form = forms.for_section(edition, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        deed = rows.read(request.form.get("do", ""))
        with refusals_shown_in(form), _conflicts_kept(form):
            editing.save(g.viewer, edition, section, form, g.now, language=language, deed=deed)
            database.session.commit()
            return redirect(_after(edition, section, language, deed))
        edition, language = _writable(key, section)
    return _editor(edition, section, language, form)


@blueprint.route(f"/<key:key>/edit/{SECTION}/autosave/", methods=["POST"])
@sides
def autosave(key: str, section: str):
    """The same save for a script: 200 with the time and the version, 409 conflict, 422 refused."""
    edition, language = _writable(key, section)
    form = forms.for_section(edition, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        with refusals_shown_in(form), _conflicts_kept(form):
            version = editing.save(g.viewer, edition, section, form, g.now, language=language)
            database.session.commit()
            return jsonify(saved_at=clock.time_in_zone(g.now, str(get_timezone())), version=str(version))
    status = 409 if getattr(form, "has_conflict", False) else 422
    return jsonify(errors=[str(error) for error in _all_errors(form.errors)]), status


def _all_errors(errors: Any) -> Iterator[Any]:
    if isinstance(errors, dict):
        errors = errors.values()
    for error in errors:
        if isinstance(error, dict | list | tuple):
            yield from _all_errors(error)
        elif error:
            yield error


@contextmanager
def _conflicts_kept(form: forms.SectionForm) -> Iterator[None]:
    """Keep what was typed over an older version, say so, and let the next save start from the present one."""
    try:
        yield
    except saving.Conflict as conflict:
        database.session.commit()
        form.has_conflict = True
        show_refusal(form, conflict)


def _writable(key: str, section: str | None = None) -> tuple[Edition, str]:
    """The edition that is written now, and the language that the address asks for.

    Raises:
        NotFound: unknown, unseen, or a section that it does not have in that language.
    """
    edition = queries.working(key)
    access.require(policy.can_write_edition(g.viewer, edition) and edition.is_in_work)
    asked = request.args.get("in", "")
    language = asked if asked in LANGUAGES else edition.language
    shown = sections.shown(edition.number, language == edition.language)
    if section is not None and section not in [each.name for each in shown]:
        raise NotFound
    return edition, language


def _after(edition: Edition, section: str, language: str, deed: rows.Deed) -> str:
    key = edition.case_study.key
    if deed.verb == "back":
        return url_for(".manage", key=key)
    if deed.verb == "next":
        names = [each.name for each in sections.shown(edition.number, language == edition.language)]
        place = names.index(section) + 1
        if place == len(names):
            return url_for(".manage", key=key)
        return url_for(".edit", key=key, section=names[place], **_in(edition, language))
    anchor = "rows" if deed.place >= 0 or deed.verb == "add" else None
    return url_for(".edit", key=key, section=section, _anchor=anchor, **_in(edition, language))


def _in(edition: Edition, language: str) -> dict[str, Any]:
    return {} if language == edition.language else {"in": language}


def _editor(edition: Edition, section: str, language: str, form: forms.SectionForm) -> str:
    has_conflict = getattr(form, "has_conflict", False)
    if has_conflict:
        form.version.raw_data = None
        form.version.data = str(forms.present_version(edition, section, language))
    return render_template(
        "casestudies/edit.html",
        edition=edition,
        study=edition.case_study,
        section=sections.BY_NAME[section],
        form=form,
        text_language=language,
        original=edition.original,
        claims={str(claim.id): claim for claim in edition.claims},
        most_claims=sections.MOST_CLAIMS,
        tasks=editing.tasks(edition, language),
        lacking=editing.lacking(edition, section, language),
        theirs=editing.differing(edition, section, language, form) if has_conflict else [],
        set_aside=queries.set_aside(edition, section, language, g.viewer.person_id),
        may_edit=policy.can_edit(g.viewer, edition),
        own_names=OWN_NAMES,
        action=ActionForm(),
    )


@blueprint.route(f"/<key:key>/edit/{SECTION}/history/")
@sides
def history(key: str, section: str):
    """Who wrote what in a section and when; the latest first."""
    edition, language = _writable(key, section)
    return render_template(
        "casestudies/history.html",
        edition=edition,
        study=edition.case_study,
        section=sections.BY_NAME[section],
        revisions=queries.revisions(edition, section, language),
        labels=sections.LABELS,
        more=_in(edition, language),
        zone=str(get_timezone()),
    )


@blueprint.route("/<key:key>/set-aside/<uuid:revision_id>/", methods=["POST"])
@sides
def settle(key: str, revision_id: UUID):
    """A text that was set aside is taken care of; it stays in the history."""
    edition, _language = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        revision = saving.settle_conflict(g.viewer, edition, revision_id)
        database.session.commit()
        where = _in(edition, revision.language)
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
