"""What a person sets for himself: name, language, zone, password, address, sign-ins, the organisation acted for."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for

from marketplace.accounts import commands, erasure, keeping, queries, recovery, sessions, tickets
from marketplace.accounts.blueprint import blueprint
from marketplace.accounts.forms import ActAsForm, EmailForm, ErasureForm, PasswordForm, ProfileForm
from marketplace.accounts.models import TicketKind
from marketplace.core import access, database
from marketplace.core.errors import NotFound, refusals_shown_in
from marketplace.core.forms import ActionForm, pressed
from marketplace.core.i18n import _

ENDS = {"present": TicketKind.CHANGE_EMAIL_OLD, "new": TicketKind.CHANGE_EMAIL_NEW}


@blueprint.route("/account/", methods=["GET", "POST"])
@access.policy("signed in")
def account():
    """Name, language and time zone, and the way to the rest."""
    details = queries.own_details(g.viewer)
    form = ProfileForm(data={"name": details.name, "language": details.person.language, "zone": details.person.zone})
    if form.validate_on_submit():
        with refusals_shown_in(form):
            commands.change_profile(g.viewer, form.name.data, form.language.data, form.zone.data or None, g.now)
            database.session.commit()
            flash(_("Your account is changed."))
            return redirect(url_for(".account", lang=form.language.data))
    return render_template("accounts/account.html", form=form, details=details)


@blueprint.route("/account/password/", methods=["GET", "POST"])
@access.policy("signed in")
def password():
    """Another password."""
    form = PasswordForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            here = sessions.sign_in_of_request()
            assert here is not None
            recovery.change_password(g.viewer, form.present.data, form.password.data, g.now, here.id)
            database.session.commit()
            flash(_("Your password is changed. Other browsers are signed out."))
            return redirect(url_for(".account"))
    return render_template("accounts/password.html", form=form, details=queries.own_details(g.viewer))


@blueprint.route("/account/email/", methods=["GET", "POST"])
@access.policy("signed in")
def email():
    """Another address, confirmed at both."""
    form = EmailForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            recovery.ask_email_change(g.viewer, form.email.data, form.password.data, g.now)
            database.session.commit()
            flash(_("Two mails are on their way, one to each address. Follow the link in both within 24 hours."))
            return redirect(url_for(".account"))
    return render_template("accounts/email.html", form=form, details=queries.own_details(g.viewer))


@blueprint.route("/account/email/<any(present, new):which>/<token>/", methods=["GET", "POST"])
@access.policy("token")
def confirm_email(which: str, token: str):
    """Confirm the change at one of the two addresses."""
    if not tickets.works(ENDS[which], token, g.now):
        return render_template("accounts/link_over.html", again=url_for(".email")), 410
    form = ActionForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            done = recovery.confirm_email_change(ENDS[which], token, g.now)
            database.session.commit()
            return render_template("accounts/email_confirmed.html", done=done)
    return render_template("accounts/confirm_email.html", form=form, which=which)


@blueprint.route("/account/sign-ins/")
@access.policy("signed in")
def sign_ins():
    """Where the person is signed in."""
    found = queries.sign_ins(g.viewer, g.now)
    here = sessions.sign_in_of_request()
    return render_template("accounts/sign_ins.html", sign_ins=found, here=here, form=ActionForm())


@blueprint.route("/account/sign-ins/<uuid:sign_in_id>/end/", methods=["POST"])
@access.policy("signed in")
def end_sign_in(sign_in_id: UUID):
    """End one sign-in, this one too."""
    if pressed(ActionForm()):
        commands.end_sign_in(g.viewer, sign_in_id, g.now)
        database.session.commit()
        flash(_("That sign-in is ended."))
    return redirect(url_for(".sign_ins"))


@blueprint.route("/account/sign-ins/others/end/", methods=["POST"])
@access.policy("signed in")
def end_other_sign_ins():
    """End every sign-in but this one."""
    here = sessions.sign_in_of_request()
    if pressed(ActionForm()) and here is not None:
        commands.end_all_sign_ins(here.person_id, g.now, but=here.id)
        database.session.commit()
        flash(_("All other sign-ins are ended."))
    return redirect(url_for(".sign_ins"))


@blueprint.route("/account/erasure/", methods=["GET", "POST"])
@access.policy("signed in")
def erase():
    """Erase the account, after the consequences and the password."""
    form = ErasureForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            erasure.erase_account(g.viewer, form.password.data, g.now)
            database.session.commit()
            sessions.forget()
            flash(_("Your account is erased."))
            return redirect(url_for("web.home"))
    return render_template("accounts/erase.html", form=form)


@blueprint.route("/account/kept/<token>/", methods=["GET", "POST"])
@access.policy("signed in")
def kept(token: str):
    """What was typed when the session had expired, ready to be sent again."""
    form = ActionForm()
    found = keeping.kept(g.viewer, token, g.now)
    if form.validate_on_submit():
        keeping.discard(g.viewer, token, g.now)
        database.session.commit()
        return redirect(url_for("web.dashboard"))
    texts = keeping.texts_of(found.fields)
    return render_template("accounts/kept.html", form=form, kept=found, texts=texts)


@blueprint.route("/acting-as/")
@access.policy("signed in")
def acting_as():
    """The organisations that the person may act for."""
    return render_template("accounts/acting_as.html", seats=sessions.seats_of_request(), form=ActAsForm())


@blueprint.route("/acting-as/", methods=["POST"])
@access.policy("signed in")
def act_as():
    """Act for another organisation in this browser."""
    form, here = ActAsForm(), sessions.sign_in_of_request()
    if pressed(form) and here is not None:
        try:
            wanted = UUID(form.organisation_id.data)
        except ValueError:
            raise NotFound from None
        commands.act_as(g.viewer, here, wanted, g.now)
        database.session.commit()
    return redirect(url_for("web.dashboard"))
