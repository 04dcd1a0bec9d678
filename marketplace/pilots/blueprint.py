"""The pilots' blueprint, on which the views of several files stand, and what those views share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Blueprint, g, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import access, deeds
from marketplace.core.access import Kind, Viewer, require
from marketplace.core.deeds import Deed
from marketplace.core.files import File
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.workflow import Workflow
from marketplace.pilots import words
from marketplace.pilots.models import Pilot

T = TypeVar("T")

blueprint = Blueprint("pilots", __name__, url_prefix="/pilots")

# Members of the two kinds of sides; which pilots they see is the session's matter.
sides = access.policy("member", kinds={Kind.AGENCY, Kind.STARTUP})


def deed(
    pilot: Pilot,
    form: Form,
    do: Callable[[], T],
    *,
    said: str | Callable[[T], str],
    shows: str,
    at: Mapping[str, Any] = MappingProxyType({}),
    **shown: Any,
) -> ResponseReturnValue:
    """One deed in a pilot: done when its form was sent and nothing speaks against it, else its page.

    Args:
        do, said: as `deeds.done` takes them.
        shows: the endpoint that shows what was done; `at`: what its address needs besides.
        shown: as `deed_page` takes it.
    """
    return deeds.done(form, do, said, page_of(pilot, shows, **at)) or deed_page(pilot, form, **shown)


def deed_page(pilot: Pilot, form: Form, *, back: str, files: Sequence[File] = (), **shown: Any) -> str:
    """The page of a deed that is still to be done.

    Args:
        back: the endpoint that the way back leads to.
        files: evidence to be read before.
        shown: as `deeds.Deed` has it.
    """
    trail = [(_("Pilots"), url_for(".index")), (pilot.title, page_of(pilot, "show"))]
    rows = [_row(file) for file in files]
    return deeds.page(form, Deed(trail=trail, back=page_of(pilot, back), files=rows, **shown))


def page_of(pilot: Pilot, endpoint: str, **values: Any) -> str:
    """The address of a page of the pilot."""
    return url_for(f"pilots.{endpoint}", key=pilot.key, **values)


def _row(file: File) -> tuple[str, str, str, str]:
    kind = file.name.rsplit(".", 1)[-1].upper()
    return file.name, url_for("files.show", file_id=file.id), kind, words.size(file.size_bytes)


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
