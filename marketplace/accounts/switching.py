"""A form that was opened for one organisation and is sent for another: refused before its view, its text kept.

A person may have two pages open and switch in one of them. Asked here, before any view, it holds for each form, also
where the organisation acted for now sees nothing of what the form is about; and the answer is the same for every
address, so that it tells nothing of what lies there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, jsonify, redirect, render_template, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from marketplace.accounts import commands, keeping, sessions
from marketplace.accounts.rights import Seat, seat_in
from marketplace.core import database

CARRIED = "acting_for"
SWITCH_BACK = "switch_back"


def refusal(now: datetime) -> Any:
    """The answer to a form that carries another organisation than the one acted for now, else None."""
    carried = request.form.get(CARRIED) if request.method == "POST" else None
    # A form of somebody who acted for none, or of a page that depends on none, carries nothing.
    if not g.viewer.is_signed_in or not carried or carried == str(g.viewer.organisation_id):
        return None
    if request.accept_mimetypes.best == "application/json":
        return jsonify(switched=True), 409
    seat = _seat(carried)
    if seat is not None and SWITCH_BACK in request.form and _is_ours():
        here = sessions.sign_in_of_request()
        assert here is not None
        commands.act_as(g.viewer, here, seat.organisation_id, now)
        database.session.commit()
        # The browser sends the same form to the same address once more, in a request that acts for the other one.
        return redirect(request.full_path.rstrip("?"), 307)
    return _page(seat), 409


def _seat(carried: str) -> Seat | None:
    try:
        return seat_in(sessions.seats_of_request(), UUID(carried))
    except ValueError:
        return None


def _is_ours() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _page(opened_for: Seat | None) -> str:
    fields = keeping.keepable_fields()
    fields.pop(SWITCH_BACK, None)
    return render_template(
        "accounts/switched.html",
        fields=fields,
        texts=keeping.texts_of(fields),
        has_files=any(file.filename for file in request.files.values()),
        address=request.full_path.rstrip("?"),
        opened_for=opened_for,
        acts_for=seat_in(sessions.seats_of_request(), g.viewer.organisation_id),
    )
