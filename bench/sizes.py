"""What a first view of a page weighs as it is sent, its files included, and what the next page does.

A browser is followed by hand: stylesheet, script, icon, and those pieces of the typeface whose letters the page shows,
in both weights. `tests/demo/test_sizes.py` asks the same of each run of the tests, for bytes are stable.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Protocol

from bench import database, demo, servers
from bench.report import Report

KILOBYTE = 1_000
FIRST_VIEW_KB = 110
NEXT_VIEW_KB = 12


LANGUAGES = ("en", "ar", "fr")
PACKED = {"Accept-Encoding": "gzip"}
_FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_FACE = re.compile(r'@font-face\{[^}]*url\("\.\.(/fonts/[^"]+)"\)[^}]*unicode-range:([^}]+)\}')
_ENTRY = re.compile(r'entry__title"><a href="([^"]+)"|rowcard__title"><a href="([^"]+)"')


class Sent(Protocol):
    """An answer: its bytes as they came over the line, and its headers."""

    @property
    def body(self) -> bytes: ...

    def header(self, name: str) -> str | None: ...


Ask = Callable[[str], Sent]


@dataclass(frozen=True)
class View:
    """Bytes of a page, and of the files that a browser keeps from then on."""

    page: int
    files: int

    @property
    def whole(self) -> int:
        return self.page + self.files


def view(ask: Ask, path: str) -> View:
    """What a reader who comes for the first time is sent.

    Args:
        ask: gives the answer of an address, packed where the server packs it.
    """
    page = ask(path)
    html = _text(page)
    files = {unescape(address) for address in _FILES.findall(html)}
    sent = {address: ask(address) for address in files}
    for address, answer in sorted(sent.items()):
        if ".css" in address:
            sent |= {face: ask(face) for face in _faces(_text(answer), html) if face not in sent}
    return View(_weight(page), sum(len(answer.body) for answer in sent.values()))


def _text(answer: Sent) -> str:
    is_packed = answer.header("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.body) if is_packed else answer.body).decode()


def _weight(page: Sent) -> int:
    # Pages of signed-in people are packed by the proxy in front, if at all; the target is of what is sent packed.
    is_packed = page.header("Content-Encoding") == "gzip"
    return len(page.body) if is_packed else len(gzip.compress(page.body, 6))


def _faces(stylesheet: str, html: str) -> list[str]:
    shown = {ord(letter) for letter in unescape(re.sub(r"<head>.*?</head>|<[^>]+>", "", html, flags=re.DOTALL))}
    return [
        f"/static{address}"
        for address, ranges in _FACE.findall(stylesheet)
        if any(first <= letter <= last for first, last in _ranges(ranges) for letter in shown)
    ]


def _ranges(text: str) -> list[tuple[int, int]]:
    parts = [part.strip().removeprefix("U+").partition("-") for part in text.split(",")]
    return [(int(first, 16), int(last or first, 16)) for first, _dash, last in parts]


def pages(ask: Ask, language: str) -> dict[str, str]:
    """The four pages of the target, the first thing of each list standing for all."""
    lists = {"challenge": f"/{language}/challenges/", "case study": f"/{language}/case-studies/"}
    first = {name: _first(_text(ask(path))) for name, path in lists.items()}
    return {"home": f"/{language}/", "list": lists["challenge"], **first}


def _first(html: str) -> str:
    found = _ENTRY.search(html)
    assert found is not None, "the list is empty"
    return unescape(found[1] or found[2])


def run(report: Report) -> None:
    """The four pages in the three languages, of the demo's data."""
    place = database.filled("demo", demo.fill)
    with servers.marketplace(place, MARKETPLACE_DEMO="true") as ours:
        client = ours.client(PACKED)
        for language in LANGUAGES:
            for name, path in pages(client.get, language).items():
                found = view(client.get, path)
                report.amount(f"first view, {name}, {language}", found.whole / KILOBYTE, "kB", at_most=FIRST_VIEW_KB)
                report.amount(f"next view, {name}, {language}", found.page / KILOBYTE, "kB", at_most=NEXT_VIEW_KB)
