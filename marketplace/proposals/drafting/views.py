"""Writing a proposal: section by section, saved while it is written, by several people."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.proposals import attachments, commands, contents, policy, presentation, queries, sections
from marketplace.proposals.blueprint import blueprint
from marketplace.proposals.contents import Conflict, Saved
from marketplace.proposals.drafting import queries as drafts
from marketplace.proposals.drafting import rows
from marketplace.proposals.drafting.forms import CommentForm, FileForm, SectionForm, filled, section_form, show_faults
from marketplace.proposals.models import Proposal, Section

SECTION = f"<any({', '.join(Section)}):section>"


@blueprint.route("/proposals/<key:key>/edit/", methods=["GET"], defaults={"section": None})
@blueprint.route(f"/proposals/<key:key>/edit/{SECTION}/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.STARTUP})
def edit(key: str, section: str | None) -> ResponseReturnValue:
    """A section of the draft, by default the first unfinished: read, saved, and saved while it is written."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    access.require(policy.can_write(g.viewer, proposal))
    if section is None:
        return redirect(url_for(".edit", key=key, section=drafts.first_unfinished(proposal)))
    form = _form_of(proposal, Section(section))
    if form.validate_on_submit():
        with refusals_shown_in(form):
            saved = _save(proposal, form)
            database.session.commit()
            return _after_saving(proposal, form, saved)
    if _is_autosave():
        return jsonify(refused=True), 422
    return _editor_page(proposal, form)


def _form_of(proposal: Proposal, section: Section) -> SectionForm:
    made = section_form(section, proposal.challenge.proposal_languages)
    if request.method == "POST":
        return made()
    saved = contents.draft_of(proposal)[section]
    form = made(data=filled(section, saved.content, proposal.challenge.currency))
    form.version.data = str(saved.number)
    return form


def _save(proposal: Proposal, form: SectionForm) -> Saved | Conflict:
    if form.section == Section.DOCUMENTS:
        # Files have forms of their own; this one holds nothing, and must not take them out of the draft.
        return contents.draft_of(proposal)[form.section]
    content = form.content(proposal.challenge.currency)
    deed, name = request.form.get("row"), rows.ROWS_OF.get(form.section)
    if deed and name and not _is_autosave():
        content[name], _index = rows.rearranged(content[name], deed)
    return commands.save_section(g.viewer, proposal, form.section, content, clock.receipt(), version=form.base)


def _after_saving(proposal: Proposal, form: SectionForm, saved: Saved | Conflict) -> ResponseReturnValue:
    if isinstance(saved, Conflict):
        return (jsonify(conflict=True), 409) if _is_autosave() else (_conflict_page(proposal, form, saved), 409)
    if _is_autosave():
        at = clock.time_in_zone(saved.at or g.now, presentation.reader_zone())
        return jsonify(saved_at=at, version=str(saved.number))
    return redirect(_next_address(proposal, form))


def _next_address(proposal: Proposal, form: SectionForm) -> str:
    deed, name = request.form.get("row"), rows.ROWS_OF.get(form.section)
    if deed and name:
        _rows, index = rows.rearranged([None] * len(form[name].entries), deed)
        anchor = name if index is None else f"{name}-{index}"
        return url_for(".edit", key=proposal.key, section=form.section, _anchor=anchor)
    if request.form.get("next") == "leave":
        return url_for(".show", key=proposal.key)
    after = list(Section)[list(Section).index(form.section) + 1 :]
    if not after:
        return url_for(".submission", key=proposal.key)
    return url_for(".edit", key=proposal.key, section=after[0])


def _is_autosave() -> bool:
    return request.method == "POST" and request.accept_mimetypes.best == "application/json"


def _editor_page(proposal: Proposal, form: SectionForm, file_form: FileForm | None = None) -> str:
    editor = drafts.editor(g.viewer, proposal, g.now, form.section)
    if request.method == "GET":
        # What is missing is said when somebody has asked for it; what can't be read always.
        wants_all = "check" in request.args
        show_faults(form, [fault for fault in editor.faults_in(form.section) if wants_all or not fault.is_missing])
    return render_template(
        "proposals/edit.html",
        proposal=proposal,
        editor=editor,
        form=form,
        section=form.section,
        section_names=sections.NAMES,
        comment_form=CommentForm(formdata=None),
        file_form=file_form or FileForm(formdata=None),
        attached=attachments.pinned(proposal, contents.file_ids(editor.draft)),
        action_form_token=ActionForm(formdata=None),
        can_still_send=proposal.challenge.is_open(g.now),
        present=presentation,
    )


def _conflict_page(proposal: Proposal, form: SectionForm, conflict: Conflict) -> str:
    theirs = conflict.theirs
    form.version.data = str(theirs.number)
    return render_template(
        "proposals/conflict.html",
        proposal=proposal,
        form=form,
        section=form.section,
        section_names=sections.NAMES,
        theirs=theirs,
        name=queries.names([theirs.by_id]).get(theirs.by_id, "") if theirs.by_id else "",
        texts=sections.TEXTS,
        present=presentation,
    )


# --- Files --------------------------------------------------------------------------------------------------


@blueprint.post("/proposals/<key:key>/files/")
@access.policy("member", kinds={Kind.STARTUP})
def add_file(key: str) -> ResponseReturnValue:
    """Add a file to the draft."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    form = FileForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.add_file(g.viewer, proposal, form.file.data, clock.receipt())
            database.session.commit()
            return redirect(url_for(".edit", key=key, section=Section.DOCUMENTS, _anchor="files"))
    made = section_form(Section.DOCUMENTS, [])
    return _editor_page(proposal, made(formdata=None), form), 422


@blueprint.post("/proposals/<key:key>/files/<uuid:file_id>/removal/")
@access.policy("member", kinds={Kind.STARTUP})
def remove_file(key: str, file_id: UUID) -> ResponseReturnValue:
    """Take a file out of the draft."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    _pressed_once()
    commands.remove_file(g.viewer, proposal, file_id, clock.receipt())
    database.session.commit()
    flash(_("The file is removed from the draft."))
    return redirect(url_for(".edit", key=key, section=Section.DOCUMENTS, _anchor="files"))


def _pressed_once() -> None:
    """A button's proof; a stale one is said in words."""
    if not ActionForm().validate_on_submit():
        raise Refused(_("The page was open too long. Go back, load it again and press the button again."))


# --- History ------------------------------------------------------------------------------------------------


@blueprint.get(f"/proposals/<key:key>/edit/{SECTION}/history/")
@access.policy("member", kinds={Kind.STARTUP})
def section_history(key: str, section: str) -> str:
    """What a section said before."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    chosen = Section(section)
    revisions = contents.history(proposal, chosen)
    current = contents.draft_of(proposal)[chosen]
    people = {revision.by_id for revision in revisions} | ({current.by_id} if current.by_id else set())
    return render_template(
        "proposals/history.html",
        proposal=proposal,
        section=chosen,
        section_names=sections.NAMES,
        texts=sections.TEXTS,
        current=current,
        revisions=revisions,
        names=queries.names(people),
        form=ActionForm(),
        can_write=policy.can_write(g.viewer, proposal) and proposal.state in commands.EDITABLE,
        present=presentation,
    )


@blueprint.post("/proposals/<key:key>/revisions/<uuid:revision>/restoration/")
@access.policy("member", kinds={Kind.STARTUP})
def restore(key: str, revision: UUID) -> ResponseReturnValue:
    """Let an earlier text stand again."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    _pressed_once()
    saved = commands.restore(g.viewer, proposal, revision, clock.receipt())
    database.session.commit()
    flash(_("The earlier text stands again. The other one is in the history."))
    return redirect(url_for(".edit", key=key, section=saved.section))


# --- Comments -----------------------------------------------------------------------------------------------


@blueprint.post(f"/proposals/<key:key>/edit/{SECTION}/comments/")
@access.policy("member", kinds={Kind.STARTUP})
def comment(key: str, section: str) -> ResponseReturnValue:
    """Put a word to the team beside a section."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    form = CommentForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.comment(g.viewer, proposal, Section(section), form.text.data or "", clock.receipt())
            database.session.commit()
            return redirect(url_for(".edit", key=key, section=section, _anchor="comments"))
    page = render_template(
        "proposals/comment.html", proposal=proposal, section=Section(section), section_names=sections.NAMES, form=form
    )
    return page, 422


@blueprint.post(f"/proposals/<key:key>/edit/{SECTION}/comments/<uuid:comment_id>/resolution/")
@access.policy("member", kinds={Kind.STARTUP})
def resolve_comment(key: str, section: str, comment_id: UUID) -> ResponseReturnValue:
    """Mark a comment as done with."""
    proposal = queries.own_proposal_by_key(g.viewer, key)
    _pressed_once()
    commands.resolve_comment(g.viewer, proposal, comment_id, clock.receipt())
    database.session.commit()
    return redirect(url_for(".edit", key=key, section=section, _anchor="comments"))
