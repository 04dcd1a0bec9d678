"""How to cite an edition: BibTeX, RIS, CSL-JSON, and a line of text. Pure functions over plain values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.casestudies.blueprint import absolute, address
from marketplace.casestudies.models import Edition, EditionText
from marketplace.casestudies.presentation import apart
from marketplace.core import site
from marketplace.core.i18n import _

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True)
class Citation:
    """What every form of citation says.

    Attributes:
        key: of the case study: it names the entry.
        language: of the text, as BCP 47 has it.
    """

    key: str
    title: str
    authors: Sequence[str]
    publisher: str
    published: datetime
    version: int
    url: str
    language: str
    abstract: str


def of(edition: Edition, text: EditionText) -> Citation:
    """The citation of an edition's text; its address names the version, so that what was cited can be read again."""
    study = edition.case_study
    if edition.published_at is None:
        raise LookupError("what is not published is not cited")
    return Citation(
        key=study.key,
        title=text.title,
        authors=(study.agency.name, study.startup.name),
        publisher=site.name(),
        published=edition.published_at,
        version=edition.number,
        url=absolute(address(edition, language=text.language, version=edition.number)),
        language=text.language,
        abstract=text.summary,
    )


def line(citation: Citation) -> str:
    """One line for a list of references."""
    return _(
        "%(authors)s (%(year)s). %(title)s. Version %(version)s. %(publisher)s.",
        authors=_(" and ").join(apart(name) for name in citation.authors),
        year=citation.published.year,
        title=apart(citation.title),
        version=citation.version,
        publisher=apart(citation.publisher),
    )


def bibtex(citation: Citation) -> str:
    """A `@techreport` entry; organisations in braces, or BibTeX would take them for people."""
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in citation.authors),
        "title": f"{{{_escaped(citation.title)}}}",
        "institution": _escaped(citation.publisher),
        "type": "Case study",
        "year": str(citation.published.year),
        "month": f"{citation.published.month:d}",
        "number": f"version {citation.version}",
        "language": citation.language,
        "url": citation.url,
        "abstract": _escaped(citation.abstract),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@techreport{{casestudy-{citation.key},\n{lines}\n}}\n"


def _escaped(words: str) -> str:
    return " ".join("".join(_BIBTEX.get(letter, letter) for letter in words).split())


def ris(citation: Citation) -> str:
    """RIS, type RPRT; each line ends with CR LF, as its readers expect."""
    rows = [("TY", "RPRT")]
    rows += [("AU", name) for name in citation.authors]
    rows += [
        ("TI", citation.title),
        ("PB", citation.publisher),
        ("PY", str(citation.published.year)),
        ("DA", f"{citation.published:%Y/%m/%d}"),
        ("ET", str(citation.version)),
        ("LA", citation.language),
        ("UR", citation.url),
        ("AB", citation.abstract),
        ("ID", citation.key),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in rows)


def csl(citation: Citation) -> str:
    """CSL-JSON 1.0: a list of one item."""
    item = {
        "id": f"casestudy-{citation.key}",
        "type": "report",
        "genre": "Case study",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors],
        "publisher": citation.publisher,
        "issued": {"date-parts": [[citation.published.year, citation.published.month, citation.published.day]]},
        "version": str(citation.version),
        "language": citation.language,
        "URL": citation.url,
        "abstract": citation.abstract,
    }
    return json.dumps([item], ensure_ascii=False, indent=1)
