"""The sitemap: every public challenge, case study and organisation in its three languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as Xml

from flask import Response, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.casestudies import listing as case_studies
from marketplace.casestudies.blueprint import addresses as study_addresses
from marketplace.casestudies.models import Edition, EditionState
from marketplace.challenges import listing as challenges
from marketplace.challenges.blueprint import addresses as challenge_addresses
from marketplace.challenges.models import Challenge
from marketplace.core import database
from marketplace.core.access import Viewer
from marketplace.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from marketplace.core.settings import settings
from marketplace.organisations.models import Organisation

MOST = 5_000  # things a file; each is named in three languages, and a file may name 50,000 pages
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"

Xml.register_namespace("", SPACE)
Xml.register_namespace("xhtml", XHTML)

Addresses = dict[str, str]  # language -> path


def _organisation_addresses(organisation: Organisation) -> Addresses:
    return {
        language: url_for("organisations.show", lang=language, slug=organisation.slug, key=organisation.key)
        for language in LANGUAGES
    }


@dataclass(frozen=True)
class Part:
    """One kind of public pages."""

    model: Any
    all: Callable[[], Select[Any]]
    addresses: Callable[[Any], Addresses]


PARTS = {
    "challenges": Part(
        Challenge, lambda: select(Challenge).options(selectinload(Challenge.texts)), challenge_addresses
    ),
    "case-studies": Part(
        Edition,
        lambda: (
            select(Edition)
            .where(Edition.state == EditionState.PUBLISHED)
            .options(joinedload(Edition.case_study), selectinload(Edition.texts))
        ),
        study_addresses,
    ),
    "organisations": Part(Organisation, lambda: select(Organisation), _organisation_addresses),
}


def answer(part: str | None, start: UUID | None, now: datetime) -> Response:
    """The whole map; where it is too long for one file, the index of its files, or one of them.

    Args:
        part: one of `PARTS`; None for the whole.
        start: the first thing of the file.
    """
    challenges.note_turns(now)
    case_studies.note_turns()
    # Made with a stranger's eyes, whoever asks: what is in it is public, and the same for all.
    with database.session_scope(Viewer.anonymous(now)):
        if part in PARTS and start is not None:
            return _file([_pages(part, start)])
        total = sum(_count(each) for each in PARTS.values())
        return _index() if total > MOST else _file([_fixed(), *(_pages(name, None) for name in PARTS)])


def _count(part: Part) -> int:
    return database.session.scalar(select(func.count()).select_from(part.all().subquery())) or 0


def _pages(name: str, start: UUID | None) -> Iterator[Addresses]:
    part = PARTS[name]
    statement = part.all().order_by(part.model.id).limit(MOST)
    if start is not None:
        statement = statement.where(part.model.id >= start)
    for thing in database.session.scalars(statement).unique():
        yield part.addresses(thing)


def _fixed() -> Iterator[Addresses]:
    endpoints = ("web.home", "challenges.index", "casestudies.index", "organisations.index", "pages.decisions")
    for endpoint in endpoints:
        yield {language: url_for(endpoint, lang=language) for language in LANGUAGES}


def _file(parts: list[Iterator[Addresses]]) -> Response:
    root = Xml.Element(f"{{{SPACE}}}urlset")
    for pages in parts:
        for addresses in pages:
            for language in LANGUAGES:
                _add_page(root, addresses, language)
    return _answer(root)


def _add_page(root: Xml.Element, addresses: Addresses, language: str) -> None:
    page = Xml.SubElement(root, f"{{{SPACE}}}url")
    Xml.SubElement(page, f"{{{SPACE}}}loc").text = _absolute(addresses[language])
    for other in (*LANGUAGES, "x-default"):
        href = _absolute(addresses[DEFAULT_LANGUAGE if other == "x-default" else other])
        Xml.SubElement(page, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": other, "href": href})


def _index() -> Response:
    root = Xml.Element(f"{{{SPACE}}}sitemapindex")
    for name, part in PARTS.items():
        for start in _starts(part):
            entry = Xml.SubElement(root, f"{{{SPACE}}}sitemap")
            path = url_for("machine.sitemap_file", part=name, start=start)
            Xml.SubElement(entry, f"{{{SPACE}}}loc").text = _absolute(path)
    return _answer(root)


def _starts(part: Part) -> list[UUID]:
    """The first thing of each file."""
    ids = part.all().with_only_columns(part.model.id, func.row_number().over(order_by=part.model.id).label("place"))
    numbered = ids.subquery()
    first = select(numbered.c.id).where(numbered.c.place % MOST == (1 if MOST > 1 else 0)).order_by(numbered.c.id)
    return list(database.session.scalars(first))


def _absolute(path: str) -> str:
    return settings().base_url.rstrip("/") + path


def _answer(root: Xml.Element) -> Response:
    text = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(text, mimetype="application/xml")
