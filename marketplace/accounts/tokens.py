"""Secrets that a browser or a mail carries; the database keeps their hash alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from marketplace.core.settings import settings


def new_token() -> str:
    """A secret of 256 bits for a cookie or a mailed link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token; a random secret of that size needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def salted(text: str) -> str:
    """A hash that only this installation can make: for addresses that are counted or recorded, not kept."""
    return hmac.new(settings().secret().encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:40]
