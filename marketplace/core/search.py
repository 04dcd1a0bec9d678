"""Search in Arabic, French and English over one `tsvector`.

PostgreSQL's own configurations know one language at a time and none of Arabic's spellings, so words are folded and
stemmed here. At each place of a text stand the word, the word without its article, and its stems; a query asks for
any of them. Lexemes are folded when they are written and when they are asked for, by the same functions.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import snowballstemmer
from sqlalchemy import ColumnElement, Numeric, cast, func, literal, true
from sqlalchemy.dialects.postgresql import TSQUERY

from marketplace.core.text import fold, western_digits

MAX_WORD = 60  # letters; what is longer is cut, in texts and in queries alike
MAX_QUERY_WORDS = 12
MAX_WORDS = 20_000  # of one text, some forty pages: what stands further on is not searched
MAX_POSITION = 16_383  # PostgreSQL's own limits of a tsvector: positions, positions a lexeme, bytes
MAX_PLACES = 255
MAX_BYTES = 700_000
MIN_PREFIX = 2

_APOSTROPHES = "'’ʼ`´"
# French elisions and the English genitive are no words: "l'attaque", "agency's".
_ELISION = re.compile(
    rf"\b(?:qu|jusqu|lorsqu|puisqu|[cdjlmnst])[{_APOSTROPHES}](?=\w)|[{_APOSTROPHES}]s\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W_]+")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
# Words that say nothing alone; left out of a query that has others.
_ENGLISH = "a an and are as at be by for from in is it of on or that the this to with"
_FRENCH = (
    "au aux avec ce ces dans de des du en et est il la le les leur ou par pas pour que qui sa ses son sur un une"
)
_ARABIC_WORDS = "في من على إلى عن مع أو ثم هذا هذه التي الذي أن إن ما لا كل بين بعد قبل عند"
_EMPTY_WORDS = frozenset(fold(f"{_ENGLISH} {_FRENCH} {_ARABIC_WORDS}").split())

_stemmers = threading.local()  # a stemmer keeps the word that it works on


def _stem(language: str, word: str) -> str:
    found = getattr(_stemmers, language, None)
    if found is None:
        found = snowballstemmer.stemmer(language)
        setattr(_stemmers, language, found)
    stemmed: str = found.stemWord(word)
    return stemmed


def words(text: str) -> list[str]:
    """The words of a text in their order, small, with accents and vowel signs as written."""
    text = western_digits(unicodedata.normalize("NFKC", text)).lower()
    text = "".join(letter for letter in _ELISION.sub(" ", text) if not _is_vowel_sign(letter))
    return [word[:MAX_WORD] for word in _TOKEN.findall(text)]


def _is_vowel_sign(letter: str) -> bool:
    # Tashkeel and tatweel stand within a word; taken out they don't cut it.
    return letter == "ـ" or unicodedata.category(letter) == "Mn"


@lru_cache(maxsize=10_000)
def lexemes(word: str) -> tuple[str, ...]:
    """What a word is found by: itself folded, without its article, and its stems.

    Args:
        word: one of `words`.
    """
    found = _arabic_forms(word) if _ARABIC.search(word) else _latin_forms(word)
    # Folding may open a letter (a ligature, a fraction) into several: only word letters may stand in a query.
    clean = (re.sub(r"[\W_]+", "", fold(form)) for form in found)
    return tuple(dict.fromkeys(form for form in clean if form))


def _latin_forms(word: str) -> list[str]:
    bare = fold(word)
    if word.isdigit():
        return [bare]
    return [bare, _stem("english", bare), _stem("french", word), _stem("french", bare)]


def _arabic_forms(word: str) -> list[str]:
    forms = [word]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 3:
            forms.append(word.removeprefix(article))
            break
    # The stemmer knows endings only by their own letters, so it comes before folding.
    return forms + [_stem("arabic", form) for form in forms]


def document(texts: Iterable[tuple[str | None, str]]) -> str:
    """The lexemes of texts with their places and weights, to be stored in a `tsvector` column.

    Args:
        texts: pairs of a text and its weight, A (a title) to D; A counts most.
    """
    places: dict[str, list[str]] = {}
    position, size = 0, 0
    for text, weight in texts:
        for word in words(text or "")[:MAX_WORDS]:
            position += 1
            for lexeme in lexemes(word):
                if lexeme not in places:
                    size += len(lexeme.encode()) + 8
                    if size > MAX_BYTES:
                        continue
                    places[lexeme] = []
                if len(places[lexeme]) < MAX_PLACES and size <= MAX_BYTES:
                    places[lexeme].append(f"{min(position, MAX_POSITION)}{weight}")
                    size += 2
        position += 10  # a phrase doesn't reach from a title into the text
    return " ".join(f"'{lexeme}':{','.join(at)}" for lexeme, at in places.items() if at)


def query(text: str) -> str:
    """What a person typed, as a `tsquery`: every word, in any of its forms; the last may be unfinished.

    Whatever is typed gives a valid query; empty where no word is in it.
    """
    typed = words(text)
    telling = [word for word in typed if fold(word) not in _EMPTY_WORDS] or typed
    asked = list(dict.fromkeys(telling))[:MAX_QUERY_WORDS]
    groups = [_any_form(word, is_last=bool(typed) and word == typed[-1] and not text.endswith(" ")) for word in asked]
    return " & ".join(group for group in groups if group)


def _any_form(word: str, is_last: bool) -> str:
    forms = lexemes(word)
    alternatives = [f"'{form}'" for form in forms]
    if is_last and forms and len(forms[0]) >= MIN_PREFIX:
        alternatives[0] += ":*"
    return f"({' | '.join(alternatives)})" if alternatives else ""


def matches(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a `tsvector` column answers what was typed; a blank query matches all, one without words nothing."""
    asked = query(text)
    if not asked:
        return true() if not text.strip() else literal(False)
    return column.op("@@", is_comparison=True)(cast(literal(asked), TSQUERY))


def rank(column: Any, text: str) -> ColumnElement[Any]:
    """How well a column answers, larger is better; exact, so that a page's cursor may hold it."""
    found = func.ts_rank(column, cast(literal(query(text)), TSQUERY))
    return cast(found, Numeric(12, 8))
