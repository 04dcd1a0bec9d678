"""A refusal undoes what was begun and stands beside its field."""

from types import SimpleNamespace

import pytest
from sqlalchemy.exc import IntegrityError
from wtforms import FieldList, Form, FormField, StringField

from marketplace.core import errors
from marketplace.core.errors import Refused, constraint_message, refusals_shown_in


class Line(Form):
    amount = StringField()


class Long(Form):
    title = StringField()
    lines = FieldList(FormField(Line), min_entries=2)


@pytest.fixture
def undone(monkeypatch):
    calls = []
    monkeypatch.setattr(errors, "_undo", lambda: calls.append("undone"))
    return calls


def violation(name):
    original = Exception("violates")
    original.diag = SimpleNamespace(constraint_name=name)
    return IntegrityError("INSERT", {}, original)


def test_a_refusal_stands_beside_its_field(undone):
    form = Long()
    with refusals_shown_in(form):
        raise Refused("Write a title.", "title")
    assert form.title.errors == ["Write a title."]
    with refusals_shown_in(form):
        raise Refused("Enter an amount.", "lines-1-amount")
    assert form.lines[1].form.amount.errors == ["Enter an amount."]
    assert undone == ["undone"] * 2


def test_a_refusal_without_a_field_stands_over_the_form(undone):
    form = Long()
    with refusals_shown_in(form):
        raise Refused("Not now.")
    with refusals_shown_in(form):
        raise Refused("Not so.", "no_such_field")
    assert form.form_errors == ["Not now.", "Not so."]
    assert form.errors[form._form_error_key] == ["Not now.", "Not so."]


def test_a_named_constraint_speaks_and_another_raises(undone):
    constraint_message("test_one_title", "Choose another title.", field="title")
    form = Long()
    with refusals_shown_in(form):
        raise violation("test_one_title")
    assert form.title.errors == ["Choose another title."]
    with pytest.raises(IntegrityError), refusals_shown_in(form):
        raise violation("unknown")
    with pytest.raises(ValueError, match="already"):
        constraint_message("test_one_title", "Other words.")
