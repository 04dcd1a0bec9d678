"""An ended pilot with verified measurements, its case study in any state, and the people of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.casestudies import commands, drafting, saving
from marketplace.casestudies.models import CaseStudy, Edition, EditionState
from marketplace.core import clock, database
from marketplace.core.access import Viewer
from marketplace.pilots import commands as pilots
from marketplace.pilots.models import Outcome, Pilot
from tests.pages import Browser
from tests.pilots import world as pilot_world

TEXTS = {
    "summary": {
        "title": "How a port stopped paying for fake invoices",
        "summary": "Mail signing fails when clerks must notice it. A pilot made it invisible.",
    },
    "problem": {"problem": "Invoices with *changed* bank details reached a clerk."},
    "solution": {"solution": "Signing at the gateway, not in the mailbox."},
    "lessons": {"lessons": "We began with the largest suppliers, who already signed."},
    "replication": {"replication": "1. Ask the suppliers.\n2. Switch signing on."},
    "subject": {
        "topics": ["email-and-phishing", "data-protection"],
        "sectors": ["transport"],
        "licence": "CC-BY-4.0",
    },
}
FRENCH = {
    "summary": {
        "title": "Comment un port a cessé de payer de fausses factures",
        "summary": "La signature échoue quand l’agent doit la remarquer.",
        "translated_by": "Bureau des traductions",
    },
    "problem": {"problem": "Des factures falsifiées arrivaient."},
    "cost": {"cost": "60 000 euros."},
    "solution": {"solution": "Signer à la passerelle."},
    "lessons": {"lessons": "Commencer par les petits fournisseurs."},
    "replication": {"replication": "Demander aux fournisseurs."},
}


@contextmanager
def reading_as(viewer: Viewer) -> Iterator[Session]:
    """Read with that viewer's eyes alone, in a session of its own."""
    with database.session_scope(viewer) as session:
        yield session


@dataclass
class World:
    """The pilot's world, an ended pilot in it, and short words for what both sides do with its case study."""

    pilots: pilot_world.World
    pilot: Pilot

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["pilots"], name)

    @property
    def now(self) -> datetime:
        return self.pilots.now

    def later(self, **span: float) -> World:
        """Move on; everybody's rights are judged at the new moment."""
        clock.set_to(self.pilots.later(**span).now)
        return self

    def drafted(self) -> CaseStudy:
        """The first draft, as the record makes it."""
        study = drafting.draft_from_pilot(self.manager, self.pilot, self.now)
        database.session.commit()
        return study

    def written(self) -> Edition:
        """A draft with every section written."""
        edition = self.drafted().editions[0]
        self.write(edition, TEXTS)
        return edition

    def write(self, edition: Edition, texts: dict[str, dict[str, Any]], language: str | None = None) -> None:
        """Save sections as the agency's manager."""
        for section, values in texts.items():
            saving.save_section(self.manager, edition, section, values, self.now, language=language)
        database.session.commit()

    def translate(self, edition: Edition) -> None:
        """A whole French translation."""
        self.write(edition, FRENCH, "fr")
        claims = [
            saving.ClaimDraft(f"Résultat {claim.position}.", "Journal", None, claim.id) for claim in edition.claims
        ]
        saving.save_claims(self.manager, edition, claims, self.now, language="fr")
        figures = [saving.FigureDraft(one["value"], "chiffre", one["before"]) for one in edition.original.figures]
        saving.save_figures(self.manager, edition, figures, self.now, language="fr")
        database.session.commit()

    def in_clearance(self) -> Edition:
        """Frozen, nobody has cleared it."""
        return self.ask(self.written())

    def ask(self, edition: Edition) -> Edition:
        commands.ask_clearance(self.editor, edition, self.now)
        database.session.commit()
        return edition

    def clear(self, edition: Edition, *viewers: Viewer) -> Edition:
        """Those people clear exactly the present words."""
        for viewer in viewers:
            commands.clear(viewer, edition, edition.sha256 or "", self.now)
        database.session.commit()
        return edition

    def cleared(self) -> Edition:
        """Both sides have cleared it."""
        return self.clear(self.in_clearance(), self.approver, self.signatory)

    def publish(self, edition: Edition) -> Edition:
        commands.publish(self.manager, edition, self.now)
        database.session.commit()
        return edition

    def published(self) -> Edition:
        """Out, as TLP:CLEAR."""
        return self.publish(self.cleared())

    def correction_of(self, edition: Edition, words: str = "The baseline was 40, not 41.") -> Edition:
        """The next version as a draft that says what it corrects."""
        made = commands.start_correction(self.editor, edition.case_study, self.now)
        self.write(made, {"correction": {"correction": words}})
        return made

    def corrected(self) -> tuple[Edition, Edition]:
        """Two published versions: the old one and the present one."""
        old = self.published()
        self.later(days=10)
        made = self.correction_of(old)
        self.clear(self.ask(made), self.approver, self.signatory)
        return old, self.publish(made)

    def retract(self, edition: Edition, reason: str = "The measurements were wrong.") -> Edition:
        commands.retract(self.approver, edition, reason, self.now)
        database.session.commit()
        return edition

    def edition_in(self, state: EditionState) -> Edition:
        """An edition in that state, by the shortest way; one that may be published where it is in clearance."""
        if state == EditionState.SUPERSEDED:
            return self.corrected()[0]
        return {
            EditionState.DRAFT: self.written,
            EditionState.CLEARANCE: self.cleared,
            EditionState.PUBLISHED: self.published,
            EditionState.RETRACTED: lambda: self.retract(self.published()),
        }[state]()

    def browser(self, app: Flask, viewer: Viewer) -> Browser:
        """A browser in which that person is signed in."""
        return pilot_world.browser_of(app, viewer, self.now)

    def outsiders(self) -> dict[str, Viewer]:
        """Everybody who works for neither side, or not in a working role."""
        found = {name: getattr(self, name) for name in ("rival", "stranger", "administrator", "evaluator")}
        return found | {"nobody": Viewer.anonymous(self.now)}


def build(now: datetime, outcome: Outcome = Outcome.PARTIAL) -> World:
    """A completed pilot with measures that were verified twice and once."""
    pilots_world = pilot_world.build(now)
    pilot = pilots_world.active()
    alarms, stations = pilot.kpis
    for value in (6, 3, 1):
        pilots_world.later(days=30).verified(alarms, value)
    pilots_world.verified(stations, 20)
    clock.set_to(pilots_world.later(days=10).now)
    pilots.start_closing(pilots_world.manager, pilot, pilots_world.now)
    pilots.write_lessons(pilots_world.manager, pilot, "Ask the operators first.", pilots_world.now)
    pilots.write_lessons(pilots_world.editor, pilot, "Bring spare taps.", pilots_world.now)
    pilots.complete(pilots_world.manager, pilot, outcome, "Half of it was reached.", pilots_world.now)
    database.session.commit()
    return World(pilots_world, pilot)
