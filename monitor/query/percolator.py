"""All watchlists beside one entry: which of them it matches.

Every word of every watchlist has a number. An entry's words become the set of numbers they say; an index gives the few
watchlists one of whose rarest words is among them, a second look at the set drops most of these. Where words or pairs
of them are all that is asked, this decides; the rest is evaluated, with what they share found once. What a match says
is worked out when it is asked for. The answers are those of evaluating every watchlist by itself.

Pure.

Source:
    Luwak and Lucene Monitor (the presearcher).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from monitor.errors import NotFound
from monitor.model.entry import Entry
from monitor.model.watch import Reason, Strength
from monitor.query.answer import MASK_AREA, is_answered, why
from monitor.query.compile import Rule
from monitor.query.lemma import Lexicon, lexicon
from monitor.query.matches import Matches
from monitor.query.reading import Reading
from monitor.query.shared import Shared
from monitor.query.sieve import Check, Words, has_pairs, passes
from monitor.query.vocabulary import Sight
from monitor.query.where import refusals

_MOST_LEFT_OVER = 100
"""Rules that may be taken away or replaced before a percolator is built anew, however few it has."""


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """How one rule is tried on an entry that holds a word that leads to it; each is equal to itself alone."""

    rule: Rule
    leading: Words
    """The words that lead to it; none where it is always tried."""
    also: Words
    """Of these words one must occur too; where no more is needed, they are those that lead to the rule."""
    check: Check | None
    """All that must occur; None where that is no more than these words and those that lead to the rule."""
    near: Check | None
    """What decides where pairs of words do; None where the words alone do, or more than words and pairs."""
    exact: bool
    """Whether words and pairs decide, so that nothing but filters need be asked."""
    sure: bool
    """Whether the words decide, so that nothing need be asked."""

    def holds(self, entry: Entry, sight: Sight, read: Reading) -> bool:
        """Whether the rule holds on an entry in which all that must occur does."""
        if not self.exact:
            return is_answered(self.rule, entry, read)
        if self.near is not None and not passes(self.near, sight.present, sight.stands):
            return False
        return not refusals(self.rule.where, entry)


class Percolator:
    """A fixed set of compiled rules with different names.

    It and those made of it by `with_rules` remember together what the words of texts say; one may be made while another
    matches, but no two may match at once.
    """

    def __init__(self, rules: Iterable[Rule], known: Lexicon | None = None) -> None:
        self._shared = Shared(known or lexicon())
        self._tried: dict[str, _Tried] = {}
        self._index: dict[int, list[_Tried]] = {}
        """By the words that lead to them; only those who made them may change the lists."""
        self._left_over = 0
        for rule in {rule.name: rule for rule in rules}.values():
            tried = self._enter(rule)
            for word in tried.leading or (_ALWAYS,):
                self._index.setdefault(word, []).append(tried)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, sorted by name."""
        return tuple(sorted((tried.rule for tried in self._tried.values()), key=_name))

    def matches(self, entry: Entry, listens: Callable[[str], bool] | None = None) -> Matches:
        """The rules that the entry answers, by name; what each match says is worked out when it is asked for.

        Args:
            entry: The entry.
            listens: Whether the rule of a name is to be asked; None: each is.
        """
        sight = self._shared.vocabulary.sight(entry)
        candidates = self._candidates(sight.present)
        read = self._shared.reading(sight) if candidates else _NOTHING_READ
        if listens is not None:
            candidates = [tried for tried in candidates if listens(tried.rule.name)]
        holding = [tried.rule for tried in candidates if tried.sure or tried.holds(entry, sight, read)]
        return Matches({rule.name: rule for rule in holding}, read)

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
        left_over = self._left_over + len(changes.keys() & self._tried.keys())
        if left_over > max(_MOST_LEFT_OVER, len(self._tried)):
            kept = {**{rule.name: rule for rule in self.rules}, **changes}
            return Percolator([rule for rule in kept.values() if rule is not None], self._shared.lexicon)
        made = Percolator((), self._shared.lexicon)
        made._shared, made._left_over = self._shared, left_over
        made._tried, made._index = self._tried.copy(), self._index.copy()
        for name, rule in changes.items():
            made._put(name, rule)
        return made

    def _put(self, name: str, rule: Rule | None) -> None:
        """Puts a rule in the place of another; lists of the index belong to other percolators too and are replaced."""
        if (gone := self._tried.pop(name, None)) is not None:
            for word in gone.leading or (_ALWAYS,):
                self._index[word] = [tried for tried in self._index[word] if tried is not gone]
        if rule is not None:
            tried = self._enter(rule)
            for word in tried.leading or (_ALWAYS,):
                self._index[word] = [*self._index.get(word, ()), tried]

    def _rule(self, name: str) -> Rule:
        if name not in self._tried:
            raise NotFound(f"watchlist: {name}: unknown")
        return self._tried[name].rule

    def _enter(self, rule: Rule) -> _Tried:
        """The rule with what it is tried by: the words that lead to it are its rarest."""
        known, check = self._shared.entered(rule, rule.area)
        anchor = self._shared.sieve.anchor(check)
        tried = self._tried[rule.name] = _tried(known, check, anchor.words if anchor else ())
        return tried

    def _candidates(self, present: AbstractSet[int]) -> list[_Tried]:
        """Rules that may hold where these words occur."""
        led_to = chain.from_iterable(filter(None, map(self._index.get, present)))
        disjoint = present.isdisjoint
        likely = {tried for tried in led_to if not disjoint(tried.also)}
        likely.update(self._index.get(_ALWAYS, ()))
        return [tried for tried in likely if tried.check is None or passes(tried.check, present)]


def _tried(rule: Rule, check: Check, leading: Words) -> _Tried:
    more = [words for words in check.words if words != leading]
    is_all = len(more) <= 1 and not check.choices
    exact = check.exact and not rule.ignore and rule.where.min is Strength.PASSING
    near = check if exact and has_pairs(check) else None
    sure = exact and near is None and not rule.where.filters
    return _Tried(rule, leading, more[0] if more else leading, None if is_all else check, near, exact, sure)


_ALWAYS = -1
"""A number that no word has, for the rules that can hold on nothing."""
_NOTHING_READ = Reading(lambda _word, _area: (), {})
_name = attrgetter("name")
