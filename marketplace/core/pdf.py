"""PDF by Typst: accessible (PDF/UA), in three languages, with the typeface of the pages.

Texts reach Typst as JSON through `sys_inputs`, never as source: `$`, `#` and `_` are markup there.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from marketplace.core import blocks as parts
from marketplace.core import clock, fonts, i18n, typesetting
from marketplace.core.i18n import _
from marketplace.core.paths import data_folder

# Signs that a reader knows by their words better than by a code point.
WORDS_FOR = {
    "\ufdfa": "صلى الله عليه وسلم",
    "\ufdfb": "جل جلاله",
    "\ufdfc": "ريال",
    "\ufdfd": "بسم الله الرحمن الرحيم",
}
SHAPE = {"letter": "letter.typ", "document": "document.typ"}


def document(
    title: str,
    blocks: Sequence[parts.Block],
    *,
    language: str,
    site: str,
    subtitle: str | None = None,
    marking: str | None = None,
    address: Sequence[str] = (),
    dated: str | None = None,
    shape: str = "document",
) -> bytes:
    """A whole document from blocks (core/blocks.py): receipt, decision record, case study, letter.

    Args:
        title: printed on top, and the PDF's own title.
        blocks: what follows.
        language: en, ar or fr; Arabic runs from right to left.
        site: the marketplace's name, in the head of each page.
        marking: a TLP label such as "TLP:CLEAR", in head and foot of each page.
        address: of a letter: the receiver's lines.
        dated: words of the date.
        shape: "document" or "letter".
    """
    with i18n.in_language(language):
        # The engine counts the pages, so the sentence is cut where its numbers stand.
        page_words = _("Page {page} of {pages}")
    data = {
        "title": title,
        "subtitle": subtitle,
        "site": site,
        "marking": marking,
        "address": list(address),
        "dated": dated,
        "page_words": page_words,
        "blocks": list(blocks),
    }
    return render(SHAPE[shape], data, language)


def render(template: str, data: dict[str, Any], language: str) -> bytes:
    """Set a template of `templates/pdf/` with data.

    Args:
        template: the file's name.
        data: what JSON can carry; characters that the typeface lacks are substituted visibly.
        language: en, ar or fr.
    """
    return _compile(template, data, language, format="pdf", pdf_standards=["ua-1"])


def picture(template: str, data: dict[str, Any], language: str) -> bytes:
    """The same as a PNG picture of its first page, to look at."""
    return _compile(template, data, language, format="png", ppi=96.0)


def _compile(template: str, data: dict[str, Any], language: str, **options: Any) -> bytes:
    return typesetting.compiled(
        data_folder("templates") / "pdf" / template,
        {"data": json.dumps(_printable_in(data), ensure_ascii=False), "language": language},
        fonts=fonts.pdf_folder(),
        timestamp=int(clock.now().timestamp()),
        **options,
    )


def _printable_in(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: item if key in ("type", "url") else _printable_in(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable_in(item) for item in value]
    return value


def printable(text: str) -> str:
    """A text that the typeface can draw whole; what it lacks stands as words or as its code point.

    A missing glyph would make the accessible PDF fail, and a silent gap would change what somebody wrote.
    """
    return "".join(_drawn(letter) for letter in unicodedata.normalize("NFC", text))


def _drawn(letter: str) -> str:
    if letter == "\n" or ord(letter) in fonts.covered():
        return letter
    if letter == "\t" or unicodedata.category(letter) == "Zs":
        return " "
    if letter in WORDS_FOR:
        return WORDS_FOR[letter]
    simpler = unicodedata.normalize("NFKC", letter)
    if simpler != letter and all(ord(part) in fonts.covered() for part in simpler):
        return simpler
    if unicodedata.category(letter) in ("Cf", "Cc", "Mn", "Me"):
        return ""  # joiners, controls, marks: nothing of their own to see
    return f"[U+{ord(letter):04X}]"
