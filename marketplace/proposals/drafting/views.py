"""Writing a proposal: section by section, saved while it is written, by several people."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import access, clock, database
from marketplace.core.access import Kind
from marketplace.core.errors import Refused, refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.writing import rows
from marketplace.core.writing.sections import Task, after, one_of
from marketplace.core.writing.views import Editor, anchor, autosaved, saved
from marketplace.proposals import attachments, commands, contents, policy, presentation, queries, sections
from marketplace.proposals.blueprint import blueprint
from marketplace.proposals.drafting import queries as drafts
from marketplace.proposals.drafting.forms import CommentForm, FileForm, SectionForm, filled, section_form, show_faults
from marketplace.proposals.models import Proposal, Section

SECTION = one_of(list(Section))


@blueprint.route("/proposals/<key:key>/edit/", methods=["GET"], defaults={"section": None})
@blueprint.route(f"/proposals/<key:key>/edit/{SECTION}/", methods=["GET", "POST"])
@access.policy("member", kinds={Kind.STARTUP})
def edit(key: str, section: str | None) -> ResponseReturnValue:
    """A section of the draft, by default the first unfinished: read and saved."""
    proposal = _writable(key)
    if section is None:
        return redirect(url_for(".edit", key=key, section=drafts.first_unfinished(proposal)))
    form = _form_of(proposal, Section(section))
    if form.validate_on_submit():
        deed = rows.read(request.form.get("do", ""))
        goes_to = _after(key, form, deed)
        if saved(form, partial(_save, proposal, form, deed)) is not None:
            return redirect(goes_to)
        proposal = _writable(key)
    return _section_page(proposal, form)


@blueprint.post(f"/proposals/<key:key>/edit/{SECTION}/autosave/")
@access.policy("member", kinds={Kind.STARTUP})
def autosave(key: str, section: str) -> ResponseReturnValue:
    """The same save for a script."""
    proposal = _writable(key)
    form = _form_of(proposal, Section(section))
    return autosaved(form, partial(_save, proposal, form), g.now)


def _writable(key: str) -> Proposal:
    proposal = queries.own_proposal_by_key(g.viewer, key)
    access.require(policy.can_write(g.viewer, proposal))
    return proposal


def _form_of(proposal: Proposal, section: Section) -> SectionForm:
    made = section_form(section, proposal.challenge.proposal_languages)
    if request.method == "POST":
        return made()
    standing = contents.draft_of(proposal)[section]
    return made(data={**filled(section, standing.content, proposal.challenge.currency), "version": standing.number})


def _save(proposal: Proposal, form: SectionForm, deed: rows.Deed = rows.SAVE) -> int:
    if form.section == Section.DOCUMENTS:
        # Files have forms of their own; this one holds nothing, and must not take them out of the draft.
        return contents.draft_of(proposal)[form.section].number
    content = form.content(proposal.challenge.currency)
    if form.row_list and deed.verb == "add":
        content[form.row_list] = [*content[form.row_list], {}][: sections.MAX_ROWS]
    elif form.row_list:
        content[form.row_list] = rows.moved(content[form.row_list], deed)
    now = clock.receipt()
    return commands.save_section(g.viewer, proposal, form.section, content, now, version=form.base_version).number


def _after(key: str, form: SectionForm, deed: rows.Deed) -> str:
    if deed.verb == "back":
        return url_for(".show", key=key)
    following = after(list(Section), form.section)
    if deed.verb == "next":
        return url_for(".edit", key=key, section=following) if following else url_for(".submission", key=key)
    return url_for(".edit", key=key, section=form.section, _anchor=anchor(form, deed))


def _section_page(proposal: Proposal, form: SectionForm, file_form: FileForm | None = None) -> str:
    draft = drafts.editor(g.viewer, proposal, g.now, form.section)
    if request.method == "GET":
        # What is missing is said when somebody has asked for it; what can't be read always.
        wants_all = "check" in request.args
        show_faults(form, [fault for fault in draft.faults_in(form.section) if wants_all or not fault.is_missing])
    if form.has_conflict:
        form.start_from(draft.draft[form.section].number)
    return render_template(
        "proposals/edit.html",
        editor=_editor(proposal, draft, form.section),
        draft=draft,
        proposal=proposal,
        form=form,
        section=form.section,
        texts=sections.TEXTS,
        section_names=sections.NAMES,
        comment_form=CommentForm(formdata=None),
        file_form=file_form or FileForm(formdata=None),
        attached=attachments.pinned(proposal, contents.file_ids(draft.draft)),
        action_form_token=ActionForm(formdata=None),
        can_still_send=proposal.challenge.is_open(g.now),
        present=presentation,
    )


def _editor(proposal: Proposal, draft: drafts.Editor, section: Section) -> Editor:
    here: dict[str, Any] = {"key": proposal.key, "section": section}
    title = presentation.title_of(proposal.challenge)
    return Editor(
        name=section,
        heading=sections.NAMES[section],
        title=title,
        trail=[(_("Your proposals"), url_for(".mine")), (title, url_for(".show", key=proposal.key))],
        tasks=[
            Task(
                each.section,
                sections.NAMES[each.section],
                url_for(".edit", key=proposal.key, section=each.section),
                presentation.section_tag(each),
                each.is_done,
            )
            for each in draft.progress
        ],
        history_url=url_for(".section_history", **here),
        autosave_url=url_for(".autosave", **here),
        saved_at=presentation.saved_at(draft.draft[section].at),
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
    return _section_page(proposal, made(formdata=None), form), 422


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
