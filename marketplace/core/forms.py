"""Forms that keep what was typed: the base, and fields that read three languages.

A field's error says what to enter. Strings arrive without NUL and broken UTF-8 whatever field takes them; a stale
token is said over the form and costs nobody his text. Fields for files stand at a form's top level.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto, _is_submitted
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.simple import FileField as AnyFileField
from wtforms.fields.simple import MultipleFileField

from marketplace.core.choices import ChoiceField, FileUploadField, MultipleChoiceField, RadioChoiceField
from marketplace.core.fields import (
    DateField,
    DecimalField,
    EmailField,
    LineField,
    LocalDateTimeField,
    MoneyField,
    OnceField,
    TextField,
    WholeNumberField,
)
from marketplace.core.i18n import _

__all__ = [
    "ActionForm",
    "ChoiceField",
    "DateField",
    "DecimalField",
    "EmailField",
    "FileUploadField",
    "Form",
    "LineField",
    "LocalDateTimeField",
    "MoneyField",
    "MultipleChoiceField",
    "OnceField",
    "RadioChoiceField",
    "TextField",
    "WholeNumberField",
    "pressed",
]


def _keepable(text: str) -> str:
    """Without what no database takes: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _received(form: Any) -> MultiDict[str, Any]:
    """The request's strings, and its files for the fields that take files."""
    received: MultiDict[str, Any] = MultiDict()
    for name, value in request.form.items(multi=True):
        received.add(_keepable(name), _keepable(value))
    for name, file in request.files.items(multi=True):
        if isinstance(form._fields.get(name), AnyFileField | MultipleFileField):
            received.add(name, file)
    return received


class ActingForField(HiddenField):
    """Which organisation the person acts for when the page is made; a form sent for another one is refused at the door.

    It always carries the present one, whatever was sent.
    """

    def _value(self) -> str:
        return str(getattr(g.get("viewer"), "organisation_id", None) or "")

    def populate_obj(self, obj: Any, name: str) -> None:
        """No thing has it as an attribute."""


class Form(FlaskForm):
    """The base of every form."""

    class Meta(FlaskForm.Meta):
        csrf_time_limit = None  # a token lasts as long as its session: long forms are written over days

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take strings that can be kept, and no JSON: fields read form data alone."""
            if formdata is _Auto:
                return _received(form) if _is_submitted() else None
            return formdata

    acting_for = ActingForField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields; what is wrong with the page and not with an answer is said over the form."""
        valid = bool(super().validate(extra_validators))
        token = next((field for field in self if isinstance(field, CSRFTokenField)), None)
        if token is not None and token.errors:
            token.errors = []
            said = _("This page was out of date. Nothing was changed and your text is kept: send it once more.")
            self.form_errors: list[Any] = [*self.form_errors, said]
            return False
        return valid


class ActionForm(Form):
    """One button that does one deed: nothing but the proof that the person pressed it."""


def pressed(form: Form) -> bool:
    """Whether the one button of a page was rightly pressed; what speaks against it is said on the next page."""
    if form.validate_on_submit():
        return True
    for message in form.form_errors:
        flash(str(message), "bad")
    return False
