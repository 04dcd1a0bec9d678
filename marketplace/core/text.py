"""Text as people type it, made safe to keep, to sort, to put into an address or a cell."""

from __future__ import annotations

import re
import unicodedata

# Overrides and isolates can make a name read as another (Unicode TR 36, 3.2); `<bdi>` does their honest work.
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Unseen in a name, so that two names that look the same are the same. Joiners stay: scripts need them.
UNSEEN = "\u200b\u200e\u200f\u061c\u2060\ufeff\u00ad\u180e\u2028\u2029"

_DROP_IN_TEXT = dict.fromkeys(map(ord, BIDI_CONTROLS + "\ufeff"))
_DROP_IN_LINE = dict.fromkeys(map(ord, BIDI_CONTROLS + UNSEEN))
_LATIN_WITHOUT_PARTS = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o"}
    | {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"}
)
# What NFKD leaves apart: wasla, alef maqsura, ta marbuta, the Persian kaf and ya; the tatweel only stretches.
_ARABIC_FORMS = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": None})
SLUG_LENGTH = 80
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def clean_line(text: str) -> str:
    """One line of text: no controls, no unseen letters, blanks single, Unicode composed (NFC)."""
    text = _composed(text).translate(_DROP_IN_LINE)
    text = "".join(
        " " if letter.isspace() else letter for letter in text if letter.isspace() or not _is_control(letter)
    )
    return " ".join(text.split())


def clean_text(text: str) -> str:
    """Lines of text: newlines as `\\n`, tabs kept, other controls dropped, ends trimmed, composed (NFC)."""
    text = _composed(text).translate(_DROP_IN_TEXT)
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = "".join(letter for letter in text if letter in "\n\t" or not _is_control(letter))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def _composed(text: str) -> str:
    # A lone surrogate is what broken UTF-8 leaves behind: no database takes it.
    text = text.encode("utf-8", "replace").decode("utf-8") if not _is_encodable(text) else text
    return unicodedata.normalize("NFC", text)


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_control(letter: str) -> bool:
    # Cc controls (NUL among them), Cs surrogates, and code points that are no characters at all.
    return unicodedata.category(letter) in ("Cc", "Cs") or (ord(letter) & 0xFFFE) == 0xFFFE


def western_digits(text: str) -> str:
    """Arabic-Indic and all other decimal digits as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def fold(text: str) -> str:
    """A key under which spellings of one word sort and compare alike.

    Case, accents, tashkeel, tatweel, the hamza's seat, alef, ya, ta marbuta don't matter; digits are western.
    """
    text = unicodedata.normalize("NFKD", text.translate(_LATIN_WITHOUT_PARTS))
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Mn").translate(_ARABIC_FORMS)
    return western_digits(text.casefold())


def slugify(text: str, max_length: int = SLUG_LENGTH) -> str:
    """A readable part of an address: Latin in ASCII, Arabic and other scripts in their own letters.

    Args:
        max_length: in characters; cut between words where it can be.
    """
    text = western_digits(unicodedata.normalize("NFKC", text)).lower().translate(_LATIN_WITHOUT_PARTS)
    letters = (_slug_letter(letter) for letter in text)
    slug = re.sub(r"-{2,}", "-", "".join(letters)).strip("-")
    if len(slug) > max_length:
        whole_words = slug[: max_length + 1].rpartition("-")[0]
        slug = whole_words if len(whole_words) > max_length // 2 else slug[:max_length]
    return slug.strip("-") or "untitled"


def _slug_letter(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() else "" if letter in "'" else "-"
    if letter in "’ʼـ" or unicodedata.category(letter) in ("Mn", "Cf"):
        return ""
    base = unicodedata.normalize("NFKD", letter)
    if base[0].isascii():
        return "".join(part for part in base if part.isascii() and part.isalnum()) or "-"
    return letter if letter.isalnum() else "-"


def initials(name: str) -> str:
    """What a monogram shows: the first letters of the first and last word, or one Arabic letter."""
    words = [word for word in re.split(r"[\s\-/&]+", clean_line(name)) if word and word[0].isalnum()]
    if not words:
        return "?"
    first = _initial(words[0])
    # Two Arabic letters side by side would join into what reads as a word.
    if len(words) == 1 or unicodedata.bidirectional(first) == "AL":
        return first
    return first + _initial(words[-1])


def _initial(word: str) -> str:
    word = unicodedata.normalize("NFC", word)
    bare = word[2:] if word.startswith("ال") and len(word) > 3 else word
    return bare[0].upper()[0]


def csv_safe(cell: object) -> object:
    """A cell that no spreadsheet runs as a formula: text that starts like one gets an apostrophe first."""
    if isinstance(cell, str) and cell.lstrip(" \n\u00a0").startswith(FORMULA_STARTS):
        return "'" + cell
    return cell
