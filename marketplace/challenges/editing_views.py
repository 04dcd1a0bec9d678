"""Writing a challenge: start, sections with autosave, languages, attachments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import get_timezone

from marketplace.challenges import (
    attachments,
    commands,
    editing,
    filling,
    forms,
    policy,
    presentation,
    queries,
    readiness,
    rows,
    sections,
)
from marketplace.challenges.blueprint import blueprint
from marketplace.challenges.models import Challenge
from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import refusals_shown_in, show_refusal
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import LANGUAGES, OWN_NAMES, _
from marketplace.core.settings import settings

members = access.policy("member", kinds={Kind.AGENCY})
authors = access.policy("member", kinds={Kind.AGENCY}, roles=set(policy.AUTHORS))

SECTION = f"<any({','.join(repr(section.name) for section in sections.SECTIONS)}):section>"


@blueprint.route("/mine/")
@members
def mine():
    """The agency's own challenges in whatever state."""
    return render_template(
        "challenges/mine.html",
        page=queries.own_challenges(g.viewer.organisation_id, request.args.get("after")),
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
    language = _language(challenge)
    if section == "attachments":
        return _attachments(challenge)
    form = filling.for_section(challenge, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        deed = rows.read(request.form.get("do", ""))
        with refusals_shown_in(form), _conflicts_kept(form):
            editing.save(g.viewer, challenge, section, form, g.now, language=language, deed=deed)
            database.session.commit()
            return redirect(_after(challenge, section, language, deed))
        challenge = _writable(key)
    return _editor(challenge, section, language, form)


@blueprint.route(f"/<key:key>/edit/{SECTION}/autosave/", methods=["POST"])
@authors
def autosave(key: str, section: str):
    """The same save for a script: 200 with the time and the version, 409 conflict, 422 refused."""
    challenge = _writable(key)
    language = _language(challenge)
    form = filling.for_section(challenge, sections.BY_NAME[section], language)
    if form.validate_on_submit():
        with refusals_shown_in(form), _conflicts_kept(form):
            version = editing.save(g.viewer, challenge, section, form, g.now, language=language)
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
    except commands.Conflict as conflict:
        database.session.commit()
        form.has_conflict = True
        show_refusal(form, conflict)


def _writable(key: str) -> Challenge:
    challenge = queries.one_challenge(key)
    access.require(policy.can_write(g.viewer, challenge))
    return challenge


def _language(challenge: Challenge) -> str:
    asked = request.args.get("in", "")
    return asked if asked in LANGUAGES else challenge.language


def _after(challenge: Challenge, section: str, language: str, deed: rows.Deed) -> str:
    if deed.verb == "next":
        names = [each.name for each in sections.SECTIONS]
        place = names.index(section) + 1
        if place == len(names):
            return url_for(".manage", key=challenge.key)
        return url_for(".edit", key=challenge.key, section=names[place], **_in(challenge, language))
    if deed.verb == "back":
        return url_for(".manage", key=challenge.key)
    anchor = "rows" if deed.place >= 0 or deed.verb == "add" else None
    return url_for(".edit", key=challenge.key, section=section, _anchor=anchor, **_in(challenge, language))


def _in(challenge: Challenge, language: str) -> dict[str, Any]:
    return {} if language == challenge.language else {"in": language}


def _editor(challenge: Challenge, section: str, language: str, form: forms.SectionForm) -> str:
    lacking = readiness.missing(challenge, g.now)
    if getattr(form, "has_conflict", False):
        form.version.data = form.version.raw_data = None
        form.version.process(None, filling.present_version(challenge, section, language))
    return render_template(
        "challenges/edit.html",
        challenge=challenge,
        section=sections.BY_NAME[section],
        form=form,
        text_language=language,
        original=challenge.original,
        tasks=editing.tasks(challenge, lacking, len(attachments.of(challenge))),
        lacking=[each.message for each in lacking if each.section == section],
        theirs=editing.differing(challenge, section, language, form) if getattr(form, "has_conflict", False) else [],
        set_aside=queries.conflicts(challenge, section, language, g.viewer.person_id),
        busy=queries.busy_elsewhere(challenge, section, g.viewer.person_id, g.now),
        may_edit=policy.can_edit(g.viewer, challenge),
        own_names=OWN_NAMES,
        kinds=presentation.KINDS,
        action=ActionForm(),
    )


@blueprint.route(f"/<key:key>/edit/{SECTION}/history/")
@authors
def history(key: str, section: str):
    """Who wrote what in a section and when; the latest first."""
    challenge = _writable(key)
    language = _language(challenge)
    return render_template(
        "challenges/history.html",
        challenge=challenge,
        section=sections.BY_NAME[section],
        revisions=queries.revisions(challenge, section, language),
        labels=sections.LABELS,
        text_language=language,
        zone=str(get_timezone()),
    )


@blueprint.route("/<key:key>/set-aside/<uuid:revision_id>/", methods=["POST"])
@authors
def settle(key: str, revision_id: UUID):
    """A text that was set aside is taken care of; it stays in the history."""
    challenge = _writable(key)
    form = ActionForm()
    if form.validate_on_submit():
        revision = commands.settle_conflict(g.viewer, challenge, revision_id)
        database.session.commit()
        return redirect(url_for(".edit", key=key, section=revision.section, **_in(challenge, revision.language)))
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
        challenge=challenge,
        section=sections.BY_NAME["attachments"],
        form=form,
        files=shown,
        tasks=editing.tasks(challenge, readiness.missing(challenge, g.now), len(shown)),
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
