"""Pages for what did not work."""

from __future__ import annotations

from typing import Any

from flask import render_template
from werkzeug.exceptions import HTTPException

from marketplace.core import database
from marketplace.core.errors import Refused
from marketplace.core.i18n import _


def not_found(_error: Exception) -> tuple[str, int]:
    """The one page for what is not there and for what the viewer may not see."""
    database.session.rollback()
    return render_template("errors/not_found.html"), 404


def refused(error: Refused) -> tuple[str, int]:
    """A rule's reason, where no form shows it beside its field."""
    database.session.rollback()
    return render_template("errors/message.html", title=_("This can't be done now"), message=error.message), 409


def http_error(error: HTTPException) -> Any:
    """Any other answer of the protocol, in the reader's language."""
    if error.code is None or error.code < 400:
        return error
    words = {
        400: _("The browser sent something that can't be read. Go back and try again."),
        405: _("This address does not take that. Go back and use the page's own buttons."),
        413: _("That is too large to be taken. Send a smaller file or a shorter text."),
        429: _("Too many tries. Wait a while, then try again."),
    }
    message = words.get(error.code, error.description or "")
    return render_template("errors/message.html", title=_("This did not work"), message=message), error.code


def failed(_error: Exception) -> tuple[str, int]:
    """A fault of the program: nothing was saved, and it is in the log."""
    database.session.rollback()
    message = _("The fault is ours and is recorded. Nothing was saved. Go back and try again.")
    return render_template("errors/message.html", title=_("Something went wrong on our side"), message=message), 500
