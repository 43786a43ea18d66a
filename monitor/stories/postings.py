"""Postings: which entries hold a key, for many keys of which most stand alone.

Pure.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Postings(Generic[K]):
    """The numbers of the entries under each key, in the order in which they came; a single one takes no list."""

    def __init__(self) -> None:
        self._under: dict[K, int | array[int]] = {}

    def __len__(self) -> int:
        return len(self._under)

    def add(self, keys: Iterable[K], number: int) -> None:
        """Put an entry, 0 to 2**32, under keys, each given once."""
        under = self._under
        for key in keys:
            found = under.setdefault(key, number)
            if not isinstance(found, int):
                found.append(number)
            elif found != number:
                under[key] = array("I", (found, number))

    def remove(self, keys: Iterable[K], number: int) -> None:
        """Take an entry away from the keys it was put under."""
        under = self._under
        for key in keys:
            found = under[key]
            if isinstance(found, int):
                del under[key]
            elif len(found) > 2:
                found.remove(number)
            else:
                under[key] = found[1] if found[0] == number else found[0]

    def parts(self) -> tuple[array[int], array[int], array[int]]:
        """All of it, for keys below 2**32: the keys, how many entries each holds, and these one after the other."""
        lists = [array("I", (found,)) if isinstance(found, int) else found for found in self._under.values()]
        numbers = array("I")
        for found in lists:
            numbers.extend(found)
        return array("I", self._under), array("I", map(len, lists)), numbers  # type: ignore[arg-type]

    def fill(self, keys: Iterable[K], counts: Iterable[int], numbers: array[int]) -> None:
        """Take in what `parts` gave."""
        start = 0
        for key, count in zip(keys, counts, strict=True):
            self._under[key] = numbers[start] if count == 1 else numbers[start : start + count]
            start += count

    def under(self, key: K) -> Sequence[int]:
        """The entries under a key; empty when there is none."""
        found = self._under.get(key)
        if found is None:
            return ()
        return (found,) if isinstance(found, int) else found

    def count(self, key: K) -> int:
        """How many entries are under a key."""
        found = self._under.get(key)
        if found is None:
            return 0
        return 1 if isinstance(found, int) else len(found)

    def counts(self, keys: Iterable[K]) -> dict[K, int]:
        """The same for many keys."""
        get, found = self._under.get, {}
        for key in keys:
            under = get(key)
            found[key] = 0 if under is None else 1 if type(under) is int else len(under)  # type: ignore[arg-type]
        return found
