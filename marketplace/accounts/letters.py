"""Mail about accounts. What a page must not tell (whether there is an account) stands here alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from marketplace.accounts.models import Person
from marketplace.core import database
from marketplace.core.access import reading_as_system
from marketplace.core.i18n import _, current_language
from marketplace.core.mail import Letter, letter
from marketplace.core.settings import settings


def address(endpoint: str, **values: Any) -> str:
    """The absolute address of a page, in the language that is being written."""
    path = url_for(endpoint, lang=current_language(), _external=False, **values)
    return settings().base_url.rstrip("/") + path


@letter("account.confirm")
def confirm(token: str) -> Letter:
    return Letter(
        _("Confirm your e-mail address"),
        [
            _("Follow the link within 24 hours and enter the password that you chose. Your account is open then."),
            _("If you did not ask for an account, do nothing: none is opened."),
        ],
        address("accounts.confirm", token=token),
        _("Confirm the address"),
    )


@letter("account.exists_already")
def exists_already() -> Letter:
    return Letter(
        _("You have an account already"),
        [
            _(
                "Somebody, probably you, asked for an account with this e-mail address. You have one: sign in with it."
            ),
            _("If you don't know your password, set a new one on the same page. If it wasn't you, do nothing."),
        ],
        address("accounts.sign_in"),
        _("Sign in"),
    )


@letter("account.no_account")
def no_account() -> Letter:
    return Letter(
        _("There is no account with this address"),
        [
            _("Somebody, probably you, asked for a new password. No account uses this e-mail address."),
            _("You may have signed up with another address. If it wasn't you, do nothing."),
        ],
        address("accounts.sign_up"),
        _("Open an account"),
    )


@letter("account.reset")
def reset(token: str) -> Letter:
    return Letter(
        _("Set a new password"),
        [
            _("Follow the link within one hour to set a new password."),
            _("If you did not ask for it, do nothing: your password stays as it is."),
        ],
        address("accounts.reset", token=token),
        _("Set a new password"),
    )


@letter("account.password_changed")
def password_changed() -> Letter:
    return Letter(
        _("Your password was changed"),
        [_("If it wasn't you, set a new password at once: that ends every sign-in.")],
        address("accounts.forgotten"),
        _("Set a new password"),
    )


@letter("account.change_email_old")
def change_email_old(token: str) -> Letter:
    return Letter(
        _("Confirm the change of your e-mail address"),
        [
            _("Somebody, probably you, wants to use another e-mail address for your account."),
            _("Confirm it within 24 hours here and at the new address. If it wasn't you, change your password."),
        ],
        address("accounts.confirm_email", which="present", token=token),
        _("Confirm the change"),
    )


@letter("account.change_email_new")
def change_email_new(token: str) -> Letter:
    return Letter(
        _("Confirm your new e-mail address"),
        [
            _(
                "Follow the link within 24 hours to use this address for your account, and confirm it at the old one too."
            ),
            _("If you did not ask for it, do nothing."),
        ],
        address("accounts.confirm_email", which="new", token=token),
        _("Confirm the address"),
    )


@letter("account.email_changed")
def email_changed() -> Letter:
    return Letter(
        _("Your e-mail address was changed"),
        [_("Your account uses another address from now on. If it wasn't you, write to the marketplace at once.")],
    )


@letter("account.suspended")
def suspended(person: str) -> Letter | None:
    with reading_as_system("a suspended person is told why"):
        reason = database.session.get_one(Person, UUID(person)).suspended_reason
    if reason is None:
        return None  # lifted meanwhile
    return Letter(
        _("Your account is suspended"),
        [_("You can't sign in until the suspension is lifted. The reason given:"), reason],
    )


@letter("account.reinstated")
def reinstated() -> Letter:
    return Letter(
        _("The suspension of your account is lifted"),
        [_("You can sign in again.")],
        address("accounts.sign_in"),
        _("Sign in"),
    )


@letter("account.erased")
def erased() -> Letter:
    return Letter(
        _("Your account is erased"),
        [
            _(
                "Your name, your e-mail address and your password are deleted. What you did stays recorded without them."
            ),
            _("Where you decided something for a public body, your name stays on that decision."),
        ],
    )
