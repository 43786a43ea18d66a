"""Passages: which runs of a text's own words stand in another text of which only the shingles are kept.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from monitor.text.shingles import upper_halves
from monitor.text.tokens import Token, tokenize

LEAST_WORDS = 5
"""Shorter runs stand in many texts."""


def shared_passages(text: str, shingles: Collection[int], size: int) -> list[str]:
    """The runs of at least five words that stand in the other text too, as they are written, in their order.

    Args:
        text: A text.
        shingles: The upper 32 bits of the other one's shingles.
        size: Words in a shingle, from 1.
    """
    known = frozenset(shingles)
    words = [token for token in tokenize(text) if token.first == token.last]
    runs = _runs([_is_known(words, at, size, known) for at in range(len(words) - size + 1)], size)
    return [text[words[start].start : words[end - 1].end] for start, end in runs if end - start >= LEAST_WORDS]


def _is_known(words: Sequence[Token], at: int, size: int, known: frozenset[int]) -> bool:
    (found,) = upper_halves([word.folded for word in words[at : at + size]], (size,))
    return found[0] in known


def _runs(known: Sequence[bool], size: int) -> Iterator[tuple[int, int]]:
    """The runs of words that neighbouring shingles cover, as [start, end)."""
    start = None
    for at, is_known in enumerate([*known, False]):
        if is_known and start is None:
            start = at
        if not is_known and start is not None:
            yield start, at - 1 + size
            start = None
