"""What is asked of a list is read from its address; an export runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import column
from sqlalchemy import types as types

from marketplace.core.lists import MOST_SEARCHED, WORTH_TOOLS, Choice, Column, Filter, Listing, Sort

NAME = column("name", types.String())
LIST = Listing(
    "things",
    sorts=(Sort("newest", "Newest", [(NAME, "desc")]), Sort("name", "By name", [(NAME, "asc")])),
    filters=(Filter("state", "State", (Choice("open", "Open", NAME == "a"),)),),
    search=lambda text: NAME.contains(text),
    columns=(
        Column("Name", lambda row: row[0]),
        Column("When", lambda row: row[1]),
        Column("Size", lambda row: row[2]),
    ),
)


def test_nothing_asked_is_the_usual_order_of_all():
    asked = LIST.asked({})
    assert (asked.text, asked.chosen, asked.sort.value, asked.is_narrowed) == ("", {}, "newest", False)


def test_words_filter_and_order_stand_in_the_address():
    asked = LIST.asked({"q": "  water ", "state": "open", "sort": "name", "after": "x"})
    assert (asked.text, asked.chosen["state"].label, asked.sort.value, asked.after) == ("water", "Open", "name", "x")
    assert asked.is_narrowed
    assert asked.unknown == []


def test_what_is_not_known_is_left_out_and_said():
    asked = LIST.asked({"state": "nonsense", "sort": "sideways"})
    assert asked.unknown == ["nonsense", "sideways"]
    assert not asked.is_narrowed


@pytest.mark.parametrize("text", ["\0", "x" * 10_000, "\ud800", "\n\r"])
def test_no_words_break_it(text):
    assert len(LIST.asked({"q": text}).text) <= MOST_SEARCHED


def test_the_tools_stand_where_they_are_of_use():
    assert not LIST.asked().needs_tools(WORTH_TOOLS)
    assert LIST.asked().needs_tools(WORTH_TOOLS + 1)
    assert LIST.asked({"q": "water"}).needs_tools(0)


def test_a_list_without_columns_exports_nothing():
    assert not Listing("x", LIST.sorts).asked({"format": "csv"}).wants_export


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0"])
def test_an_export_runs_nothing_and_reads_in_every_language(formula):
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    answer = LIST.asked({"format": "csv"}).export([(formula, at, 3), ("محطة", None, -2)])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="things.csv"'
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    head, first, second = csv.reader(io.StringIO(text[1:]))
    assert head == ["Name", "When", "Size"]
    assert first == ["'" + formula, "2027-03-01T09:00:00+00:00", "3"]
    assert second == ["محطة", "", "-2"]
