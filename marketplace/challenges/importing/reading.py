"""A file of postings as challenge.gov gave them, read row by row.

Whatever is odd costs its field and no more: the row is taken without it, and the problem says so. A row is refused
only where it has no number or no title, or repeats a number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from marketplace.challenges.importing import dates, kinds, prizes, texts
from marketplace.challenges.importing.agencies import read_agency, read_partners
from marketplace.challenges.importing.posting import Posting, Problem, Reading
from marketplace.core.text import clean_line

SHOWN_OF_VALUE = 120  # letters of a value that a problem shows
LONG_TEXTS = ("description", "prizes", "rules", "judging", "how-to-enter")
LISTS = ("type-of-challenge",)


class Unreadable(ValueError):
    """The file as a whole is none of postings; the message says why."""


def read_postings(path: Path | str) -> Reading:
    """All postings of a file, and what could not be taken of them.

    Args:
        path: JSON, UTF-8: {"challenges": [rows]} or the list of rows alone.
    Raises:
        Unreadable: no such file, no JSON, or no list of rows in it.
    """
    try:
        held = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise Unreadable(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path} holds no JSON in UTF-8: {error}.") from error
    rows = held.get("challenges") if isinstance(held, dict) else held
    if not isinstance(rows, list):
        raise Unreadable(f"{path} holds no list of challenges.")
    return read_rows(rows)


def read_rows(rows: list[Any]) -> Reading:
    """The postings among rows of a file that is open already."""
    postings: list[Posting] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        reader = _RowReader(number, row if isinstance(row, dict) else {}, problems)
        reason = _refusal(row, reader.source_id, reader.line("challenge-title"), seen)
        if reason:
            problems.append(Problem(number, reader.source_id, "", _shown(row), reason, refuses_row=True))
            continue
        seen[reader.source_id] = number
        postings.append(reader.posting())
    return Reading(len(rows), tuple(postings), tuple(problems))


def _refusal(row: Any, source_id: str, title: str, seen: Mapping[str, int]) -> str | None:
    if not isinstance(row, dict):
        return "It is no posting."
    if not source_id:
        return "It has no number (challenge-id), so it could not be found again."
    if not title:
        return "It has no title."
    if source_id in seen:
        return f"Its number stands in row {seen[source_id]} already."
    return None


class _RowReader:
    """One row: its fields by name, and where to note what is wrong with them."""

    def __init__(self, number: int, row: dict[str, Any], problems: list[Problem]) -> None:
        self.number = number
        self.row = row
        self.problems = problems
        self.source_id = clean_line(self._text("challenge-id"))

    def posting(self) -> Posting:
        """The posting that this row makes; problems are noted on the way."""
        self._note_fields_of_another_shape()
        self._note_template_tags()
        opens_at, deadline = self._dates()
        prize = self._prize()
        agency_words = self.line("agency")
        title, tagline = self.line("challenge-title"), self.line("tagline")
        posting = Posting(
            row=self.number,
            source_id=self.source_id,
            title=title,
            tagline=tagline,
            source_url=self._own_page(),
            external_url=self._address("external-url"),
            opens_at=opens_at,
            deadline=deadline,
            zone=dates.ZONE,
            prize=prize.money,
            prize_words=prize.words,
            agency=self._agency(),
            agency_words=agency_words,
            federal_partners=read_partners(self.line("partner-agencies-federal")),
            other_partners=read_partners(self.line("partners-non-federal")),
            kinds=self._kinds(),
            topics=kinds.topics_of(title, tagline),
            fiscal_years=self._fiscal_years(),
            legal_authority=kinds.read_authority(self.line("legal-authority")),
            description=self._long("description"),
            prizes=self._long("prizes"),
            rules=self._long("rules"),
            judging=self._long("judging"),
            how_to_enter=self._long("how-to-enter"),
            fingerprint=_fingerprint(self.row),
        )
        if not posting.description and posting.external_url is None:
            self._note("description", "It is empty, and no other site is named: title and tagline are all there is.")
        return posting

    def line(self, field: str) -> str:
        """A field of one line."""
        return texts.read_line(self._text(field))

    def _text(self, field: str) -> str:
        value = self.row.get(field)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return str(value)

    def _note(self, field: str, reason: str) -> None:
        self.problems.append(Problem(self.number, self.source_id, field, _shown(self.row.get(field)), reason))

    def _note_fields_of_another_shape(self) -> None:
        for field, value in self.row.items():
            is_list = field in LISTS and isinstance(value, list) and all(isinstance(part, str) for part in value)
            if (
                value is not None
                and not is_list
                and (isinstance(value, bool) or not isinstance(value, str | int | float))
            ):
                self._note(field, "It is no text, so it was left out.")

    def _note_template_tags(self) -> None:
        for field in self.row:
            tags = texts.template_tags(self._text(field))
            if tags:
                kinds_of_tag = ", ".join(kinds.unique(tags))
                reason = (
                    f"{len(tags)} × a template's own words, never replaced by the site: {kinds_of_tag}. Taken out."
                )
                self.problems.append(Problem(self.number, self.source_id, field, _shown(tags[0]), reason))

    def _dates(self) -> tuple[datetime | None, datetime | None]:
        opens_at = self._date("submission-start", dates.read_opening)
        deadline = self._date("submission-end", dates.read_deadline)
        if opens_at and deadline and opens_at >= deadline:
            self._note("submission-start", "It is not before the end. The end was taken, the start was not.")
            opens_at = None
        return opens_at, deadline

    def _date(self, field: str, read: Callable[[str], dates.Moment]) -> datetime | None:
        try:
            moment = read(self.line(field))
        except dates.NotADate as error:
            self._note(field, f"{error} Left open.")
            return None
        if moment.doubt:
            self._note(field, moment.doubt)
        return moment.at

    def _prize(self) -> prizes.Prize:
        field = "total-prize-offered-cash"
        try:
            return prizes.read_prize(self.line(field))
        except prizes.NotAnAmount as error:
            self._note(field, f"{error} Kept as words.")
            return prizes.Prize(None, self.line(field))

    def _agency(self) -> Any:
        agency = read_agency(self.line("agency"))
        if agency is None:
            self._note("agency", "No agency is named.")
        return agency

    def _kinds(self) -> tuple[str, ...]:
        tags = self.row.get("type-of-challenge")
        if isinstance(tags, list):
            tags = [texts.read_line(tag) for tag in tags if isinstance(tag, str)]
        found, unknown = kinds.read_kinds(tags if isinstance(tags, list) else self.line("type-of-challenge"))
        if unknown:
            self._note("type-of-challenge", f"Not known: {', '.join(unknown)}. Left out.")
        return found

    def _fiscal_years(self) -> tuple[int, ...]:
        years, is_understood = kinds.read_fiscal_years(self.line("fiscal-year"))
        if not is_understood:
            self._note("fiscal-year", "It holds something that is no year. Left out.")
        return years

    def _address(self, field: str) -> str | None:
        words = self.line(field)
        if not words:
            return None
        address = texts.read_address(words)
        if address is None:
            self._note(field, "It is no address of the web. Left out.")
        return address

    def _own_page(self) -> str | None:
        address = self._address("permalink")
        if address and not address.startswith((texts.SITE + "/", texts.SITE.replace("www.", "") + "/")):
            self._note("permalink", "It does not lead to the site that the posting is of. Left out.")
            return None
        return address

    def _long(self, field: str) -> str:
        markdown = texts.read_text(self._text(field))
        if markdown.lower() in ("true", "false", "null", "none", "undefined"):
            self._note(field, "It is a switch of the site's, no text. Left out.")
            return ""
        return markdown


def _fingerprint(row: dict[str, Any]) -> str:
    # ASCII, so that a lone surrogate from broken UTF-8 can be hashed too.
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=True).encode("ascii")).hexdigest()


def _shown(value: Any) -> str:
    text = clean_line(value if isinstance(value, str) else "" if value is None else json.dumps(value))
    return text if len(text) <= SHOWN_OF_VALUE else text[: SHOWN_OF_VALUE - 1] + "…"
