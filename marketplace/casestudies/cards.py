"""The share card of a case study."""

from __future__ import annotations

from marketplace.casestudies.models import Edition
from marketplace.core import cards
from marketplace.core.cards import Card
from marketplace.core.components import onward_arrow
from marketplace.core.i18n import _, in_language

SUBJECT = "edition"


def card(edition: Edition, language: str) -> Card:
    """Title, both organisations and the three figures."""
    text, study = edition.text_for(language), edition.case_study
    with in_language(text.language):
        owner = _("%(agency)s with %(startup)s", agency=study.agency.name, startup=study.startup.name)
        facts = tuple((figure["words"], _figure(figure)) for figure in text.figures)
        return Card(_("Case study"), text.title, owner, facts, text.language)


def draw_all(edition: Edition) -> None:
    """The card in each of the edition's languages."""
    for text in edition.texts:
        cards.draw(SUBJECT, edition.id, card(edition, text.language))


def address(edition: Edition, language: str) -> str:
    """Where the picture lies."""
    return cards.address(SUBJECT, edition.id, card(edition, language))


def _figure(figure: dict[str, str]) -> str:
    if not figure["before"]:
        return figure["value"]
    return f"{figure['before']} {onward_arrow()} {figure['value']}"
