"""Case studies: drafted from pilots, edited, translated, cleared by both sides, published, corrected, retracted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.casestudies import commands, saving
from marketplace.casestudies.drafting import draft_from_pilot
from marketplace.casestudies.models import CaseStudy, Edition
from marketplace.casestudies.saving import ClaimDraft, FigureDraft
from marketplace.core import database
from marketplace.core.access import Role, Viewer
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record
from marketplace.pilots.models import Pilot

SECTIONS = {
    "summary": ("title", "summary", "translated_by"),
    "problem": ("problem",),
    "solution": ("solution",),
    "cost": ("cost",),
    "lessons": ("lessons",),
    "replication": ("replication",),
    "correction": ("correction",),
}


@dataclass
class Telling:
    """A case study and who works on it."""

    cast: Cast
    story: Record
    pilot: Record
    record: Record
    study: CaseStudy

    def manager(self, at: datetime) -> Viewer:
        place = self.story["agency"]
        return self.cast.holder(place, Role.CHALLENGE_MANAGER, at, number=self.story.get("author", 0))

    def approver(self, at: datetime) -> Viewer:
        return self.cast.holder(self.story["agency"], Role.APPROVER, at)

    def binder(self, at: datetime) -> Viewer:
        return self.cast.binder(self.pilot["startup"], at)


def tell(cast: Cast, story: Record, told: Record, pilot: Pilot) -> CaseStudy:
    """Draft it and bring it as far as the record says."""
    record = told["study"]
    ended = pilot.closed_at
    assert ended is not None
    with deed(ended + timedelta(days=6)) as moment:
        manager = cast.holder(story["agency"], Role.CHALLENGE_MANAGER, moment, number=story.get("author", 0))
        study = draft_from_pilot(manager, pilot, moment)
    telling = Telling(cast, story, told, record, study)
    edition = study.editions[0]
    with deed(ended + timedelta(days=9)) as moment:
        _edit(telling, edition, record, moment)
    if record["state"] == "draft":
        return study
    _publish(telling, edition, ended + timedelta(days=13), only_ask=record["state"] == "clearance")
    if correction := record.get("correction"):
        _correct(telling, correction)
    if record["state"] == "retracted":
        with deed(cast.calendar.moment(record["retracted"], pilot.zone)) as moment:
            commands.retract(telling.manager(moment), edition, record["reason"], moment)
    return study


def _edit(telling: Telling, edition: Edition, words: Record, moment: datetime) -> None:
    """Both sides' words over what was drafted, and the translations that there are."""
    _write(telling.manager(moment), edition, words, edition.language, moment)
    for language in ("en", "ar", "fr"):
        if language in words:
            _write(telling.manager(moment), edition, words[language], language, moment)


def _write(writer: Viewer, edition: Edition, words: Record, language: str, moment: datetime) -> None:
    for section, columns in SECTIONS.items():
        values = {column: words[column] for column in columns if isinstance(words.get(column), str)}
        if values:
            saving.save_section(writer, edition, section, values, moment, language=language)
    if "claims" in words:
        rows = zip(edition.claims, words["claims"], strict=True)
        claims = [ClaimDraft(sentence, id=claim.id) for claim, sentence in rows]
        saving.save_claims(writer, edition, claims, moment, language=language)
    if "figures" in words:
        figures = [FigureDraft(**row) for row in words["figures"]]
        saving.save_figures(writer, edition, figures, moment, language=language)


def _publish(telling: Telling, edition: Edition, when: datetime, *, only_ask: bool = False) -> None:
    """Frozen, cleared by both, published; or frozen and cleared by the startup alone."""
    with deed(when) as moment:
        commands.ask_clearance(telling.manager(moment), edition, moment)
    with deed(when + timedelta(days=2)) as moment:
        commands.clear(telling.binder(moment), edition, edition.sha256 or "", moment)
    if only_ask:
        return
    with deed(when + timedelta(days=4)) as moment:
        commands.clear(telling.approver(moment), edition, edition.sha256 or "", moment)
    with deed(when + timedelta(days=5)) as moment:
        commands.publish(telling.manager(moment), edition, moment)


def _correct(telling: Telling, correction: Record) -> None:
    """A second edition that says what was wrong in the first."""
    began = telling.cast.calendar.moment(correction["on"], telling.study.pilot.zone)
    with deed(began) as moment:
        edition = commands.start_correction(telling.manager(moment), telling.study, moment)
        _edit(telling, edition, correction, moment)
        database.session.flush()
    _publish(telling, edition, began + timedelta(days=2))
