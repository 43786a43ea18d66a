"""How much a shared word says: rare words say much, and a word that all papers use this week says little.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import exp, log, sqrt
from operator import mul

from monitor.model.story import Stream
from monitor.stories.terms import spread
from monitor.text.shingles import word_hash

PRIOR = 3_000
"""Stories' worth of belief in the shipped table: so many of the recent ones weigh as much as it does."""

MOST = 9.0
"""No word says more than this: one that the table lacks is as often a slip of the pen as a name."""

_TABLE = "terms.txt"


_RAREST = PRIOR * exp(-MOST)


def background(term: int) -> float:
    """The rarity of a term by the shipped table of headline counts: ln((N + 1) / (n + 0.5)), at most 9.

    Source:
        Spärck Jones, A statistical interpretation of term specificity, 1972.
    """
    return log(PRIOR / _believed().get(term, _RAREST))


class Rarity(dict[int, float]):
    """The rarity of any term, by the shipped table and the stories of the last days; counted when first asked for.

    A word counts once for each story that was opened with it, however many papers tell that story: so the words of one
    big story stay telling, and the words of a day's only subject say little. Never above `background`.
    """

    def __init__(self, stream: Stream = Stream()) -> None:  # noqa: B008  a frozen value
        super().__init__()
        self._believed = _believed()
        self._openings = stream.openings
        self._stories = PRIOR + stream.stories

    def __missing__(self, term: int) -> float:
        """The rarity of a term, remembered: ln((K + N) / (K · p + n)), p its share of the shipped headlines."""
        believed = self._believed.get(term, _RAREST)
        told = self._openings.get(term, 0)
        found = self[term] = log(min(PRIOR / believed, self._stories / (believed + told)))
        return found


def weighted(terms: tuple[int, ...], rarity: Rarity) -> dict[int, float]:
    """The text's terms as a vector of length 1: (1 + ln tf) · rarity each; empty without terms."""
    return unit({term: rarity[term] * (1 + log(count)) for term, count in spread(terms).items()})


def unit(vector: Mapping[int, float]) -> dict[int, float]:
    """The vector with length 1; empty when it has none."""
    length = sqrt(sum(map(mul, vector.values(), vector.values())))
    return {term: weight / length for term, weight in vector.items()} if length else {}


def cosine(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """The similarity of two vectors of length 1, 0..1."""
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[term] for term, weight in a.items() if term in b)


@cache
def _counts() -> tuple[int, Mapping[int, int]]:
    """Headlines counted, and how many of them hold each term."""
    head, *rows = files("monitor.data").joinpath(_TABLE).read_text("utf-8").splitlines()
    pairs = (row.split("\t") for row in rows)
    return int(head.split("\t")[1]), {1 + (word_hash(stem) >> 33): int(count) for stem, count in pairs}


@cache
def _believed() -> Mapping[int, float]:
    """Of the stories' worth of belief, how many were opened with each term of the table: K · p."""
    total, counts = _counts()
    return {term: max(PRIOR * (count + 0.5) / (total + 1), _RAREST) for term, count in counts.items()}
