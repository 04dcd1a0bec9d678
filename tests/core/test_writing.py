"""Writing in sections: the buttons of rows, and which version a form started from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.writing import rows, sections
from marketplace.core.writing.sections import Section


@given(st.lists(st.integers(), max_size=10), st.sampled_from(["up", "down", "remove"]), st.integers(0, 12))
def test_a_rows_button_loses_no_other_row(before, verb, index):
    deed = rows.read(f"{verb}:{index}")
    changed = rows.moved(before, deed)
    gone = 1 if verb == "remove" and index < len(before) else 0
    assert len(changed) == len(before) - gone
    assert sorted(changed) == sorted(before[:index] + before[index + 1 :] if gone else before)
    place = deed.row_after(len(before))
    assert place is None or 0 <= place < len(changed)


@given(st.lists(st.integers(), min_size=2, max_size=10, unique=True), st.sampled_from(["up", "down"]), st.data())
def test_the_writer_goes_on_with_the_row_that_moved(before, verb, data):
    index = data.draw(st.integers(0, len(before) - 1))
    deed = rows.read(f"{verb}:{index}")
    assert rows.moved(before, deed)[deed.row_after(len(before))] == before[index]


def test_a_row_that_is_added_comes_last():
    assert rows.read("add").row_after(2) == 2


@pytest.mark.parametrize("value", ["", "drop:1", "up:", "up:²", "remove:99999", "up:-1", "up"])
def test_a_made_up_button_does_nothing(value):
    assert rows.moved([1, 2], rows.read(value)) == [1, 2]


def test_after_the_last_section_comes_none():
    names = [Section("first", "First").name, Section("last", "Last").name]
    assert sections.after(names, "first") == "last"
    assert sections.after(names, "last") is None
