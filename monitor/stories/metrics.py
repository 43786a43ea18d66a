"""How well a grouping agrees with labels: what the literature counts, and what a reader feels.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import comb, sqrt
from operator import itemgetter
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """A grouping beside its labels; all figures 0..1."""

    entries: int
    stories: int
    labelled: int
    """Labelled stories."""
    precision: float
    """Of the pairs put together, the share that belongs together."""
    recall: float
    """Of the pairs that belong together, the share put together."""
    f1: float
    ari: float
    """Adjusted Rand index; 0 is what chance would give, and worse than chance is below it."""
    b3: float
    """B³ F1: precision and recall averaged over entries."""
    swallowed: float
    """Of the labelled stories' first entries, the share that did not open a story: news that nobody is told of."""
    repeats: float
    """Of the entries that were no first ones, the share that opened a story: the same news ringing again."""


def grouping(labels: Sequence[Hashable], stories: Sequence[Hashable], opened: Sequence[bool]) -> Grouping:
    """The figures of one replay.

    Args:
        labels: The labelled story of each entry, in order of arrival.
        stories: The story it was put into.
        opened: Whether it opened that story, and so rang.

    Source:
        Hubert and Arabie 1985 (adjusted Rand index); Bagga and Baldwin 1998 (B³).
    """
    together = Counter(zip(labels, stories, strict=True))
    by_label, by_story = Counter(labels), Counter(stories)
    both, wanted, made = _pairs(together), _pairs(by_label), _pairs(by_story)
    precision, recall = both / made if made else 1.0, both / wanted if wanted else 1.0
    n = len(labels)
    first = _firsts(labels)
    firsts = sum(first)
    swallowed = sum(is_first and not rang for is_first, rang in zip(first, opened, strict=True))
    rings = sum(rang and not is_first for is_first, rang in zip(first, opened, strict=True))
    return Grouping(
        entries=n,
        stories=len(by_story),
        labelled=len(by_label),
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        ari=_ari(both, wanted, made, comb(n, 2)),
        b3=_b_cubed(together, by_label, by_story, n),
        swallowed=swallowed / firsts if firsts else 0.0,
        repeats=rings / (n - firsts) if n > firsts else 0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """A yes or no for each of many, beside its labels."""

    cases: int
    precision: float
    recall: float
    f1: float


def detection(labels: Sequence[bool], answers: Sequence[bool]) -> Detection:
    """Precision, recall and their harmonic mean; 1 where nothing could be wrong."""
    right = sum(a and b for a, b in zip(labels, answers, strict=True))
    precision = right / sum(answers) if any(answers) else 1.0
    recall = right / sum(labels) if any(labels) else 1.0
    return Detection(cases=len(labels), precision=precision, recall=recall, f1=_f1(precision, recall))


def best_threshold(labels: Sequence[bool], scores: Sequence[float]) -> tuple[float, Detection]:
    """The threshold on `scores` with the best F1, and what it gives; a score at the threshold counts as yes."""
    return max(_by_threshold(labels, scores), key=lambda each: each[1].f1)


def recall_at(precision: float, labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The best recall of any threshold on `scores` with at least this precision, 0..1; 0 where there is none."""
    found = _by_threshold(labels, scores)
    return max((each.recall for _, each in found if each.precision >= precision), default=0.0)


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's correlation, -1..1; 0 where a side does not vary."""
    n = len(one)
    mean_a, mean_b = sum(one) / n, sum(other) / n
    covariance = sum((a - mean_a) * (b - mean_b) for a, b in zip(one, other, strict=True))
    spread = sqrt(sum((a - mean_a) ** 2 for a in one) * sum((b - mean_b) ** 2 for b in other))
    return covariance / spread if spread else 0.0


def _pairs(counts: Mapping[Any, int]) -> int:
    return sum(comb(count, 2) for count in counts.values())


def _firsts(labels: Sequence[Hashable]) -> list[bool]:
    places = {label: place for place, label in reversed(list(enumerate(labels)))}
    return [places[label] == place for place, label in enumerate(labels)]


def _ari(both: int, wanted: int, made: int, possible: int) -> float:
    if not possible:
        return 1.0
    expected = wanted * made / possible
    best = (wanted + made) / 2
    return (both - expected) / (best - expected) if best != expected else 1.0


def _b_cubed(
    together: Counter[tuple[Hashable, Hashable]], by_label: Counter[Hashable], by_story: Counter[Hashable], n: int
) -> float:
    if not n:
        return 1.0
    precision = sum(count * count / by_story[story] for (_, story), count in together.items()) / n
    recall = sum(count * count / by_label[label] for (label, _), count in together.items()) / n
    return _f1(precision, recall)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _by_threshold(labels: Sequence[bool], scores: Sequence[float]) -> Iterator[tuple[float, Detection]]:
    """Each score as a threshold, the highest first, and what it gives."""
    wanted, right, found = sum(labels), 0, 0
    ranked = sorted(zip(scores, labels, strict=True), reverse=True)
    for threshold, same in groupby(ranked, key=itemgetter(0)):
        for _, label in same:
            found, right = found + 1, right + label
        precision, recall = right / found, right / wanted if wanted else 1.0
        yield threshold, Detection(cases=len(labels), precision=precision, recall=recall, f1=_f1(precision, recall))
