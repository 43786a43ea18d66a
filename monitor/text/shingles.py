"""Shingles: runs of words as numbers, so that passages can be compared and no sentence kept.

Pure.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Sequence
from functools import lru_cache

SHINGLE_WORDS = 3
"""Words of the passages by which entries and articles are compared."""

_LANE_BITS = 128
_LOWER = b"\xff" * 8 + bytes(8)
_STEP = 0x9E3779B97F4A7C15
"""Odd, so that multiplying by it loses nothing of a word's hash."""


def word_hash(word: str) -> int:
    """A number in [0, 2**64) that depends on the word alone, the same in every run and on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def shingles(words: Sequence[str], size: int) -> tuple[int, ...]:
    """The runs of `size` neighbouring words as sorted distinct 64-bit hashes; empty when there are fewer words.

    Order matters: `a b c` and `c b a` differ.

    Args:
        words: Folded words in order.
        size: Words in a run, from 1.
    """
    return tuple(sorted(set(runs(words, size))))


def runs(words: Sequence[str], size: int) -> Sequence[int]:
    """The same in the order in which they stand, repeats and all; empty for a size of 0."""
    return _numbers("Q", _rolled(words, (size,))[0])[::2] if size else ()


def upper_halves(words: Sequence[str], sizes: Sequence[int]) -> list[list[int]]:
    """The upper 32 bits of the shingles of several sizes, sorted and distinct: as much as corpora keep of them.

    Args:
        words: Folded words in order.
        sizes: Words in a run, ascending, from 1.
    """
    return [sorted(set(_numbers("I", lanes)[1::4])) for lanes in _rolled(words, sizes)]


def _rolled(words: Sequence[str], sizes: Sequence[int]) -> list[bytes]:
    """The runs of each size, each in a lane of 16 bytes of which the lower 8 count.

    All lanes are one number, so that a whole text costs one multiplication for each word of a run: a hash times a
    step, and another hash, never leave their lane.
    """
    single = int.from_bytes(b"".join(map(_lane, words)), "little")
    rolled, found = single, []
    for size in range(1, sizes[-1] + 1):
        count = max(len(words) - size + 1, 0)
        if size > 1:
            kept = (1 << count * _LANE_BITS) - 1
            mask = int.from_bytes(_LOWER * count, "little")
            rolled = ((rolled & kept) * _STEP + (single >> (size - 1) * _LANE_BITS)) & mask
        if size in sizes:
            found.append(rolled.to_bytes(count * _LANE_BITS // 8, "little"))
    return found


def _numbers(kind: str, little: bytes) -> array[int]:
    numbers = array(kind, little)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@lru_cache(maxsize=1 << 17)
def _lane(word: str) -> bytes:
    return word_hash(word).to_bytes(_LANE_BITS // 8, "little")
