"""A bounded memory: what was not asked for lately makes room."""

from __future__ import annotations

from threading import Lock
from typing import Generic, Protocol, TypeVar


class _Used(Protocol):
    is_used: bool


KeptT = TypeVar("KeptT", bound=_Used)
Key = tuple[str, ...]


class Memory(Generic[KeptT]):
    """Things by their keys, of at most so many bytes together."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: dict[Key, tuple[KeptT, int]] = {}
        self._lock = Lock()

    def get(self, key: Key) -> KeptT | None:
        """What is kept under a key. Takes no lock: to be used is only marked."""
        found = self._kept.get(key)
        if found is None:
            return None
        found[0].is_used = True
        return found[0]

    def put(self, key: Key, thing: KeptT, size_bytes: int) -> None:
        """Keep a thing in place of what was kept under its key; one that is too large is not kept."""
        with self._lock:
            self._drop(key)
            if size_bytes > self._most_bytes // 4:
                return
            self._kept[key] = thing, size_bytes
            self._bytes += size_bytes
            while self._bytes > self._most_bytes:
                self._make_room()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size_bytes(self) -> int:
        """Bytes of all that is kept."""
        return self._bytes

    def _make_room(self) -> None:
        """Drop the oldest that was not used since it was last passed over; the used ones go to the end."""
        key = next(iter(self._kept))
        thing, size_bytes = self._kept[key]
        self._drop(key)
        if thing.is_used:
            thing.is_used = False
            self._kept[key] = thing, size_bytes
            self._bytes += size_bytes

    def _drop(self, key: Key) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._bytes -= found[1]
