"""The fields of forms: each reads what people of three languages type, and says what to enter instead."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from email_validator import EmailNotValidError, validate_email
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.widgets import DateInput, DateTimeLocalInput, EmailInput

from marketplace.core import clock, numbers
from marketplace.core.errors import Refused
from marketplace.core.i18n import Words, _, current_language
from marketplace.core.ids import new_id
from marketplace.core.money import Money, example, parse_money, short_money, typed_money
from marketplace.core.text import clean_line, clean_text, western_digits


class MaxLength:
    """No more than so many characters; says how many there are."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: Any, field: Any) -> None:
        count = len(field.data or "")
        if count > self.most:
            raise ValidationError(
                _(
                    "Shorten this to %(most)s characters or fewer. It has %(count)s now.",
                    most=figure(self.most),
                    count=figure(count),
                )
            )


def figure(number: int | Decimal) -> str:
    """A number as the reader's language writes it."""
    return format_decimal(number, locale=current_language())


class LineField(StringField):
    """One line of text, cleaned.

    Args:
        max_length: in characters.
    """

    clean = staticmethod(clean_line)

    def __init__(
        self, label: Words | None = None, validators: Any = None, *, max_length: int = 200, **kwargs: Any
    ) -> None:
        super().__init__(label, [*(validators or ()), MaxLength(max_length)], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = self.clean(str(valuelist[0]))
            # What is only blanks is empty, also for the validators.
            self.raw_data = [self.data]


class TextField(LineField, TextAreaField):
    """Lines of text, cleaned; a text area.

    Args:
        max_length: in characters; always given, so that nobody meets a limit after writing.
    """

    clean = staticmethod(clean_text)

    def __init__(self, label: Words | None = None, validators: Any = None, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(label, validators, max_length=max_length, **kwargs)


class EmailField(LineField):
    """An e-mail address, in its normal form."""

    widget = EmailInput()

    def __init__(self, label: Words | None = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        try:
            self.data = validate_email(self.data, check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Enter an e-mail address, such as name@example.org.")) from None


class ReadField(StringField):
    """A value that is read from typed text when the form is checked; the typed text stays in the field.

    Read late, since a currency or a zone is often set on the field after the form was made.
    """

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.raw_data = [clean_line(str(valuelist[0]))]
            self.data = None

    def pre_validate(self, form: Any) -> None:
        if self.raw_data and self.raw_data[0]:
            try:
                self.data = self.read(self.raw_data[0])
            except Refused as refused:
                raise ValidationError(str(refused)) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)

    def read(self, typed: str) -> Any:
        """The value of what was typed, or Refused."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """A value as a person would type it."""
        raise NotImplementedError


class OnceField(HiddenField):
    """An identifier drawn when the page is made: a form that is sent twice has one effect.

    The command gives it to what it makes, and finds that again the second time.
    """

    def process_data(self, value: Any) -> None:
        self.data = value or str(new_id())

    @property
    def value(self) -> UUID:
        """The identifier; a new one where what came back is none."""
        try:
            return UUID(str(self.data))
        except ValueError:
            return new_id()


class MoneyField(ReadField):
    """An amount of one currency, as `Money`.

    Args:
        currency: ISO 4217; or set `field.currency` before the form is checked or shown.
        allow_negative: whether an amount under 0 is taken.
        most: the largest amount, in minor units.
    """

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        currency: str = "",
        allow_negative: bool = False,
        most: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.currency, self.allow_negative, self.most = currency, allow_negative, most
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
        super().__init__(label, validators, **kwargs)

    @property
    def example(self) -> str:
        """An amount for the hint, as the reader would type it."""
        return example(self.currency)

    def read(self, typed: str) -> Money:
        money = parse_money(typed, self.currency, allow_negative=self.allow_negative)
        if self.most is not None and money.minor > self.most:
            raise Refused(
                _("Enter an amount of %(most)s or less.", most=short_money(Money(self.most, self.currency)))
            )
        return money

    def written(self, value: Money) -> str:
        return typed_money(value)


class _BoundedField(ReadField):
    """A number between two bounds."""

    def __init__(self, label: Words | None, validators: Any, min_value: Any, max_value: Any, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(label, validators, **kwargs)

    def within_bounds(self, value: Any) -> Any:
        """The value, or Refused with the bounds."""
        low, high = self.min_value, self.max_value
        if (low is None or value >= low) and (high is None or value <= high):
            return value
        if low is not None and high is not None:
            raise Refused(_("Enter a number from %(least)s to %(most)s.", least=figure(low), most=figure(high)))
        if high is None:
            raise Refused(_("Enter a number of %(least)s or more.", least=figure(low)))
        raise Refused(_("Enter a number of %(most)s or less.", most=figure(high)))

    def written(self, value: Any) -> str:
        return numbers.typed_decimal(value)


class WholeNumberField(_BoundedField):
    """A whole number, as `int`; by default 0 or more.

    Args:
        min_value, max_value: bounds, both included; None for none below what the database holds.
    """

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        min_value: int | None = 0,
        max_value: int | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"})
        super().__init__(label, validators, min_value, max_value, **kwargs)

    def read(self, typed: str) -> int:
        value: int = self.within_bounds(numbers.parse_whole(typed))
        return value


class DecimalField(_BoundedField):
    """A number with decimals, as `Decimal`.

    Args:
        places: how many decimals it may have.
        min_value, max_value: bounds, both included.
    """

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        places: int = 2,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **kwargs: Any,
    ) -> None:
        self.places = places
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
        super().__init__(label, validators, min_value, max_value, **kwargs)

    def read(self, typed: str) -> Decimal:
        value: Decimal = self.within_bounds(numbers.parse_decimal(typed, self.places))
        return value


_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_MOMENT = re.compile(_DAY.pattern + r"[T ,،]+(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?")


class DateField(ReadField):
    """A day, as `date`.

    Args:
        earliest, latest: bounds, both included.
    """

    widget = DateInput()

    def __init__(
        self,
        label: Words | None = None,
        validators: Any = None,
        *,
        earliest: date | None = None,
        latest: date | None = None,
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest or date(1900, 1, 1), latest or date(2199, 12, 31)
        super().__init__(label, validators, **kwargs)

    def read(self, typed: str) -> date:
        found = _DAY.fullmatch(western_digits(typed))
        try:
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None:
            raise Refused(_("Enter a date as year, month and day, such as 2027-03-01."))
        if not self.earliest <= day <= self.latest:
            first, last = clock.date_words(self.earliest), clock.date_words(self.latest)
            raise Refused(_("Enter a date from %(first)s to %(last)s.", first=first, last=last))
        return day

    def written(self, value: date) -> str:
        return value.isoformat()


class LocalDateTimeField(ReadField):
    """A moment, typed as the wall clock of a zone shows it; its value is an aware datetime in UTC.

    Args:
        zone: IANA name; or set `field.zone` before the form is checked or shown.
    """

    widget = DateTimeLocalInput()

    def __init__(
        self, label: Words | None = None, validators: Any = None, *, zone: str = "UTC", **kwargs: Any
    ) -> None:
        self.zone = zone
        super().__init__(label, validators, **kwargs)

    def read(self, typed: str) -> datetime:
        return clock.to_utc(self._local(typed), self.zone)

    def _local(self, typed: str) -> datetime:
        found = _MOMENT.fullmatch(western_digits(typed))
        try:
            if found:
                year, month, day, hour, minute = map(int, found.groups())
                return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - a wall clock's time
        except ValueError:
            pass
        raise Refused(_("Enter a date and a time, such as 2027-03-01 17:00."))

    @property
    def notice(self) -> str | None:
        """What a reader must know of a time that comes twice: that the first is meant."""
        if not isinstance(self.data, datetime):
            return None
        local = self.data.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, fold=0)
        if len(clock.readings(local, self.zone)) < 2:
            return None
        return _(
            "%(time)s comes twice on %(date)s in %(city)s, when the clocks go back: the first is meant.",
            time=local.strftime("%H:%M"),
            date=clock.date_words(local.date()),
            city=clock.city(self.zone),
        )

    def written(self, value: datetime) -> str:
        return value.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M")
