"""Forms of sending a proposal and of checking its receipt; those of the draft stand in `drafting`."""

from __future__ import annotations

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.core.forms import ActionForm, Form
from marketplace.core.i18n import _l

TOO_LONG = _l("Shorten this to %(max)d characters.")


class SubmissionForm(ActionForm):
    """The confirmation; `expected` is the hash that the sender was shown."""

    expected = HiddenField()


class ReceiptForm(Form):
    """A receipt that somebody wants to check."""

    code = StringField(
        _l("Code of the receipt"), [InputRequired(_l("Enter the code.")), Length(max=60, message=TOO_LONG)]
    )
    sha256 = StringField(
        _l("Fingerprint"), [InputRequired(_l("Enter the fingerprint.")), Length(max=200, message=TOO_LONG)]
    )
