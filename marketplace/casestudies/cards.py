"""The share card of a case study."""

from __future__ import annotations

from marketplace.casestudies.models import Edition
from marketplace.core import cards
from marketplace.core.components import onward_arrow
from marketplace.core.i18n import _, in_language


def png(edition: Edition, language: str) -> bytes:
    """Title, both organisations and the three figures as a picture of 1200 × 630 pixels."""
    text, study = edition.text_for(language), edition.case_study
    with in_language(text.language):
        owner = _("%(agency)s with %(startup)s", agency=study.agency.name, startup=study.startup.name)
        facts = [(figure["words"], _figure(figure)) for figure in text.figures]
        return cards.png(_("Case study"), text.title, owner, facts, text.language)


def _figure(figure: dict[str, str]) -> str:
    if not figure["before"]:
        return figure["value"]
    return f"{figure['before']} {onward_arrow()} {figure['value']}"
