"""Lists as Atom (RFC 4287, with the tombstones of RFC 6721) and as JSON Feed 1.1, from the same plain values."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOTHING_YET = datetime(2020, 1, 1, tzinfo=UTC)  # a feed must say when it changed, an empty one too


@dataclass(frozen=True)
class Entry:
    """One thing of the list.

    Attributes:
        id: never changes, whatever becomes of the thing's address.
        language: of its words.
        summary: plain text.
        content_html: cleaned HTML; without one the summary stands for it.
        tags: codes of a vocabulary.
    """

    id: UUID
    url: str
    title: str
    language: str
    published: datetime
    updated: datetime
    summary: str
    authors: Sequence[str]
    content_html: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class Gone:
    """An entry that was taken back: whoever keeps a copy learns of it.

    Attributes:
        why: public words, or nothing.
    """

    id: UUID
    at: datetime
    why: str = ""


@dataclass(frozen=True)
class Feed:
    """A list with its addresses, all of them whole.

    Attributes:
        url: its own address, which is its id too.
        page: the address of the same list for people.
    """

    title: str
    url: str
    page: str
    language: str
    author: str
    entries: Sequence[Entry]
    gone: Sequence[Gone] = field(default=())


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    root = Element("feed", {"xmlns": ATOM, "xmlns:at": TOMBSTONES, XML_LANG: feed.language})
    SubElement(root, "id").text = feed.url
    SubElement(root, "title").text = feed.title
    moments = [entry.updated for entry in feed.entries] + [gone.at for gone in feed.gone]
    SubElement(root, "updated").text = max(moments, default=NOTHING_YET).isoformat()
    SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    SubElement(SubElement(root, "author"), "name").text = feed.author
    for entry in feed.entries:
        _atom_entry(root, entry)
    for gone in feed.gone:
        tombstone = SubElement(root, "at:deleted-entry", ref=gone.id.urn, when=gone.at.isoformat())
        if gone.why:
            SubElement(tombstone, "at:comment").text = gone.why
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")


def _atom_entry(root: Element, entry: Entry) -> None:
    made = SubElement(root, "entry", {XML_LANG: entry.language})
    SubElement(made, "id").text = entry.id.urn
    SubElement(made, "title").text = entry.title
    SubElement(made, "published").text = entry.published.isoformat()
    SubElement(made, "updated").text = entry.updated.isoformat()
    SubElement(made, "link", rel="alternate", type="text/html", hreflang=entry.language, href=entry.url)
    for author in entry.authors:
        SubElement(SubElement(made, "author"), "name").text = author
    for tag in entry.tags:
        SubElement(made, "category", term=tag)
    SubElement(made, "summary").text = entry.summary


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed; that version has no word for what was taken back, so it is just not there."""
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _item(entry: Entry) -> dict[str, Any]:
    content = {"content_html": entry.content_html} if entry.content_html else {"content_text": entry.summary}
    return {
        "id": entry.id.urn,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        **content,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "language": entry.language,
        "authors": [{"name": author} for author in entry.authors],
        "tags": list(entry.tags),
    }


WRITERS: dict[str, tuple[Callable[[Feed], bytes], str]] = {
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
}


def answer(feed: Feed, form: str) -> Response:
    """A feed as an answer, in the language that its address or the reader's program names.

    Args:
        form: "atom" or "json".
    """
    write, mimetype = WRITERS[form]
    return Response(write(feed), mimetype=mimetype, headers={"Vary": "Accept-Language"})
