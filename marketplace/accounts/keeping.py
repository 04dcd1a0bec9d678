"""What somebody typed when the session had expired: kept until the same person has signed in again."""

from __future__ import annotations

from datetime import datetime, timedelta

import flask
from flask import request
from sqlalchemy import delete, select

from marketplace.accounts.models import KeptForm
from marketplace.accounts.sessions import expired_sign_in_of_request
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.core import database
from marketplace.core.access import Viewer, reading_as_system
from marketplace.core.errors import NotFound
from marketplace.core.text import clean_text

LASTS = timedelta(hours=2)
MOST_CHARACTERS = 1_000_000
COOKIE = "kept_form"
# Secrets are never kept, and a token against forged forms is worth nothing in the next session.
NEVER_KEPT = ("csrf_token", "password", "present", "passphrase")
# What a page puts into its forms itself; none of it is anybody's text.
MACHINES = ("acting_for", "base", "expected", "id", "kind", "next", "once", "row", "sha256", "version")


def keepable_fields() -> dict[str, list[str]]:
    """The fields of the present request that may be kept, as they were sent."""
    return {
        name: [clean_text(value) for value in request.form.getlist(name)]
        for name in request.form
        if not any(secret in name for secret in NEVER_KEPT)
    }


def texts_of(fields: dict[str, list[str]]) -> list[str]:
    """What of a form's fields is a person's own text, to be shown and copied."""
    typed = (values for name, values in fields.items() if name.rpartition("-")[2] not in MACHINES)
    return [value for values in typed for value in values if len(value.strip()) > 1]


def keep_form(now: datetime) -> None:
    """Keep the fields of the present request for a browser whose sign-in is over.

    Only such a browser's: anybody else's would let strangers fill the table. Files are not kept.
    """
    expired = expired_sign_in_of_request()
    if request.method != "POST" or expired is None:
        return
    fields = keepable_fields()
    if not fields or sum(len(value) for values in fields.values() for value in values) > MOST_CHARACTERS:
        return
    with reading_as_system("a form is kept before there is a viewer"):
        # An editor that saves by itself comes again and again: the last text counts.
        database.session.execute(
            delete(KeptForm).where(KeptForm.person_id == expired.person_id, KeptForm.path == request.path)
        )
        token = new_token()
        database.session.add(
            KeptForm(
                token_hash=token_hash(token),
                person_id=expired.person_id,
                path=request.path,
                fields=fields,
                expires_at=now + LASTS,
                created_at=now,
            )
        )
        database.session.commit()
    flask.session[COOKIE] = token


def is_waiting() -> bool:
    """Whether this browser left a form behind."""
    return COOKIE in flask.session


def take_token() -> str | None:
    """The token of what this browser left behind, once."""
    return flask.session.pop(COOKIE, None)


def kept(viewer: Viewer, token: str, now: datetime) -> KeptForm:
    """What the viewer left behind under that token.

    Raises:
        NotFound: expired, somebody else's, or never there.
    """
    with reading_as_system("the person's own kept form, by its token"):
        found = database.session.scalars(
            select(KeptForm).where(
                KeptForm.token_hash == token_hash(token),
                KeptForm.person_id == viewer.person_id,
                KeptForm.expires_at > now,
            )
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def discard(viewer: Viewer, token: str, now: datetime) -> None:
    """Forget what was kept."""
    database.session.delete(kept(viewer, token, now))
