"""Identifiers: none of them counts up, none can be guessed."""

from __future__ import annotations

import re
import secrets
import threading
import time
import uuid

KEY_LENGTH = 13
KEY_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
KEY_PATTERN = r"[a-z2-7]{13}"

# No 0/O, 1/I/L, U/V: a receipt's code is read from paper and over the telephone.
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_GROUPS = 4
GROUP_LENGTH = 4

_RANDOM_BITS = 74
_lock = threading.Lock()
_last_ms = 0
_last_tail = 0


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562), in order of making within a process.

    Two of the same millisecond differ by a random step (section 6.2, method 2): the next is never foretold.
    """
    global _last_ms, _last_tail
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms = ms
            # The top bit stays free: a burst within one millisecond doesn't run over.
            _last_tail = secrets.randbits(_RANDOM_BITS - 1)
        else:
            _last_tail += 1 + secrets.randbits(32)
            if _last_tail >> _RANDOM_BITS:
                _last_ms += 1
                _last_tail = secrets.randbits(_RANDOM_BITS - 1)
        ms, tail = _last_ms, _last_tail
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return uuid.UUID(int=ms << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)


def new_random_id() -> uuid.UUID:
    """A UUID of version 4, where the time of making must not show."""
    return uuid.uuid4()


def new_key() -> str:
    """Thirteen letters of lower-case base 32, 65 bits: what finds a public page."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(KEY_LENGTH))


def is_key(text: str) -> bool:
    """Whether a text has the form of `new_key`."""
    return re.fullmatch(KEY_PATTERN, text) is not None


def receipt_code() -> str:
    """A code of 78 bits for a receipt, such as `K7QF-92MX-TB4C-HW8N`."""
    letters = [secrets.choice(RECEIPT_ALPHABET) for _ in range(RECEIPT_GROUPS * GROUP_LENGTH)]
    return _grouped("".join(letters))


def read_receipt_code(typed: str) -> str | None:
    """A typed receipt code in its written form, or None where it can't be one.

    Args:
        typed: as a person types it: small letters, blanks and dashes don't matter.
    """
    letters = re.sub(r"[\s\-‐-―]", "", typed).upper()
    if len(letters) != RECEIPT_GROUPS * GROUP_LENGTH or any(letter not in RECEIPT_ALPHABET for letter in letters):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH))
