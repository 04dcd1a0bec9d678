"""Pages that do one deed: a form, its button and what follows; and what happens when the button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from marketplace.core import database
from marketplace.core.errors import refusals_shown_in
from marketplace.core.forms import Form
from marketplace.core.i18n import _

T = TypeVar("T")


def done(
    form: Form, do: Callable[[], T], said: str | Callable[[T], str], goes_to: str | Callable[[T], str]
) -> Response | None:
    """Do the deed of a form that was sent, commit, say so and lead on; None while it is still to be done.

    What speaks against it stands in the form, with all that was typed.

    Args:
        do: calls the command.
        said: what was done, as the next page says it; it and the address may depend on what the command returns.
        goes_to: the address of the page that shows it.
    """
    if form.validate_on_submit():
        with refusals_shown_in(form):
            result = do()
            database.session.commit()
            flash(said(result) if callable(said) else said)
            return redirect(goes_to(result) if callable(goes_to) else goes_to)
    return None


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What the page of one deed shows. No script is needed.

    Attributes:
        trail: the pages above: (label, address).
        back: the address that the way back leads to.
        keep: what the way back is called; "Back" where nothing is said.
        lead: what follows from it, in a sentence or two.
        fields: fields, or pairs of a field and the options that its macro takes.
        facts: pairs of label and value, shown above the form.
        text: Markdown that is read before.
        files: shown above the form: (name, address, type, size).
        reasons: why it can't be done now; the button then says so.
        kind: of the button: "filled" or "danger".
        other: words and address of another way to go on.
    """

    title: str
    verb: str
    trail: Sequence[tuple[str, str]]
    back: str
    keep: str = ""
    lead: str = ""
    fields: Sequence[Any] = ()
    facts: Sequence[tuple[str, Any]] = ()
    text: str = ""
    files: Sequence[tuple[str, str, str, str]] = ()
    reasons: Sequence[str] = ()
    kind: str = "filled"
    other: tuple[str, str] | None = None


def page(form: Form, deed: Deed) -> str:
    """The page of a deed that is still to be done."""
    fields = [field if isinstance(field, tuple) else (field, {}) for field in deed.fields]
    return render_template("deed.html", form=form, deed=deed, fields=fields, keep=deed.keep or _("Back"))
