"""What an importer gets from a foreign site: postings, and what could not be taken of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.challenges.importing.agencies import Agency
from marketplace.core.money import Money


@dataclass(frozen=True)
class Problem:
    """Something that could not be taken as it was found, and why.

    Attributes:
        row: its place in the file, from 1.
        source_id: the site's own number; empty where it has none.
        field: as the file names it; empty where the whole row is meant.
        value: as found, shortened.
        reason: what is wrong, and what became of it.
        refuses_row: the row was not taken at all.
    """

    row: int
    source_id: str
    field: str
    value: str
    reason: str
    refuses_row: bool = False


@dataclass(frozen=True)
class Posting:
    """One challenge of another site. Texts are Markdown; times are UTC.

    Attributes:
        row: its place in the file, from 1.
        source_id: the site's own number, the same at each import.
        source_url: its page on the site that it was read from.
        external_url: where it is answered, if that is yet another site.
        opens_at: None where the site tells no usable date.
        deadline: the last moment that counts; None as above.
        zone: IANA name of the zone that the site writes its times in.
        prize: total offered in cash; None where there is none or it could not be read.
        prize_words: as the site worded it, where an amount alone does not say it all.
        agency: the organisation that posts it; None where none is named.
        agency_words: as the site spelt it.
        kinds: what is asked for ("software", "ideas" …), see `kinds.KINDS`.
        topics: codes of `core.vocabularies.topics` that its title and tagline speak of.
        fiscal_years: ascending.
        fingerprint: changes when anything in the row changes.
    """

    row: int
    source_id: str
    title: str
    tagline: str
    source_url: str | None
    external_url: str | None
    opens_at: datetime | None
    deadline: datetime | None
    zone: str
    prize: Money | None
    prize_words: str | None
    agency: Agency | None
    agency_words: str
    federal_partners: tuple[str, ...]
    other_partners: tuple[str, ...]
    kinds: tuple[str, ...]
    topics: tuple[str, ...]
    fiscal_years: tuple[int, ...]
    legal_authority: str
    description: str
    prizes: str
    rules: str
    judging: str
    how_to_enter: str
    fingerprint: str

    @property
    def is_external(self) -> bool:
        """It lives on another site: a link, and nothing to read here."""
        return self.external_url is not None and not self.description

    def visible_from(self, now: datetime) -> datetime:
        """Since when it can be shown as published.

        Where the site's own opening is not known: now, and for a posting whose deadline has passed the day before
        that deadline, so that the order of the two holds.

        Args:
            now: UTC, the moment of the import.
        """
        if self.opens_at is not None:
            return self.opens_at
        if self.deadline is None or now < self.deadline:
            return now
        return self.deadline - timedelta(days=1)

    def facts(self) -> dict[str, Any]:
        """What has no column of its own, fit for JSON."""
        return {
            "agency": self.agency_words,
            "federal_partners": list(self.federal_partners),
            "other_partners": list(self.other_partners),
            "kinds": list(self.kinds),
            "fiscal_years": list(self.fiscal_years),
            "legal_authority": self.legal_authority,
            "url": self.source_url,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True)
class Reading:
    """A whole file: what was taken, and what was not.

    Attributes:
        rows: how many the file holds: each is a posting or has a problem that refuses it.
    """

    rows: int
    postings: Sequence[Posting]
    problems: Sequence[Problem]

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken at all."""
        return sum(problem.refuses_row for problem in self.problems)
