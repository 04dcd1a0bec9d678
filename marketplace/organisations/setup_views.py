"""The page of the one-time link for the first administrator."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for

from marketplace.accounts import sessions, tickets
from marketplace.accounts.models import TicketKind
from marketplace.core import access, database, i18n, site
from marketplace.core.errors import refusals_shown_in
from marketplace.core.i18n import _
from marketplace.core.settings import settings
from marketplace.organisations.blueprint import blueprint
from marketplace.organisations.first_administrator import FirstAdministrator, host, take
from marketplace.organisations.forms import FirstAdministratorForm


@blueprint.route("/first-administrator/<token>/", methods=["GET", "POST"])
@access.policy("token")
def first_administrator(token: str):
    """Name, password and what the host tells about itself."""
    if not tickets.works(TicketKind.FIRST_ADMINISTRATOR, token, g.now):
        return render_template("accounts/link_over.html", again=url_for("accounts.sign_in")), 410
    known = host()
    form = FirstAdministratorForm(data={"host": known.name if known else site.operator(), "zone": settings().zone})
    if form.validate_on_submit():
        with refusals_shown_in(form):
            told = FirstAdministrator(form.name.data, form.password.data, i18n.current_language(), form.profile())
            person, organisation = take(token, told, g.now)
            sign_in = sessions.begin(person, g.now)
            sign_in.organisation_id = organisation.id
            database.session.commit()
            flash(_("You are the administrator of the marketplace now."))
            return redirect(url_for(".verification"))
    return render_template("organisations/first_administrator.html", form=form)
