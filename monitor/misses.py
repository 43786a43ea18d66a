"""Near misses: entries that a rule would hold on if one of its clauses asked for less.

Flow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import log

from monitor.archive import Library, Subject
from monitor.model.archive import Archived
from monitor.model.ids import EntryId
from monitor.model.watch import Match
from monitor.query.percolator import Percolator
from monitor.query.retrieval import Holdings
from monitor.query.sieve import COMMON
from monitor.query.variants import Variant, relaxed
from monitor.rules import Rules
from monitor.text.tokens import tokenize

SHOWN = 5
"""Entries that are given for a clause."""
WORDS = 8
"""Words that stood there instead."""
READ_FOR_WORDS = 300
"""Newest misses of a clause whose passages are read for them."""
_RULE = "rule"
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One entry that nearly matched."""

    entry_id: EntryId
    at: datetime
    headline: str
    outlet: str
    passage: str
    marks: tuple[tuple[int, int], ...]
    """What did match, as offsets in the passage."""
    note: str
    """Why it does not match, as an explanation says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """The near misses that one clause decided."""

    clause: str
    count: int
    instead: tuple[tuple[str, int], ...]
    """Telling words of their passages, with how many passages hold each; the most telling first."""
    newest: tuple[Miss, ...]


def near_misses(library: Library, subject: Subject, rules: Rules, since: datetime) -> tuple[Lacking, ...]:
    """The entries that all clauses of a watchlist but one hold on, or all with a NEAR twice as wide.

    Returns:
        By the clause that failed, the one that decided fewest first; clauses without near misses are left out.
    """
    variants = relaxed(subject.rule)
    named = [replace(variant.rule, name=_name(number)) for number, variant in enumerate(variants)]
    percolator = Percolator([replace(subject.rule, name=_RULE), *named])
    found: dict[int, list[Archived]] = defaultdict(list)
    for archived in library.candidates(named, since, subject.watchlist.name) if named else ():
        holding = percolator.holding(archived.entry)
        if holding and _RULE not in holding and library.hears(subject.watchlist, archived, rules):
            found[min(number for number in range(len(named)) if _name(number) in holding)].append(archived)
    return tuple(sorted(_by_clause(library, subject, variants, found), key=lambda one: one.count))


def _name(number: int) -> str:
    return f"variant {number}"


def _by_clause(
    library: Library, subject: Subject, variants: Sequence[Variant], found: dict[int, list[Archived]]
) -> Iterable[Lacking]:
    whole = Percolator([subject.rule])
    groups: dict[str, _Group] = {}
    for number in sorted(found):
        group = groups.setdefault(variants[number].part, _Group(whole))
        group.take(found[number], Percolator([variants[number].rule]))
    for clause, group in groups.items():
        yield Lacking(clause=clause, count=group.count, instead=group.instead(library.holdings), newest=group.newest())


@dataclass(slots=True)
class _Group:
    """Near misses of one clause."""

    whole: Percolator
    count: int = 0
    misses: list[tuple[Archived, Match]] = field(default_factory=list)

    def take(self, found: list[Archived], variant: Percolator) -> None:
        self.count += len(found)
        for archived in found[-READ_FOR_WORDS:]:
            self.misses += [(archived, match) for match in variant.matches(archived.entry)]

    def newest(self) -> tuple[Miss, ...]:
        ordered = sorted(self.misses, key=lambda miss: miss[0].entry.first_seen_at, reverse=True)
        unique = {archived.entry.title: (archived, match) for archived, match in reversed(ordered)}
        return tuple(self._miss(archived, match) for archived, match in list(unique.values())[::-1][:SHOWN])

    def _miss(self, archived: Archived, match: Match) -> Miss:
        entry = archived.entry
        (rule,) = self.whole.rules
        return Miss(
            entry_id=entry.id,
            at=entry.first_seen_at,
            headline=entry.title,
            outlet=entry.source,
            passage=match.snippet,
            marks=match.marks,
            note=self.whole.explain(rule.name, entry).note,
        )

    def instead(self, holdings: Holdings) -> tuple[tuple[str, int], ...]:
        """What the passages say besides what did match, rarest in the archive first."""
        counted: Counter[str] = Counter()
        for passage in {match.snippet: match for _, match in self.misses}.values():
            counted.update(_others(passage))
        total = sum(holdings.counts.values()) or 1
        scored = {
            word: count * log(total / max(holdings.count(word), 1))
            for word, count in counted.items()
            if count > 1 or len(counted) <= WORDS
        }
        best = sorted(scored, key=lambda word: (-scored[word], word))[:WORDS]
        return tuple((word, counted[word]) for word in best)


def _others(match: Match) -> set[str]:
    """The words of a passage outside of what matched, without the commonest."""
    return {
        token.folded
        for token in tokenize(match.snippet)
        if token.first == token.last
        and len(token.folded) >= _SHORTEST
        and token.folded not in COMMON
        and not any(start <= token.start < end for start, end in match.marks)
    }
