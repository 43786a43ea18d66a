"""Shelves: which entries hold a key, for very many keys that few entries share, in ten bytes each.

Key and entry are one number; the numbers lie sorted on some thousand shelves, each found by the key's low bits.

Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

_LOW = 0xFFFFFFFF
_SHELF = 0x3FFF


class Shelves:
    """Numbers of entries, 0 to 2**32, under keys of which 32 bits count: who asks must know a stranger."""

    def __init__(self) -> None:
        self._shelves: dict[int, array[int]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._shelves.values()))

    def add(self, keys: Iterable[int], number: int) -> None:
        """Put an entry under keys, each given once."""
        shelves = self._shelves
        for key in keys:
            pair = (key & _LOW) << 32 | number
            shelf = shelves.get(key & _SHELF)
            if shelf is None:
                shelves[key & _SHELF] = array("Q", (pair,))
            else:
                insort(shelf, pair)

    def remove(self, keys: Iterable[int], number: int) -> None:
        """Take an entry away from the keys it was put under."""
        for key in keys:
            shelf = self._shelves[key & _SHELF]
            del shelf[bisect_left(shelf, (key & _LOW) << 32 | number)]
            if not shelf:
                del self._shelves[key & _SHELF]

    def parts(self) -> tuple[array[int], array[int]]:
        """All of it: how many numbers each shelf holds, and these one shelf after the other."""
        pairs = array("Q")
        for shelf in self._shelves.values():
            pairs.extend(shelf)
        return array("I", map(len, self._shelves.values())), pairs

    def fill(self, counts: Iterable[int], pairs: array[int]) -> None:
        """Take in what `parts` gave."""
        start = 0
        for count in counts:
            self._shelves[pairs[start] >> 32 & _SHELF] = pairs[start : start + count]
            start += count

    def under(self, key: int) -> Iterator[int]:
        """The entries under a key, in the order of their numbers."""
        shelf = self._shelves.get(key & _SHELF)
        if shelf is None:
            return
        wanted = key & _LOW
        at, end = bisect_left(shelf, wanted << 32), len(shelf)
        while at < end and shelf[at] >> 32 == wanted:
            yield shelf[at] & _LOW
            at += 1
