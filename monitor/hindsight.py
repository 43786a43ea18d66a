"""What the archive says of the watchlists that their text does not show: words that never occur, rules that overlap.

Quick: the words of the index, and a bounded sample of the newest entries.

Flow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.archive import Library, Progress, Subject
from monitor.model.archive import Archived
from monitor.model.ids import EntryId, StoryId
from monitor.query.ast import And, AtLeast, Field, Leaf, Near, Node, Not, Or, children, walk
from monitor.query.compile import Rule
from monitor.query.lemma import script
from monitor.query.like import bound, distance
from monitor.query.percolator import Percolator
from monitor.query.printer import show
from monitor.query.retrieval import Holdings, known_words, wanted
from monitor.query.variants import exclusions, without_exclusions
from monitor.rules import Rules
from monitor.text.tokens import fold
from monitor.timing import EPOCH

FEWEST_ENTRIES = 500
"""A smaller archive says nothing about words that do not occur in it."""
SAMPLE = 10_000
"""Newest entries that every watchlist is tried on."""
SPAN = timedelta(days=30)
COMMON_SHARE = 0.01
"""A single word in more stories than this is too common to stand alone."""
MUCH = 0.2
"""Share of matches that exclusions may remove without a word about it."""
FEWEST_REMOVED = 5
SHOWN = 8
"""Words that one sentence names."""
_SHORTEST_NAME = 4
_TEXT_FIELDS = ("title", "lead", "summary", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a watchlist would have done with the sample."""

    watchlist: str
    alerts_a_day: float
    """Stories that match, over the days of the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """Sentences by watchlist, and what is to be expected of each."""

    doubts: Mapping[str, Sequence[str]]
    expected: tuple[Expectation, ...]
    entries: int
    """Of the sample."""


def hindsight(library: Library, rules: Rules, now: datetime) -> Hindsight:
    """What the archive says of every watchlist; nothing where it is too small to say anything."""
    subjects = [Subject(rule=rule, watchlist=rules.watchlists[rule.name]) for rule in rules.percolator.rules]
    rows = library.store.archive.rows(now - SPAN, newest=SAMPLE)
    sample = _Sample.of(library, subjects, rules)
    for archived in library.read(rows, "check"):
        sample.take(archived)
    doubts: dict[str, list[str]] = {subject.watchlist.name: [] for subject in subjects}
    size = library.store.archive.size(EPOCH)
    if size >= FEWEST_ENTRIES:
        known_words(library.holdings, *(subject.rule for subject in subjects))  # reads each dictionary once for all
        for number, subject in enumerate(subjects):
            library.report(Progress("words that never occurred, of watchlist", number, len(subjects)))
            doubts[subject.watchlist.name] += _of_words(library, subject.rule, size)
    for name, sentence in (*sample.removals(), *sample.twins()):
        doubts[name].append(sentence)
    return Hindsight(doubts=doubts, expected=sample.expected(), entries=len(rows))


def _of_words(library: Library, rule: Rule, size: int) -> Iterator[str]:
    missing = list(_missing(library, rule))
    if missing:
        named = ", ".join(f"{show(leaf)} (nearest: {near})" if near else show(leaf) for leaf, near in missing[:SHOWN])
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        yield f"never occurred in the archive of {size:,} entries: {named}{more}"
    if not any(isinstance(part, And | Near | AtLeast | Field) for part in walk(rule.tree)):
        held = _held(library, rule.tree, size)
        if held > COMMON_SHARE * size:
            yield f"{show(rule.tree)} alone occurs in {held / size:.1%} of the archive; add what it is about"


def _missing(library: Library, rule: Rule) -> Iterator[tuple[Leaf, str]]:
    """The words of a rule that never occurred, where that says something, and the nearest word that did, or nothing.

    One spelling of many that others stand for says nothing, unless the archive has one near to it that the rule does
    not know; nor does a word in letters that the archive has no text in.
    """
    known = known_words(library.holdings, rule)
    scripts = {script(term) for term in library.holdings.counts}
    absent = [leaf for leaf in dict.fromkeys(_indexed(rule.tree)) if not _held(library, leaf, 1)]
    excused = {leaf for choice in _choices(rule.tree) if not set(choice) <= set(absent) for leaf in choice}
    for leaf in absent:
        if script(leaf.text) in scripts and (leaf not in excused or leaf.text[0].isupper()):
            near = _nearest(leaf, known, library.holdings)
            if near or leaf not in excused:
                yield leaf, near


def _indexed(node: Node) -> Iterator[Leaf]:
    """The words that speak for a rule and are looked for where the index reaches."""
    match node:
        case Leaf():
            yield node
        case Not():
            return
        case Near(left=left, negated=True):
            yield from _indexed(left)
        case Field(name=name) if name not in _TEXT_FIELDS:
            return
        case _:
            for child in children(node):
                yield from _indexed(child)


def _choices(node: Node) -> Iterator[tuple[Leaf, ...]]:
    """The words of each set of alternatives."""
    for part in walk(node):
        if isinstance(part, Or):
            yield tuple(leaf for leaf in walk(part) if isinstance(leaf, Leaf))


def _held(library: Library, node: Node, most: int) -> int:
    """How many entries hold what a clause needs, by the index, at most so many; the most where it cannot tell."""
    asked = wanted([Rule("clause", node)], library.holdings)
    return most if asked is None else library.store.archive.count(asked, most)


def _nearest(leaf: Leaf, known: frozenset[str], holdings: Holdings) -> str:
    """The unknown word of the archive that is spelt nearest to a leaf, within what `like:` allows; or nothing."""
    name = fold(leaf.text)
    if " " in leaf.text or len(name) < _SHORTEST_NAME:
        return ""
    limit = bound(name)
    near = [
        (distance(name, folded, limit), -holdings.count(folded), folded)
        for folded in holdings.spelt_near(name, limit)
        if folded not in known
    ]
    apart, count, word = min(near, default=(limit + 1, 0, ""))
    return f"{word}, {-count:,} times" if apart <= limit else ""


@dataclass(slots=True)
class _Sample:
    """Every watchlist on the newest entries, with and without its exclusions."""

    library: Library
    percolator: Percolator
    subjects: Mapping[str, Subject]
    rules: Rules
    stories: dict[str, set[StoryId]] = field(default_factory=lambda: defaultdict(set))
    matched: dict[str, set[EntryId]] = field(default_factory=lambda: defaultdict(set))
    removed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    first_at: datetime | None = None
    last_at: datetime | None = None

    @classmethod
    def of(cls, library: Library, subjects: Sequence[Subject], rules: Rules) -> _Sample:
        free = [
            replace(without_exclusions(one.rule), name=_FREE + one.rule.name)
            for one in subjects
            if exclusions(one.rule)
        ]
        whole = Percolator([*(one.rule for one in subjects), *free])
        return cls(library, whole, {one.rule.name: one for one in subjects}, rules)

    def take(self, archived: Archived) -> None:
        entry = archived.entry
        self.first_at, self.last_at = self.first_at or entry.first_seen_at, entry.first_seen_at
        holding = self.percolator.matches(entry)
        for name in holding:
            plain = name.removeprefix(_FREE)
            if not self.library.hears(self.subjects[plain].watchlist, archived, self.rules):
                continue
            if name == plain:
                self.matched[name].add(entry.id)
                self.stories[name].add(archived.story_id)
            elif plain not in holding:
                self.removed[plain].append(entry.title)

    def removals(self) -> Iterator[tuple[str, str]]:
        for name, titles in sorted(self.removed.items()):
            share = len(titles) / (len(titles) + len(self.matched[name]))
            if share > MUCH and len(titles) >= FEWEST_REMOVED:
                newest = "; ".join(f"“{title}”" for title in list(dict.fromkeys(reversed(titles)))[:3])
                yield name, f"its exclusions removed {share:.0%} of what it met in {SPAN.days} days: {newest}"

    def twins(self) -> Iterator[tuple[str, str]]:
        """Each watchlist whose matches are those of one before it."""
        first: dict[frozenset[EntryId], str] = {}
        for name in sorted(self.matched):
            other = first.setdefault(frozenset(self.matched[name]), name)
            if other != name and len(self.matched[name]) > 1:
                yield name, f"matched the same {len(self.matched[name])} entries as {other}; is one of them enough?"

    def expected(self) -> tuple[Expectation, ...]:
        if self.first_at is None or self.last_at is None:
            return ()
        days = max((self.last_at - self.first_at) / timedelta(days=1), 1.0)
        return tuple(
            Expectation(watchlist=name, alerts_a_day=round(len(self.stories[name]) / days, 2)) for name in self.subjects
        )


_FREE = "without exclusions: "
"""Before the name of a rule; no watchlist's name has a blank."""
