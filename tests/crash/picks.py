"""Which of all points are tried: the telling ones, in rows or alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

Point = tuple[int, str, int]
"""Step, label, and which one of that label in that step, from 1."""


def numbered(seen: Iterable[tuple[int, str]]) -> list[Point]:
    counts: Counter[tuple[int, str]] = Counter()
    points = []
    for step, label in seen:
        counts[step, label] += 1
        points.append((step, label, counts[step, label]))
    return points


AT_THE_END = ("create recent", "write recent", "sync recent", "write db", "sync db", "truncate db")
"""Points that come, or come mostly, when a process ends in order."""

CODE_POINTS = ("statement", "deliver", "submit")
"""Points that leave nothing behind outside the process: a kill there is a kill at the next call that does."""


def kill_points(points: Iterable[Point]) -> list[Point]:
    """Points at which a kill can make a difference, in order."""
    return [point for point in points if point[1] not in CODE_POINTS]


def telling(points: list[Point], most: int, seed: int = 1, whole: Collection[str] = ()) -> list[Point]:
    """At most so many points: of each run of like calls the first, the last and one between; then evenly thinned.

    Of those whose labels are in `whole` all.
    """
    draw, chosen = random.Random(seed), []
    for (_, label), run in groupby(points, key=lambda point: point[:2]):
        alike = list(run)
        chosen += alike if len(alike) <= 2 or label in whole else [alike[0], draw.choice(alike[1:-1]), alike[-1]]
    if len(chosen) > most:
        chosen = [chosen[n * len(chosen) // most] for n in range(most)]
    return chosen


def rows_of(points: Iterable[Point], length: int) -> Iterator[list[Point]]:
    """Points in rows of at most this length, each of one step and spread over it, in order."""
    for _, group in groupby(points, key=lambda point: point[0]):
        alike = list(group)
        rows = -(-len(alike) // length)
        yield from (alike[first::rows] for first in range(rows))
