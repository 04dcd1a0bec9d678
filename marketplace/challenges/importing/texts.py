"""Texts of a foreign site made ours: HTML as Markdown, what its template engine left behind taken out."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from marketplace.core.foreign import from_html
from marketplace.core.text import clean_line

SITE = "https://www.challenge.gov"  # what a link without a host is relative to

# What a site's template engine should have replaced: {{ base }}, {% raw %}, and kramdown's {:target="_blank"}.
_TEMPLATE_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{:[^{}\n]*\}")
_HREF = re.compile(r"(?<=\s)href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HAS_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)


def template_tags(text: str) -> list[str]:
    """The tags of a template engine that a text still holds."""
    return _TEMPLATE_TAG.findall(text)


def without_template_tags(text: str) -> str:
    """The text as the template engine would have left it: with nothing in their place."""
    return _TEMPLATE_TAG.sub("", text)


def read_text(text: str) -> str:
    """A text of several paragraphs as Markdown; links lead where they led on the site.

    Args:
        text: HTML, or plain text whose blank lines part paragraphs.
    """
    text = without_template_tags(text)
    if not _HAS_TAGS.search(text):
        paragraphs = (escape(unescape(part.strip()), quote=False) for part in re.split(r"\n\s*\n", text))
        text = "".join("<p>" + part.replace("\n", "<br>") + "</p>" for part in paragraphs if part)
    # Some sites let Markdown stand inside their HTML: its links are made whole too.
    return re.sub(r"\]\(/(?!/)", f"]({SITE}/", from_html(_HREF.sub(_whole_link, text)))


def read_line(text: str) -> str:
    """A text of one line: tags, character references and template tags gone."""
    return clean_line(unescape(_HAS_TAGS.sub(" ", without_template_tags(text))))


def read_address(text: str) -> str | None:
    """An address of the web, or None where the text is none. A scheme that was left out is https."""
    address = clean_line(text)
    if not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
        address = "https://" + address
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") is not None
        _port = parts.port  # raises where it is no number
    except ValueError:
        return None
    return None if not is_whole or re.search(r"[\s<>\"\\]", address) or parts.username else address


def _whole_link(found: re.Match[str]) -> str:
    target = clean_line(unescape(found[1] if found[1] is not None else found[2])).lstrip("*( ")
    if re.fullmatch(r"[^@\s/:]+@[\w.-]+", target):
        target = "mailto:" + target
    elif re.match(r"www\.", target, re.IGNORECASE):
        target = "https://" + target
    elif not target.startswith("#"):
        try:
            target = urljoin(SITE + "/", target)
        except ValueError:
            target = ""
    return f'href="{escape(target)}"'
