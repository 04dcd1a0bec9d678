"""What every vocabulary of our own words can do."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from marketplace.core.i18n import Words, in_language
from marketplace.core.text import fold


class Vocabulary:
    """Codes with their words, in the order of their source.

    Args:
        terms: pairs of code and lazily translated label.
        alphabetical: whether choices are sorted by their words instead.
    """

    def __init__(self, terms: Iterable[tuple[str, Words]], *, alphabetical: bool = False) -> None:
        self._labels = dict(terms)
        self._alphabetical = alphabetical
        self.codes = tuple(self._labels)

    def exists(self, code: object) -> bool:
        """Whether a code belongs to the list."""
        return code in self._labels

    def label(self, code: str, language: str | None = None) -> str:
        """The words of a code, in a language or the current one; an unknown code stands for itself."""
        with in_language(language) if language else nullcontext():
            return str(self._labels.get(code, code))

    def choices(self, language: str | None = None) -> list[tuple[str, str]]:
        """Pairs of code and words, for a field."""
        pairs = [(code, self.label(code, language)) for code in self.codes]
        return sorted(pairs, key=lambda pair: fold(pair[1])) if self._alphabetical else pairs
