"""The three ways in which a deed ends badly, and how a form shows the third."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from marketplace.core.i18n import Words
from marketplace.core.session import session


class NotFound(Exception):
    """There is no such thing, or none that this viewer may see: 404 to the outside."""


class NotAllowed(Exception):
    """The viewer may not do this: the same 404 to the outside."""


class Refused(Exception):
    """The deed is not possible now or not so; the message says why, and what would do.

    Args:
        message: for a person, in the reader's language.
        field: the name of the form's field that it belongs beside, if any.
    """

    def __init__(self, message: Words, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


_constraints: dict[str, tuple[Words, str | None]] = {}


def constraint_message(name: str, message: Words, field: str | None = None) -> None:
    """Say what a named database constraint means to a person.

    Args:
        name: the constraint's (or unique index's) name in the database.
        message: lazily translated.
        field: the form's field to show it beside.
    """
    if name in _constraints and str(_constraints[name][0]) != str(message):
        raise ValueError(f"constraint {name!r} has a message already")
    _constraints[name] = (message, field)


def as_refused(error: IntegrityError) -> Refused | None:
    """The refusal that a constraint's violation stands for, or None for a constraint nobody named."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name not in _constraints:
        return None
    message, field = _constraints[name]
    return Refused(message, field)


@contextmanager
def refusals_shown_in(form: Any) -> Iterator[None]:
    """Undo the transaction and show the reason in the form when the block is refused.

    The block commits as its last act before its answer: a constraint that bites at commit is shown as well.
    After the block the view renders the form again, with all that was typed.
    """
    try:
        yield
    except Refused as refused:
        _undo()
        show_refusal(form, refused)
    except IntegrityError as error:
        _undo()
        meant = as_refused(error)
        if meant is None:
            raise
        show_refusal(form, meant)


def show_refusal(form: Any, refused: Refused) -> None:
    """Put a refusal beside its field, or over the form where it has no such field."""
    field = _field_named(form, refused.field) if refused.field else None
    if field is None:
        form.form_errors = [*form.form_errors, refused.message]
    else:
        field.errors = [*field.errors, refused.message]


def _field_named(fields: Any, name: str) -> Any:
    """A field by its short or its full name, also inside of lists and sub-forms."""
    for field in fields:
        if name in (field.short_name, field.name):
            return field
        if hasattr(field, "__iter__") and (hasattr(field, "entries") or hasattr(field, "form")):
            inner = _field_named(field, name)
            if inner is not None:
                return inner
    return None


def _undo() -> None:
    session.rollback()
