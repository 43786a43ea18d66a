"""Shelves: which entries hold a key, for very many keys that few entries share, in ten bytes each.

Key and entry are one number; the numbers lie sorted on some thousand shelves, each found by the key's low bits.

Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable

_LOW = 0xFFFFFFFF
_SHELF = 0x3FFF
_EMPTY = array("Q")


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

    def under(self, key: int) -> list[int]:
        """The entries under a key, in the order of their numbers."""
        shelf, start, end = self._range(key)
        return [pair & _LOW for pair in shelf[start:end]]

    def latest(self, key: int, most: int) -> list[int]:
        """The same, of many only so many of the highest numbers."""
        shelf, start, end = self._range(key)
        return [pair & _LOW for pair in shelf[max(start, end - most) : end]]

    def ends(self, key: int, first: int, latest: int) -> list[int]:
        """The same, of many only the first few and the latest."""
        shelf, start, end = self._range(key)
        if end - start <= first + latest:
            return [pair & _LOW for pair in shelf[start:end]]
        return [pair & _LOW for pair in shelf[start : start + first] + shelf[end - latest : end]]

    def _range(self, key: int) -> tuple[array[int], int, int]:
        """The shelf of a key, and from where to where its entries stand there."""
        shelf, wanted = self._shelves.get(key & _SHELF, _EMPTY), key & _LOW
        return shelf, bisect_left(shelf, wanted << 32), bisect_left(shelf, wanted + 1 << 32)
