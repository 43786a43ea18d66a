"""All watchlists beside one entry: which of them it matches.

Every word of every watchlist has a number. An entry's words become the set of numbers they say; an index gives the few
watchlists one of whose rarest words is among them, a second look at the set drops most of these, and only the rest is
evaluated, with what they share found once. The answers are those of evaluating every watchlist by itself.

Pure.

Source:
    Luwak and Lucene Monitor (the presearcher).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import NamedTuple

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.watch import Match, Reason, Strength
from monitor.query.answer import MASK_AREA, answer, is_answered, telling, why
from monitor.query.ast import Leaf
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon, lexicon
from monitor.query.reading import Reading
from monitor.query.shared import Shared
from monitor.query.sieve import Check, Words, passes
from monitor.query.where import refusals

_NOWHERE = (-1,)
"""A number that no word has."""
_MOST_LEFT_OVER = 100
"""Rules that may be taken away or replaced before a percolator is built anew, however few it has."""


class Look(NamedTuple):
    """What one entry is to many rules, and to one of them above all."""

    holding: frozenset[str]
    match: Match | None
    telling: frozenset[Leaf]
    """The words and phrases of the one rule whose mentions speak for it."""


class _Tried(NamedTuple):
    """How one rule is tried on an entry that holds a word that leads to it."""

    rule: Rule
    also: Words
    """Of these words one must occur too; where no more is needed, they are those that lead to the rule."""
    check: Check | None
    """All that must occur; None where that is no more than these words and those that lead to the rule."""
    exact: bool
    """Whether the words decide, so that nothing but filters need be asked."""

    def holds(self, entry: Entry, read: Reading) -> bool:
        """Whether the rule holds on an entry in which all that must occur does."""
        return not refusals(self.rule.where, entry) if self.exact else is_answered(self.rule, entry, read)


class Percolator:
    """A fixed set of compiled rules with different names.

    It and those made of it by `with_rules` remember together what the words of texts say; one may be made while another
    matches, but no two may match at once.
    """

    def __init__(self, rules: Iterable[Rule], known: Lexicon | None = None) -> None:
        self._shared = Shared(known or lexicon())
        self._tried: list[_Tried] = []
        self._places: dict[str, int] = {}
        self._index: dict[int, list[int]] = {}
        self._always: list[int] = []
        for rule in {rule.name: rule for rule in rules}.values():
            for word in self._enter(rule):
                self._index.setdefault(word, []).append(len(self._tried) - 1)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, sorted by name."""
        return tuple(sorted((self._tried[place].rule for place in self._places.values()), key=_name))

    def matches(self, entry: Entry, listens: Callable[[str], bool] | None = None) -> tuple[Match, ...]:
        """The rules that the entry answers, sorted by name.

        Args:
            entry: The entry.
            listens: Whether the rule of a name is to be asked; None: each is.
        """
        read, candidates = self._sifted(entry)
        asked = [tried.rule for tried in candidates if listens is None or listens(tried.rule.name)]
        answers = (answer(rule, entry, read) for rule in sorted(asked, key=_name))
        return tuple(match for match in answers if match is not None)

    def holding(self, entry: Entry) -> frozenset[str]:
        """Names of the rules that the entry answers: `matches` without the explanations, and so much faster."""
        read, candidates = self._sifted(entry)
        return frozenset(tried.rule.name for tried in candidates if tried.holds(entry, read))

    def look(self, name: str, entry: Entry) -> Look:
        """Which rules hold, and of one of them the whole answer; the entry is read once."""
        read, candidates = self._sifted(entry)
        holding = frozenset(tried.rule.name for tried in candidates if tried.holds(entry, read))
        if name not in holding:
            return Look(holding, None, frozenset())
        rule = self._rule(name)
        return Look(holding, answer(rule, entry, read), telling(rule, read))

    def explain(self, name: str, entry: Entry) -> Reason:
        """Why the rule matches the entry, or why not and what came closest.

        Raises:
            NotFound: There is no rule of this name.
        """
        shared = Shared(self._shared.lexicon)
        rule, _ = shared.entered(self._rule(name), MASK_AREA)
        return why(rule, entry, shared.reading(shared.vocabulary.sight(entry), thorough=True))

    def with_rules(self, rules: Iterable[Rule], without: Iterable[str] = ()) -> Percolator:
        """The same with some rules taken away, and others added or put in the place of those of the same name.

        Only these are looked at, until what was taken away is more than what there is.
        """
        changes = {**dict.fromkeys(without), **{rule.name: rule for rule in rules}}
        left_over = len(self._tried) - len(self._places) + len(changes)
        if left_over > max(_MOST_LEFT_OVER, len(self._places)):
            kept = {**{rule.name: rule for rule in self.rules}, **changes}
            return Percolator([rule for rule in kept.values() if rule is not None], self._shared.lexicon)
        made = Percolator((), self._shared.lexicon)
        made._shared = self._shared
        made._tried, made._always = self._tried.copy(), self._always.copy()
        made._places, made._index = self._places.copy(), self._index.copy()
        for name, rule in changes.items():
            made._put(name, rule)
        return made

    def _put(self, name: str, rule: Rule | None) -> None:
        """Puts a rule in; lists of the index belong to other percolators too and are replaced."""
        if (place := self._places.pop(name, None)) is not None:
            self._tried[place] = self._tried[place]._replace(also=_NOWHERE)
            self._always = [other for other in self._always if other != place]
        for word in self._enter(rule) if rule else ():
            self._index[word] = [*self._index.get(word, ()), len(self._tried) - 1]

    def _rule(self, name: str) -> Rule:
        if name not in self._places:
            raise NotFound(f"watchlist: {name}: unknown")
        return self._tried[self._places[name]].rule

    def _enter(self, rule: Rule) -> Words:
        """The words that lead to a rule, its rarest, once it has its place."""
        known, check = self._shared.entered(rule, rule.area)
        anchor = self._shared.sieve.anchor(check)
        words = anchor.words if anchor else ()
        if not words:
            self._always.append(len(self._tried))
        self._places[rule.name] = len(self._tried)
        self._tried.append(_tried(known, check, words))
        return words

    def _sifted(self, entry: Entry) -> tuple[Reading, list[_Tried]]:
        """The entry ready to be asked, and the rules that may hold."""
        sight = self._shared.vocabulary.sight(entry)
        candidates = self._candidates(sight.present)
        return self._shared.reading(sight) if candidates else _NOTHING_READ, candidates

    def _candidates(self, present: set[int]) -> list[_Tried]:
        """Rules that may hold where these words occur."""
        led_to = set[int]().union(*filter(None, map(self._index.get, present)))
        disjoint = present.isdisjoint
        likely = [tried for tried in map(self._tried.__getitem__, led_to) if not disjoint(tried.also)]
        likely += [self._tried[place] for place in self._always]
        return [tried for tried in likely if tried.check is None or passes(tried.check, present)]


def _tried(rule: Rule, check: Check, leading: Words) -> _Tried:
    more = [words for words in check.words if words != leading]
    is_all = len(more) <= 1 and not check.choices
    exact = check.exact and not rule.ignore and rule.where.min is Strength.PASSING
    return _Tried(rule, more[0] if more else leading, None if is_all else check, exact)


_NOTHING_READ = Reading(lambda _word, _area: (), {})
_name = attrgetter("name")
