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

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.watch import Match, Reason
from monitor.query.analysis import Area, zone_text
from monitor.query.answer import MASK_AREA, answer, why
from monitor.query.ast import Node, children, rebuilt
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon, lexicon
from monitor.query.reading import Key, Reading
from monitor.query.sieve import Check, Sieve, passes
from monitor.query.vocabulary import Vocabulary, sight


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
        present = self._vocabulary.present(entry)
        candidates = self._candidates(present)
        if not candidates:
            return ()
        read = _read(self._vocabulary, entry)
        read.may = partial(_may, self._sieve.checks, present)
        answers = (answer(self._rules[number], entry, read) for number in candidates)
        return tuple(match for match in answers if match is not None)

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
