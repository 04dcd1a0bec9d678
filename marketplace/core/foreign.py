"""Markdown from other sites' HTML, for imports."""

from __future__ import annotations

import re
from typing import Any

import nh3
from markdownify import MarkdownConverter

from marketplace.core.markdown import ATTRIBUTES, SCHEMES, TAGS
from marketplace.core.text import clean_text


class _Converter(MarkdownConverter):
    """Markdown as this house writes it; an image leaves its words."""

    def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
        return el.attrs.get("alt") or ""


def from_html(html: str | None) -> str:
    """Markdown from somebody else's HTML: scripts, styles, forms and pictures gone, words and links kept."""
    cleaned = nh3.clean(
        html or "",
        tags=TAGS | {"h1", "b", "i", "div", "span", "section", "article", "dl", "dt", "dd", "caption", "tfoot", "u"},
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style", "noscript", "iframe", "svg", "template"},
    )
    # A break as a backslash: one of two blanks would not outlive the cleaning of line ends.
    converter = _Converter(heading_style="ATX", bullets="-", escape_misc=False, newline_style="backslash")
    text = _paragraphs_of_breaks(converter.convert(cleaned))
    return re.sub(r"\n{3,}", "\n\n", clean_text(text.replace("\u00a0", " ")))


def _paragraphs_of_breaks(text: str) -> str:
    # Two breaks in a row were meant as a paragraph; one with nothing after it would show as a backslash.
    text = re.sub(r"[ \t]*\\\n(?:[ \t]*\\\n)+([ \t]*)", r"\n\n\1", text)
    return re.sub(r"(?:[ \t]*\\\n?)+(?=\s*(?:\n[ \t]*\n|\Z))", "", text)
