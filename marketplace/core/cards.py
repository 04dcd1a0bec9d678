"""The pictures that other sites show beside a link: a title, whose it is, two or three facts.

They are drawn by jobs; an address that is asked for earlier leads to the site's plain card.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from uuid import UUID

from flask import url_for

from marketplace.core import pdf, prints, site
from marketplace.core.files.queries import CARDS
from marketplace.core.i18n import current_language

PLAIN = UUID(int=0)  # whose card the plain one is: nobody's


@dataclass(frozen=True)
class Card:
    """What a card shows.

    Attributes:
        kind: what it is, in a word: "Challenge".
        owner: whose it is.
        facts: pairs of label and words; the first three are shown.
        language: of the words; Arabic runs from right to left.
        site: the marketplace's name in that language.
    """

    kind: str
    title: str
    owner: str
    facts: tuple[tuple[str, str], ...]
    language: str
    site: str = field(default_factory=site.name)

    def png(self) -> bytes:
        """A PNG of 1200 × 630 pixels."""
        facts = [{"label": label, "words": words} for label, words in self.facts[:3]]
        return pdf.picture("card.typ", asdict(self) | {"facts": facts}, self.language)


def draw(subject: str, subject_id: UUID, card: Card) -> None:
    """Draw and keep a card, in place of the one before; for jobs.

    Args:
        subject: what it is the card of, such as "challenge".
    """
    prints.once(CARDS + subject, subject_id, card.language, asdict(card), "png", card.png)


def discard(subject: str, subject_ids: list[UUID]) -> None:
    """Remove the cards of things that are no longer shown."""
    prints.discard(CARDS + subject, subject_ids)


def address(subject: str, subject_id: UUID, card: Card) -> str:
    """Where the picture lies, under its own hash; the plain card's until it is drawn. Two statements at most."""
    file = prints.kept(CARDS + subject, subject_id, card.language, asdict(card), "png") or _plain()
    return url_for("files.card", digest=file.sha256)


def _plain() -> prints.File:
    """The site's own card: drawn by whoever asks first, and kept."""
    plain = Card(site.operator(), site.name(), "", (), current_language(), "")
    return prints.once(f"{CARDS}site", PLAIN, plain.language, asdict(plain), "png", plain.png)
