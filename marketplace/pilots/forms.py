"""The forms of pilots: shapes and messages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, ValidationError
from wtforms.validators import InputRequired, Optional

from marketplace.core.fields import figure
from marketplace.core.forms import (
    DateField,
    DecimalField,
    Form,
    LineField,
    OnceField,
    RadioChoiceField,
    TextField,
)
from marketplace.core.i18n import _, _l
from marketplace.pilots.measures import Definition
from marketplace.pilots.models import Direction, Outcome
from marketplace.pilots.words import OUTCOME_MEANS, OUTCOME_WORDS

LARGEST = Decimal(10) ** 12  # of a measured value, either way; the column holds 14 digits before the point
MAX_FILES = 10


class FilesField(MultipleFileField):
    """Several files at once; its value is a list."""

    def pre_validate(self, form: Any) -> None:
        if len(self.data or ()) > MAX_FILES:
            raise ValidationError(_("Choose no more than %(most)s files at once.", most=figure(MAX_FILES)))


class OpeningForm(Form):
    title = LineField(
        _l("Title of the pilot"),
        [InputRequired(_l("Enter a title."))],
        max_length=200,
        description=_l("Short, for lists: what is tried, and where."),
    )


class TermsForm(Form):
    terms = TextField(
        _l("Text of the agreement"),
        [InputRequired(_l("Write the text of the agreement."))],
        max_length=60_000,
        description=_l(
            "Terms, data handling, intellectual property, liability. Markdown can be used. Dates, milestones and "
            "measures are put under it by themselves."
        ),
    )


class DatesForm(Form):
    starts_on = DateField(_l("First day"), [Optional()], description=_l("Empty: the day of the second signature."))
    ends_on = DateField(_l("Last day"), [Optional()], description=_l("Empty: the day of the last milestone."))


class PlanForm(Form):
    deliverable = TextField(_l("What is delivered"), [InputRequired(_l("Say what is delivered."))], max_length=4000)
    due_on = DateField(_l("Due on"), [InputRequired(_l("Enter the day by which it is delivered."))])


class MeasureForm(Form):
    once = OnceField()
    name = LineField(
        _l("Name"),
        [InputRequired(_l("Name what is measured."))],
        max_length=120,
        description=_l("Such as: time to find slow tampering."),
    )
    unit = LineField(
        _l("Unit"),
        [InputRequired(_l("Enter the unit."))],
        max_length=40,
        description=_l("Such as: hours, %, alarms a month."),
    )
    direction = RadioChoiceField(
        _l("Better is"),
        [InputRequired(_l("Say which way is better."))],
        choices=[(Direction.UP, _l("more")), (Direction.DOWN, _l("less"))],
        of=Direction,
    )
    baseline = DecimalField(
        _l("Baseline"),
        [InputRequired(_l("Enter the value before the pilot."))],
        places=4,
        min_value=-LARGEST,
        max_value=LARGEST,
        description=_l("The value before the pilot."),
    )
    target = DecimalField(
        _l("Target"),
        [InputRequired(_l("Enter the value to reach."))],
        places=4,
        min_value=-LARGEST,
        max_value=LARGEST,
        description=_l("The value to reach by the end."),
    )
    method = TextField(
        _l("How it is measured"),
        [InputRequired(_l("Say how and from which records it is measured."))],
        max_length=2000,
        description=_l("By whom, from which records, over which time."),
    )

    def definition(self) -> Definition:
        """What was entered, as the command takes it."""
        return Definition(
            name=self.name.data or "",
            unit=self.unit.data or "",
            direction=self.direction.data,
            baseline=self.baseline.data,
            target=self.target.data,
            method=self.method.data or "",
        )


class SignatureForm(Form):
    sha256 = HiddenField()


class ReasonForm(Form):
    reason = TextField(_l("Reason"), [InputRequired(_l("Say why."))], max_length=4000)


class DeliveryForm(Form):
    note = TextField(
        _l("What you deliver"),
        [InputRequired(_l("Say what you deliver and where its evidence stands."))],
        max_length=8000,
        description=_l("What was done, and what proves it. Markdown can be used."),
    )
    files = FilesField(_l("Evidence"), description=_l("Reports, pictures, logs: several files can be chosen."))


class AcceptanceForm(Form):
    note = TextField(_l("Note"), [Optional()], max_length=4000, description=_l("May stay empty."))


class ReturnForm(Form):
    reasons = TextField(
        _l("What is missing"),
        [InputRequired(_l("Say what is missing."))],
        max_length=4000,
        description=_l("The startup reads it and delivers anew."),
    )


class PaymentForm(Form):
    paid_on = DateField(_l("Paid on"), [InputRequired(_l("Enter the day of the payment."))])
    reference = LineField(
        _l("Reference"),
        [InputRequired(_l("Enter the reference of the transfer."))],
        max_length=140,
        description=_l("As the bank or the treasury gave it."),
    )


class MeasurementForm(Form):
    measured_on = DateField(_l("Measured on"), [InputRequired(_l("Enter the day of the measurement."))])
    value = DecimalField(
        _l("Value"),
        [InputRequired(_l("Enter the measured value."))],
        places=4,
        min_value=-LARGEST,
        max_value=LARGEST,
    )
    evidence = TextField(
        _l("Evidence"),
        [InputRequired(_l("Say where the value comes from."))],
        max_length=4000,
        description=_l("Which records it comes from, and how it was computed."),
    )
    files = FilesField(_l("Files"), description=_l("Reports, pictures, logs: several files can be chosen."))


class EntryForm(Form):
    once = OnceField()
    text = TextField(_l("Text"), [InputRequired(_l("Write the text."))], max_length=4000)


class RiskForm(EntryForm):
    owner = LineField(
        _l("In charge"),
        [InputRequired(_l("Name who looks after it."))],
        max_length=120,
        description=_l("Who looks after it."),
    )
    next_step = LineField(
        _l("Next step"),
        [InputRequired(_l("Say what is done next."))],
        max_length=300,
        description=_l("What is done next, and by when."),
    )


class ClosingWordForm(Form):
    word = TextField(_l("What became of it"), [InputRequired(_l("Say what became of it."))], max_length=2000)


class FileForm(Form):
    files = FilesField(_l("Files"), [InputRequired(_l("Choose a file."))])


class LessonsForm(Form):
    lessons = TextField(
        _l("What your side learnt"),
        [InputRequired(_l("Write down what your side learnt."))],
        max_length=20_000,
        description=_l("What worked, what did not, what you would do otherwise. Markdown can be used."),
    )


class CompletionForm(Form):
    outcome = RadioChoiceField(
        _l("Outcome"),
        [InputRequired(_l("Choose the outcome."))],
        choices=[(outcome, OUTCOME_WORDS[outcome]) for outcome in Outcome],
        of=Outcome,
    )
    reason = TextField(_l("Why"), [InputRequired(_l("Say why."))], max_length=4000)

    @property
    def hints(self) -> dict[str, Any]:
        """What each outcome means."""
        return {outcome.value: OUTCOME_MEANS[outcome] for outcome in Outcome}
