"""The pictures that other sites show beside a link: a title, whose it is, two or three facts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from marketplace.core import pdf, site

KEPT = 256  # pictures a process keeps; each is about 30 kB


def png(kind: str, title: str, owner: str, facts: Sequence[tuple[str, str]], language: str) -> bytes:
    """A PNG of 1200 × 630 pixels.

    Args:
        kind: what it is, in a word: "Challenge".
        owner: whose it is.
        facts: pairs of label and words; the first three are shown.
        language: of the words; Arabic runs from right to left.
    """
    # Equal content gives the same picture, so a change is seen at once and nothing has to be thrown away.
    return _drawn(kind, title, owner, tuple(facts[:3]), site.name(), language)


@lru_cache(maxsize=KEPT)
def _drawn(kind: str, title: str, owner: str, facts: tuple[tuple[str, str], ...], site: str, language: str) -> bytes:
    data = {
        "kind": kind,
        "title": title,
        "owner": owner,
        "site": site,
        "facts": [{"label": label, "words": words} for label, words in facts],
    }
    return pdf.picture("card.typ", data, language)[0]
