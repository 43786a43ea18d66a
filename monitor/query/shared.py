"""What the rules of percolators have in common: their words with numbers, their leaves, and how entries are read.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from monitor.query.analysis import Area
from monitor.query.answer import MASK_AREA
from monitor.query.ast import Group, Leaf, Node, children, rebuilt
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon
from monitor.query.reading import Key, Reading
from monitor.query.sieve import Check, Sieve, passes
from monitor.query.vocabulary import Sight, Vocabulary


@dataclass(slots=True)
class Shared:
    """Grows with every rule that is entered; what the words of texts say is remembered."""

    lexicon: Lexicon
    vocabulary: Vocabulary = field(init=False)
    sieve: Sieve = field(init=False)
    _nodes: dict[Node, Node] = field(default_factory=dict)
    """Words, phrases and alias groups, each once."""

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary(self.lexicon)
        self.sieve = Sieve(self.vocabulary.number)

    def entered(self, rule: Rule, area: Area) -> tuple[Rule, Check]:
        """The rule, its words shared with other rules, and what must occur for it to hold in an area."""
        tree, ignore = self._same(rule.tree), tuple(self._same(mask) for mask in rule.ignore)
        for mask in ignore:
            self.sieve.check(mask, MASK_AREA)
        return replace(rule, tree=tree, ignore=ignore), self.sieve.check(tree, area)

    def reading(self, sight: Sight, *, thorough: bool = False) -> Reading:
        """An entry ready to be asked."""
        leaves, present = self.sieve.leaves, sight.present
        absent = present.isdisjoint

        def may(key: Key) -> bool:
            check = leaves.get(key)
            if check is None:
                return True
            words, choices, _, _ = check
            if len(words) == 1 and not choices:
                return not absent(words[0])
            return passes(check, present)

        return Reading(sight.find, sight.texts, thorough=thorough, may=may)

    def _same(self, node: Node) -> Node:
        if isinstance(node, Leaf | Group) and (known := self._nodes.get(node)) is not None:
            return known
        whole = rebuilt(node, tuple(self._same(child) for child in children(node)))
        return self._nodes.setdefault(whole, whole) if isinstance(whole, Leaf | Group) else whole
