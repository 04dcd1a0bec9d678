"""The forms of accounts: shapes and messages."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired, Length

from marketplace.accounts.passwords import LONGEST
from marketplace.core import clock, i18n
from marketplace.core.forms import ChoiceField, EmailField, Form, LineField, TextField
from marketplace.core.i18n import _l


def email_field(label: Any) -> EmailField:
    """A needed mail address; whether it answers is found out by writing to it."""
    return EmailField(label, validators=[InputRequired(_l("Enter an e-mail address, such as name@example.org."))])


def new_password_field(label: Any) -> PasswordField:
    """A password to be chosen; the command judges it."""
    return PasswordField(
        label,
        description=_l("15 characters or more, such as four words that don't belong together. Blanks are allowed."),
        validators=[
            InputRequired(_l("Choose a password.")),
            Length(max=LONGEST, message=_l("Use 256 characters at most.")),
        ],
    )


def present_password_field(label: Any) -> PasswordField:
    """A password that is known."""
    return PasswordField(
        label,
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=LONGEST * 2, message=_l("Use 256 characters at most.")),
        ],
    )


class SignInForm(Form):
    email = email_field(_l("E-mail address"))
    password = present_password_field(_l("Password"))


class SignUpForm(Form):
    name = LineField(_l("Your name"), max_length=120, validators=[InputRequired(_l("Enter your name."))])
    email = email_field(_l("E-mail address"))
    password = new_password_field(_l("Password"))


class ConfirmForm(Form):
    password = present_password_field(_l("Password"))


class ForgottenForm(Form):
    email = email_field(_l("E-mail address"))


class NewPasswordForm(Form):
    password = new_password_field(_l("New password"))


class PasswordForm(Form):
    present = present_password_field(_l("Present password"))
    password = new_password_field(_l("New password"))


class EmailForm(Form):
    email = email_field(_l("New e-mail address"))
    password = present_password_field(_l("Password"))


class ErasureForm(Form):
    password = present_password_field(_l("Password"))
    understood = BooleanField(
        _l("I understand that this can't be undone"),
        validators=[InputRequired(_l("Tick this box if you want your account erased."))],
    )


class ProfileForm(Form):
    name = LineField(_l("Your name"), max_length=120, validators=[InputRequired(_l("Enter your name."))])
    language = ChoiceField(
        _l("Language"),
        choices=list(i18n.OWN_NAMES.items()),
        validators=[InputRequired(_l("Choose one of the three languages."))],
        description=_l("Of your mail, and of pages when an address names none."),
    )
    zone = ChoiceField(
        _l("Time zone"),
        blank=_l("As the marketplace"),
        description=_l("Times are shown in this zone, beside the challenge's own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = list(clock.zone_choices(i18n.current_language()))


class ActAsForm(Form):
    organisation_id = LineField(
        _l("Organisation"), max_length=40, validators=[InputRequired(_l("Choose an organisation."))]
    )


class ReasonForm(Form):
    reason = TextField(
        _l("Reason"), max_length=1000, validators=[InputRequired(_l("Say why: it is told to the person."))]
    )
