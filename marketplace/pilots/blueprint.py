"""The pilots' blueprint, on which the views of several files stand, and what those views share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.core import access, database
from marketplace.core.access import Kind, Viewer, require
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.workflow import Workflow
from marketplace.pilots import words
from marketplace.pilots.models import Pilot

blueprint = Blueprint("pilots", __name__, url_prefix="/pilots")

# Members of the two kinds of sides; which pilots they see is the session's matter.
sides = access.policy("member", kinds={Kind.AGENCY, Kind.STARTUP})


def done(words: str, endpoint: str, pilot: Pilot, **values: Any) -> Response:
    """Commit, say what was done, and lead to the page that shows it. Called inside `refusals_shown_in`."""
    database.session.commit()
    flash(words)
    return redirect(url_for(f"pilots.{endpoint}", key=pilot.key, **values))


def deed(
    pilot: Pilot,
    form: Form,
    *,
    title: str,
    verb: str,
    back: str,
    lead: str = "",
    fields: Sequence[Any] = (),
    facts: Sequence[tuple[str, Any]] = (),
    text: str = "",
    files: Sequence[Any] = (),
    reasons: Sequence[str] = (),
    kind: str = "filled",
    other: tuple[str, str, dict[str, Any]] | None = None,
) -> str:
    """The page of one deed: what it does, its fields, its button and the way back. No script is needed.

    Args:
        back: the endpoint that the way back leads to.
        lead: what follows from it, in a sentence or two.
        fields: fields, or pairs of a field and the options that its macro takes.
        facts: pairs of label and value, shown above the form.
        text: Markdown that is read before.
        files: of the evidence, linked above the form.
        reasons: why it can't be done now; the button then says so.
        kind: of the button: "filled" or "danger".
        other: words, endpoint and values of another way to go on.
    """
    pairs = [field if isinstance(field, tuple) else (field, {}) for field in fields]
    return render_template(
        "pilots/deed.html",
        pilot=pilot,
        form=form,
        title=title,
        verb=verb,
        back=url_for(f"pilots.{back}", key=pilot.key),
        lead=lead,
        fields=pairs,
        facts=facts,
        text=text,
        files=files,
        size=words.size,
        reasons=list(reasons),
        kind=kind,
        other=(other[0], url_for(f"pilots.{other[1]}", key=pilot.key, **other[2])) if other else None,
    )


def reasons_against(workflow: Workflow, thing: Any, name: str, viewer: Viewer | None = None) -> list[str]:
    """Why a transition can't be fired now, in a person's words; none when it can.

    Raises:
        NotAllowed: it is never this viewer's to fire.
    """
    viewer = viewer or g.viewer
    arrows = [arrow for arrow in workflow.transitions if arrow.name == name]
    require(any(arrow.who(viewer, thing) for arrow in arrows))
    offer = workflow.offer(thing, name, viewer, g.now)
    return list(offer.reasons) if offer else [_("This can't be done at the present stage.")]
