"""Signing up, in and out, and the way back after a forgotten password."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for

from marketplace.accounts import account_views, administration_views, commands, keeping, recovery, sessions, tickets
from marketplace.accounts.blueprint import blueprint
from marketplace.accounts.forms import ConfirmForm, ForgottenForm, NewPasswordForm, SignInForm, SignUpForm
from marketplace.accounts.limits import network_of
from marketplace.accounts.models import TicketKind
from marketplace.accounts.own_paths import own_path
from marketplace.core import access, database, i18n
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import ActionForm
from marketplace.core.i18n import _

__all__ = ["account_views", "administration_views", "blueprint"]


@blueprint.route("/sign-in/", methods=["GET", "POST"])
@access.policy("public")
def sign_in():
    """Address and password; then back to where the sign-in was asked for."""
    if g.viewer.is_signed_in:
        return redirect(own_path(request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            network = network_of(request.remote_addr)
            person = commands.check_sign_in(form.email.data, form.password.data, g.now, network)
            sessions.begin(person, g.now)
            database.session.commit()
            return redirect(_next_page())
    return render_template("accounts/sign_in.html", form=form, has_kept=keeping.is_waiting())


@blueprint.route("/sign-out/", methods=["POST"])
@access.policy("public")
def sign_out():
    """End this browser's sign-in."""
    sign_in = sessions.sign_in_of_request()
    if sign_in is not None and ActionForm().validate():
        commands.end_sign_in(g.viewer, sign_in.id, g.now)
        database.session.commit()
        sessions.forget()
        flash(_("You are signed out."))
    return redirect(url_for("web.home"))


@blueprint.route("/sign-up/", methods=["GET", "POST"])
@access.policy("public")
def sign_up():
    """Ask for an account; the answer comes by mail, whether or not there is one."""
    form = SignUpForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            new = commands.NewAccount(form.name.data, form.email.data, form.password.data, i18n.current_language())
            commands.sign_up(new, g.now, network_of(request.remote_addr))
            database.session.commit()
            return redirect(url_for(".sign_up_sent"))
    return render_template("accounts/sign_up.html", form=form)


@blueprint.route("/sign-up/sent/")
@access.policy("public")
def sign_up_sent():
    """Look into your mail."""
    return render_template("accounts/sent.html", what="sign_up")


@blueprint.route("/sign-up/<token>/", methods=["GET", "POST"])
@access.policy("token")
def confirm(token: str):
    """Open the account: the mailed link and the chosen password."""
    if not tickets.works(TicketKind.CONFIRM_EMAIL, token, g.now):
        return render_template("accounts/link_over.html", again=url_for(".sign_up")), 410
    form = ConfirmForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            person = commands.confirm_sign_up(token, form.password.data, g.now)
            sessions.begin(person, g.now)
            database.session.commit()
            flash(_("Your account is open."))
            return redirect(url_for(".acting_as"))
    return render_template("accounts/confirm.html", form=form)


@blueprint.route("/forgotten/", methods=["GET", "POST"])
@access.policy("public")
def forgotten():
    """Ask for a new password; the answer comes by mail, whether or not there is an account."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            recovery.ask_reset(form.email.data, i18n.current_language(), g.now, network_of(request.remote_addr))
            database.session.commit()
            return redirect(url_for(".forgotten_sent"))
    return render_template("accounts/forgotten.html", form=form)


@blueprint.route("/forgotten/sent/")
@access.policy("public")
def forgotten_sent():
    """Look into your mail."""
    return render_template("accounts/sent.html", what="reset")


@blueprint.route("/forgotten/<token>/", methods=["GET", "POST"])
@access.policy("token")
def reset(token: str):
    """Set a new password by a mailed link."""
    if not tickets.works(TicketKind.RESET_PASSWORD, token, g.now):
        return render_template("accounts/link_over.html", again=url_for(".forgotten")), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        with refusals_shown_in(form):
            recovery.reset_password(token, form.password.data, g.now)
            database.session.commit()
            flash(_("Your new password is set, and every sign-in is ended. Sign in with it."))
            return redirect(url_for(".sign_in"))
    return render_template("accounts/reset.html", form=form)


def _next_page() -> str:
    token = keeping.take_token()
    return url_for(".kept", token=token) if token else own_path(request.args.get("next"))
