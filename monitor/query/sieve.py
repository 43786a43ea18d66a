"""What must occur for a rule to hold at all: the cheap question before the exact one.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from monitor.model.watch import Zone
from monitor.query.analysis import AREAS, Area
from monitor.query.ast import And, AtLeast, Field, Form, Group, Leaf, Near, Node, Not, Or, Ref, walk
from monitor.query.frequency import frequency
from monitor.query.reading import Key
from monitor.query.where import TEXT_ZONES
from monitor.query.words import Word, ways
from monitor.text.tokens import fold

LAYERS: tuple[tuple[Zone, ...], ...] = (TEXT_ZONES, *((zone,) for zone in Zone if zone not in TEXT_ZONES))
"""Zones that are looked through together; the first is where nearly all queries look."""
_LAYER_OF = {zone: number for number, zones in enumerate(LAYERS) for zone in zones}

_WIDER = {Form.PREFIX: 4.0, Form.STEM: 3.0, Form.LIKE: 3.0}

Number = Callable[[int, Word], int]
"""The number of a word in a layer."""
Words = tuple[int, ...]
"""Numbers of words one of which must occur, in order, each once."""


class Pair(NamedTuple):
    """Two words in one text, one of either side, at most so many words apart."""

    left: Words
    right: Words
    within: int
    ordered: bool
    """The left one stands first."""


class Check(NamedTuple):
    """A question to the words that occur; a query can hold only where the answer is yes."""

    words: tuple[Words, ...] = ()
    """Of each row one must occur; the rarest first."""
    choices: tuple[tuple[Check, ...], ...] = ()
    """Of each row one check must say yes."""
    pairs: tuple[Pair, ...] = ()
    """Each must stand somewhere."""
    exact: bool = False
    """Whether the query holds wherever the answer is yes."""


_NOTHING_ASKED = Check()


class Anchor(NamedTuple):
    """Words one of which must occur, and how often one of them does, roughly."""

    words: Words
    cost: float


def layers_of(area: Area) -> tuple[int, ...]:
    """The layers that hold the area's zones."""
    return tuple(dict.fromkeys(_LAYER_OF[zone] for zone in area.zones))


def passes(check: Check, present: AbstractSet[int], stands: Callable[[Pair], bool] | None = None) -> bool:
    """Whether the query may hold where these words occur, and no others.

    Args:
        check: What must occur.
        present: The words that do.
        stands: Whether a pair stands somewhere; None: pairs are not looked at.
    """
    for words in check.words:
        if present.isdisjoint(words):
            return False
    for row in check.choices:
        for one in row:
            if passes(one, present, stands):
                break
        else:
            return False
    return stands is None or all(map(stands, check.pairs))


def has_pairs(check: Check) -> bool:
    """Whether there is more to ask than which words occur."""
    return bool(check.pairs) or any(has_pairs(one) for row in check.choices for one in row)


class Sieve:
    """Queries to their anchors and checks, with the words numbered on the way."""

    def __init__(self, number: Number) -> None:
        self._number = number
        self._costs: dict[int, float] = {}
        self.leaves: dict[Key, Check] = {}
        """Of every word and phrase that was looked at; their identity lasts as long as they do."""

    def check(self, node: Node, area: Area) -> Check:
        """What must occur for the query to hold; it asks for nothing where the query can hold on nothing."""
        match node:
            case Leaf():
                return self._leaf(node, area)
            case And(parts=parts):
                return self._all([self.check(part, area) for part in parts])
            case Or(parts=parts):
                return self._either([self.check(part, area) for part in parts])
            case Near(left=left, right=right):
                sides = [self.check(left, area), self.check(right, area)]
                return sides[0]._replace(exact=False) if node.negated else self._near(node, area, sides)
            case Group(part=part):
                return self.check(part, area)
            case AtLeast(part=part):
                return self.check(part, area)._replace(exact=False)
            case Field(name=name, part=part):
                return self.check(part, AREAS[name])
            case Not(part=part):
                self.check(part, area)
                return _NOTHING_ASKED
            case Ref():
                return _NOTHING_ASKED

    def anchor(self, check: Check) -> Anchor | None:
        """The cheapest words one of which must occur; None when nothing must."""
        found = [Anchor(words, self._cost_of(words)) for words in check.words[:1]]
        for row in check.choices:
            anchors = [self.anchor(one) for one in row]
            known = [anchor for anchor in anchors if anchor is not None]
            if len(known) == len(anchors):
                words = _united(anchor.words for anchor in known)
                found.append(Anchor(words, self._cost_of(words)))
        return min(found, key=lambda anchor: anchor.cost, default=None)

    def _near(self, node: Near, area: Area, sides: list[Check]) -> Check:
        both = self._all(sides)
        if len(layers_of(area)) > 1 or not (both.exact and _is_of_words(node.left) and _is_of_words(node.right)):
            return both._replace(exact=False)
        left, right = (side.words[0] for side in sides)
        return both._replace(pairs=(Pair(left, right, node.within, node.ordered),))

    def _leaf(self, leaf: Leaf, area: Area) -> Check:
        known = self.leaves.get((id(leaf), area))
        if known is None:
            known = self._either([self._row(way, area) for way in ways(leaf)])
            self.leaves[id(leaf), area] = known
        return known

    def _row(self, way: tuple[Word, ...], area: Area) -> Check:
        exact = len(way) == 1 and _is_whole(area)
        return self._all([Check((self._numbers(word, area),), exact=exact) for word in way])

    def _numbers(self, word: Word, area: Area) -> Words:
        numbers = _united([self._number(layer, word)] for layer in layers_of(area))
        self._costs.update(dict.fromkeys(numbers, _cost(word)))
        return numbers

    def _all(self, checks: list[Check]) -> Check:
        if len(checks) == 1:
            return checks[0]
        words = dict.fromkeys(words for check in checks for words in check.words)
        ordered = sorted(words, key=lambda one: (self._cost_of(one), one))
        exact = all(check.exact for check in checks)
        choices = tuple(row for check in checks for row in check.choices)
        return Check(tuple(ordered), choices, tuple(pair for check in checks for pair in check.pairs), exact)

    def _either(self, checks: list[Check]) -> Check:
        if len(checks) == 1:
            return checks[0]
        if not all(check.words or check.choices for check in checks):
            return _NOTHING_ASKED
        exact = all(check.exact for check in checks)
        if all(len(check.words) == 1 and not (check.choices or check.pairs) for check in checks):
            return Check((_united(check.words[0] for check in checks),), exact=exact)
        return Check(choices=(tuple(checks),), exact=exact)

    def _cost_of(self, words: Words) -> float:
        return sum(self._costs[word] for word in words)


def _is_whole(area: Area) -> bool:
    """Whether the area is all of some layers, so that a word that occurs there occurs in the area."""
    return not area.lead and set(area.zones) == {zone for layer in layers_of(area) for zone in LAYERS[layer]}


def _is_of_words(node: Node) -> bool:
    """Whether the clause is a word or phrase, or alternatives of these."""
    return all(isinstance(part, Leaf | Or | Group) for part in walk(node))


def _united(rows: Iterable[Iterable[int]]) -> Words:
    return tuple(sorted({word for row in rows for word in row}))


def _cost(word: Word) -> float:
    return frequency(fold(word.text)) * _WIDER.get(word.form, 1.0)
