"""Markdown of users: rendered without any HTML of theirs, and cleaned once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from marketplace.core.text import clean_line

WORD_TAGS = {"strong", "em", "s", "code", "a", "br"}
BLOCK_TAGS = {"p", "hr", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"}
TAGS = WORD_TAGS | BLOCK_TAGS | {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
SCHEMES = {"http", "https", "mailto"}
MAX_LENGTH = 200_000  # characters; forms stop far below
REMEMBERED_LENGTH = 8_000


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("image", _image_as_link)
    return parser


def _image_as_link(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    # An image of another site tells that site who reads here; a link lets the reader choose.
    source = str(tokens[index].attrs.get("src", ""))
    return f'<a href="{escape(source)}">{escape(tokens[index].content or source)}</a>'


def render(text: str | None, heading_level: int = 3) -> Markup:
    """Markdown as safe HTML.

    Args:
        text: CommonMark with tables; HTML in it is shown as typed.
        heading_level: the level of the text's topmost heading, 2 to 6, whichever signs its writer began with; no
            level below it is left out, so that the page's outline holds.
    """
    text = (text or "")[:MAX_LENGTH]
    return _remembered(text, heading_level) if len(text) <= REMEMBERED_LENGTH else _rendered(text, heading_level)


def _rendered(text: str, heading_level: int) -> Markup:
    parser = _parser()
    tokens = parser.parse(text)
    _set_levels([token for token in tokens if token.type.startswith("heading_")], heading_level)
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            # Markdown-it aligns by a style attribute, which the page's policy refuses.
            style = str(token.attrs.pop("style", ""))
            if style:
                token.attrs["align"] = style.removeprefix("text-align:")
    html = parser.renderer.render(tokens, parser.options, {})
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
        strip_comments=True,
    )
    return Markup(cleaned)  # noqa: S704 - cleaned in the line above


# Whoever reads a page, its texts are the same; 256 of them are a few megabytes at most.
_remembered = lru_cache(maxsize=256)(_rendered)


def _set_levels(headings: Sequence[Token], topmost: int) -> None:
    above: list[int] = []  # the typed levels of the headings that the present one stands under, and its own
    for token in headings:
        typed = int(token.tag[1])
        above = [*(level for level in above if level < typed), typed]
        token.tag = f"h{min(6, topmost + len(above) - 1)}"


def plain(text: str | None, limit: int | None = None) -> str:
    """The words of a Markdown text in one line, for excerpts, feeds and descriptions.

    Args:
        limit: in characters; cut between words, with an ellipsis.
    """
    tokens = _parser().parse((text or "")[:MAX_LENGTH])
    line = clean_line(
        " ".join("".join(_words_of(token)) for token in tokens if token.type in ("inline", "fence", "code_block"))
    )
    if limit is None or len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0] if " " in line[:limit] else line[: limit - 1]
    return cut.rstrip(" ,;:.–-،؛") + "…"


def _words_of(token: Token) -> Iterator[str]:
    if token.children is None:
        yield token.content
        return
    for child in token.children:
        yield " " if child.type in ("softbreak", "hardbreak") else child.content
