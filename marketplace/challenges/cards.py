"""The share card of a challenge."""

from __future__ import annotations

from marketplace.challenges import presentation
from marketplace.challenges.models import Challenge
from marketplace.core import cards, clock
from marketplace.core.cards import Card
from marketplace.core.i18n import LANGUAGES, _, in_language

SUBJECT = "challenge"


def card(challenge: Challenge, language: str) -> Card:
    """Title, agency, deadline and money; its words never count down, so it stays true."""
    with in_language(language):
        facts = [(_("Money"), presentation.money_words(challenge))]
        if challenge.deadline is not None:
            facts.insert(0, (_("Deadline"), clock.day_in_zone(challenge.deadline, challenge.zone)))
        title = challenge.text(language).title
        return Card(_("Challenge"), title, challenge.agency.name, tuple(facts), language)


def draw_all(challenge: Challenge) -> None:
    """The card in each language of the site."""
    for language in LANGUAGES:
        cards.draw(SUBJECT, challenge.id, card(challenge, language))


def address(challenge: Challenge, language: str) -> str:
    """Where the picture lies."""
    return cards.address(SUBJECT, challenge.id, card(challenge, language))
