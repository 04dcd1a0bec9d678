"""Forms say what to enter beside the field, and lose nothing that was typed."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace
from uuid import UUID

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FieldList, FormField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Optional

from marketplace.core import forms
from marketplace.core.i18n import in_language
from marketplace.core.money import Money

NEEDED = [InputRequired("Fill this in.")]
ONE, OTHER = UUID("6f1c2f54-98f2-4c5e-9d1b-2f0a5a0e7d11"), UUID("0d1f9a42-51c7-4b6a-8f5e-3c2b1a09e8d7")


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Row(PlainForm):
    amount = forms.MoneyField("Amount", [Optional()], currency="KWD")


class Everything(forms.Form):
    line = forms.LineField("Line", NEEDED, max_length=10)
    text = forms.TextField("Text", [Optional()], max_length=20)
    plain = StringField("Plain")
    email = forms.EmailField("E-mail", [Optional()])
    price = forms.MoneyField("Price", [Optional()], currency="EUR", most=1_000_000)
    count = forms.WholeNumberField("Count", [Optional()], max_value=2000)
    value = forms.DecimalField("Value", [Optional()], min_value=-5, max_value=Decimal("99999.5"))
    day = forms.DateField("Day", [Optional()], earliest=date(2027, 1, 1))
    deadline = forms.LocalDateTimeField("Deadline", [Optional()], zone="Europe/Paris")
    one = forms.ChoiceField("One", [Optional()], choices=[(ONE, "One")], of=UUID, blank="None")
    colour = forms.RadioChoiceField("Colour", [Optional()], choices=[(Colour.RED, "Red")], of=Colour)
    many = forms.MultipleChoiceField("Many", choices=[(ONE, "One"), (OTHER, "Other")], of=UUID, most=2)
    file = forms.FileUploadField("File", [Optional()], max_bytes=5)
    rows = FieldList(FormField(Row), max_entries=3)


@pytest.fixture(scope="module")
def page():
    """Send values to the form, with a token that is right unless another is given."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="k", WTF_I18N_ENABLED=False)
    viewer = SimpleNamespace(organisation_id=ONE)

    def send(made=Everything, token=None, **values):
        with app.test_request_context("/", method="POST") as context, in_language(values.pop("language", "en")):
            g.viewer = viewer
            good = made(formdata=None).csrf_token.current_token
            data = MultiDict()
            for name, value in {"csrf_token": good if token is None else token, "line": "a line", **values}.items():
                for one in value if isinstance(value, list) else [value]:
                    data.add(name.replace("__", "-"), one)
            context.request.form = MultiDict((k, v) for k, v in data.items(True) if not isinstance(v, FileStorage))
            context.request.files = MultiDict((k, v) for k, v in data.items(True) if isinstance(v, FileStorage))
            form = made()
            form.is_right = form.validate_on_submit()
            form.shown = {field.name: str(field()) for field in form}
            return form

    return send


def test_each_field_reads_its_type(page):
    form = page(
        line="  a\u202e  line\0 ",
        text="one\r\ntwo  ",
        email=" Name@EXAMPLE.org",
        price="1,500.25",
        count="١٬٥٠٠",
        value="-2.5",
        day="2027-03-01",
        deadline="2027-03-01T17:00",
        one=str(ONE),
        colour="red",
        many=[str(OTHER), str(ONE), str(OTHER)],
        file=FileStorage(io.BytesIO(b"abc"), "a.txt"),
        rows__0__amount="1.500",
    )
    assert form.is_right, form.errors
    assert (form.line.data, form.text.data) == ("a line", "one\ntwo")
    assert form.email.data == "Name@example.org"
    assert (form.price.data, form.count.data, form.value.data) == (Money(150_025, "EUR"), 1500, Decimal("-2.5"))
    assert form.deadline.data == datetime(2027, 3, 1, 16, tzinfo=UTC)
    assert (form.one.data, form.colour.data, form.many.data) == (ONE, Colour.RED, [OTHER, ONE])
    assert form.file.data.filename == "a.txt"
    assert form.rows[0].form.amount.data == Money(1500, "KWD")
    assert form.day.data == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("line", "   ", "Fill this in."),
        ("line", "x" * 11, "Shorten this to 10 characters or fewer. It has 11 now."),
        ("text", "x" * 100_000, "Shorten this to 20 characters or fewer. It has 100,000 now."),
        ("email", "name@", "Enter an e-mail address, such as name@example.org."),
        ("price", "plenty", "Enter an amount in euros, such as 1500.25."),
        ("price", "1.500", "1.500 can be read in two ways."),
        ("price", "20000", "Enter an amount of €10,000 or less."),
        ("price", "-1", "Enter an amount of 0 or more."),
        ("count", "-1", "Enter a number from 0 to 2,000."),
        ("count", "9223372036854775808", "Enter a smaller number."),
        ("count", "1.5", "Enter a whole number, such as 1500."),
        ("value", "x", "Enter a number, such as 1500.25."),
        ("value", "-6", "Enter a number from -5 to 99,999.5."),
        ("day", "2027-02-30", "Enter a date as year, month and day, such as 2027-03-01."),
        ("day", "2026-12-31", "Enter a date from 1 January 2027 to 31 December 2199."),
        ("deadline", "tomorrow", "Enter a date and a time, such as 2027-03-01 17:00."),
        ("deadline", "2027-03-28T02:30", "02:30 does not exist on 28 March 2027 in Paris"),
        ("deadline", "0001-01-01T00:00", "Enter a year between 1900 and 2199."),
        ("one", str(OTHER), "Choose from the list."),
        ("one", "1; DROP TABLE", "Choose from the list."),
        ("colour", "blue", "Choose from the list."),
        ("colour", "green", "Choose from the list."),
        ("many", [str(ONE), str(UUID(int=0))], "Choose from the list."),
        ("many", "nonsense", "Choose from the list."),
        ("file", FileStorage(io.BytesIO(b""), "a.txt"), "This file is empty. Choose another."),
        ("file", FileStorage(io.BytesIO(b"123456"), "a.txt"), "Choose a file of 0 MB or less."),
    ],
)
def test_a_wrong_answer_says_what_to_enter(page, field, typed, words):
    form = page(**{field: typed})
    assert not form.is_right
    assert set(form.errors) == {field}
    assert str(form.errors[field][0]).startswith(words)
    if field in ("price", "count", "value", "day", "deadline", "email") and isinstance(typed, str):
        assert f'value="{typed}"' in form.shown[field]


@given(st.data())
def test_nothing_sent_breaks_a_form(page, data):
    anything = st.text(st.characters(codec=None), max_size=30)
    sent = data.draw(st.dictionaries(st.sampled_from(list(Everything.__dict__)), anything, max_size=20))
    sent = {name: value for name, value in sent.items() if not name.startswith("_")}
    page(**sent)


def test_a_file_in_a_field_for_text_is_no_text(page):
    form = page(text=FileStorage(io.BytesIO(b"abc"), "a.txt"), plain="a\0b\ud800")
    assert form.is_right
    assert not form.text.data
    assert form.plain.data == "ab?"


@pytest.mark.parametrize("token", ["", "foreign", "a" * 5000])
def test_a_stale_token_costs_nobody_his_text(page, token):
    form = page(token=token, line="long text")
    assert not form.is_right
    assert form.form_errors == [
        "This page was out of date. Nothing was changed and your text is kept: send it once more."
    ]
    assert 'value="long text"' in form.shown["line"]
    assert "csrf_token" not in form.errors


def test_a_form_carries_the_organisation_acted_for_whatever_was_sent(page):
    form = page(acting_for=str(OTHER))
    assert f'value="{ONE}"' in form.shown["acting_for"]


def test_a_time_that_comes_twice_is_explained(page):
    form = page(deadline="2027-10-31T02:30")
    assert form.is_right
    assert form.deadline.data == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    with in_language("en"):
        assert form.deadline.notice.startswith("02:30 comes twice on 31 October 2027 in Paris")
    assert page(deadline="2027-10-30T02:30").deadline.notice is None


def test_fields_are_filled_as_their_reader_types(page):
    form = page(price="1500,25", value="2,5", language="fr")
    assert form.is_right
    app = Flask(__name__)
    app.config.update(SECRET_KEY="k", WTF_I18N_ENABLED=False)
    thing = SimpleNamespace(
        price=Money(150_025, "EUR"), value=Decimal("2.50"), deadline=datetime(2027, 3, 1, 16, tzinfo=UTC), one=ONE
    )
    with app.test_request_context("/"), in_language("fr"):
        filled = Everything(obj=thing)
        assert 'value="1500,25"' in filled.price()
        assert 'value="2,5"' in filled.value()
        assert 'value="2027-03-01T17:00"' in filled.deadline()
        assert f'<option selected value="{ONE}">' in filled.one()


def test_an_action_needs_its_token_alone(page):
    assert page(forms.ActionForm).is_right
    assert not page(forms.ActionForm, token="").is_right
