"""The blueprint of the case studies' pages and their addresses; several rooms of views share it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, url_for

from marketplace.casestudies.models import Edition, EditionState
from marketplace.core.i18n import LANGUAGES, current_language
from marketplace.core.settings import settings
from marketplace.core.text import slugify

blueprint = Blueprint("casestudies", __name__, url_prefix="/case-studies")


def slug(edition: Edition, language: str | None = None) -> str:
    """The readable part of its address, in the language of the text that its reader gets.

    Of a retracted one nobody reads the words: its page is found by the key alone.
    """
    if edition.state == EditionState.RETRACTED:
        return "retracted"
    return slugify(edition.text_for(language or current_language()).title)


def address(
    edition: Edition,
    endpoint: str = "casestudies.show",
    language: str | None = None,
    **more: Any,
) -> str:
    """The address of an edition's public page, or of one of its machine forms; an old one says its number."""
    language = language or current_language()
    if edition.is_old:
        more.setdefault("version", edition.number)
    return url_for(endpoint, lang=language, slug=slug(edition, language), key=edition.case_study.key, **more)


def addresses(edition: Edition) -> dict[str, str]:
    """The page's address in each language; slugs differ where titles do."""
    return {language: address(edition, language=language) for language in LANGUAGES}


def absolute(path: str) -> str:
    """A path of this site as a whole address, its letters encoded."""
    return f"{settings().base_url}{quote(path, safe='/%?=&;:+,@')}"
