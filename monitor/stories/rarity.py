"""How much a shared word says: rare words say much, and a word that all papers use this week says little.

Pure.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from math import log, sqrt
from operator import mul

from monitor.stories.terms import spread
from monitor.text.shingles import word_hash

ENOUGH = 2_000
"""Entries from which the recent stream is believed beside the shipped table."""

MOST = 9.0
"""No word says more than this: one that the table lacks is as often a slip of the pen as a name."""

ON_TOPIC = 2.0
"""What a word says that a watchlist asks for: whatever matches holds it, so it tells no story from another."""

_TABLE = "terms.txt"


def background(term: int) -> float:
    """The rarity of a term by the shipped table of headline counts: ln((N + 1) / (n + 0.5)), at most 9.

    Source:
        Spärck Jones, A statistical interpretation of term specificity, 1972.
    """
    return _rarities().get(term, MOST)


def recent(counts: Mapping[int, int], entries: int) -> dict[int, float]:
    """The rarity of terms by how many of the `entries` recent ones hold each; never above `background`.

    Empty below 2,000 entries: then the shipped table alone is asked.
    """
    if entries < ENOUGH:
        return {}
    known, logs, top = _rarities().get, _logs(), log(entries + 1)
    found = {}
    for term, count in counts.items():
        rarity = top - (logs[count] if count < len(logs) else log(count + 0.5))
        shipped = known(term, MOST)
        found[term] = shipped if shipped < rarity else max(rarity, 0.0)
    return found


class Rarity(dict[int, float]):
    """Rarities of which the missing ones are those of the shipped table."""

    def __missing__(self, term: int) -> float:
        """The rarity of a term by the shipped table, remembered."""
        found = self[term] = background(term)
        return found


def muffled(rarity: Mapping[int, float], topics: Iterable[int]) -> dict[int, float]:
    """`rarity` with the terms of a topic made as common as they are among the entries on that topic."""
    return {**rarity, **{term: min(rarity.get(term, background(term)), ON_TOPIC) for term in topics}}


def weighted(terms: tuple[int, ...], rarity: Mapping[int, float]) -> dict[int, float]:
    """The text's terms as a vector of length 1: (1 + ln tf) · rarity each; empty without terms."""
    known = _rarities()
    weights = {}
    for term, count in spread(terms).items():
        weight = rarity.get(term)
        weight = known.get(term, MOST) if weight is None else weight
        weights[term] = weight if count == 1 else weight * (1 + log(count))
    return unit(weights)


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
def _logs() -> array[float]:
    """ln(n + 0.5) for small n."""
    return array("d", (log(n + 0.5) for n in range(4_096)))


@cache
def _counts() -> tuple[int, Mapping[int, int]]:
    """Headlines counted, and how many of them hold each term."""
    head, *rows = files("monitor.data").joinpath(_TABLE).read_text("utf-8").splitlines()
    pairs = (row.split("\t") for row in rows)
    return int(head.split("\t")[1]), {1 + (word_hash(stem) >> 33): int(count) for stem, count in pairs}


@cache
def _rarities() -> Mapping[int, float]:
    total, counts = _counts()
    return {term: min(log((total + 1) / (count + 0.5)), MOST) for term, count in counts.items()}
