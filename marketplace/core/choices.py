"""Fields that choose: from a list, or a file.

What is sent and doesn't stand on the list, a foreign identifier or none at all, gets one and the same sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import Choice
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.core.fields import figure
from marketplace.core.i18n import Words, _, _l

FROM_LIST = _l("Choose from the list.")
Chosen = type[str] | type[int] | type[UUID] | type[StrEnum]


def _reader(of: type) -> Callable[[Any], Any]:
    """Turn a sent value into the type of the choices; an empty one is none."""

    def read(value: Any) -> Any:
        if value is None or value == "":
            return None
        return value if isinstance(value, of) else of(value)

    return read


class _Chosen:
    """What fields of choices share: typed values, and one sentence for whatever is not on the list."""

    data: Any
    process_errors: Any
    choices: Any
    coerce: Callable[[Any], Any]

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            try:
                self.data = self.coerce(valuelist[0])
            except (ValueError, TypeError, KeyError):
                self.data = None
                raise ValueError(str(FROM_LIST)) from None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in self.allowed():
            raise ValidationError(str(FROM_LIST))

    def allowed(self) -> list[Any]:
        """The values on the list."""
        return [self.coerce(value) for value, _words in self.choices or ()]

    def is_chosen(self, value: Any) -> bool:
        """Whether a value of the list is the present one."""
        return bool(self.coerce(value) == self.data)

    def iter_choices(self) -> list[Choice]:
        """The options as they are shown."""
        return [Choice(value, str(words), self.is_chosen(value), {}) for value, words in self.choices or ()]

    def has_groups(self) -> bool:
        """Lists here have no groups."""
        return False


class ChoiceField(_Chosen, SelectField):
    """One of a list that opens.

    Args:
        choices: pairs of value and words; or set `field.choices` before the form is checked or shown.
        of: the type of the values: `str`, `UUID` or an enum.
        blank: words for no choice, put first.
    """

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        choices: Iterable[tuple[Any, Words]] = (),
        of: Chosen = str,
        blank: Words | None = None,
        **kwargs: Any,
    ) -> None:
        self.blank = blank
        super().__init__(label, validators, coerce=_reader(of), **kwargs)
        self.choices = list(choices)

    def iter_choices(self) -> list[Choice]:
        """The options, the blank one first."""
        blank = [] if self.blank is None else [Choice("", str(self.blank), self.data is None, {})]
        return [*blank, *super().iter_choices()]


class RadioChoiceField(_Chosen, RadioField):
    """One of a list that is seen whole.

    Args:
        choices: pairs of value and words; or set `field.choices` before the form is checked or shown.
        of: the type of the values: `str`, `UUID` or an enum.
    """

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        choices: Iterable[tuple[Any, Words]] = (),
        of: Chosen = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, coerce=_reader(of), **kwargs)
        self.choices = list(choices)


class MultipleChoiceField(_Chosen, SelectMultipleField):
    """Any number of a list, as checkboxes; its value is a list.

    Args:
        choices: pairs of value and words; or set `field.choices` before the form is checked or shown.
        of: the type of the values: `str`, `UUID` or an enum.
        most: how many may be chosen.
    """

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        choices: Iterable[tuple[Any, Words]] = (),
        of: Chosen = str,
        most: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.most = most
        super().__init__(label, validators, coerce=_reader(of), **kwargs)
        self.choices = list(choices)
        self.label.field_id = False

    def is_chosen(self, value: Any) -> bool:
        """Whether a value of the list is among the present ones."""
        return self.coerce(value) in (self.data or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = []
        for value in dict.fromkeys(valuelist):
            try:
                self.data.append(self.coerce(value))
            except (ValueError, TypeError, KeyError):
                raise ValueError(str(FROM_LIST)) from None

    def pre_validate(self, form: Any) -> None:
        allowed = self.allowed()
        if any(value not in allowed for value in self.data or ()):
            raise ValidationError(str(FROM_LIST))
        if self.most is not None and len(self.data or ()) > self.most:
            raise ValidationError(_("Choose no more than %(most)s.", most=figure(self.most)))


class FileUploadField(FileField):
    """One file; its value has a file name and is not empty, or is None.

    Args:
        max_bytes: the largest size.
    """

    def __init__(
        self, label: Words | None = None, validators: Any = None, *, max_bytes: int | None = None, **kwargs: Any
    ) -> None:
        self.max_bytes = max_bytes
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        size = self.data.stream.seek(0, 2)
        self.data.stream.seek(0)
        if size == 0:
            raise ValidationError(_("This file is empty. Choose another."))
        if self.max_bytes is not None and size > self.max_bytes:
            most = figure(Decimal(self.max_bytes) / 1_000_000)
            raise ValidationError(_("Choose a file of %(most)s MB or less.", most=most))
