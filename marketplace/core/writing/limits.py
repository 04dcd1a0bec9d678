"""How long a text may be, said in words."""

from __future__ import annotations

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.text import clean_line, clean_text


def fitting(typed: str, most: int, field: str, *, is_line: bool = False) -> str:
    """A typed text, cleaned, where it is no longer than its column takes.

    Args:
        most: in characters.
    Raises:
        Refused: it is longer; stands beside the field.
    """
    text = clean_line(typed) if is_line else clean_text(typed)
    if len(text) > most:
        raise Refused(_("Shorten this to %(most)d characters; it has %(now)d.", most=most, now=len(text)), field)
    return text
