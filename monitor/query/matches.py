"""What percolating one entry comes to: the rules that hold, and the match of each, worked out when it is asked for.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.model.watch import Match
from monitor.query.answer import match_of, telling
from monitor.query.ast import Leaf
from monitor.query.compile import Rule
from monitor.query.reading import Reading


class Matches(Mapping[str, Match]):
    """The match of each rule that an entry answers, by the rule's name, in order.

    Which rules these are is known; strength, passage and reason of a match are found when it is first looked up, which
    takes many times as long. So ask for what is shown or stored, and keep that: this holds all words of the entry.
    """

    __slots__ = ("_found", "_reading", "_rules")

    def __init__(self, rules: Mapping[str, Rule], reading: Reading) -> None:
        self._rules, self._reading = rules, reading
        self._found: dict[str, Match] = {}

    def __getitem__(self, name: str) -> Match:
        match = self._found.get(name)
        if match is None:
            match = self._found[name] = match_of(self._rules[name], self._reading)
        return match

    def __contains__(self, name: object) -> bool:
        return name in self._rules

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._rules))

    def __len__(self) -> int:
        return len(self._rules)

    def telling(self, name: str) -> frozenset[Leaf]:
        """The words and phrases whose mentions speak for the rule."""
        return telling(self._rules[name], self._reading)
