"""Writing a challenge: start, sections with autosave, languages, attachments."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import get_timezone

from marketplace.challenges import (
    attachments,
    commands,
    editing,
    filling,
    forms,
    lists,
    policy,
    presentation,
    queries,
    readiness,
    sections,
)
from marketplace.challenges.blueprint import blueprint
from marketplace.challenges.models import Challenge
from marketplace.challenges.readiness import Missing
from marketplace.challenges.saving import HISTORY
from marketplace.core import access, database
from marketplace.core.access import Kind
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import OWN_NAMES, _
from marketplace.core.settings import settings
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

members = access.policy("member", kinds={Kind.AGENCY})
authors = access.policy("member", kinds={Kind.AGENCY}, roles=set(policy.AUTHORS))

SECTION = one_of([section.name for section in sections.SECTIONS])


@blueprint.route("/mine/")
@members
def mine():
    """The agency's own challenges in whatever state."""
    asked = lists.MINE.asked(request.args)
    page = queries.own_challenges(g.viewer.organisation_id, asked)
    if asked.wants_export:
        return asked.export(page.items)
    return render_template(
        "challenges/mine.html",
        page=page,
        asked=asked,
        may_create=policy.can_create(g.viewer),
        show=presentation,
    )


@blueprint.route("/new/", methods=["GET", "POST"])
@authors
def new():
    """Start a draft."""
    form = forms.NewForm(language=g.lang)
    if form.validate_on_submit():
        with refusals_shown_in(form):
            challenge = commands.create_challenge(
                g.viewer,
                form.title.data,
                g.now,
                language=form.language.data,
                zone=settings().zone,
                once=form.once.value,
            )
            database.session.commit()
            return redirect(url_for(".edit", key=challenge.key, section="problem"))
    return render_template("challenges/new.html", form=form)


@blueprint.route("/<key:key>/edit/")
@authors
def edit_next(key: str):
    """The first section that still lacks something."""
    challenge = queries.one_challenge(key)
    lacking = readiness.missing(challenge, g.now)
    return redirect(url_for(".edit", key=key, section=lacking[0].section if lacking else "problem"))


@blueprint.route(f"/<key:key>/edit/{SECTION}/", methods=["GET", "POST"])
@authors
def edit(key: str, section: str):
    """One section in one language: write, save, go on."""
    challenge = _writable(key)
    language = asked_language(challenge.language)
    if section == "attachments":
        return _attachments(challenge)
    form = filling.for_section(challenge, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        deed = rows.read(request.form.get("do", ""))
        goes_to = _after(challenge, section, language, form, deed)
        if saved(form, partial(_save, challenge, section, language, form, deed)) is not None:
            return redirect(goes_to)
        challenge = _writable(key)
    return _section_page(challenge, section, language, form)


@blueprint.route(f"/<key:key>/edit/{SECTION}/autosave/", methods=["POST"])
@authors
def autosave(key: str, section: str):
    """The same save for a script."""
    challenge = _writable(key)
    language = asked_language(challenge.language)
    form = filling.for_section(challenge, sections.BY_NAME[section], language)
    return autosaved(form, partial(_save, challenge, section, language, form), g.now)


def _save(challenge: Challenge, section: str, language: str, form: SectionForm, deed: rows.Deed = rows.SAVE) -> int:
    return editing.save(g.viewer, challenge, section, form, g.now, language=language, deed=deed)


def _writable(key: str) -> Challenge:
    challenge = queries.one_challenge(key)
    access.require(policy.can_write(g.viewer, challenge))
    return challenge


def _after(challenge: Challenge, section: str, language: str, form: SectionForm, deed: rows.Deed) -> str:
    there = {"key": challenge.key, **in_language(language, challenge.language)}
    following = after([each.name for each in sections.SECTIONS], section)
    if deed.verb == "back" or (deed.verb == "next" and following is None):
        return url_for(".manage", key=challenge.key)
    if deed.verb == "next":
        return url_for(".edit", section=following, **there)
    return url_for(".edit", section=section, _anchor=anchor(form, deed), **there)


def _editor(challenge: Challenge, section: str, lacking: list[Missing], files: int, language: str) -> Editor:
    there: dict[str, Any] = {"key": challenge.key, "section": section}
    here = there | in_language(language, challenge.language)
    has_text = section != "attachments"
    return Editor(
        name=section,
        heading=sections.BY_NAME[section].title,
        title=challenge.title,
        trail=[
            (_("Your agency’s challenges"), url_for(".mine")),
            (challenge.title, url_for(".manage", key=challenge.key)),
        ],
        tasks=editing.tasks(challenge, lacking, files),
        history_url=url_for(".history", **here) if has_text else None,
        autosave_url=url_for(".autosave", **here) if has_text and policy.can_edit(g.viewer, challenge) else None,
        languages=language_tabs(language, challenge.language, lambda more: url_for(".edit", **there, **more)),
    )


def _section_page(challenge: Challenge, section: str, language: str, form: SectionForm) -> str:
    lacking = readiness.missing(challenge, g.now)
    place = Place(challenge.id, section, language)
    if form.has_conflict:
        form.start_from(filling.present_version(challenge, section, language))
    return render_template(
        "challenges/edit.html",
        editor=_editor(challenge, section, lacking, len(attachments.of(challenge)), language),
        challenge=challenge,
        section=sections.BY_NAME[section],
        form=form,
        text_language=language,
        original=challenge.original,
        lacking=[each.message for each in lacking if each.section == section],
        theirs=editing.differing(challenge, section, language, form) if form.has_conflict else [],
        set_aside=HISTORY.set_aside(place, g.viewer.person_id),
        busy=queries.busy_elsewhere(challenge, section, g.viewer.person_id, g.now),
        may_edit=policy.can_edit(g.viewer, challenge),
        kinds=presentation.KINDS,
        action=ActionForm(),
    )


@blueprint.route(f"/<key:key>/edit/{SECTION}/history/")
@authors
def history(key: str, section: str):
    """Who wrote what in a section and when; the latest first."""
    challenge = _writable(key)
    language = asked_language(challenge.language)
    return render_template(
        "challenges/history.html",
        trail=[
            (challenge.title, url_for(".manage", key=key)),
            (
                sections.BY_NAME[section].title,
                url_for(".edit", key=key, section=section, **in_language(language, challenge.language)),
            ),
        ],
        section=sections.BY_NAME[section],
        revisions=queries.revisions(challenge, section, language),
        labels=sections.LABELS,
        zone=str(get_timezone()),
    )


@blueprint.route("/<key:key>/set-aside/<uuid:revision_id>/", methods=["POST"])
@authors
def settle(key: str, revision_id: UUID):
    """A text that was set aside is taken care of; it stays in the history."""
    challenge = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        revision = HISTORY.settle(g.viewer, challenge.id, revision_id)
        database.session.commit()
        return redirect(
            url_for(".edit", key=key, section=revision.section, **in_language(revision.language, challenge.language))
        )
    return redirect(url_for(".edit_next", key=key))


@blueprint.route("/<key:key>/languages/<lang:text_language>/end/", methods=["GET", "POST"])
@authors
def remove_language(key: str, text_language: str):
    """Take a translation away, after asking."""
    challenge = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.remove_language(g.viewer, challenge, text_language, g.now)
            database.session.commit()
            flash(_("The translation is taken away. Its texts stay in the history of the sections."))
            return redirect(url_for(".edit", key=key, section="problem"))
    return render_template(
        "challenges/remove_language.html", challenge=challenge, form=form, text_language=OWN_NAMES[text_language]
    )


@blueprint.route("/<key:key>/copy/", methods=["GET", "POST"])
@authors
def clone(key: str):
    """Start a draft of the own agency from this challenge."""
    challenge = queries.one_challenge(key)
    form = forms.CloneForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            copy = commands.clone(g.viewer, challenge, g.now, once=form.once.value)
            database.session.commit()
            flash(_("The draft is made. Dates were not taken over: set them anew."))
            return redirect(url_for(".edit", key=copy.key, section="problem"))
    return render_template("challenges/clone.html", challenge=challenge, form=form)


def _attachments(challenge: Challenge):
    form = forms.AttachmentForm()
    if form.validate_on_submit() and form.file.data:
        with refusals_shown_in(form):
            commands.attach(g.viewer, challenge, form.file.data, g.now)
            database.session.commit()
            return redirect(url_for(".edit", key=challenge.key, section="attachments"))
    shown = attachments.shown(challenge)
    return render_template(
        "challenges/attachments.html",
        editor=_editor(challenge, "attachments", readiness.missing(challenge, g.now), len(shown), challenge.language),
        form=form,
        challenge=challenge,
        files=shown,
        may_edit=policy.can_edit(g.viewer, challenge),
        action=ActionForm(),
    )


@blueprint.route("/<key:key>/attachments/<uuid:file_id>/end/", methods=["POST"])
@authors
def detach(key: str, file_id: UUID):
    """Take an attachment away."""
    challenge = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        commands.detach(g.viewer, challenge, file_id, g.now)
        database.session.commit()
        flash(_("The file is taken away."))
    return redirect(url_for(".edit", key=key, section="attachments"))
