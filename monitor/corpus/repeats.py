"""Lines that several documents of one host show: the page's own, whatever they say, and no part of an article.

Pure.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model.story import Postings, Segment
from monitor.text.article import ArticleText
from monitor.text.tokens import fold
from monitor.text.urls import host_of

LINE = "line"
"""The part of a segment that holds the lines."""

_LOW = 0xFFFFFFFF
_SHELF = 0x3FFF


class Lines:
    """Numbers of lines, millions of them at some ten bytes each: sorted, on as many shelves as fit 14 bits."""

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        self._shelves: dict[int, array[int]] = {}
        for posted in (segment.parts[LINE] for segment in segments if LINE in segment.parts):
            self.add(key << 32 | low for key, low in zip(posted.keys, posted.numbers, strict=True))

    def __contains__(self, number: int) -> bool:
        shelf = self._shelves.get(number & _SHELF, ())
        at = bisect_left(shelf, number)
        return at < len(shelf) and shelf[at] == number

    def add(self, numbers: Iterable[int]) -> None:
        """Remember lines that are not there yet."""
        for number in numbers:
            shelf = self._shelves.get(number & _SHELF)
            if shelf is None:
                self._shelves[number & _SHELF] = array("Q", (number,))
            else:
                insort(shelf, number)


def without_repeats(texts: Sequence[ArticleText], known: Lines) -> tuple[list[ArticleText], frozenset[int]]:
    """The texts without the lines that two documents of a host hold, and the numbers of their lines not yet known.

    A text that would lose half of its words is a copy of another article, and is left whole. Of a document that names
    neither its address nor its outlet nothing is known.

    Args:
        texts: Documents that are read together.
        known: What earlier documents showed.
    """
    numbered = [_numbered(text) for text in texts]
    counts = Counter(number for lines in numbered for number in set(lines))
    lean = [
        _lean(text, [counts[number] > 1 or number in known for number in lines])
        for text, lines in zip(texts, numbered, strict=True)
    ]
    return lean, frozenset(number for number in counts if number not in known)


def line_postings(numbers: Iterable[int]) -> Postings:
    """Lines as a part of a segment: the upper half of each number, and the lower one beside it."""
    found = sorted(numbers)
    return Postings(array("I", [n >> 32 for n in found]), array("I", [n & _LOW for n in found]))


def _numbered(text: ArticleText) -> list[int]:
    """A number below 2**64 for each line of the body, for this host; none for a document of unknown origin."""
    host = host_of(text.url) or fold(text.outlet)
    if not host:
        return []
    start = hashlib.blake2b(f"{host}\n".encode("utf-8", "surrogatepass"), digest_size=8)
    numbers = []
    for line in text.body.split("\n"):
        hashed = start.copy()
        hashed.update(line.strip().lower().encode("utf-8", "surrogatepass"))
        numbers.append(int.from_bytes(hashed.digest(), "big"))
    return numbers


def _lean(text: ArticleText, repeated: Sequence[bool]) -> ArticleText:
    if not any(repeated):
        return text
    lines = text.body.split("\n")
    kept = [line for line, is_repeated in zip(lines, repeated, strict=True) if not is_repeated]
    if 2 * sum(map(len, kept)) < sum(map(len, lines)):
        return text
    return replace(text, body="\n".join(kept))
