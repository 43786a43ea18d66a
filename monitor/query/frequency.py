"""How often words occur in the news, roughly, by the shipped counts of headlines.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

COMMON = frozenset(resources.files("monitor.query").joinpath("common.txt").read_text("utf-8").split())
"""Words that most days' news are full of; the counts lack many of them."""
_OF_COMMON = 4_000
_LEAST = 1.0
_LONGEST_ENDING = 3
_SHORTEST_STEM = 4


def frequency(folded: str) -> float:
    """In how many of some 60,000 headlines a folded word or another form of it stands, about; at least 1.

    The counts are those of words without their commonest endings, so the longest beginning that is counted speaks.
    """
    if folded in COMMON:
        return _OF_COMMON
    counts, shortest = _counts(), max(len(folded) - _LONGEST_ENDING, min(len(folded), _SHORTEST_STEM))
    beginnings = (folded[:size] for size in range(len(folded), shortest - 1, -1))
    return next((counts[start] for start in beginnings if start in counts), _LEAST)


@cache
def _counts() -> Mapping[str, float]:
    _, *rows = resources.files("monitor.data").joinpath("terms.txt").read_text("utf-8").splitlines()
    return {term: float(count) for term, _, count in (row.partition("\t") for row in rows)}
