"""Near misses: entries that a rule would hold on if one of its clauses asked for less.

Flow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import log

from monitor.archive import Library, Progress, Subject
from monitor.model.archive import Archived, Wanted
from monitor.model.ids import EntryId
from monitor.model.watch import Match
from monitor.query.compile import Rule
from monitor.query.frequency import COMMON
from monitor.query.percolator import Percolator
from monitor.query.retrieval import Holdings, wanted
from monitor.query.variants import Variant, relaxed, without_exclusions
from monitor.rules import Rules
from monitor.text.tokens import tokenize
from monitor.timing import EPOCH

WORDS = 8
"""Words that stood there instead."""
READ_FOR_WORDS = 300
"""Newest misses of a clause whose passages are read for them."""
FEW_SHARE = 0.02
"""Where more of the archive holds the rest of a rule, the rule without that clause is another rule."""
FEW = 1_000
"""So many are few in any archive."""
_RULE, _FREED = "rule", "rule without exclusions"
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
    """Where `broad`: more than so many may hold the rest, by the index alone."""
    broad: bool = False
    """Without this clause so much is left that none of it is near: the clause is what the watchlist is about."""
    instead: tuple[tuple[str, int], ...] = ()
    """Telling words of their passages, with how many passages hold each; the most frequent first."""
    newest: tuple[Miss, ...] = ()


def near_misses(
    library: Library, subject: Subject, rules: Rules, since: datetime, shown: int | None = 3
) -> tuple[Lacking, ...]:
    """The entries that all clauses of a watchlist but one hold on, or all with a NEAR twice as wide.

    Args:
        library: The archive.
        subject: The watchlist.
        rules: What is configured: which feeds it listens to.
        since: The archive is looked at from here.
        shown: Entries that are given for a clause; None: every one.

    Returns:
        By the clause that failed, the one that decided most first, the broad ones behind; clauses without near misses
        are left out.
    """
    variants = [
        replace(one, rule=replace(one.rule, name=f"variant {n}")) for n, one in enumerate(relaxed(subject.rule))
    ]
    size = library.store.archive.size(EPOCH)
    most = max(FEW, round(FEW_SHARE * size))
    held = _held(library, [variant.rule for variant in variants], most + 1)
    rows = {row for variant in variants if len(held[variant.rule.name]) <= most for row in held[variant.rule.name]}
    broad: dict[str, int] = {}
    for variant in variants:
        if len(held[variant.rule.name]) > most:
            broad[variant.part] = most
    near = [variant for variant in variants if len(held[variant.rule.name]) <= most]
    candidates = (one for one in library.read(sorted(rows), subject.watchlist.name) if one.at >= since)
    heard = (one for one in candidates if library.hears(subject.watchlist, one, rules))
    groups = _grouped(library, subject, near, _found(subject, heard, near), shown)
    found = [Lacking(clause=part, count=count, broad=True) for part, count in broad.items()]
    return tuple(sorted([*groups, *found], key=lambda one: (one.broad, -one.count)))


def _held(library: Library, rules: Sequence[Rule], most: int) -> dict[str, Sequence[int]]:
    """Numbers of the entries of the whole archive that may hold each rule, by the index; of each so many at most."""
    known: dict[Wanted | None, Sequence[int]] = {None: range(most)}
    found = {}
    for number, rule in enumerate(rules):
        library.report(Progress("looking at clause", number, len(rules)))
        asked = wanted([rule], library.holdings)
        if asked is not None and asked not in known:
            known[asked] = library.store.archive.holding(asked, most)
        found[rule.name] = known[asked]
    return found


def _found(subject: Subject, candidates: Iterable[Archived], variants: Sequence[Variant]) -> dict[str, list[Archived]]:
    """The entries that the rule neither holds on nor excludes, by the first variant that holds; oldest first."""
    relaxations = [variant.rule for variant in variants]
    freed = replace(without_exclusions(subject.rule), name=_FREED)
    percolator = Percolator([replace(subject.rule, name=_RULE), freed, *relaxations])
    found: dict[str, list[Archived]] = defaultdict(list)
    for archived in sorted(candidates, key=lambda one: one.at):
        holding = percolator.matches(archived.entry)
        if holding and _RULE not in holding and _FREED not in holding:
            found[next(rule.name for rule in relaxations if rule.name in holding)].append(archived)
    return found


def _grouped(
    library: Library,
    subject: Subject,
    variants: Sequence[Variant],
    found: dict[str, list[Archived]],
    shown: int | None,
) -> Iterable[Lacking]:
    whole = Percolator([subject.rule])
    groups: dict[str, _Group] = {}
    for variant in variants:
        if misses := found.get(variant.rule.name):
            groups.setdefault(variant.part, _Group(whole, shown)).take(misses, Percolator([variant.rule]))
    for clause, group in groups.items():
        instead = group.instead(library.holdings)
        yield Lacking(clause=clause, count=group.count, instead=instead, newest=group.newest())


@dataclass(slots=True)
class _Group:
    """Near misses of one clause."""

    whole: Percolator
    shown: int | None
    count: int = 0
    misses: list[tuple[Archived, Match]] = field(default_factory=list)

    def take(self, found: list[Archived], variant: Percolator) -> None:
        self.count += len(found)
        for archived in found if self.shown is None else found[-max(READ_FOR_WORDS, self.shown) :]:
            self.misses += [(archived, match) for match in variant.matches(archived.entry).values()]

    def newest(self) -> tuple[Miss, ...]:
        ordered = sorted(self.misses, key=lambda miss: miss[0].entry.first_seen_at, reverse=True)
        unique = {archived.entry.title: (archived, match) for archived, match in reversed(ordered)}
        return tuple(self._miss(archived, match) for archived, match in list(unique.values())[::-1][: self.shown])

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
        """What the passages say besides what did match: words that are rare in the archive, the most frequent first."""
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
        return tuple((word, counted[word]) for word in sorted(best, key=lambda word: (-counted[word], word)))


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
