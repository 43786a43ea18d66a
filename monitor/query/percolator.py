"""All watchlists beside one entry: which of them it matches.

Every word of every watchlist has a number. An entry's words become the set of numbers they say; an index gives the few
watchlists one of whose rarest words is among them, and only those are evaluated, with what they share found once. The
answers are those of evaluating every watchlist by itself.

Pure.

Source:
    Luwak and Lucene Monitor (the presearcher).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.watch import Match, Reason
from monitor.query.analysis import Area, zone_text
from monitor.query.answer import MASK_AREA, answer, is_answered, telling, why
from monitor.query.ast import Leaf, Node, children, rebuilt
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon, lexicon
from monitor.query.reading import Key, Reading
from monitor.query.sieve import Check, Sieve, passes
from monitor.query.vocabulary import Vocabulary, sight


class Look(NamedTuple):
    """What one entry is to many rules, and to one of them above all."""

    holding: frozenset[str]
    match: Match | None
    telling: frozenset[Leaf]
    """The words and phrases of the one rule whose mentions speak for it."""


_NOTHING_READ = Reading(lambda _word, _area: (), {})


class Percolator:
    """A fixed set of compiled rules with different names; `matches` is not for two threads at once."""

    def __init__(self, rules: Iterable[Rule], known: Lexicon | None = None) -> None:
        shared: dict[Node, Node] = {}
        self._lexicon = known or lexicon()
        self._rules = tuple(sorted((_sharing(rule, shared) for rule in rules), key=lambda rule: rule.name))
        self._vocabulary = Vocabulary(self._lexicon)
        self._index: dict[int, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._sieve = Sieve(self._vocabulary.number)
        self._checks = [self._enter(number, rule) for number, rule in enumerate(self._rules)]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, sorted by name."""
        return self._rules

    def matches(self, entry: Entry) -> tuple[Match, ...]:
        """The rules that the entry answers, sorted by name."""
        read, candidates = self._sifted(entry)
        answers = (answer(rule, entry, read) for rule in candidates)
        return tuple(match for match in answers if match is not None)

    def holding(self, entry: Entry) -> frozenset[str]:
        """Names of the rules that the entry answers: `matches` without the explanations, and so much faster."""
        read, candidates = self._sifted(entry)
        return frozenset(rule.name for rule in candidates if is_answered(rule, entry, read))

    def look(self, name: str, entry: Entry) -> Look:
        """Which rules hold, and of one of them the whole answer; the entry is read once."""
        read, candidates = self._sifted(entry)
        holding = frozenset(rule.name for rule in candidates if is_answered(rule, entry, read))
        rule = next((rule for rule in candidates if rule.name == name and name in holding), None)
        if rule is None:
            return Look(holding, None, frozenset())
        return Look(holding, answer(rule, entry, read), telling(rule, read))

    def explain(self, name: str, entry: Entry) -> Reason:
        """Why the rule matches the entry, or why not and what came closest.

        Raises:
            NotFound: There is no rule of this name.
        """
        rule = next((rule for rule in self._rules if rule.name == name), None)
        if rule is None:
            raise NotFound(f"watchlist: {name}: unknown")
        vocabulary = Vocabulary(self._lexicon)
        _number_words(rule, Sieve(vocabulary.number), MASK_AREA)
        read = _read(vocabulary, entry)
        read.thorough = True
        return why(rule, entry, read)

    def with_rules(self, rules: Iterable[Rule]) -> Percolator:
        """The same with these rules added, or put in the place of those of the same name."""
        by_name = {rule.name: rule for rule in (*self._rules, *rules)}
        return Percolator(by_name.values(), self._lexicon)

    def without(self, *names: str) -> Percolator:
        """The same without the rules of these names."""
        return Percolator([rule for rule in self._rules if rule.name not in names], self._lexicon)

    def _enter(self, number: int, rule: Rule) -> Check:
        """What must occur for the rule to hold; its rarest words lead to it."""
        check = _number_words(rule, self._sieve, rule.area)
        anchor = self._sieve.anchor(check)
        if anchor is None:
            self._always.append(number)
        for word in anchor.words if anchor else ():
            self._index[word].append(number)
        return check

    def _sifted(self, entry: Entry) -> tuple[Reading, list[Rule]]:
        """The entry ready to be asked, and the rules that may hold."""
        present = self._vocabulary.present(entry)
        candidates = [self._rules[number] for number in self._candidates(present)]
        if not candidates:
            return _NOTHING_READ, candidates
        read = _read(self._vocabulary, entry)
        read.may = partial(_may, self._sieve.checks, present)
        return read, candidates

    def _candidates(self, present: set[int]) -> list[int]:
        """Rules that may hold where these words occur, in order."""
        led_to = set(self._always)
        for word in present & self._index.keys():
            led_to.update(self._index[word])
        return sorted(number for number in led_to if passes(self._checks[number], present))


def _number_words(rule: Rule, sieve: Sieve, area: Area) -> Check:
    """What must occur for the rule to hold in an area, with all its words numbered."""
    for mask in rule.ignore:
        sieve.check(mask, MASK_AREA)
    return sieve.check(rule.tree, area)


def _read(vocabulary: Vocabulary, entry: Entry) -> Reading:
    seen = sight(vocabulary, entry)
    return Reading(seen.find, {zone: zone_text(values) for zone, values in seen.zones.items()})


def _may(checks: Mapping[Key, Check], present: set[int], key: Key) -> bool:
    check = checks.get(key)
    return check is None or passes(check, present)


def _sharing(rule: Rule, shared: dict[Node, Node]) -> Rule:
    """The rule with every node that equals another rule's being that very node."""
    return replace(
        rule, tree=_interned(rule.tree, shared), ignore=tuple(_interned(mask, shared) for mask in rule.ignore)
    )


def _interned(node: Node, shared: dict[Node, Node]) -> Node:
    whole = rebuilt(node, tuple(_interned(child, shared) for child in children(node)))
    return shared.setdefault(whole, whole)
