"""Shingles: runs of words as numbers, so that passages can be compared and no sentence kept.

Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
"""Odd, so that multiplying by it loses nothing of a word's hash."""


@lru_cache(maxsize=1 << 17)
def word_hash(word: str) -> int:
    """A number in [0, 2**64) that depends on the word alone, the same in every run and on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def shingles(words: Sequence[str], size: int) -> tuple[int, ...]:
    """The runs of `size` neighbouring words as sorted distinct 64-bit hashes; empty when there are fewer words.

    Order matters: `a b c` and `c b a` differ. One multiplication a word: the words' own hashes are what mixes.

    Args:
        words: Folded words in order.
        size: Words in a run, from 1.
    """
    hashes = [word_hash(word) for word in words]
    rolled = hashes
    for offset in range(1, size):
        rolled = [(left * _STEP + right) & _MASK for left, right in zip(rolled, hashes[offset:], strict=False)]
    return tuple(sorted(set(rolled)))


def overlap(a: Sequence[int], b: Sequence[int]) -> int:
    """How many hashes two sorted distinct sequences share."""
    if len(a) > len(b):
        a, b = b, a
    return len(set(a).intersection(b))


def containment(a: Sequence[int], b: Sequence[int]) -> float:
    """The share of the shorter side that stands in the other, 0..1; 0 when a side is empty.

    Unlike the Jaccard index it stays high when one side is a cut of the other.

    Source:
        Broder, On the resemblance and containment of documents, 1997.
    """
    shorter = min(len(a), len(b))
    return overlap(a, b) / shorter if shorter else 0.0
