"""The blueprint of the challenges' pages; several rooms of views share it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, url_for

from marketplace.challenges.models import Challenge
from marketplace.core.i18n import LANGUAGES, current_language
from marketplace.core.settings import settings

blueprint = Blueprint("challenges", __name__, url_prefix="/challenges")


def address(challenge: Challenge, endpoint: str = "challenges.show", language: str | None = None) -> str:
    """The address of a challenge's public page, or of one of its parts, as a reader of that language finds it."""
    language = language or current_language()
    return url_for(endpoint, lang=language, slug=challenge.slug(language), key=challenge.key)


def addresses(challenge: Challenge) -> dict[str, str]:
    """The public page's address in each language; slugs differ where texts do."""
    return {language: address(challenge, language=language) for language in LANGUAGES}


def absolute(path: str) -> str:
    """A path of this site as a whole address, its letters encoded."""
    return f"{settings().base_url}{quote(path, safe='/%?=&;:+,@')}"
