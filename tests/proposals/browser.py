"""A browser without JavaScript, signed in as somebody, that fills and sends a page's own forms."""

from __future__ import annotations

import re
from contextvars import Context
from html import unescape
from typing import Any

from flask import Flask

from marketplace.accounts.models import SignIn
from marketplace.accounts.tokens import new_token, token_hash
from marketplace.core import database
from marketplace.core.access import Viewer

_FIELD = re.compile(r"<(?:input|textarea|button)\b[^>]*>")


class Page:
    """An answer, and what stands in it."""

    def __init__(self, answer: Any) -> None:
        self.status: int = answer.status_code
        self.headers = answer.headers
        self.body: bytes = answer.data
        self.text: str = answer.get_data(as_text=True) if "text" in answer.mimetype else ""
        self.json = answer.get_json(silent=True)

    @property
    def words(self) -> str:
        """The text without markup, blanks single."""
        bare = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(unescape(bare).split())

    def value_of(self, name: str) -> str:
        """What stands in a field."""
        area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', self.text, re.DOTALL)
        if area:
            return unescape(area[1]).strip("\r\n")
        tag = next(found for found in _FIELD.findall(self.text) if f'name="{name}"' in found)
        found = re.search(r'value="([^"]*)"', tag)
        return unescape(found[1]) if found else ""

    @property
    def steady(self) -> bytes:
        """The body without the proofs against forged forms, which differ from page to page whatever is there."""
        return re.sub(rb'(name="csrf_token"[^>]*value=")[^"]*', rb"\1", self.body)

    @property
    def token(self) -> str:
        """The proof against forged forms."""
        return self.value_of("csrf_token")


class Browser:
    """Somebody's browser."""

    def __init__(self, app: Flask, viewer: Viewer | None = None) -> None:
        self.client = app.test_client()
        if viewer is not None and viewer.person_id is not None:
            self._sign_in(viewer)

    def _sign_in(self, viewer: Viewer) -> None:
        token = new_token()
        database.session.add(
            SignIn(
                person_id=viewer.person_id,
                token_hash=token_hash(token),
                organisation_id=viewer.organisation_id,
                last_seen_at=viewer.at,
                created_at=viewer.at,
                agent="test",
                place="test",
            )
        )
        database.session.commit()
        with self.client.session_transaction() as kept:
            kept["_user_id"] = token

    def get(self, path: str, **options: Any) -> Page:
        """Load a page."""
        # In an empty context: a request has its own session and its own `g`, not the test's.
        return Page(Context().run(self.client.get, path, **options))

    def send(self, path: str, data: dict[str, Any], page: str | None = None, **options: Any) -> Page:
        """Send a form that stands on `page`, by default at its own address, with that page's token."""
        token = self.get(page or path).token
        body = {"csrf_token": token, **data}
        return Page(Context().run(self.client.post, path, data=body, **options))

    def post(self, path: str, data: dict[str, Any], **options: Any) -> Page:
        """Send what is given and nothing else."""
        return Page(Context().run(self.client.post, path, data=data, **options))
