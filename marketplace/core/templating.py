"""What templates may use: filters for moments, money, numbers and texts, and the language's direction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from marketplace.core import clock, i18n, markdown, money
from marketplace.core.vocabularies import countries, currencies, sectors, topics


def install(app: Flask) -> None:
    """Give the filters and globals to the application's templates."""
    app.jinja_env.filters.update(
        moment=clock.in_zone,
        short_moment=clock.in_zone_short,
        day=day,
        money=money.format_money,
        short_money=money.short_money,
        number=number,
        markdown=markdown.render,
        plain=markdown.plain,
        country=countries.label,
        topic=topics.label,
        sector=sectors.label,
        currency=currencies.label,
    )
    app.jinja_env.globals.update(
        direction=i18n.direction,
        language=i18n.current_language,
        language_name=i18n.OWN_NAMES.get,
        time_left=clock.time_left,
        static_url=static_url,
        here_with=here_with,
    )


def static_url(name: str) -> str:
    """The address of a static file; the build's fingerprint makes it new when the file is."""
    from marketplace.core.build import fingerprint

    return f"/static/{name}?v={fingerprint(name)}"


def here_with(**changes: Any) -> str:
    """The present page's address with parts of its query changed: for pagers, chips and tabs.

    Args:
        changes: a value, a list of values, or None to leave the part out.
    """
    query = MultiDict(request.args)
    for name, value in changes.items():
        query.poplist(name)
        if value is not None:
            query.setlist(name, list(value) if isinstance(value, list | tuple) else [value])
    pairs = urlencode([(name, str(value)) for name, value in query.items(multi=True)])
    return iri_to_uri(request.path) + (f"?{pairs}" if pairs else "")


def day(at: date | datetime, zone: str = "UTC") -> str:
    """A date in words: 27 November 2026.

    Args:
        zone: the IANA zone in which a moment's day is told.
    """
    return clock.day_in_zone(at, zone) if isinstance(at, datetime) else clock.date_words(at)


def number(value: Any) -> str:
    """A number with the language's separators and Western digits."""
    return format_decimal(value, locale=i18n.current_language())
