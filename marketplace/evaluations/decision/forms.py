"""Forms of the decision: settle, recommend, approve, decline, what follows a winner."""

from __future__ import annotations

from uuid import UUID

from wtforms.validators import InputRequired

from marketplace.challenges.models import Criterion
from marketplace.core.forms import (
    ChoiceField,
    Form,
    MultipleChoiceField,
    RadioChoiceField,
    TextField,
    WholeNumberField,
)
from marketplace.core.i18n import _l
from marketplace.evaluations.decision.words import UNSUCCESSFUL
from marketplace.evaluations.models import Unsuccessful
from marketplace.evaluations.scoring.forms import choices_of

MOST_REASON = 2000


class SettleForm(Form):
    """The score that stands for the panel on one criterion."""

    value = ChoiceField(
        _l("The panel’s score"),
        [InputRequired(_l("Choose the score that stands for the panel."))],
        blank=_l("Choose"),
    )
    reason = TextField(
        _l("Why"), [InputRequired(_l("Say why: the decision record keeps it."))], max_length=MOST_REASON
    )


def settle_form(criterion: Criterion, value: int | None = None, reason: str = "") -> SettleForm:
    """The form of one criterion; several stand on a page, each with its own prefix."""
    form = SettleForm(prefix=f"c{criterion.id.hex}-", value=None if value is None else str(value), reason=reason)
    form.value.choices = choices_of(criterion)
    return form


class CommentsForm(Form):
    """Which comments the letters carry."""

    comments = MultipleChoiceField(_l("Comments for the letter"), of=UUID)


class VoteForm(Form):
    """A voice between proposals of equal total."""

    proposal = RadioChoiceField(_l("Your vote"), [InputRequired(_l("Choose a proposal."))], of=UUID)


ENDS = [reason for reason in Unsuccessful if reason != Unsuccessful.DECLINED]


class RecommendationForm(Form):
    """What the chair recommends."""

    outcome = RadioChoiceField(
        _l("The panel recommends"),
        [InputRequired(_l("Choose what the panel recommends."))],
        choices=[("award", _l("An award to the first in the ranking")), ("none", _l("No award"))],
    )
    unsuccessful_because = ChoiceField(
        _l("Without an award: why"),
        choices=[(reason.value, UNSUCCESSFUL[reason]) for reason in ENDS],
        of=Unsuccessful,
        blank=_l("Choose"),
    )
    reserves = WholeNumberField(_l("How many of the next ranks stay in reserve"), min_value=0, max_value=20)
    reasons = TextField(
        _l("The panel’s reasons"), [InputRequired(_l("Give the panel’s reasons."))], max_length=10_000
    )
    public_reason = TextField(_l("What the public result says"), max_length=MOST_REASON)


class ApprovalForm(Form):
    """Agree, or ask for changes with a message."""

    decision = RadioChoiceField(
        _l("Your decision"),
        [InputRequired(_l("Choose: approve, or ask for changes."))],
        choices=[("approve", _l("Approve the recommendation")), ("changes", _l("Ask for changes"))],
    )
    message = TextField(_l("Message to the chair"), max_length=MOST_REASON)


class SuccessionForm(Form):
    """What follows after a winner."""

    leaving = RadioChoiceField(_l("Which award ends"), [InputRequired(_l("Choose the award that ends."))], of=UUID)
    next = RadioChoiceField(
        _l("What follows"),
        [InputRequired(_l("Choose what follows."))],
        choices=[
            ("reserve", _l("The next reserve steps up")),
            ("nobody", _l("No award: the challenge is unsuccessful")),
        ],
    )
    reason = TextField(_l("Why"), [InputRequired(_l("Say why."))], max_length=MOST_REASON)
