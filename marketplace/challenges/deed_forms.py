"""The forms of a challenge's deeds: edits asked for, publication, and what may follow it."""

from __future__ import annotations

from typing import Any

from wtforms.validators import InputRequired

from marketplace.challenges.commands import MOST_WORDS
from marketplace.core.forms import Form, LocalDateTimeField, OnceField, RadioChoiceField, TextField
from marketplace.core.i18n import _l


def _said(name: str, label: Any, needed: Any, hint: Any = None) -> TextField:
    return TextField(label, [InputRequired(needed)], max_length=MOST_WORDS, name=name, description=hint)


class EditsForm(Form):
    """What the reviewer wants changed."""

    message = _said(
        "message", _l("What has to be changed"), _l("Say what has to be changed."), _l("Only your agency reads this.")
    )


class PublicationForm(Form):
    """Now, or at a time."""

    when = RadioChoiceField(
        _l("When shall it be public?"), choices=[("now", _l("Now")), ("later", _l("At a time"))], default="now"
    )
    publish_at = LocalDateTimeField(_l("Public from"))


class ExtensionForm(Form):
    """A later deadline and why."""

    deadline = LocalDateTimeField(_l("New deadline"), [InputRequired(_l("Enter the new deadline."))])
    reason = _said("reason", _l("Why"), _l("Say why the deadline is moved: readers see it."), _l("Public."))


class CorrectionForm(Form):
    """A public correction."""

    once = OnceField()
    text = _said(
        "text", _l("The correction"), _l("Write the correction."), _l("Public, dated, and never changed afterwards.")
    )


class ReasonForm(Form):
    """A public reason for an end."""

    reason = _said(
        "reason", _l("Reason"), _l("Give the reason: readers see it."), _l("Public. It stays on the page.")
    )
