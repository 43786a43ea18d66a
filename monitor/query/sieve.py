"""What must occur for a rule to hold at all: the cheap question before the exact one.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from importlib import resources
from typing import NamedTuple

from monitor.model.watch import Zone
from monitor.query.analysis import AREAS, Area
from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Not, Or, Ref
from monitor.query.reading import Key
from monitor.query.where import TEXT_ZONES
from monitor.query.words import Word, ways

LAYERS: tuple[tuple[Zone, ...], ...] = (TEXT_ZONES, *((zone,) for zone in Zone if zone not in TEXT_ZONES))
"""Zones that are looked through together; the first is where nearly all queries look."""
_LAYER_OF = {zone: number for number, zones in enumerate(LAYERS) for zone in zones}

COMMON = frozenset(resources.files("monitor.query").joinpath("common.txt").read_text("utf-8").split())
"""Words that most days' news are full of: poor anchors."""
_RARE, _USUAL, _FREQUENT = 1.0, 4.0, 40.0
_WIDER = {Form.PREFIX: 4.0, Form.STEM: 3.0, Form.LIKE: 3.0}

Number = Callable[[int, Word], int]
"""The number of a word in a layer."""


class Check(NamedTuple):
    """A question to the set of words that occur; a query can hold only where the answer is yes."""

    words: tuple[frozenset[int], ...] = ()
    """Of each set one must occur; the rarest first."""
    choices: tuple[tuple[Check, ...], ...] = ()
    """Of each row one check must say yes."""


class Anchor(NamedTuple):
    """Words one of which must occur, and how often one of them does, roughly."""

    words: frozenset[int]
    cost: float


def layers_of(area: Area) -> tuple[int, ...]:
    """The layers that hold the area's zones."""
    return tuple(dict.fromkeys(_LAYER_OF[zone] for zone in area.zones))


def passes(check: Check, present: AbstractSet[int]) -> bool:
    """Whether the query may hold where these words occur, and no others."""
    for words in check.words:
        if words.isdisjoint(present):
            return False
    for row in check.choices:
        for one in row:
            if passes(one, present):
                break
        else:
            return False
    return True


class Sieve:
    """Queries to their anchors and checks, with the words numbered on the way."""

    def __init__(self, number: Number) -> None:
        self._number = number
        self._costs: dict[int, float] = {}
        self.checks: dict[Key, Check] = {}
        """Of every clause that was looked at and needs words."""

    def check(self, node: Node, area: Area) -> Check:
        """What must occur for the query to hold; an empty check for a query that can hold where nothing does."""
        key = (id(node), area)
        known = self.checks.get(key)
        if known is None:
            known = self._check(node, area)
            if known.words or known.choices:
                self.checks[key] = known
        return known

    def _check(self, node: Node, area: Area) -> Check:
        match node:
            case Leaf():
                return self._either([self._row(way, area) for way in ways(node)])
            case And(parts=parts):
                return self._all([self.check(part, area) for part in parts])
            case Or(parts=parts):
                return self._either([self.check(part, area) for part in parts])
            case Near(left=left, right=right):
                sides = [self.check(left, area), self.check(right, area)]
                return sides[0] if node.negated else self._all(sides)
            case Group(part=part) | AtLeast(part=part):
                return self.check(part, area)
            case Field(name=name, part=part):
                return self.check(part, AREAS[name])
            case Not(part=part):
                self.check(part, area)
                return Check()
            case Ref():
                return Check()

    def anchor(self, check: Check) -> Anchor | None:
        """The cheapest set of words one of which must occur; None when nothing must."""
        found = [Anchor(words, self._cost_of(words)) for words in check.words[:1]]
        for row in check.choices:
            anchors = [self.anchor(one) for one in row]
            known = [anchor for anchor in anchors if anchor is not None]
            if len(known) == len(anchors):
                words = frozenset(word for anchor in known for word in anchor.words)
                found.append(Anchor(words, self._cost_of(words)))
        return min(found, key=lambda anchor: anchor.cost, default=None)

    def _row(self, way: tuple[Word, ...], area: Area) -> Check:
        return self._all([Check((self._numbers(word, area),)) for word in way])

    def _numbers(self, word: Word, area: Area) -> frozenset[int]:
        numbers = frozenset(self._number(layer, word) for layer in layers_of(area))
        self._costs.update(dict.fromkeys(numbers, _cost(word)))
        return numbers

    def _all(self, checks: list[Check]) -> Check:
        words = dict.fromkeys(words for check in checks for words in check.words)
        ordered = sorted(words, key=lambda one: (self._cost_of(one), sorted(one)))
        return Check(tuple(ordered), tuple(row for check in checks for row in check.choices))

    def _either(self, checks: list[Check]) -> Check:
        if len(checks) == 1:
            return checks[0]
        if not all(check.words or check.choices for check in checks):
            return Check()
        if all(len(check.words) == 1 and not check.choices for check in checks):
            return Check((frozenset(word for check in checks for word in check.words[0]),))
        return Check(choices=(tuple(checks),))

    def _cost_of(self, words: frozenset[int]) -> float:
        return sum(self._costs[word] for word in words)


def _cost(word: Word) -> float:
    text = word.text.casefold()
    length = _USUAL if len(text) < 5 else _RARE
    return (_FREQUENT if text in COMMON else length) * _WIDER.get(word.form, 1.0)
