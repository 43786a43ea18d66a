"""Postings: which entries hold a key, for many keys of which most stand alone.

Pure.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Postings(Generic[K]):
    """The numbers of the entries under each key, in the order in which they came; a single one takes no list."""

    def __init__(self) -> None:
        self._under: dict[K, int | list[int]] = {}

    def __len__(self) -> int:
        return len(self._under)

    def add(self, keys: Iterable[K], number: int) -> None:
        """Put an entry under keys, each given once."""
        under = self._under
        for key in keys:
            found = under.setdefault(key, number)
            if isinstance(found, list):
                found.append(number)
            elif found != number:
                under[key] = [found, number]

    def remove(self, keys: Iterable[K], number: int) -> None:
        """Take an entry away from the keys it was put under."""
        under = self._under
        for key in keys:
            found = under[key]
            if isinstance(found, list) and len(found) > 1:
                found.remove(number)
            else:
                del under[key]

    def under(self, key: K) -> Sequence[int]:
        """The entries under a key; empty when there is none."""
        found = self._under.get(key)
        if found is None:
            return ()
        return found if isinstance(found, list) else (found,)

    def count(self, key: K) -> int:
        """How many entries are under a key."""
        found = self._under.get(key)
        if found is None:
            return 0
        return len(found) if isinstance(found, list) else 1
