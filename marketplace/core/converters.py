"""Typed ids in addresses."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, UnicodeConverter

from marketplace.core.i18n import LANGUAGES


class LanguageConverter(BaseConverter):
    """One of the product's languages."""

    regex = "|".join(LANGUAGES)


class KeyConverter(BaseConverter):
    """The random key of a public thing: 13 letters of lower-case base 32."""

    regex = "[a-z2-7]{13}"


class SlugConverter(UnicodeConverter):
    """The readable part of an address: any letters, for slugs stand in the content's own language."""


class HashConverter(BaseConverter):
    """A SHA-256 in lower-case hexadecimal, of what the address leads to."""

    regex = "[0-9a-f]{64}"


ALL = {"lang": LanguageConverter, "hash": HashConverter, "key": KeyConverter, "slug": SlugConverter}
