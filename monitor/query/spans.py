"""Mentions: where a clause that has a place in the text is found, and which two are near each other.

A mention is the set of word positions it is made of, not the stretch between them: in "inviting Ukraine into NATO" the
pair (inviting, NATO) leaves `Ukraine` free to stand at distance 1 from it. Only mentions that share a word are no pair.

Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from monitor.model.watch import Zone
from monitor.query.analysis import ZONES, Area, Find, Spot
from monitor.query.ast import Leaf, Near
from monitor.query.words import Word, ways

_MOST_PAIRS = 2_000
"""Pairs of one NEAR that are kept, so that no text can cost more than some milliseconds."""
_MOST_COMPARISONS = 40_000
"""Pairs of one NEAR that are looked at."""
_MOST_COMPARED = 200
"""Mentions on each side among which an explanation looks for those that came closest."""
_ORDER = {zone: number for number, zone in enumerate(ZONES)}


class Mark(NamedTuple):
    """A stretch of text that a leaf found."""

    start: int
    end: int
    leaf: Leaf


class Span(NamedTuple):
    """One mention."""

    zone: Zone
    places: frozenset[int]
    """Positions of its words."""
    low: int
    high: int
    """The least and the greatest of them."""
    marks: tuple[Mark, ...]
    distance: int = 0
    """Words between its two sides, for a pair."""


def in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans by zone and position, each set of positions once."""
    unique = {(span.zone, span.places): span for span in spans}
    if len(unique) < 2:
        return tuple(unique.values())
    return tuple(sorted(unique.values(), key=_place))


def _place(span: Span) -> tuple[int, int, int]:
    return _ORDER[span.zone], span.low, span.high


def leaf_spans(leaf: Leaf, area: Area, find: Find) -> tuple[Span, ...]:
    """The mentions of a word or phrase."""
    said = ways(leaf)
    if len(said) == 1 and len(said[0]) == 1:
        return tuple([_word_span(leaf, spot) for spot in find(said[0][0], area)])
    return in_order(span for way in said for span in _row_spans(leaf, way, area, find))


def _word_span(leaf: Leaf, spot: Spot) -> Span:
    zone, first, last, start, end = spot
    places = frozenset((first,) if first == last else range(first, last + 1))
    return Span(zone, places, first, last, (Mark(start, end, leaf),))


def _row_spans(leaf: Leaf, way: tuple[Word, ...], area: Area, find: Find) -> Iterable[Span]:
    rows: list[tuple[Spot, Spot]] = [(spot, spot) for spot in find(way[0], area)]
    for word in way[1:]:
        if not rows:
            break
        follow: dict[tuple[Zone, int], list[Spot]] = defaultdict(list)
        for spot in find(word, area):
            follow[spot.zone, spot.first].append(spot)
        rows = [(first, then) for first, last in rows for then in follow.get((last.zone, last.last + 1), ())]
    for first, last in rows:
        places = frozenset(range(first.first, last.last + 1))
        yield Span(first.zone, places, first.first, last.last, (Mark(first.start, last.end, leaf),))


def near_spans(near: Near, left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """The pairs that NEAR finds, or the left mentions that have no right one near, when it is negated."""
    if near.negated:
        beside = _Beside(right)
        return tuple(span for span in left if not beside.has(span, near))
    return in_order(_pairs(near, left, right))


def _pairs(near: Near, left: Sequence[Span], right: Sequence[Span]) -> Iterable[Span]:
    beside = _Beside(right)
    compared = ((one, other) for one in left for other in beside.around(one, near))
    kept = 0
    for one, other in islice(compared, _MOST_COMPARISONS):
        apart = distance(one, other, ordered=near.ordered)
        if apart is not None and apart <= near.within:
            yield _joined(one, other, apart)
            kept += 1
            if kept == _MOST_PAIRS:
                return


def _joined(one: Span, other: Span, apart: int) -> Span:
    marks = tuple(dict.fromkeys(sorted((*one.marks, *other.marks), key=lambda mark: (mark.start, mark.end))))
    low, high = min(one.low, other.low), max(one.high, other.high)
    return Span(one.zone, one.places | other.places, low, high, marks, apart)


def distance(one: Span, other: Span, *, ordered: bool = False) -> int | None:
    """Difference of the positions of the two nearest words of two mentions; ordered: the left one's stands before.

    Returns:
        None in different zones, for mentions that share a word, or when none stands in the asked order.
    """
    if one.zone is not other.zone or not one.places.isdisjoint(other.places):
        return None
    if ordered:
        return min((b - a for a in one.places for b in other.places if b > a), default=None)
    return min(abs(b - a) for a in one.places for b in other.places)


class _Beside:
    """Mentions by zone and position, to look up those around a place."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._zones: dict[Zone, list[Span]] = defaultdict(list)
        for span in spans:
            self._zones[span.zone].append(span)
        self._lows = {zone: [span.low for span in found] for zone, found in self._zones.items()}
        self._widest = {zone: max(span.high - span.low for span in found) for zone, found in self._zones.items()}

    def around(self, span: Span, near: Near) -> Iterable[Span]:
        """The mentions that may be near, in order."""
        found = self._zones.get(span.zone)
        if not found:
            return
        lows = self._lows[span.zone]
        least = span.low + 1 if near.ordered else span.low - near.within
        at = bisect_left(lows, least - self._widest[span.zone])
        while at < len(lows) and lows[at] <= span.high + near.within:
            yield found[at]
            at += 1

    def has(self, span: Span, near: Near) -> bool:
        """Whether one of them is near."""
        return any(
            (apart := distance(span, other, ordered=near.ordered)) is not None and apart <= near.within
            for other in self.around(span, near)
        )


def nearest(left: Sequence[Span], right: Sequence[Span], *, ordered: bool = False) -> tuple[int, Span, Span] | None:
    """The two mentions that come closest to being near, with their distance; None when no zone has both."""
    pairs = (
        (apart, one, other)
        for one in left[:_MOST_COMPARED]
        for other in right[:_MOST_COMPARED]
        if (apart := distance(one, other, ordered=ordered)) is not None
    )
    return min(pairs, key=lambda pair: pair[0], default=None)


def mentions(ordered: Sequence[Span]) -> Sequence[Span]:
    """Distinct mentions of some that stand in order: of those that share a word only the first."""
    if len(ordered) < 2:
        return ordered
    used: dict[Zone, set[int]] = defaultdict(set)
    found = []
    for span in ordered:
        if used[span.zone].isdisjoint(span.places):
            found.append(span)
        used[span.zone] |= span.places
    return found
