"""Notices in the application, and the person's wishes for mail."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from marketplace.core import access, database
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _
from marketplace.notifications import commands, queries
from marketplace.notifications.forms import PreferencesForm
from marketplace.notifications.words import thing_of

blueprint = Blueprint("notifications", __name__, url_prefix="/notices")


@blueprint.route("/")
@access.policy("signed in")
def index():
    """What the person was told, the newest first."""
    asked = queries.MINE.asked(request.args)
    found, told = queries.notices(g.viewer, asked)
    return render_template("notifications/index.html", page=found, told=told, asked=asked, action=ActionForm())


@blueprint.route("/<uuid:notice_id>/")
@access.policy("signed in")
def open_notice(notice_id: UUID):
    """Go to what a notice is about; going there is having read it."""
    notice = commands.read(g.viewer, notice_id, g.now)
    database.session.commit()
    if notice.organisation_id not in {None, g.viewer.organisation_id}:
        flash(_("This concerns another of your organisations. Act for it, then open the notice again."), "info")
        return redirect(url_for("accounts.acting_as"))
    thing = thing_of(queries.events_of([notice])[notice.id][0], g.viewer)
    if thing is None:
        flash(_("What the notice was about is not yours to see any more."), "info")
    return redirect(thing.url if thing else url_for(".index"))


@blueprint.route("/read/", methods=["POST"])
@access.policy("signed in")
def read_all():
    """Mark all as read."""
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.read_all(g.viewer, g.now)
            database.session.commit()
            flash(_("All notices are marked as read."))
    return redirect(url_for(".index"))


@blueprint.route("/preferences/", methods=["GET", "POST"])
@access.policy("signed in")
def preferences():
    """Which kinds of notices come by mail too."""
    form = PreferencesForm(kinds=sorted(queries.mailed_kinds(g.viewer)))
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.prefer(g.viewer, set(form.kinds.data), g.now)
            database.session.commit()
            flash(_("Your wishes for mail are kept."))
            return redirect(url_for(".preferences"))
    return render_template("notifications/preferences.html", form=form)
