"""Formulas: what a site writes under one item after another, such as `subscribe to our channel`, put into the tail.

A feed's document is its own witness: a passage that stands under three items whose headlines have little in common
tells none of them. It would make strangers look alike, and watchlists ring on every item.

Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.model.entry import Entry
from monitor.text.shingles import runs
from monitor.text.tokens import fold
from monitor.text.urls import host_of

PASSAGE, LONG = 8, 16
"""Words of the shortest formula that is made of whole sentences or lines, and of the shortest other one."""

ITEMS = 3
"""Items under which it stands, no two of them with like headlines."""

REMNANT = 3
"""So few words between two formulas belong to them."""

_LOOKED_AT = 100_000
_COMPARED = 12
_WORD = re.compile(r"\w+")
_SIGNS_BEFORE, _SIGNS_BEHIND = re.compile(r"[^\w\s]*$"), re.compile(r"[^\w\s]*")
_OPENS, _ENDS = re.compile(r"(?:^|[\n.!?…:|»”\"]\s*)$"), re.compile(r"\s*(?:$|\n)|\S*[.!?…]")
_EDGE = 40
"""Characters around a passage that are looked at."""

_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of an item, up to 100,000 characters."""

    text: str
    places: tuple[tuple[int, int], ...]
    """Where each word stands."""
    passages: Sequence[int]
    """A hash of the eight words that begin at each word."""


def without_formulas(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of one document, with what their hosts write under each of them moved from the texts to the tail."""
    by_host: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_host[host_of(entry.link)].append(entry)
    lean = {entry.id: entry for some in by_host.values() if len(some) >= ITEMS for entry in _of_host(some)}
    return tuple(lean.get(entry.id, entry) for entry in entries)


def _of_host(entries: Sequence[Entry]) -> Iterator[Entry]:
    texts = [(_read(entry.summary), _read(entry.body)) for entry in entries]
    formulas = _formulas([entry.title for entry in entries], texts)
    if not formulas:
        return
    for entry, (summary, body) in zip(entries, texts, strict=True):
        summary_kept, summary_cut = _cut(summary, formulas)
        body_kept, body_cut = _cut(body, formulas)
        if cut := [part for part in (*body_cut, *summary_cut) if part]:
            tail = "\n".join(dict.fromkeys((*filter(None, (entry.tail,)), *cut)))
            yield replace(entry, summary=summary_kept, body=body_kept, tail=tail)


def _read(text: str) -> _Text:
    if not text:
        return _Text("", (), ())
    found = [(fold(word[0]), word.span()) for word in _WORD.finditer(text, 0, _LOOKED_AT)]
    words = [word for word, _ in found]
    return _Text(text, tuple(place for _, place in found), runs(words, PASSAGE))


def _formulas(titles: Sequence[str], texts: Sequence[tuple[_Text, _Text]]) -> frozenset[int]:
    """The passages that stand under three items with unlike headlines."""
    held = [{*summary.passages, *body.passages} for summary, body in texts]
    counts = Counter(passage for passages in held for passage in passages)
    often = {passage for passage, count in counts.items() if count >= ITEMS}
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for item, passages in enumerate(held):
        for passage in passages & often:
            holders[passage].append(item)
    groups = {tuple(items[:_COMPARED]) for items in holders.values()}
    words = [frozenset(_WORD.findall(fold(title))) for title in titles]
    apart = {group for group in groups if _has_unlike([words[item] for item in group])}
    return frozenset(passage for passage, items in holders.items() if tuple(items[:_COMPARED]) in apart)


def _has_unlike(headlines: Sequence[frozenset[str]]) -> bool:
    """Whether three of the headlines share less than half of their words with each other."""
    found: list[frozenset[str]] = []
    for headline in headlines:
        if all(2 * len(headline & other) < max(min(len(headline), len(other)), 1) for other in found):
            found.append(headline)
    return len(found) >= ITEMS


def _cut(read: _Text, formulas: frozenset[int]) -> tuple[str, list[str]]:
    """The text without formulas, and the formulas."""
    if formulas.isdisjoint(read.passages):
        return read.text, []
    kept, cut, end = [], [], 0
    for start, stop in _spans(read, formulas):
        kept.append(read.text[end:start])
        cut.append(read.text[start:stop].strip())
        end = stop
    kept.append(read.text[end:])
    text = _BLANK.sub("\n\n", "".join(kept)).strip()
    return text if _WORD.search(text) else "", cut


def _spans(read: _Text, formulas: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Where formulas begin and end, each with its signs; the few words between two of them are theirs."""
    held = [at for at, passage in enumerate(read.passages) if passage in formulas]
    gaps = [(before, here) for before, here in pairwise(held) if here - before > PASSAGE + REMNANT]
    firsts, lasts = [held[0], *(here for _, here in gaps)], [*(before for before, _ in gaps), held[-1]]
    for first, last in zip(firsts, lasts, strict=True):
        start, stop = read.places[first][0], read.places[last + PASSAGE - 1][1]
        before, behind = read.text[max(start - _EDGE, 0) : start], read.text[stop : stop + _EDGE]
        is_whole = _OPENS.search(before) is not None and _ENDS.match(behind) is not None
        if is_whole or last + PASSAGE - first >= LONG:
            signs, more = _SIGNS_BEFORE.search(before), _SIGNS_BEHIND.match(behind)
            yield start - len(signs[0] if signs else ""), stop + len(more[0] if more else "")
