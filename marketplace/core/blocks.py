"""The parts of a printed document: plain data that `templates/pdf/document.typ` sets.

A text is a list of runs, `{"text", "strong", "code", "url"}`; a block is a dictionary with its "type". Nothing here is
Typst source: what people wrote never becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Block = dict[str, Any]
Run = dict[str, Any]
MAX_LENGTH = 200_000  # characters of one Markdown text; forms stop far below


def runs(text: object, strong: bool = False) -> list[Run]:
    """A plain text as runs."""
    return [{"text": str(text), "strong": strong, "code": False, "url": None}]


def heading(text: object, level: int = 1) -> Block:
    """A heading below the document's title; level 1 is the first below it."""
    return {"type": "heading", "runs": runs(text), "level": min(max(level, 1), 4)}


def paragraph(text: object, faint: bool = False) -> Block:
    """A paragraph; faint for what explains."""
    return {"type": "paragraph", "runs": runs(text), "faint": faint}


def facts(pairs: Iterable[tuple[object, object]]) -> Block:
    """Labels and their values, one a line; empty values are left out."""
    rows = [[runs(label), runs(value)] for label, value in pairs if value not in (None, "")]
    return {"type": "facts", "rows": rows}


def table(
    caption: object,
    columns: Sequence[object],
    rows: Iterable[Sequence[object]],
    numbers: Iterable[int] = (),
) -> Block:
    """A table with a head.

    Args:
        numbers: the positions, from 0, of columns that hold figures and stand at the right.
    """
    return {
        "type": "table",
        "caption": runs(caption),
        "columns": [runs(column, strong=True) for column in columns],
        "rows": [[runs("" if cell is None else cell) for cell in row] for row in rows],
        "numbers": sorted(numbers),
    }


def bullets(items: Iterable[object], ordered: bool = False) -> Block:
    """A list of one-paragraph items."""
    return {"type": "list", "ordered": ordered, "items": [[paragraph(item)] for item in items]}


def notice(text: object, kind: Literal["info", "good", "time", "bad"] = "info") -> Block:
    """A framed sentence that must not be missed."""
    return {"type": "notice", "kind": kind, "runs": runs(text)}


def code(text: object) -> Block:
    """A receipt's code or a hash, on a line of its own, left to right in every language."""
    return {"type": "code", "text": str(text)}


def markdown(text: str | None, level: int = 2) -> list[Block]:
    """A Markdown text as blocks; HTML in it is shown as typed, images become links.

    Args:
        level: which level the text's first level of headings becomes.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse((text or "")[:MAX_LENGTH])
    return _Reader(tokens, level).blocks()


class _Reader:
    """Walks the flat tokens of markdown-it, where every block opens and closes."""

    def __init__(self, tokens: Sequence[Token], level: int) -> None:
        self.tokens = tokens
        self.level = level
        self.at = 0

    def blocks(self, until: str | None = None) -> list[Block]:
        made: list[Block] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == until:
                break
            made += self._block(token)
        return made

    def _block(self, token: Token) -> list[Block]:
        kind = token.type
        if kind == "heading_open":
            level = int(token.tag[1]) + self.level - 1
            runs = self._inline("heading_close")
            # An empty heading has no place in an accessible document; PDF/UA refuses it.
            return [{"type": "heading", "runs": runs, "level": min(level, 4)}] if runs else []
        if kind == "paragraph_open":
            return [{"type": "paragraph", "runs": self._inline("paragraph_close"), "faint": False}]
        if kind in ("bullet_list_open", "ordered_list_open"):
            return [self._list(token)]
        if kind == "blockquote_open":
            return [{"type": "quote", "blocks": self.blocks("blockquote_close")}]
        if kind in ("fence", "code_block"):
            return [{"type": "pre", "text": token.content.rstrip("\n")}]
        if kind == "hr":
            return [{"type": "rule"}]
        if kind == "table_open":
            return [self._table()]
        return []

    def _inline(self, until: str) -> list[Run]:
        inside: list[Run] = []
        while self.tokens[self.at].type != until:
            inside += _inline_runs(self.tokens[self.at].children or [])
            self.at += 1
        self.at += 1
        return inside

    def _list(self, opened: Token) -> Block:
        closing = opened.type.replace("_open", "_close")
        items = []
        while self.tokens[self.at].type != closing:
            self.at += 1  # list_item_open
            items.append(self.blocks("list_item_close"))
        self.at += 1
        return {"type": "list", "ordered": opened.type.startswith("ordered"), "items": items}

    def _table(self) -> Block:
        head: list[list[Run]] = []
        rows: list[list[list[Run]]] = []
        while self.tokens[self.at].type != "table_close":
            kind = self.tokens[self.at].type
            self.at += 1
            if kind == "tr_open":
                rows.append([])
            elif kind == "th_open":
                head.append([run | {"strong": True} for run in self._inline("th_close")])
            elif kind == "td_open":
                rows[-1].append(self._inline("td_close"))
        self.at += 1
        return {"type": "table", "caption": [], "columns": head, "rows": [row for row in rows if row], "numbers": []}


def _inline_runs(children: Sequence[Token]) -> list[Run]:
    made: list[Run] = []
    strong, urls = 0, []
    for token in children:
        if token.type in ("strong_open", "em_open"):
            strong += 1  # the typeface has no italic cut here: both stand out alike
        elif token.type in ("strong_close", "em_close"):
            strong -= 1
        elif token.type == "link_open":
            urls.append(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            urls.pop()
        else:
            made += _leaf(token, strong > 0, urls[-1] if urls else None)
    return made


def _leaf(token: Token, strong: bool, url: str | None) -> list[Run]:
    text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
    if token.type == "image":
        url = str(token.attrs.get("src", ""))
        text = token.content or url
    safe = url if url and url.startswith(("https://", "http://", "mailto:")) else None
    return [{"text": text, "strong": strong, "code": token.type == "code_inline", "url": safe}] if text else []
