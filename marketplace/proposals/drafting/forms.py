"""Forms of the draft. It may be unfinished: they refuse only what can't be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import wtforms
from wtforms import FieldList, FormField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from marketplace.core.errors import Refused, show_refusal
from marketplace.core.forms import FileUploadField, Form
from marketplace.core.i18n import LANGUAGES, OWN_NAMES, _l, current_language
from marketplace.core.money import Money, typed_money
from marketplace.core.text import western_digits
from marketplace.core.vocabularies import readiness
from marketplace.core.writing import forms as writing
from marketplace.proposals import requirements, sections
from marketplace.proposals.forms import TOO_LONG
from marketplace.proposals.models import Section
from marketplace.proposals.requirements import Fault

ROW_LISTS = {Section.TEAM: "team", Section.PRICE: "milestones"}


class RowList(FieldList):
    """Rows of a table; a made-up index in the request is no row."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "FieldList"  # by which templates know that its rows have errors of their own

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,3}})-.*", re.ASCII)
        return (int(found[1]) for name in formdata if (found := pattern.fullmatch(name)))


class TeamRow(wtforms.Form):
    """A person of the team."""

    name = StringField(_l("Name"), [Length(max=120, message=TOO_LONG)])
    role = StringField(_l("Role in the pilot"), [Length(max=120, message=TOO_LONG)])
    about = TextAreaField(_l("Experience"), [Length(max=500, message=TOO_LONG)])


class MilestoneRow(wtforms.Form):
    """A step of the pilot with its price; both numbers are kept as they are typed."""

    title = StringField(_l("What is done"), [Length(max=160, message=TOO_LONG)])
    deliverable = TextAreaField(_l("What the agency receives"), [Length(max=1_000, message=TOO_LONG)])
    due_text = StringField(_l("Days after the start"), [Length(max=40, message=TOO_LONG)])
    price_text = StringField(_l("Price"), [Length(max=60, message=TOO_LONG)])


class SectionForm(writing.SectionForm):
    """One section of the draft, with the number of the text that its writer began from."""

    section: Section
    content_names: tuple[str, ...]

    def content(self, currency: str) -> dict[str, Any]:
        """What was typed, as `sections.shaped` takes it.

        Args:
            currency: of the challenge; amounts are read in it and in the page's language.
        """
        content = {name: self[name].data for name in self.content_names}
        if self.section == Section.EVIDENCE:
            level = content.get("readiness")
            content["readiness"] = int(level) if level else None
        elif self.section == Section.PRICE:
            content["milestones"] = [_milestone(row, currency) for row in content["milestones"]]
        return content


def _milestone(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    days = western_digits((row["due_text"] or "").strip())
    return {
        **row,
        "due_days": int(days) if re.fullmatch(r"[0-9]{1,6}", days) else None,
        "price_minor": requirements.read_price(row["price_text"] or "", currency),
    }


def section_form(section: Section, taken: list[str]) -> type[SectionForm]:
    """The form of a section.

    Args:
        taken: languages in which the challenge takes proposals.
    """
    fields: dict[str, Any] = {}
    if section == Section.EVIDENCE:
        fields["readiness"] = RadioField(
            _l("How ready is it?"),
            choices=[SelectChoice(level, words) for level, words in readiness.choices()],
            validate_choice=False,
            coerce=_level,
        )
    elif section == Section.TEAM:
        fields["team"] = RowList(FormField(TeamRow), _l("The team"), max_entries=sections.MAX_ROWS)
    elif section == Section.PRICE:
        fields["milestones"] = RowList(FormField(MilestoneRow), _l("Milestones"), max_entries=sections.MAX_ROWS)
    fields |= {field.name: _text_field(field) for field in sections.TEXTS[section]}
    if section == Section.SUMMARY:
        choices = [SelectChoice(code, OWN_NAMES[code]) for code in LANGUAGES if code in taken or not taken]
        fields["language"] = SelectField(_l("Language of your proposal"), choices=choices, validate_choice=False)
    fixed = {"section": section, "content_names": tuple(fields), "row_list": ROW_LISTS.get(section, "")}
    return type(f"{section.name.title()}Form", (SectionForm,), fields | fixed)


def _level(value: Any) -> str | None:
    return str(value) if readiness.exists(str(value)) else None


def _text_field(field: sections.TextField) -> Any:
    kind = StringField if field.is_line else TextAreaField
    return kind(field.label, [Length(max=field.max_length, message=TOO_LONG)], description=field.hint)


def filled(section: Section, content: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """What stands in a section, as its form shows it: amounts as the page's language writes them."""
    shown = dict(content)
    if section == Section.SUMMARY:
        shown["language"] = content.get("language") or current_language()
    elif section == Section.EVIDENCE and content.get("readiness"):
        shown["readiness"] = str(content["readiness"])
    elif section == Section.TEAM:
        shown["team"] = content.get("team") or [{}]
    elif section == Section.PRICE:
        rows = content.get("milestones") or [{}]
        shown["milestones"] = [_shown_milestone(row, currency) for row in rows]
    return shown


def _shown_milestone(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    shown = dict(row)
    if row.get("due_days") is not None:
        shown["due_text"] = str(row["due_days"])
    if row.get("price_minor") is not None:
        shown["price_text"] = typed_money(Money(row["price_minor"], currency))
    return shown


class CommentForm(Form):
    """A word to the team."""

    text = TextAreaField(
        _l("Comment"),
        [InputRequired(_l("Write your comment.")), Length(max=2_000, message=TOO_LONG)],
    )


class FileForm(Form):
    """One file more."""

    file = FileUploadField(
        _l("File"),
        [InputRequired(_l("Choose a file."))],
        description=_l("PDF, Word, Excel, PowerPoint, OpenDocument, text or image."),
    )


def show_faults(form: SectionForm, faults: Sequence[Fault]) -> None:
    """Put what stands in the way of a submission beside its fields; the form stays as it is."""
    for fault in faults:
        show_refusal(form, Refused(fault.message, fault.field))
    for field in form:
        if isinstance(field, RowList):
            own = [message for message in field.errors if isinstance(message, str)]
            field.errors = [*own, *(entry.errors for entry in field.entries if entry.errors)]
