"""The forms of the editor, one a section, and those of the deeds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from marketplace.casestudies import saving, sections
from marketplace.casestudies.commands import MOST_REASON
from marketplace.casestudies.models import Edition
from marketplace.casestudies.presentation import apart, number
from marketplace.casestudies.saving import ClaimDraft, FigureDraft
from marketplace.casestudies.sections import LABELS, LICENCES, limit_of
from marketplace.core import clock
from marketplace.core.forms import ChoiceField, Form, LineField, MultipleChoiceField, RadioChoiceField, TextField
from marketplace.core.i18n import _, _l
from marketplace.core.vocabularies import sectors as sector_words
from marketplace.core.vocabularies import topics as topic_words
from marketplace.core.writing.forms import SectionForm, known_id
from marketplace.core.writing.sections import Section

MARKDOWN = _l("You can use Markdown: lists with - , **bold**, links and tables.")


def _text(column: str, hint: Any) -> TextField:
    return TextField(LABELS[column], max_length=limit_of(column), description=hint)


class SummaryForm(SectionForm):
    """What stands at the head of the page."""

    title = LineField(
        LABELS["title"], max_length=limit_of("title"), description=_l("What changed, in one line; no product names.")
    )
    summary = TextField(
        LABELS["summary"],
        max_length=limit_of("summary"),
        description=_l("Two or three sentences: what failed before, what was done, what changed."),
    )
    translated_by = LineField(
        LABELS["translated_by"],
        max_length=limit_of("translated_by"),
        description=_l("Who translated it, a person or an office; say so if a machine helped."),
    )


class ProblemForm(SectionForm):
    """The problem."""

    problem = _text("problem", _l("What happened, to whom, how often, and what it cost. Markdown can be used."))


class SolutionForm(SectionForm):
    """What was done."""

    solution = _text("solution", _l("What was done and how it works, for somebody who has the same problem."))


class CostForm(SectionForm):
    """What it cost."""

    cost = _text("cost", _l("Money, people, time, and what it costs to keep running. Markdown can be used."))


class LessonsForm(SectionForm):
    """What was learnt."""

    lessons = _text("lessons", _l("What went wrong, and what both sides would do differently now."))


class ReplicationForm(SectionForm):
    """How another one does it."""

    replication = _text("replication", _l("Steps, people, tools and time that another agency needs. Markdown helps."))


class CorrectionForm(SectionForm):
    """What a later version says of the one before."""

    correction = _text("correction", _l("Public and dated: what was wrong or is new, in a sentence or two."))


class SubjectForm(SectionForm):
    """What it is about, and on what terms it may be used."""

    topics = MultipleChoiceField(
        _l("Topics"), most=sections.MOST_TOPICS, description=_l("They map it to the NIST CSF 2.0.")
    )
    sectors = MultipleChoiceField(_l("Sectors"), most=sections.MOST_TOPICS)
    licence = RadioChoiceField(
        _l("Licence of the text"),
        [InputRequired(_l("Choose a licence."))],
        choices=[(code, words) for code, (words, _url) in LICENCES.items()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics.choices = topic_words.choices()
        self.sectors.choices = sector_words.choices()


class ClaimForm(PlainForm):
    """One result and what proves it."""

    id = HiddenField()
    words = TextField(_l("What happened"), max_length=sections.CLAIM)
    actual_id = ChoiceField(_l("The measurement that proves it"), of=UUID, blank=_l("Choose a verified measurement"))
    source = LineField(
        _l("Where the measurement is from"),
        max_length=sections.SOURCE,
        description=_l("Public: for instance “mail gateway log, January to March”."),
    )

    def draft(self) -> ClaimDraft:
        """What was typed, as the command takes it."""
        return ClaimDraft(
            words=self.words.data or "",
            source=self.source.data or "",
            actual_id=self.actual_id.data,
            id=known_id(self.id.data),
        )


class ResultsForm(SectionForm):
    """All results."""

    rows = FieldList(FormField(ClaimForm), max_entries=sections.MOST_CLAIMS)

    def __init__(self, *args: Any, choices: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in self.rows:
            row.form.actual_id.choices = choices

    def drafts(self) -> list[ClaimDraft]:
        """What was typed."""
        return [row.form.draft() for row in self.rows]


class ClaimWordsForm(PlainForm):
    """A result's words in another language."""

    id = HiddenField()
    words = TextField(_l("What happened"), max_length=sections.CLAIM)
    source = LineField(_l("Where the measurement is from"), max_length=sections.SOURCE)

    def draft(self) -> ClaimDraft:
        """What was typed, as the command takes it."""
        return ClaimDraft(words=self.words.data or "", source=self.source.data or "", id=known_id(self.id.data))


class ResultsWordsForm(SectionForm):
    """All results' words in another language."""

    rows = FieldList(FormField(ClaimWordsForm), max_entries=sections.MOST_CLAIMS)

    def drafts(self) -> list[ClaimDraft]:
        """What was typed."""
        return [row.form.draft() for row in self.rows]


class FigureForm(PlainForm):
    """One figure of the head."""

    before = LineField(_l("Before"), max_length=sections.FIGURE, description=_l("Only if it changed."))
    value = LineField(_l("Figure"), max_length=sections.FIGURE)
    words = LineField(_l("What it counts"), max_length=sections.FIGURE_WORDS)


class FiguresForm(SectionForm):
    """Three figures at most; what has no value is left out."""

    rows = FieldList(FormField(FigureForm), min_entries=sections.MOST_FIGURES, max_entries=sections.MOST_FIGURES)

    def drafts(self) -> list[FigureDraft]:
        """What was typed."""
        return [
            FigureDraft(row.form.value.data or "", row.form.words.data or "", row.form.before.data or "")
            for row in self.rows
        ]


class RetractionForm(Form):
    """Why an edition is taken back."""

    reason = TextField(
        _l("Reason"),
        [InputRequired(_l("Say why it is retracted."))],
        max_length=MOST_REASON,
        description=_l("Public: it stands on the page in place of the text."),
    )


class ClearingForm(Form):
    """Carries the fingerprint of the words that were read."""

    sha256 = HiddenField()


_FORMS: dict[str, type[SectionForm]] = {
    "summary": SummaryForm,
    "problem": ProblemForm,
    "solution": SolutionForm,
    "cost": CostForm,
    "lessons": LessonsForm,
    "replication": ReplicationForm,
    "correction": CorrectionForm,
    "subject": SubjectForm,
}


def for_section(edition: Edition, section: Section, language: str) -> SectionForm:
    """The form of a section in a language, with what is saved."""
    version = str(present_version(edition, section.name, language))
    is_original = language == edition.language
    text = edition.text_in(language)
    if section.name == "results":
        rows = [_claim_row(claim, language, is_original) for claim in edition.claims]
        if is_original:
            return ResultsForm(version=version, rows=rows, choices=measurement_choices(edition))
        return ResultsWordsForm(version=version, rows=rows)
    if section.name == "figures":
        return FiguresForm(version=version, rows=list(text.figures) if text else [])
    columns = {name: getattr(text, name) if text else "" for name in section.texts}
    facts = {name: getattr(edition, name) for name in section.facts}
    form = _FORMS[section.name](version=version, **columns, **facts)
    if is_original and "translated_by" in form:
        del form.translated_by
    return form


def _claim_row(claim: Any, language: str, is_original: bool) -> dict[str, Any]:
    row = {"id": str(claim.id), "words": claim.words.get(language, ""), "source": claim.sources.get(language, "")}
    return row | {"actual_id": claim.actual_id} if is_original else row


def measurement_choices(edition: Edition) -> list[tuple[UUID, str]]:
    """The verified measurements of the pilot, as people tell them apart."""
    return [
        (
            actual.id,
            _(
                "%(kpi)s, %(date)s: %(value)s %(unit)s",
                kpi=apart(actual.kpi.name),
                date=clock.date_words(actual.measured_on),
                value=number(actual.value),
                unit=apart(actual.kpi.unit),
            ),
        )
        for actual in saving.measurements(edition)
    ]


def present_version(edition: Edition, section: str, language: str) -> int:
    """The version of a section that stands now."""
    text = edition.text_in(language)
    return int(text.versions.get(section, 0)) if text else 0
