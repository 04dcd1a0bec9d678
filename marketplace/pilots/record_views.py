"""The record: notes, decisions, risks; and the pilot's files."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import g

from marketplace.core import deeds
from marketplace.core.access import require
from marketplace.core.errors import NotFound
from marketplace.core.i18n import _
from marketplace.pilots import commands, evidence, policy, queries
from marketplace.pilots.blueprint import blueprint, deed, page_of, sides
from marketplace.pilots.forms import ClosingWordForm, EntryForm, FileForm, RiskForm
from marketplace.pilots.models import EntryKind, Pilot, RecordEntry
from marketplace.pilots.pages import tab


def _written(key: str) -> Pilot:
    pilot = queries.by_key(key)
    require(policy.can_write(g.viewer, pilot))
    return pilot


def _closed(pilot: Pilot) -> list[str]:
    return [_("The pilot has ended; its record is closed.")] if pilot.has_ended else []


@blueprint.route("/<key:key>/record/new-<any(note, decision, risk):kind>/", methods=["GET", "POST"])
@sides
def write_down(key: str, kind: str):
    """Add a note, a decision or a risk."""
    pilot = _written(key)
    entry_kind = EntryKind(kind)
    form = RiskForm() if entry_kind == EntryKind.RISK else EntryForm()
    titles = {
        EntryKind.NOTE: _("Write a note"),
        EntryKind.DECISION: _("Write down a decision"),
        EntryKind.RISK: _("Write down a risk"),
    }
    return deed(
        pilot,
        form,
        lambda: commands.write_down(g.viewer, pilot, _entry(form, entry_kind), g.now),
        said=_("It stands in the record."),
        shows="record",
        title=titles[entry_kind],
        lead=_("Both sides read it. What stands in the record is not changed any more."),
        fields=[form.text] + ([form.owner, form.next_step] if isinstance(form, RiskForm) else []),
        verb=_("Put it into the record"),
        back="record",
        reasons=_closed(pilot),
    )


def _entry(form: EntryForm, kind: EntryKind) -> RecordEntry:
    entry = RecordEntry(id=form.once.value, kind=kind, text=form.text.data or "")
    if isinstance(form, RiskForm):
        entry.owner, entry.next_step = form.owner.data or "", form.next_step.data or ""
    return entry


@blueprint.route("/<key:key>/record/<uuid:entry_id>/closing/", methods=["GET", "POST"])
@sides
def close_risk(key: str, entry_id: UUID):
    """Close a risk with a word on what became of it."""
    pilot = _written(key)
    risk = queries.entry_of(pilot, entry_id)
    if risk.kind != EntryKind.RISK:
        raise NotFound
    form = ClosingWordForm()
    return deed(
        pilot,
        form,
        lambda: commands.close_risk(g.viewer, pilot, risk, form.word.data, g.now),
        said=_("The risk is closed."),
        shows="record",
        title=_("Close a risk"),
        facts=[(_("Risk"), risk.text), (_("In charge"), risk.owner), (_("Next step"), risk.next_step)],
        fields=[form.word],
        verb=_("Close the risk"),
        back="record",
        reasons=[_("This risk is closed already.")] if risk.closed_at else [],
    )


@blueprint.route("/<key:key>/files/", methods=["GET", "POST"])
@sides
def files(key: str):
    """The files of the pilot, its milestones and its measurements; and adding one."""
    board = queries.board(key)
    pilot = board.pilot
    form = FileForm()
    add = partial(evidence.add, g.viewer, pilot, form.files.data, g.now)
    answer = deeds.done(form, add, _("The files are kept."), page_of(pilot, "files"))
    return answer or tab("files", board, form=form, groups=evidence.groups(board))
