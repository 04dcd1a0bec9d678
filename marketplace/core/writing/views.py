"""What the views of an editor share: a save from a page, the same from a script, what stands around the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from marketplace.core import clock, database
from marketplace.core.errors import refusals_shown_in, show_refusal
from marketplace.core.i18n import LANGUAGES, OWN_NAMES, _
from marketplace.core.writing.forms import SectionForm
from marketplace.core.writing.history import Conflict
from marketplace.core.writing.rows import Deed
from marketplace.core.writing.sections import Task


@dataclass(frozen=True)
class Editor:
    """What a page of `editor.html` shows around the fields of a section.

    Attributes:
        title: of what is written.
        trail: the pages above: (label, address).
        languages: tabs: (label, address, whether it is this page, None).
        autosave_url: None where nothing can be changed now.
        saved_at: when it was saved last, in words.
    """

    name: str
    heading: Any
    title: str
    trail: Sequence[tuple[Any, str]]
    tasks: Sequence[Task]
    history_url: str | None = None
    autosave_url: str | None = None
    languages: Sequence[tuple[str, str, bool, None]] = ()
    saved_at: str | None = None

    @property
    def done(self) -> int:
        """How many sections are done."""
        return sum(task.is_done for task in self.tasks)


def saved(form: SectionForm, save: Callable[[], int]) -> int | None:
    """The version that a save made, committed; None where the form says why there is none.

    What was typed over an older version is kept.
    """
    with refusals_shown_in(form):
        try:
            version = save()
        except Conflict as conflict:
            database.session.commit()
            form.has_conflict = True
            show_refusal(form, conflict)
            return None
        database.session.commit()
        return version
    return None


def autosaved(form: SectionForm, save: Callable[[], int], now: datetime) -> ResponseReturnValue:
    """The same save for a script: 200 with the time and the version, 409 conflict, 422 refused."""
    version = saved(form, save) if form.validate_on_submit() else None
    if version is not None:
        return jsonify(saved_at=clock.time_in_zone(now, str(get_timezone())), version=str(version))
    return jsonify(errors=[str(error) for error in _flat(form.errors)]), 409 if form.has_conflict else 422


def _flat(errors: Any) -> Iterator[Any]:
    for error in errors.values() if isinstance(errors, dict) else errors:
        if isinstance(error, dict | list | tuple):
            yield from _flat(error)
        elif error:
            yield error


def asked_language(original: str) -> str:
    """The language in which the address asks to write, else the original's."""
    asked = request.args.get("in", "")
    return asked if asked in LANGUAGES else original


def in_language(language: str, original: str) -> dict[str, Any]:
    """What an address needs besides to stay in a language."""
    return {} if language == original else {"in": language}


def language_tabs(
    language: str, original: str, address: Callable[[dict[str, Any]], str]
) -> list[tuple[str, str, bool, None]]:
    """A tab a language, the original's marked."""
    return [
        (
            name + " · " + _("original") if code == original else name,
            address(in_language(code, original)),
            code == language,
            None,
        )
        for code, name in OWN_NAMES.items()
    ]


def anchor(form: SectionForm, deed: Deed) -> str | None:
    """The row on which the writer goes on, as an address names it."""
    row = deed.row_after(form.row_count)
    return None if row is None else f"{form.row_list}-{row}"
