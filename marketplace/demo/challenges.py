"""Challenges: written, reviewed, published, and what was said of them afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.challenges import commands
from marketplace.challenges.commands import CriterionDraft, StageDraft
from marketplace.challenges.models import Challenge, CriterionKind, TieBreak
from marketplace.core.access import Role, Viewer
from marketplace.core.money import Money
from marketplace.demo import attachments, reading
from marketplace.demo.cast import Cast
from marketplace.demo.deeds import deed
from marketplace.demo.reading import Record

WRITING = timedelta(days=20)
# Which text stands in which section of the editor.
SECTIONS = {
    "outcomes": ("outcomes",),
    "context": ("context",),
    "eligibility": ("eligibility",),
    "intellectual-property": ("intellectual_property",),
    "data-security": ("data_security",),
    "adoption": ("adoption_route",),
}
UNPUBLISHED = ("draft", "incomplete", "in_review", "edits_requested", "approved")


def tell(cast: Cast, record: Record) -> Challenge:
    """Bring a challenge as far as it came before its deadline."""
    place = record["agency"]
    zone = cast.places[place].zone
    shown = cast.calendar.moment(record["published"], zone)
    author = cast.holder(place, Role.CHALLENGE_MANAGER, shown, number=record.get("author", 0))
    written = min(shown, cast.calendar.now) - WRITING
    with deed(written) as moment:
        challenge = _write(cast, record, author, moment)
    if record["state"] in ("draft", "incomplete"):
        return challenge
    with deed(written + timedelta(days=9, hours=2)) as moment:
        commands.submit_for_review(author, challenge, moment)
    _review(cast, record, challenge, author, written + timedelta(days=12))
    if record["state"] in UNPUBLISHED:
        return challenge
    _publish(cast, record, challenge, author, shown)
    _afterwards(cast, record, challenge, author, shown)
    return challenge


def _review(cast: Cast, record: Record, challenge: Challenge, author: Viewer, begun: datetime) -> None:
    approver = cast.holder(record["agency"], Role.APPROVER, begun)
    if record["state"] == "in_review":
        return
    if words := record.get("edits"):
        with deed(begun) as moment:
            commands.request_edits(approver.later(moment), challenge, words, moment)
        if record["state"] == "edits_requested":
            return
        with deed(begun + timedelta(days=2)) as moment:
            commands.save_section(author, challenge, "outcomes", {"outcomes": record["outcomes"] + "\n"}, moment)
            commands.submit_for_review(author, challenge, moment)
    with deed(begun + timedelta(days=4)) as moment:
        commands.approve(approver.later(moment), challenge, moment)


def _publish(cast: Cast, record: Record, challenge: Challenge, author: Viewer, shown: datetime) -> None:
    if shown <= cast.calendar.now:
        with deed(shown) as moment:
            commands.publish(author, challenge, moment)
        return
    with deed(cast.calendar.now - timedelta(hours=5)) as moment:
        commands.publish(author, challenge, moment, at=shown)


def _afterwards(cast: Cast, record: Record, challenge: Challenge, author: Viewer, shown: datetime) -> None:
    zone = challenge.zone
    if correction := record.get("correction"):
        with deed(cast.calendar.moment(correction["on"], zone)) as moment:
            commands.add_correction(author, challenge, correction["text"], moment)
    if later := record.get("extension"):
        with deed(cast.calendar.moment(later["on"], zone)) as moment:
            commands.extend_deadline(author, challenge, cast.calendar.moment(later["to"], zone), later["why"], moment)


def withdraw(cast: Cast, record: Record, challenge: Challenge) -> None:
    """Withdraw it while it is open."""
    withdrawn = record["withdrawn"]
    with deed(cast.calendar.moment(withdrawn["on"], challenge.zone)) as moment:
        author = cast.holder(record["agency"], Role.CHALLENGE_MANAGER, moment)
        commands.withdraw(author, challenge, withdrawn["why"], moment)


def cancel(cast: Cast, record: Record, challenge: Challenge) -> None:
    """Cancel it after its deadline."""
    cancelled = record["cancelled"]
    with deed(cast.calendar.moment(cancelled["on"], challenge.zone)) as moment:
        author = cast.holder(record["agency"], Role.CHALLENGE_MANAGER, moment)
        commands.cancel(author, challenge, cancelled["why"], moment)


# --- what stands in it ---


def _write(cast: Cast, record: Record, author: Viewer, moment: datetime) -> Challenge:
    place = cast.places[record["agency"]]
    language = record["language"]
    challenge = commands.create_challenge(
        author, record["title"], moment, language=language, zone=place.zone, currency=record.get("currency", "EUR")
    )

    def save(section: str, values: Record, into: str | None = None) -> None:
        commands.save_section(author, challenge, section, values, moment, language=into)

    save("problem", _present(record, "title", "summary", "problem", "topics", "sectors"))
    if record["state"] == "incomplete":
        return challenge
    whole = _standard_texts(language, record) | record
    for section, columns in SECTIONS.items():
        save(section, _present(whole, *columns))
    save("eligibility", {"proposal_languages": record.get("proposal_languages", ["en", "ar", "fr"])})
    save("dates", _dates(cast, record, place.zone))
    save("budget", _money(record, challenge.currency) | _present(whole, "budget_note"))
    _write_criteria(author, challenge, record, moment)
    attachments.attach(author, challenge, record, moment)
    for other in ("en", "ar", "fr"):
        if other in record:
            _translate(author, challenge, record[other], other, record, moment)
    return challenge


def _present(record: Record, *names: str) -> Record:
    return {name: record[name] for name in names if name in record}


def _standard_texts(language: str, record: Record) -> Record:
    """What an agency writes alike in each of its challenges."""
    variants = reading.file("standard")["terms"][language]
    return variants[len(record["id"]) % len(variants)]


def _dates(cast: Cast, record: Record, zone: str) -> Record:
    deadline = cast.calendar.moment(record.get("first_deadline") or record["deadline"], zone)
    months = record.get("months", 6)
    dates: Record = {
        "deadline": deadline,
        "decision_due": deadline + timedelta(days=35),
        "pilot_starts": deadline + timedelta(days=70),
        "pilot_months": months,
    }
    words = reading.file("standard")["stages"][record["language"]]
    dates["stages"] = [
        StageDraft(words["briefing"], deadline - timedelta(days=10, hours=6), note=words["briefing_note"]),
        StageDraft(words["panel"], deadline + timedelta(days=7), deadline + timedelta(days=28)),
    ]
    return dates


def _money(record: Record, currency: str) -> Record:
    kept: Record = {"currency": currency}
    for name in ("budget", "prize"):
        if name in record:
            kept[f"{name}_minor"] = Money.of(record[name], currency).minor
    return kept


def _rows(record: Record) -> list[Record]:
    sets = reading.file("standard")["criteria"]
    return sets[record.get("criteria", "standard")]


def _write_criteria(author: Viewer, challenge: Challenge, record: Record, moment: datetime) -> None:
    language = record["language"]
    drafts = []
    for row in _rows(record):
        words = row[language]
        facts: dict[str, Any] = {
            name: row[name]
            for name in ("weight", "scale", "minimum", "is_required", "comment_required")
            if name in row
        }
        if "points" in row:
            facts["labels"] = [
                {"label": label, "points": points}
                for label, points in zip(words["labels"], row["points"], strict=True)
            ]
            facts["scale"] = max(row["points"])
        drafts.append(
            CriterionDraft(CriterionKind(row["kind"]), words["name"], guidance=words.get("guidance", ""), **facts)
        )
    rule = TieBreak(record.get("tie_break", "lower_price"))
    place = 0 if rule == TieBreak.CRITERION else None
    commands.save_criteria(author, challenge, drafts, moment, tie_break=rule, tie_break_place=place)


def _translate(
    author: Viewer, challenge: Challenge, words: Record, language: str, record: Record, moment: datetime
) -> None:
    whole = _standard_texts(language, record) | words
    commands.save_section(
        author, challenge, "problem", _present(whole, "title", "summary", "problem"), moment, language=language
    )
    for section, columns in SECTIONS.items():
        commands.save_section(author, challenge, section, _present(whole, *columns), moment, language=language)
    if "budget_note" in record:
        note = {"budget_note": whole["budget_note"]}
        commands.save_section(author, challenge, "budget", note, moment, language=language)
    stages = reading.file("standard")["stages"][language]
    steps = [{"name": stages["briefing"], "note": stages["briefing_note"]}, {"name": stages["panel"]}]
    commands.save_section(author, challenge, "dates", {"stage_words": steps}, moment, language=language)
    rows = _rows(record)
    commands.translate_criteria(
        author,
        challenge,
        language,
        {criterion.id: row[language] for criterion, row in zip(challenge.criteria, rows, strict=True)},
        moment,
    )
