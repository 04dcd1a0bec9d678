"""Pages of the host: failed jobs and the record of events."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from marketplace.core import access, database
from marketplace.core.access import Kind, Role
from marketplace.core.events import queries as record
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.core.jobs import failures

blueprint = Blueprint("administration", __name__, url_prefix="/administration")

ADMINISTRATORS = {Role.ADMINISTRATOR}
READERS = {Role.ADMINISTRATOR, Role.AUDITOR}


@blueprint.route("/jobs/")
@access.policy("member", kinds={Kind.HOST}, roles=ADMINISTRATORS)
def jobs():
    """What failed, and why."""
    before = request.args.get("before", type=int)
    return render_template("web/jobs.html", jobs=failures.failed(before), action=ActionForm())


@blueprint.route("/jobs/<int:job_id>/another-try/", methods=["POST"])
@access.policy("member", kinds={Kind.HOST}, roles=ADMINISTRATORS)
def run_again(job_id: int):
    """Run a failed job again."""
    form = ActionForm()
    if form.validate_on_submit():
        failures.run_again(g.viewer, job_id)
        database.session.commit()
        flash(_("The job runs again."))
    return redirect(url_for(".jobs"))


@blueprint.route("/events/")
@access.policy("member", kinds={Kind.HOST}, roles=READERS)
def events():
    """The record of events as the reader may see it: identifiers, no titles, no contents."""
    asked = record.RECORD.asked(request.args)
    found = record.latest(asked)
    if asked.wants_export:
        return asked.export(found.items)
    return render_template("web/events.html", page=found, asked=asked, anchor=record.last_anchor())
