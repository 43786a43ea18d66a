"""What to change in a watchlist so that alerts that people found bad do not ring again.

Each proposal is a small change of the rule, tried on the marked entries and on everything else that rang: words and
two-word phrases to exclude, a NEAR drawn tighter, where it looks, how prominent a match must be.

Flow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.model.entry import Entry
from monitor.model.ids import EntryId
from monitor.model.watch import Strength, Zone
from monitor.query.ast import Form, Leaf, Near, walk
from monitor.query.compile import Rule
from monitor.query.frequency import COMMON
from monitor.query.percolator import Percolator
from monitor.query.printer import show
from monitor.query.variants import with_distance
from monitor.query.where import TEXT_ZONES
from monitor.text.tokens import Token, fold, tokenize

MOST = 5
MOST_WORDS = 400
"""Words and phrases that are tried."""
SEVERAL = 2
"""What so many bad ones share is no chance."""
_SHORTEST = 4
_KEYS = ("none", "where", "query")
"""What is changed, the smallest change first: it decides between changes that do the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One change of a watchlist, with what it would have done."""

    key: str
    """Of the watchlist: `none`, `where`, or `query` for a change within it."""
    value: str
    """What to write there, in YAML."""
    removes: tuple[str, ...]
    """Headlines of alerts marked bad that it would have spared."""
    loses: tuple[str, ...]
    """Headlines of other alerts that it would have cost; none of them marked good."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A change, and the entries it takes away."""

    key: str
    value: str
    removed: frozenset[EntryId]


def proposals(rule: Rule, bad: Sequence[Entry], good: Sequence[Entry], told: Sequence[Entry]) -> tuple[Proposal, ...]:
    """Changes that spare bad alerts and no good one: the one that spares most and costs least first.

    Args:
        rule: The watchlist's rule as it stands.
        bad: Entries of alerts marked bad.
        good: Entries of alerts marked good.
        told: Entries of all alerts of the time that is looked at.

    Returns:
        Each spares a bad alert that those before it do not, and costs at most as many others as it spares.
    """
    entries = {entry.id: entry for entry in (*told, *good, *bad)}
    spared, kept = ({entry.id for entry in some} for some in (bad, good))
    still = _still_matching(rule, entries.values())
    found = [
        change
        for change in (*_limits(rule, still), *_exclusions(bad, still))
        if change.removed & spared and not change.removed & kept
    ]
    found.sort(key=lambda one: _rank(one, spared))
    return tuple(_proposal(change, spared, entries) for change in _telling(found, spared))


def _still_matching(rule: Rule, entries: Iterable[Entry]) -> list[Entry]:
    percolator = Percolator([rule])
    return [entry for entry in entries if percolator.matches(entry)]


def _rank(change: _Change, bad: set[EntryId]) -> tuple[int, int, bool]:
    """What spares most and costs least, then the smallest change; for what several bad ones share, a phrase first."""
    spared = len(change.removed & bad)
    is_phrase = " " in change.value
    return len(change.removed - bad) - 2 * spared, _KEYS.index(change.key), is_phrase is (spared < SEVERAL)


def _telling(found: Sequence[_Change], bad: set[EntryId]) -> Iterator[_Change]:
    """The first changes that each spare an alert that those before it do not."""
    spared: set[EntryId] = set()
    chosen = 0
    for one in found:
        removes = one.removed & bad
        if removes - spared and len(one.removed - bad) <= len(removes) and chosen < MOST:
            chosen += 1
            spared |= removes
            yield one


def _proposal(change: _Change, bad: set[EntryId], entries: dict[EntryId, Entry]) -> Proposal:
    removes, loses = (
        tuple(entry.title for id_, entry in entries.items() if id_ in change.removed and (id_ in bad) is said)
        for said in (True, False)
    )
    return Proposal(key=change.key, value=change.value, removes=removes, loses=loses)


def _limits(rule: Rule, entries: Sequence[Entry]) -> Iterator[_Change]:
    """The rule with less room: fewer zones, a more prominent match, two words nearer each other."""
    tried = [*_narrowed(rule), *_drawn_tighter(rule)]
    percolator = Percolator([replace(one, name=str(number)) for number, (_, _, one) in enumerate(tried)])
    holding = {entry.id: frozenset(percolator.matches(entry)) for entry in entries}
    for number, (key, value, _) in enumerate(tried):
        yield _Change(key, value, frozenset(id_ for id_, names in holding.items() if str(number) not in names))


def _narrowed(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    where = rule.where
    for zones in (TEXT_ZONES[:2], TEXT_ZONES[:1]):
        if set(zones) < set(where.zones):
            yield "where", f"{{zones: [{', '.join(zones)}]}}", replace(rule, where=replace(where, zones=tuple(zones)))
    for least in (Strength.PROMINENT, Strength.HEADLINE):
        if least > where.min and Zone.TITLE in where.zones:
            yield "where", f"{{min: {least.label}}}", replace(rule, where=replace(where, min=least))


def _drawn_tighter(rule: Rule) -> Iterator[tuple[str, str, Rule]]:
    for node in dict.fromkeys(node for node in walk(rule.tree) if isinstance(node, Near) and not node.negated):
        for within in range(node.within - 1, 0, -1):
            operator = replace(node, within=within).operator
            yield "query", f"{operator} in the place of {show(node)}", with_distance(rule, node, within)


def _exclusions(bad: Sequence[Entry], entries: Sequence[Entry]) -> Iterator[_Change]:
    """Words and phrases of the bad ones, the most frequent first, and the entries each stands in."""
    counted = Counter(text for entry in bad for text in _said(entry))
    leaves = [Leaf(text, Form.EXACT if " " in text else Form.INFLECTED) for text, _ in counted.most_common(MOST_WORDS)]
    percolator = Percolator([Rule(str(number), leaf) for number, leaf in enumerate(leaves)])
    holding = {entry.id: frozenset(percolator.matches(entry)) for entry in entries}
    for number, leaf in enumerate(leaves):
        written = f"'\"{leaf.text}\"'" if leaf.form is Form.EXACT else leaf.text
        yield _Change("none", written, frozenset(id_ for id_, names in holding.items() if str(number) in names))


def _said(entry: Entry) -> dict[str, None]:
    """The longer words of headline and summary, and each two in a row that are not both common; words first."""
    words: dict[str, None] = {}
    phrases: dict[str, None] = {}
    for text in (entry.title, entry.summary):
        tokens = [token for token in tokenize(text) if token.first == token.last]
        words |= {_written(token): None for token in tokens if _is_telling(token) and token.folded not in COMMON}
        phrases |= {
            f"{fold(one.text)} {fold(other.text)}": None
            for one, other in pairwise(tokens)
            if text[one.end : other.start] == " " and (_is_telling(one) or _is_telling(other))
        }
    return words | phrases


def _written(token: Token) -> str:
    """A word for a list in YAML: as it stands where it is a name."""
    return token.text if token.text[0].isupper() and token.text.isalpha() else token.folded


def _is_telling(token: Token) -> bool:
    return len(token.folded) >= _SHORTEST and token.text[0].isalpha()
