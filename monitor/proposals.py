"""What to add to a watchlist so that alerts that people found bad do not ring again.

Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model.entry import Entry
from monitor.model.ids import EntryId
from monitor.query.sieve import COMMON
from monitor.text.tokens import fold, tokenize

MOST = 5
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A word for `none:`, with what it would have done."""

    word: str
    removes: tuple[str, ...]
    """Headlines of alerts marked bad that it would have spared."""
    loses: tuple[str, ...]
    """Headlines of other alerts that it would have cost; none of them marked good."""


def proposals(bad: Sequence[Entry], good: Sequence[Entry], told: Sequence[Entry]) -> tuple[Proposal, ...]:
    """Words that bad alerts have and good ones have not, those that spare most and cost least first.

    Args:
        bad: Entries of alerts marked bad.
        good: Entries of alerts marked good.
        told: Entries of all alerts of the time that is looked at.
    """
    kept = {word for entry in good for word in _words(entry)}
    offered = {word: text for entry in bad for word, text in _words(entry).items() if word not in kept | COMMON}
    judged = {entry.id for entry in bad}
    found = [_proposal(text, bad, [entry for entry in told if entry.id not in judged]) for text in offered.values()]
    found.sort(key=lambda one: (len(one.loses) - 2 * len(one.removes), one.word))
    return _telling(found, bad)


def _telling(found: Sequence[Proposal], bad: Sequence[Entry]) -> tuple[Proposal, ...]:
    """The first proposals that each spare an alert that those before it do not."""
    chosen: list[Proposal] = []
    spared: set[EntryId] = set()
    for one in found:
        more = {entry.id for entry in bad if fold(one.word) in _words(entry)} - spared
        if more and len(one.loses) <= len(one.removes) and len(chosen) < MOST:
            chosen.append(one)
            spared |= more
    return tuple(chosen)


def _proposal(word: str, bad: Sequence[Entry], others: Sequence[Entry]) -> Proposal:
    removes, loses = (
        tuple(entry.title for entry in entries if fold(word) in _words(entry)) for entries in (bad, others)
    )
    return Proposal(word=word, removes=removes, loses=loses)


def _words(entry: Entry) -> dict[str, str]:
    """The longer words of headline and summary: folded, and as they stand."""
    tokens = tokenize(f"{entry.title}\n{entry.summary}")
    return {t.folded: t.text for t in tokens if t.first == t.last and len(t.folded) >= _SHORTEST}
