"""Passwords: long ones, not the common ones, kept as argon2id.

Rule: NIST SP 800-63B-4, section 3.1.1: 15 characters where the password stands alone, a list of common and
expected ones, no rules of composition. The list and the patterns are those of the package `zxcvbn`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from marketplace.core.errors import Refused
from marketplace.core.i18n import _

SHORTEST = 15
LONGEST = 256
# Guesses after which a password no longer counts as a variation of common ones: a hundred million.
ENOUGH_GUESSES = 10**8
# The estimator looks at so many characters at most: its time grows with the square.
ESTIMATED = 72

# The second of the two profiles of RFC 9106, section 4, for machines that can't give each sign-in 2 GiB.
COST = RFC_9106_LOW_MEMORY
_hasher = PasswordHasher.from_parameters(COST)


def normal(password: str) -> str:
    """The same password however the keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, about: Iterable[str] = (), field: str = "password") -> None:
    """Refuse what is too short or among the first that anybody would try.

    Args:
        about: what is known of the person: name, address; nobody's password is his own name.
    Raises:
        Refused: with the reason, beside the field.
    """
    text = normal(password)
    if len(text) < SHORTEST:
        raise Refused(_("Use 15 characters or more, such as four words that don't belong together."), field)
    if len(text) > LONGEST:
        raise Refused(_("Use 256 characters at most."), field)
    if is_common(text, about):
        raise Refused(
            _("This password is among the first that anybody would try. Use four words that don't belong together."),
            field,
        )


def is_common(text: str, about: Iterable[str] = ()) -> bool:
    """Whether it is on the list, or a repetition, a row of keys, or what is known of the person."""
    lowered = text.lower()
    if lowered in _common() or len(set(lowered)) < 5:
        return True
    known = sorted({word for words in about for word in _words(words)})
    bare = lowered
    for word in sorted(known, key=len, reverse=True):
        bare = bare.replace(word, "")
    if known and len([letter for letter in bare if letter.isalnum()]) < 6:
        return True
    from zxcvbn import zxcvbn  # its lists of words are 13 MB, and few processes are given a new password

    return zxcvbn(text[:ESTIMATED], user_inputs=known)["guesses"] < ENOUGH_GUESSES


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)


def _words(text: str) -> list[str]:
    lowered = text.lower()
    parts = "".join(letter if letter.isalnum() else " " for letter in lowered).split()
    return [part for part in [lowered, *parts] if len(part) >= 3]


def hashed(password: str) -> str:
    """argon2id at `COST`: about 50 ms and 64 MiB by design."""
    return _hasher.hash(normal(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; without an account the same work is done, so that time tells nothing."""
    try:
        _hasher.verify(password_hash or _nobody(), normal(password)[: LONGEST * 2])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")
