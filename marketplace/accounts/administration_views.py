"""People as the host's administrators see them: found, suspended, let in again."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for

from marketplace.accounts import commands, lists, queries
from marketplace.accounts.blueprint import blueprint
from marketplace.accounts.forms import ReasonForm
from marketplace.core import access, database
from marketplace.core.access import Kind, Role
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import ActionForm, pressed
from marketplace.core.i18n import _

administrators = access.policy("member", kinds={Kind.HOST}, roles={Role.ADMINISTRATOR})


@blueprint.route("/people/")
@administrators
def people():
    """Everybody who has an account, by name."""
    asked = lists.PEOPLE.asked(request.args)
    return render_template("accounts/people.html", page=queries.people(asked), asked=asked)


@blueprint.route("/people/<uuid:person_id>/", methods=["GET", "POST"])
@administrators
def person(person_id: UUID):
    """One account; suspending it asks for the reason."""
    found = queries.one_person(person_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.suspend(g.viewer, found, form.reason.data, g.now)
            database.session.commit()
            flash(_("The account is suspended, and every sign-in is ended."))
            return redirect(url_for(".person", person_id=person_id))
    return render_template("accounts/person.html", form=form, person=found, action=ActionForm())


@blueprint.route("/people/<uuid:person_id>/reinstatement/", methods=["POST"])
@administrators
def reinstate(person_id: UUID):
    """Lift a suspension."""
    found = queries.one_person(person_id)
    if pressed(ActionForm()):
        commands.reinstate(g.viewer, found, g.now)
        database.session.commit()
        flash(_("The suspension is lifted."))
    return redirect(url_for(".person", person_id=person_id))
