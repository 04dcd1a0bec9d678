"""Saving a case study's sections while it is a draft.

Two organisations write in one draft; how no text is lost, `core.writing.history` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.casestudies import evidence, policy, sections
from marketplace.casestudies.drafting import functions_of
from marketplace.casestudies.models import Claim, Edition, EditionRevision, EditionState, EditionText
from marketplace.core import database
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, _
from marketplace.core.workflow import lock
from marketplace.core.writing import limits
from marketplace.core.writing.history import History, Place
from marketplace.core.writing.sections import Section
from marketplace.pilots.models import Actual, Kpi

HISTORY = History(EditionRevision, EditionRevision.edition_id)


@dataclass(frozen=True)
class ClaimDraft:
    """A result as it is written, in one language.

    Attributes:
        id: of the claim that it changes; None for a new one.
        source: where the measurement is from.
        actual_id: the verified measurement that proves it; ignored in a translation.
    """

    words: str
    source: str = ""
    actual_id: UUID | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class FigureDraft:
    """A figure of the head: what it was before (or nothing), what it is, what it counts."""

    value: str
    words: str
    before: str = ""


def save_section(
    actor: Viewer,
    edition: Edition,
    section_name: str,
    values: Mapping[str, Any],
    now: datetime,
    *,
    language: str | None = None,
    version: int | None = None,
) -> int:
    """Write a section's texts in one language, and its facts where that is the original's.

    Args:
        values: column -> value; columns of the section that are not named stay as they are.
        language: the original's when left out.
        version: the one that the writer started from; None writes over whatever there is.
    Returns:
        the section's new version.
    Raises:
        NotAllowed: the actor works for neither side.
        Conflict: somebody else saved meanwhile; what was typed is kept.
        Refused: it is no draft any more, or a text is too long.
    """
    section = sections.BY_NAME[section_name]
    text = _opened(actor, edition, section, language, values, version, now)
    for column in section.texts:
        if column in values:
            setattr(text, column, fitting(column, values[column]))
    if text.language == edition.language:
        for column in section.facts:
            if column in values:
                setattr(edition, column, values[column])
        edition.functions = functions_of(edition.topics)
    return _closed(actor, edition, section, text, values, now)


def save_claims(
    actor: Viewer,
    edition: Edition,
    drafts: Sequence[ClaimDraft],
    now: datetime,
    *,
    language: str | None = None,
    version: int | None = None,
) -> int:
    """Write the results: in the original's language all of them, in another one the words of those there are.

    Args:
        drafts: in their order; in the original's language those that are missing are removed.
    Raises:
        NotFound: a measurement that is not this pilot's.
        Refused: a measurement that is not verified, a text too long, too many results.
        NotAllowed, Conflict: as in `save_section`.
    """
    content = {"claims": [_plain(draft) for draft in drafts]}
    text = _opened(actor, edition, sections.BY_NAME["results"], language, content, version, now)
    if len(drafts) > sections.MOST_CLAIMS:
        raise Refused(_("Keep to %(most)d results.", most=sections.MOST_CLAIMS))
    known = {claim.id: claim for claim in edition.claims}
    if text.language == edition.language:
        edition.claims = [
            _written(
                (known.get(draft.id) if draft.id else None) or Claim(words={}, sources={}, evidence={}),
                draft,
                text.language,
                place,
            )
            for place, draft in enumerate(drafts)
        ]
        _prove(edition, drafts)
    else:
        for place, draft in enumerate(drafts):
            if draft.id in known:
                _written(known[draft.id], draft, text.language, place, position=known[draft.id].position)
    return _closed(actor, edition, sections.BY_NAME["results"], text, content, now)


def save_figures(
    actor: Viewer,
    edition: Edition,
    drafts: Sequence[FigureDraft],
    now: datetime,
    *,
    language: str | None = None,
    version: int | None = None,
) -> int:
    """Write up to three figures in a language; those without a value are left out.

    Raises:
        NotAllowed, Conflict, Refused: as in `save_section`.
    """
    content = {"figures": [_plain(draft) for draft in drafts]}
    text = _opened(actor, edition, sections.BY_NAME["figures"], language, content, version, now)
    kept = [draft for draft in drafts if draft.value.strip()]
    if len(kept) > sections.MOST_FIGURES:
        raise Refused(_("Keep to %(most)d figures.", most=sections.MOST_FIGURES))
    text.figures = [
        {
            "before": _line(draft.before, sections.FIGURE, f"rows-{place}-before"),
            "value": _line(draft.value, sections.FIGURE, f"rows-{place}-value"),
            "words": _line(draft.words, sections.FIGURE_WORDS, f"rows-{place}-words"),
        }
        for place, draft in enumerate(kept)
    ]
    return _closed(actor, edition, sections.BY_NAME["figures"], text, content, now)


def remove_language(actor: Viewer, edition: Edition, language: str, now: datetime) -> None:
    """Take a translation away, the original's never; its texts stay in the history.

    Raises:
        NotAllowed: the actor works for neither side, or it is the original's language.
        Refused: it is no draft any more.
    """
    require(language != edition.language)
    open_draft(actor, edition)
    text = edition.text_in(language)
    if text is None:
        return
    for section in sections.SECTIONS:
        kept = {column: getattr(text, column) for column in section.texts if getattr(text, column)}
        if kept:
            place = Place(edition.id, section.name, language)
            version = text.versions.get(section.name, 0)
            HISTORY.keep(actor, place, version, kept, now, organisation_id=actor.organisation_id)
    edition.texts.remove(text)
    for claim in edition.claims:
        claim.words = {code: words for code, words in claim.words.items() if code != language}
        claim.sources = {code: words for code, words in claim.sources.items() if code != language}
    edition.version += 1
    database.session.flush()


# --- one section, opened and closed ---


def open_draft(actor: Viewer, edition: Edition) -> None:
    """Lock a draft to write in it, and read all of it anew.

    Raises:
        NotAllowed: the actor works for neither side.
        Refused: it is no draft any more.
    """
    require(policy.can_write_edition(actor, edition))
    # Locked first: two writers may save at once, and only one of them starts from the present version.
    lock(edition)
    if edition.state != EditionState.DRAFT:
        raise Refused(_("It can’t be changed now: it has gone to be cleared. Copy what you typed."))
    read_anew(edition)


def read_anew(edition: Edition) -> None:
    """Load the words of a locked edition again: another writer may have changed them before the lock."""
    database.session.flush()
    for part in (*edition.texts, *edition.claims):
        database.session.expire(part)
    database.session.expire(edition, ["texts", "claims", "clearances"])


def _opened(
    actor: Viewer,
    edition: Edition,
    section: Section,
    language: str | None,
    content: Mapping[str, Any],
    version: int | None,
    now: datetime,
) -> EditionText:
    language = language or edition.language
    require(language in LANGUAGES and section in sections.shown(edition.number, language == edition.language))
    open_draft(actor, edition)
    text = edition.text_in(language)
    if text is None:
        text = EditionText(language=language, versions={}, figures=[])
        edition.texts.append(text)
    present = text.versions.get(section.name, 0)
    place = Place(edition.id, section.name, language)
    HISTORY.check(actor, place, (version, present), content, now, organisation_id=actor.organisation_id)
    return text


def _closed(
    actor: Viewer,
    edition: Edition,
    section: Section,
    text: EditionText,
    content: Mapping[str, Any],
    now: datetime,
) -> int:
    version = int(text.versions.get(section.name, 0)) + 1
    text.versions = {**text.versions, section.name: version}
    if text.language != edition.language:
        text.translated_from = edition.number
    edition.version += 1
    place = Place(edition.id, section.name, text.language)
    HISTORY.keep(actor, place, version, content, now, organisation_id=actor.organisation_id)
    database.session.flush()
    return version


def _plain(draft: ClaimDraft | FigureDraft) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(draft).items()}


def fitting(column: str, typed: str) -> str:
    """A typed text, cleaned, where it is no longer than its column takes."""
    return limits.fitting(typed, sections.limit_of(column), column, is_line=column in sections.LINES)


def _line(typed: str, most: int, field: str) -> str:
    return limits.fitting(typed, most, field, is_line=True)


def _written(claim: Claim, draft: ClaimDraft, language: str, place: int, position: int | None = None) -> Claim:
    words = limits.fitting(draft.words, sections.CLAIM, f"rows-{place}-words")
    source = limits.fitting(draft.source, sections.SOURCE, f"rows-{place}-source")
    claim.words = {**claim.words, language: words}
    claim.sources = {**claim.sources, language: source}
    claim.position = position if position is not None else place + 1
    return claim


def _prove(edition: Edition, drafts: Sequence[ClaimDraft]) -> None:
    """Tie the results to their measurements and freeze what these say."""
    wanted = {draft.actual_id for draft in drafts if draft.actual_id}
    found = {actual.id: actual for actual in measurements(edition) if actual.id in wanted} if wanted else {}
    for claim, draft in zip(edition.claims, drafts, strict=True):
        if draft.actual_id == claim.actual_id and (claim.evidence or draft.actual_id is None):
            continue
        if draft.actual_id is None:
            claim.actual_id, claim.evidence = None, {}
            continue
        actual = found.get(draft.actual_id)
        if actual is None:
            raise Refused(_("Choose a verified measurement of this pilot."))
        claim.actual_id, claim.evidence = actual.id, evidence.freeze(actual.kpi, actual)


def measurements(edition: Edition) -> Sequence[Actual]:
    """The verified measurements of the edition's pilot, the latest first; two statements, at most 200."""
    return database.session.scalars(
        select(Actual)
        .join(Kpi, Kpi.id == Actual.kpi_id)
        .where(Kpi.pilot_id == edition.case_study.pilot_id, Actual.verified_at.is_not(None))
        .order_by(Kpi.position, Actual.measured_on.desc(), Actual.id)
        .limit(200)
    ).all()
