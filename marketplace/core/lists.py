"""Lists of a person's own work: described once, then searched, filtered, sorted, paged and exported alike.

A feature declares a `Listing`; its query hands a statement to what was `asked` of it, its template calls
`components/listing.html`. The state of a list is its address.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, Select

from marketplace.core.i18n import Words
from marketplace.core.paging import LIMIT, Key, Page, page
from marketplace.core.text import clean_line, csv_safe

MOST_EXPORTED = 10_000  # rows
MOST_SEARCHED = 200  # letters
WORTH_TOOLS = 7  # rows; who has fewer sees them all at once


@dataclass(frozen=True)
class Choice:
    """One value of a filter, and which rows it leaves."""

    value: str
    label: Words
    where: ColumnElement[bool]


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed by: a parameter of its address."""

    name: str
    label: Words
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Sort:
    """An order of the list; its last key is unique."""

    value: str
    label: Words
    keys: Sequence[Key]


@dataclass(frozen=True)
class Column:
    """A column of the export: its head, and its cell for a row of the list."""

    label: Words
    cell: Callable[[Any], Any]


@dataclass(frozen=True)
class Listing:
    """What can be asked of a list.

    Attributes:
        name: of the exported file.
        sorts: the usual order first.
        search: the condition that typed words put; None where nothing is searched.
        search_label: what is searched.
        columns: of the export; none where nobody would want one.
    """

    name: str
    sorts: Sequence[Sort]
    filters: Sequence[Filter] = ()
    search: Callable[[str], ColumnElement[bool]] | None = None
    search_label: Words = ""
    columns: Sequence[Column] = ()

    def asked(self, arguments: Mapping[str, str] | None = None) -> Asked:
        """Read what is asked in an address; what is not known there is left out and remembered."""
        given = arguments or {}
        text = clean_line(given.get("q", ""))[:MOST_SEARCHED] if self.search else ""
        chosen, unknown = {}, []
        for one in self.filters:
            value = given.get(one.name) or ""
            choice = next((choice for choice in one.choices if choice.value == value), None)
            if choice is not None:
                chosen[one.name] = choice
            elif value:
                unknown.append(value)
        wanted = given.get("sort") or ""
        sort = next((sort for sort in self.sorts if sort.value == wanted), None)
        if wanted and sort is None:
            unknown.append(wanted)
        export = bool(self.columns) and given.get("format") == "csv"
        return Asked(self, text, chosen, sort or self.sorts[0], given.get("after"), export, unknown)


@dataclass(frozen=True)
class Asked:
    """What one reader asks of a list."""

    listing: Listing
    text: str
    chosen: Mapping[str, Choice]
    sort: Sort
    after: str | None = None
    wants_export: bool = False
    unknown: Sequence[str] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        """Whether rows are left out."""
        return bool(self.text or self.chosen)

    def needs_tools(self, total: int | None) -> bool:
        """Whether the list is long enough, or narrowed already, for its tools to be of use."""
        return self.is_narrowed or (total or 0) > WORTH_TOOLS

    def page(self, statement: Select[Any], limit: int = LIMIT) -> Page[Any]:
        """The page of a statement that was asked for; two statements. For an export all rows, up to the most."""
        conditions = [choice.where for choice in self.chosen.values()]
        if self.text and self.listing.search:
            conditions.append(self.listing.search(self.text))
        narrowed = statement.where(*conditions)
        if self.wants_export:
            return page(narrowed, self.sort.keys, None, MOST_EXPORTED, counted=False)
        return page(narrowed, self.sort.keys, self.after, limit)

    def export(self, rows: Iterable[Any]) -> Response:
        """The rows as a CSV file that spreadsheets open: no cell runs as a formula, times are of ISO 8601 in UTC."""
        written = io.StringIO()
        lines = csv.writer(written)
        lines.writerow([csv_safe(str(column.label)) for column in self.listing.columns])
        for row in rows:
            lines.writerow([csv_safe(_cell(column.cell(row))) for column in self.listing.columns])
        # The mark lets spreadsheets read Arabic and French letters as what they are.
        answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.listing.name}.csv"'
        return answer


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value if isinstance(value, int) else str(value)
