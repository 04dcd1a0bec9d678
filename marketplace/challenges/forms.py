"""The forms of the editor, one a section."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from marketplace.challenges import criteria, presentation, saving
from marketplace.challenges.models import CriterionKind, TieBreak
from marketplace.challenges.sections import LABELS, limit_of
from marketplace.core import clock
from marketplace.core.forms import (
    ChoiceField,
    FileUploadField,
    Form,
    LineField,
    LocalDateTimeField,
    MoneyField,
    MultipleChoiceField,
    OnceField,
    RadioChoiceField,
    TextField,
    WholeNumberField,
)
from marketplace.core.i18n import LANGUAGES, OWN_NAMES, _, _l, current_language
from marketplace.core.money import Money
from marketplace.core.vocabularies import currencies, sectors, topics
from marketplace.core.writing.forms import SectionForm, known_id
from marketplace.core.writing.sections import Section

MARKDOWN = _l("You can use Markdown: lists with - , **bold**, links and tables.")


class NewForm(Form):
    """The start of a challenge: what is asked first."""

    once = OnceField()
    title = LineField(
        LABELS["title"], [InputRequired(_l("Give the challenge a title."))], max_length=limit_of("title")
    )
    language = RadioChoiceField(
        _l("Language in which you write it"),
        [InputRequired(_l("Choose a language."))],
        choices=[(code, OWN_NAMES[code]) for code in LANGUAGES],
    )


def _text(name: str, hint: Any = None) -> TextField:
    return TextField(LABELS[name], max_length=limit_of(name), description=hint or MARKDOWN)


class ProblemForm(SectionForm):
    """Title, summary, the problem; what it is about."""

    title = LineField(
        LABELS["title"], max_length=limit_of("title"), description=_l("What shall be achieved, in one line.")
    )
    summary = TextField(
        LABELS["summary"],
        max_length=limit_of("summary"),
        description=_l("Two sentences for lists and search results."),
    )
    problem = _text("problem", _l("What happens today, to whom, how often, and what it costs. Markdown can be used."))
    topics = MultipleChoiceField(_l("Topics"), most=5, description=_l("One to five."))
    sectors = MultipleChoiceField(_l("Sectors"), most=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics.choices = topics.choices()
        self.sectors.choices = sectors.choices()


class OutcomesForm(SectionForm):
    """What must be different afterwards."""

    outcomes = _text("outcomes", _l("What can be measured afterwards, one a line. Markdown can be used."))


class ContextForm(SectionForm):
    """What the solution meets."""

    context = _text("context", _l("Systems, people, rules and limits that a solution meets. Markdown can be used."))


class EligibilityForm(SectionForm):
    """Who may answer, and in which languages."""

    eligibility = _text("eligibility", _l("Let the first line say it all: it stands at the head of the page."))
    proposal_languages = MultipleChoiceField(
        _l("Languages in which proposals are read"), choices=[(code, OWN_NAMES[code]) for code in LANGUAGES]
    )


class LabelForm(PlainForm):
    """One label of a rating and what it is worth."""

    label = LineField(_l("Label"), max_length=60)
    points = WholeNumberField(_l("Points"), max_value=criteria.HIGHEST_SCALE)


class CriterionForm(PlainForm):
    """One criterion; its kind is chosen when it is added."""

    id = HiddenField()
    kind = HiddenField()
    name = LineField(_l("Name"), max_length=200)
    guidance = TextField(_l("What evaluators look for"), max_length=2000)
    weight = WholeNumberField(_l("Weight"), max_value=100, description=_l("Of 100. 0 only informs."))
    scale = WholeNumberField(_l("Highest score"), min_value=1, max_value=criteria.HIGHEST_SCALE)
    minimum = WholeNumberField(
        _l("Minimum"),
        max_value=criteria.HIGHEST_SCALE,
        description=_l("A panel’s score below it excludes. Empty: none."),
    )
    labels = FieldList(FormField(LabelForm), max_entries=criteria.MOST_LABELS)
    is_required = BooleanField(_l("“No” excludes the proposal"))
    comment_required = BooleanField(_l("Evaluators must comment"))

    @property
    def known_kind(self) -> CriterionKind:
        """Its kind; points where the page sent none that exists."""
        return CriterionKind(self.kind.data) if self.kind.data in list(CriterionKind) else CriterionKind.POINTS

    @property
    def kind_words(self) -> str:
        """Its kind as a person says it."""
        return str(presentation.KINDS[self.known_kind])

    def draft(self) -> criteria.CriterionDraft:
        """What was typed, as the command takes it."""
        return criteria.CriterionDraft(
            id=known_id(self.id.data),
            kind=self.known_kind,
            name=self.name.data or "",
            guidance=self.guidance.data or "",
            weight=self.weight.data or 0,
            scale=self.scale.data or 10,
            labels=tuple(
                {"label": each.form.label.data or "", "points": each.form.points.data or 0} for each in self.labels
            ),
            minimum=self.minimum.data,
            is_required=bool(self.is_required.data),
            comment_required=bool(self.comment_required.data),
        )


class CriteriaForm(SectionForm):
    """The criteria, what decides between equals, and words beside them."""

    rows = FieldList(FormField(CriterionForm), max_entries=criteria.MOST_CRITERIA)
    tie_break = RadioChoiceField(
        _l("Between equal totals"), of=TieBreak, choices=list(presentation.TIE_BREAKS.items())
    )
    tie_break_place = ChoiceField(_l("Which criterion"), blank=_l("None"))
    judging = _text("judging", _l("What the table does not say. Markdown can be used."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tie_break_place.choices = [
            (str(place), row.form.name.data or _("Criterion %(place)d", place=place + 1))
            for place, row in enumerate(self.rows)
            if row.form.known_kind != CriterionKind.PRICE
        ]

    @property
    def total(self) -> int:
        """What the weights add up to as they are typed."""
        return sum(row.form.weight.data or 0 for row in self.rows if isinstance(row.form.weight.data, int))


class CriterionWordsForm(PlainForm):
    """A criterion's words in another language."""

    id = HiddenField()
    name = LineField(_l("Name"), max_length=200)
    guidance = TextField(_l("What evaluators look for"), max_length=2000)
    labels = FieldList(LineField(_l("Label"), max_length=60), max_entries=criteria.MOST_LABELS)


class CriteriaWordsForm(SectionForm):
    """All criteria's words in another language."""

    rows = FieldList(FormField(CriterionWordsForm), max_entries=criteria.MOST_CRITERIA)
    judging = _text("judging")


class StageForm(PlainForm):
    """A dated step."""

    id = HiddenField()
    name = LineField(_l("What"), max_length=200)
    starts_at = LocalDateTimeField(_l("When"))
    ends_at = LocalDateTimeField(_l("Until"), description=_l("Leave it empty for a moment."))
    note = LineField(_l("Note"), max_length=500)


class DatesForm(SectionForm):
    """Zone, deadline, decision, pilot and further steps; times are typed as the zone's wall clock shows them."""

    zone = ChoiceField(_l("Zone of all dates"), [InputRequired(_l("Choose a zone."))])
    deadline = LocalDateTimeField(_l("Deadline for proposals"))
    decision_due = LocalDateTimeField(_l("Decision by"))
    pilot_starts = LocalDateTimeField(_l("Pilot starts"))
    pilot_months = WholeNumberField(_l("Length of the pilot"), min_value=1, max_value=120)
    row_list = "stages"
    stages = FieldList(FormField(StageForm), max_entries=saving.MOST_STAGES)
    stages_note = _text("stages_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = list(clock.zone_choices(current_language()))
        self._set_zone()

    def _set_zone(self) -> None:
        # The wall clock is that of the zone chosen in the same form.
        zone = self.zone.data if self.zone.data and clock.zone_exists(self.zone.data) else "UTC"
        for field in (self.deadline, self.decision_due, self.pilot_starts):
            field.zone = zone
        for row in self.stages:
            row.form.starts_at.zone = row.form.ends_at.zone = zone

    def stage_drafts(self) -> list[saving.StageDraft]:
        """The steps that have a time, as the command takes them."""
        return [
            saving.StageDraft(
                row.form.name.data or "",
                row.form.starts_at.data,
                row.form.ends_at.data,
                row.form.note.data or "",
                known_id(row.form.id.data),
            )
            for row in self.stages
            if row.form.starts_at.data is not None
        ]


class StageWordsForm(PlainForm):
    """A step's words in another language."""

    name = LineField(_l("What"), max_length=200)
    note = LineField(_l("Note"), max_length=500)


class DatesWordsForm(SectionForm):
    """The steps' words in another language."""

    row_list = "stages"
    stages = FieldList(FormField(StageWordsForm), max_entries=saving.MOST_STAGES)
    stages_note = _text("stages_note")


class BudgetForm(SectionForm):
    """Budget and prize in one currency."""

    currency = ChoiceField(_l("Currency"), [InputRequired(_l("Choose a currency."))])
    budget_minor = MoneyField(_l("Budget of the pilot, at most"), description=_l("Without tax."))
    prize_minor = MoneyField(_l("Prize"))
    budget_note = _text(
        "budget_note", _l("What it covers, when it is paid; or why there is none. Markdown can be used.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency.choices = currencies.choices()
        chosen = self.currency.data if currencies.exists(self.currency.data) else "EUR"
        self.budget_minor.currency = self.prize_minor.currency = chosen

    def values(self, section: Section) -> dict[str, Any]:
        found = super().values(section)
        return {name: value.minor if isinstance(value, Money) else value for name, value in found.items()}


class PropertyForm(SectionForm):
    """Who owns what."""

    intellectual_property = _text(
        "intellectual_property", _l("Who owns what exists already, and what comes out of the pilot.")
    )


class DataForm(SectionForm):
    """What data, kept how."""

    data_security = _text(
        "data_security", _l("What data is used, where it may be, which tests and certificates you ask for.")
    )


class AdoptionForm(SectionForm):
    """How it would be bought."""

    adoption_route = _text("adoption_route", _l("Who would buy it, from which budget line and by which procedure."))


class CloneForm(Form):
    """A draft from another challenge."""

    once = OnceField()


class AttachmentForm(Form):
    """One more file."""

    file = FileUploadField(_l("File"), description=_l("PDF, images, office documents or archives."))
