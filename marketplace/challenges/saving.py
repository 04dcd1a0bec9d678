"""Saving a challenge's sections while it is a draft; how no text is lost, `core.writing.history` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.challenges import policy, sections
from marketplace.challenges.criteria import CriterionDraft, as_content, check_criteria, replace_criteria
from marketplace.challenges.models import Challenge, ChallengeText, Criterion, SectionRevision, StageDate, TieBreak
from marketplace.core import database
from marketplace.core.access import Viewer, require
from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, _
from marketplace.core.text import clean_line
from marketplace.core.workflow import lock
from marketplace.core.writing import limits
from marketplace.core.writing.history import History, Place
from marketplace.core.writing.sections import Section

HISTORY = History(SectionRevision, SectionRevision.challenge_id)
MOST_STAGES = 20


@dataclass(frozen=True)
class StageDraft:
    """A dated step as it is written; times in UTC."""

    name: str
    starts_at: datetime
    ends_at: datetime | None = None
    note: str = ""
    id: UUID | None = None  # of the step that it changes


def save_section(
    actor: Viewer,
    challenge: Challenge,
    section_name: str,
    values: Mapping[str, Any],
    now: datetime,
    *,
    language: str | None = None,
    version: int | None = None,
) -> int:
    """Write a section's texts in one language, and its facts where that is the original's.

    Args:
        values: column -> value; columns of the section that are not named stay as they are. `stages`, a
            sequence of `StageDraft`, belongs to the section of dates, as does `stage_words` in another language:
            ({"name", "note"}, …) in the steps' order.
        language: the original's when left out.
        version: the one that the writer started from; None writes over whatever there is.
    Returns:
        the section's new version.
    Raises:
        NotAllowed: not an author, or the challenge is no draft.
        Conflict: somebody else saved meanwhile; what was typed is kept, see `conflicts`.
        Refused: a value is out of its range.
    """
    section = sections.BY_NAME[section_name]
    language = language or challenge.language
    text = _open_section(actor, challenge, section, language, values, version, now)
    for column in section.texts:
        if column in values:
            setattr(text, column, fitting(column, values[column]))
    if language == challenge.language:
        for column in section.facts:
            if column in values:
                setattr(challenge, column, values[column])
        if "stages" in values:
            _replace_stages(challenge, values["stages"])
    elif "stage_words" in values:
        _translate_stages(challenge, language, values["stage_words"])
    return _close_section(actor, challenge, section, text, values, now)


def save_criteria(
    actor: Viewer,
    challenge: Challenge,
    criteria: Sequence[CriterionDraft],
    now: datetime,
    *,
    tie_break: TieBreak = TieBreak.LOWER_PRICE,
    tie_break_place: int | None = None,
    judging: str | None = None,
    version: int | None = None,
) -> int:
    """Write all criteria and the tie-break rule.

    Args:
        criteria: in their order; those that are not among them are removed.
        tie_break_place: for `TieBreak.CRITERION`, the place of the criterion in `criteria`, from 0.
        judging: words beside the table; None leaves them.
        version: as in `save_section`, and so is what it returns.
    Raises:
        NotAllowed, Conflict: as in `save_section`.
        Refused: too many, or a number out of its range.
    """
    section = sections.BY_NAME["criteria"]
    check_criteria(criteria)
    content = {
        "criteria": [as_content(draft) for draft in criteria],
        "tie_break": tie_break.value,
        "tie_break_place": tie_break_place,
    } | ({} if judging is None else {"judging": judging})
    text = _open_section(actor, challenge, section, challenge.language, content, version, now)
    if judging is not None:
        text.judging = fitting("judging", judging)
    replace_criteria(challenge, criteria)
    _set_tie_break(challenge, tie_break, tie_break_place)
    return _close_section(actor, challenge, section, text, content, now)


def _set_tie_break(challenge: Challenge, rule: TieBreak, place: int | None) -> None:
    challenge.tie_break = rule
    challenge.tie_break_criterion_id = None
    if rule == TieBreak.CRITERION and place is not None and place < len(challenge.criteria):
        challenge.tie_break_criterion_id = challenge.criteria[place].id


def translate_criteria(
    actor: Viewer,
    challenge: Challenge,
    language: str,
    words: Mapping[UUID, Mapping[str, Any]],
    now: datetime,
    *,
    judging: str = "",
    version: int | None = None,
) -> int:
    """Write the criteria's words in another language than the original's.

    Args:
        words: criterion -> {"name", "guidance", "labels"}.
    Returns:
        the section's new version in that language.
    Raises:
        NotAllowed, Conflict: as in `save_section`.
    """
    section = sections.BY_NAME["criteria"]
    content = {"judging": judging, "words": {str(key): dict(value) for key, value in words.items()}}
    text = _open_section(actor, challenge, section, language, content, version, now)
    text.judging = fitting("judging", judging)
    for criterion in challenge.criteria:
        if criterion.id in words:
            given = {key: value for key, value in words[criterion.id].items() if value}
            criterion.translations = {**criterion.translations, language: given}
    return _close_section(actor, challenge, section, text, content, now)


def remove_language(actor: Viewer, challenge: Challenge, language: str, now: datetime) -> None:
    """Take a translation away, the original's never.

    Raises:
        NotAllowed: not an author, or the challenge is no draft, or it is the original's language.
    """
    lock(challenge)
    require(policy.can_edit(actor, challenge) and language != challenge.language)
    text = challenge.text_in(language)
    if text is None:
        return
    for section in sections.SECTIONS:
        kept = {column: getattr(text, column) for column in section.texts}
        if any(kept.values()):
            place = Place(challenge.id, section.name, language)
            HISTORY.keep(actor, place, text.versions.get(section.name, 0), _plain(kept), now)
    challenge.texts.remove(text)
    rows: list[Criterion | StageDate] = [*challenge.criteria, *challenge.stages]
    for row in rows:
        row.translations = {key: value for key, value in row.translations.items() if key != language}
    _note_editor(actor, challenge)


# --- one section, opened and closed ---


def _open_section(
    actor: Viewer,
    challenge: Challenge,
    section: Section,
    language: str,
    content: Mapping[str, Any],
    version: int | None,
    now: datetime,
) -> ChallengeText:
    require(policy.can_write(actor, challenge) and language in LANGUAGES)
    # Locked first: two writers may save at once, and only one of them starts from the present version.
    lock(challenge)
    if not policy.can_edit(actor, challenge):
        raise Refused(_("It can't be changed now: it has gone on to the review. Copy what you typed."))
    read_anew(challenge)
    text = challenge.text_in(language)
    present = text.versions.get(section.name, 0) if text else 0
    place = Place(challenge.id, section.name, language)
    HISTORY.check(actor, place, (version, present), _plain(content), now)
    if text is None:
        text = ChallengeText(language=language, versions={}, **dict.fromkeys(sections.TEXTS, ""))
        challenge.texts.append(text)
    return text


def read_anew(challenge: Challenge) -> None:
    """Load the parts of a locked challenge again: another writer may have changed them before the lock."""
    database.session.flush()
    for part in (*challenge.texts, *challenge.criteria):
        database.session.expire(part)
    database.session.expire(challenge, ["texts", "criteria", "stages", "notices"])


def _close_section(
    actor: Viewer,
    challenge: Challenge,
    section: Section,
    text: ChallengeText,
    content: Mapping[str, Any],
    now: datetime,
) -> int:
    version = text.versions.get(section.name, 0) + 1
    text.versions = {**text.versions, section.name: version}
    _note_editor(actor, challenge)
    HISTORY.keep(actor, Place(challenge.id, section.name, text.language), version, _plain(content), now)
    database.session.flush()
    return version


def _note_editor(actor: Viewer, challenge: Challenge) -> None:
    if actor.person_id is not None and actor.person_id not in challenge.editors_since_review:
        challenge.editors_since_review = [*challenge.editors_since_review, actor.person_id]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StageDraft):
        return {key: _plain(getattr(value, key)) for key in ("name", "note", "starts_at", "ends_at")}
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def fitting(column: str, typed: str) -> str:
    """A typed text, cleaned, where it is no longer than its column takes."""
    return limits.fitting(typed, sections.limit_of(column), column, is_line=column in sections.LIMITS)


def _replace_stages(challenge: Challenge, drafts: Sequence[StageDraft]) -> None:
    if len(drafts) > MOST_STAGES:
        raise Refused(_("Keep to %(most)d steps.", most=MOST_STAGES))
    known = {stage.id: stage for stage in challenge.stages}
    kept = []
    for place, draft in enumerate(drafts):
        stage = (known.get(draft.id) if draft.id else None) or StageDate(translations={})
        stage.position = place
        stage.name, stage.note = clean_line(draft.name)[:200], clean_line(draft.note)[:500]
        stage.starts_at, stage.ends_at = draft.starts_at, draft.ends_at
        kept.append(stage)
    challenge.stages = kept


def _translate_stages(challenge: Challenge, language: str, words: Sequence[Mapping[str, str]]) -> None:
    for stage, given in zip(challenge.stages, words, strict=False):
        clean = {key: clean_line(given.get(key, ""))[:500] for key in ("name", "note")}
        stage.translations = {**stage.translations, language: {key: value for key, value in clean.items() if value}}
