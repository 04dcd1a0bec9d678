"""The share card of a challenge."""

from __future__ import annotations

from marketplace.challenges import presentation
from marketplace.challenges.models import Challenge
from marketplace.core import cards, clock
from marketplace.core.i18n import _, in_language


def png(challenge: Challenge, language: str) -> bytes:
    """Title, agency, deadline and money as a picture; its words never count down, so it stays true."""
    with in_language(language):
        facts = [(_("Money"), presentation.money_words(challenge))]
        if challenge.deadline is not None:
            facts.insert(0, (_("Deadline"), clock.day_in_zone(challenge.deadline, challenge.zone)))
        return cards.png(_("Challenge"), challenge.text(language).title, challenge.agency.name, facts, language)
