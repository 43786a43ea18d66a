"""One text of an entry and the words it says: where they stand is worked out when it is asked for.

Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from monitor.model.watch import Zone
from monitor.query.analysis import Spot
from monitor.query.sieve import Pair
from monitor.query.tables import Ids, Memo
from monitor.text.tokens import Piece, gaps_and_chunks, pieces, width

_MOST_REMEMBERED = 100_000
_LONGEST_REMEMBERED = 60

Place = tuple[int, int]
"""The first and the last position of a token."""


class Passage:
    """One text of a zone, cut up."""

    __slots__ = ("_chunks", "_firsts", "_memo", "_offsets", "_places", "_said_at", "_start", "_text", "_zone", "said")

    def __init__(self, zone: Zone, text: str, start: tuple[int, int], found: list[str], memo: Memo) -> None:
        self._zone, self._text, self._start, self._chunks, self._memo = zone, text, start, found, memo
        self.said: list[Ids | None] = [*map(memo.__getitem__, found)]
        """The numbers of the words that each chunk says."""
        self._said_at: Mapping[int, Sequence[int]] | None = None
        self._firsts: Sequence[int] = ()
        """Position of each chunk's first word."""
        self._offsets: Sequence[int] = ()
        """Of each gap and chunk in turn, in the zone's text."""
        self._places: dict[int, list[Place]] = {}

    def spots(self, number: int) -> list[Spot]:
        """Where one word stands, in order."""
        found = self._located().get(number)
        if found is None:
            return []
        if not self._offsets:
            self._offsets = list(accumulate(map(len, gaps_and_chunks(self._text)), initial=self._start[0]))
        spots: list[Spot] = []
        zone, chunks, firsts, offsets = self._zone, self._chunks, self._firsts, self._offsets
        for at in found:
            chunk, start, first = chunks[at], offsets[2 * at + 1], firsts[at]
            if chunk.isalnum():
                spots.append(Spot(zone, first, first, start, start + len(chunk)))
                continue
            for piece in self._pieces(at, number):
                places = first + piece.first, first + piece.last, start + piece.start, start + piece.end
                spots.append(Spot(zone, *places))
        return spots

    def stands(self, pair: Pair) -> bool:
        """Whether one of the left words stands so near one of the right."""
        left = self._of_any(pair.left)
        right = self._of_any(pair.right) if left else ()
        return bool(right) and are_near(left, right, pair.within, ordered=pair.ordered)

    def _of_any(self, numbers: Sequence[int]) -> list[Place]:
        """Where one of some words stands, in order, each token once."""
        said_at = self._located()
        found = [self._of(number) for number in numbers if number in said_at]
        return found[0] if len(found) == 1 else sorted({place for places in found for place in places})

    def _of(self, number: int) -> list[Place]:
        known = self._places.get(number)
        if known is None:
            known = [place for at in self._located()[number] for place in self._places_in(at, number)]
            self._places[number] = known
        return known

    def _located(self) -> Mapping[int, Sequence[int]]:
        """The chunks that say a word, by its number; those have positions then."""
        if self._said_at is None:
            said_at: dict[int, list[int]] = defaultdict(list)
            for at, numbers in enumerate(self.said):
                if numbers:
                    for number in numbers:
                        said_at[number].append(at)
            self._said_at = said_at
            self._firsts = _positions(self._chunks, self._start[1])
        return self._said_at

    def _places_in(self, at: int, number: int) -> Iterable[Place]:
        """Where the word stands in one chunk: it says the word, so a chunk of one token is the word."""
        first = self._firsts[at]
        if self._chunks[at].isalnum():
            return ((first, first),)
        return ((first + piece.first, first + piece.last) for piece in self._pieces(at, number))

    def _pieces(self, at: int, number: int) -> Iterable[Piece]:
        """The tokens of a chunk that are the word."""
        of_token = self._memo.of_token
        return (piece for piece in pieces(self._chunks[at]) if number in of_token(piece.text, piece.folded))


def are_near(left: Sequence[Place], right: Sequence[Place], within: int, *, ordered: bool) -> bool:
    """Whether two tokens that share no position are at most so many positions apart.

    Args:
        left: Tokens in order.
        right: Tokens in order, at least one.
        within: The greatest distance.
        ordered: The left one stands before the right one.
    """
    widest = max(last - first for first, last in right)
    for first, last in left:
        at = bisect_left(right, (last + 1 if ordered else first - within - widest,))
        while at < len(right) and right[at][0] <= last + within:
            other_first, other_last = right[at]
            if other_first > last or first - within <= other_last < first:
                return True
            at += 1
    return False


class _Widths(dict[str, int]):
    """Chunk to the number of positions it takes; filled on first sight, bounded."""

    def __missing__(self, chunk: str) -> int:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = width(pieces(chunk))
        if len(chunk) <= _LONGEST_REMEMBERED:
            self[chunk] = found
        return found


_width_of = _Widths().__getitem__


def _positions(found: list[str], first: int) -> Sequence[int]:
    """The position of each chunk's first word."""
    if "".join(found).isalnum():
        return range(first, first + len(found))
    return list(accumulate(map(_width_of, found), initial=first))
