"""Forms of the panel: seats, dates, screening, declarations, recusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms.validators import InputRequired

from marketplace.core.forms import (
    ChoiceField,
    Form,
    LocalDateTimeField,
    MultipleChoiceField,
    RadioChoiceField,
    TextField,
)
from marketplace.core.i18n import _, _l
from marketplace.evaluations.panel.commands import Declared
from marketplace.evaluations.queries import Bidder

MOST_REASON = 2000


class SeatForm(Form):
    """Whom to give a seat."""

    person = ChoiceField(_l("Evaluator"), [InputRequired(_l("Choose an evaluator."))], of=UUID, blank=_l("Choose"))


class ChairForm(Form):
    """Who leads."""

    member = ChoiceField(_l("Chair"), [InputRequired(_l("Choose who leads the panel."))], of=UUID, blank=_l("Choose"))


class DueForm(Form):
    """Until when scores are wanted."""

    due_at = LocalDateTimeField(_l("Scores wanted by"), [InputRequired(_l("Enter a date and a time."))])


class LeavingForm(Form):
    """What becomes of the scores of an evaluator who leaves."""

    scores = RadioChoiceField(
        _l("Scores that are locked"),
        [InputRequired(_l("Choose what becomes of the scores."))],
        choices=[("keep", _l("Keep: they count further")), ("void", _l("Void: they count for nothing"))],
    )
    reason = TextField(_l("Why"), [InputRequired(_l("Say why."))], max_length=MOST_REASON)


class ScreeningForm(Form):
    """Whether a proposal is eligible."""

    eligible = RadioChoiceField(
        _l("Is this proposal eligible?"),
        [InputRequired(_l("Choose yes or no."))],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
    )
    reason = TextField(_l("Reason"), max_length=MOST_REASON)


class ReasonForm(Form):
    """A deed that needs its reason."""

    reason = TextField(_l("Why"), [InputRequired(_l("Say why."))], max_length=MOST_REASON)


class ConflictForm(ReasonForm):
    """An evaluator's conflict with one bidder."""

    proposal = ChoiceField(_l("Bidder"), [InputRequired(_l("Choose a bidder."))], of=UUID, blank=_l("Choose"))


def assignment_form(seats: Mapping[UUID, str], bidders: Sequence[Bidder]) -> Form:
    """A table of checkboxes: a field a seat, and which seats and proposals the page has shown.

    Args:
        seats: seat -> its evaluator's name.
    """
    shown = [(bidder.id, bidder.name) for bidder in bidders]
    fields: dict[str, Any] = {
        "bidders": MultipleChoiceField(_l("Proposals"), of=UUID, choices=shown),
        "seats": MultipleChoiceField(_l("Evaluators"), of=UUID, choices=list(seats.items())),
    }
    for seat_id, name in seats.items():
        fields[f"seat_{seat_id.hex}"] = MultipleChoiceField(name, of=UUID, choices=shown)
    return type("AssignmentForm", (Form,), fields)()


def assigned_in(form: Form, *, everything: bool) -> Mapping[UUID, Sequence[UUID]]:
    """Seat -> its proposals, of the seats that the page has shown.

    Args:
        everything: whatever is ticked, each seat scores all.
    """
    shown = form["bidders"].data or []
    return {
        seat_id: shown if everything else form[f"seat_{seat_id.hex}"].data or []
        for seat_id in form["seats"].data or []
    }


INTERESTS = [("none", _l("Nothing binds me to it")), ("conflict", _l("I have a conflict of interests"))]


def declaration_form(bidders: Sequence[Bidder]) -> Form:
    """A form with two fields a bidder; what is left open stays undeclared."""
    fields: dict[str, Any] = {}
    for bidder in bidders:
        fields[f"interest_{bidder.id.hex}"] = RadioChoiceField(bidder.name, choices=INTERESTS)
        fields[f"reason_{bidder.id.hex}"] = TextField(
            _("What binds you to %(name)s", name=bidder.name), max_length=MOST_REASON
        )
    return type("DeclarationForm", (Form,), fields)()


def answers_in(form: Form, bidders: Sequence[Bidder]) -> Mapping[UUID, Declared]:
    """What was declared, by proposal."""
    found = {}
    for bidder in bidders:
        interest = form[f"interest_{bidder.id.hex}"].data
        if interest:
            reason = form[f"reason_{bidder.id.hex}"].data or ""
            found[bidder.id] = Declared(interest == "conflict", reason if interest == "conflict" else "")
    return found
