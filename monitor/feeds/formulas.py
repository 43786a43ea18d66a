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
from functools import lru_cache
from itertools import accumulate, islice, pairwise

import regex

from monitor.model.entry import Entry
from monitor.text.shingles import runs
from monitor.text.tokens import chunks, fold
from monitor.text.urls import host_of

PASSAGE, LONG = 8, 16
"""Words of the shortest formula that is made of whole sentences or lines, and of the shortest other one."""

ITEMS = 3
"""Items under which it stands, no two of them with like headlines."""

REMNANT = 3
"""So few words between two formulas belong to them, unless they are a sentence or line of their own."""

_LOOKED_AT, _IN_ALL = 100_000, 1_500_000
"""Characters of one text, and of the texts of one document, that are looked at; what follows stays as it is."""

_SHORT = 10_000
"""Characters of a text whose passages are remembered: documents share most of their items with the ones before."""

_COMPARED, _HEADLINE, _GROUPS = 12, 30, 10_000
"""Items of one passage, words of each headline, and different sets of items that are compared."""

_WORD = regex.compile(r"\w+")
"""With the marks of a word, which `re` takes for its end: vowel signs, accents that stand by themselves."""

_SIGNS_BEFORE, _SIGNS_BEHIND = re.compile(r"[^\w\s]*$"), re.compile(r"[^\w\s]*")
_OPENS, _ENDS = re.compile(r"(?:^|[\n.!?…:|»”\"]\s*)$"), re.compile(r"\s*(?:$|\n)|\S*[.!?…]")
_EDGE = 40
"""Characters around a passage that are looked at."""

_JOINTS = frozenset(".,'’-‐‑&")
"""What holds parts of one word together: 5.3, U.S., vice-president."""

_APART = re.compile(r"\W*[\n.!?…]\W*\w.*[\n.!?…]\W*", re.DOTALL)
"""Between two formulas: a sentence or line of its own."""

_BLANK = re.compile(r"\n\s*\n")


class _Folded(dict[str, str]):
    """Words of one text in their folded form; filled on first sight."""

    def __missing__(self, word: str) -> str:
        folded = self[word] = fold(word)
        return folded


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of an item, up to 100,000 characters."""

    text: str
    passages: Sequence[int]
    """A hash of the eight words that begin at each word."""

    def places(self) -> list[tuple[int, int]]:
        """Where each word stands."""
        return [word.span() for word in _WORD.finditer(self.text, 0, _LOOKED_AT)]


def without_formulas(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of one document, with what their hosts write under each of them moved from the texts to the tail."""
    by_host: defaultdict[str, list[Entry]] = defaultdict(list)
    sizes = accumulate(len(entry.summary) + len(entry.body) for entry in entries)
    for entry, size in zip(entries, sizes, strict=True):
        if size <= _IN_ALL:
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
    return _remembered(text) if len(text) <= _SHORT else _read_anew(text)


@lru_cache(maxsize=256)
def _remembered(text: str) -> _Text:
    return _read_anew(text)


def _read_anew(text: str) -> _Text:
    words = _WORD.findall(text, 0, _LOOKED_AT)
    return _Text(text, runs([*map(_Folded().__getitem__, words)], PASSAGE))


def _formulas(titles: Sequence[str], texts: Sequence[tuple[_Text, _Text]]) -> frozenset[int]:
    """The passages that stand under three items with unlike headlines."""
    held = [{*summary.passages, *body.passages} for summary, body in texts]
    counts = Counter(passage for passages in held for passage in passages)
    often = {passage for passage, count in counts.items() if count >= ITEMS}
    if not often:
        return frozenset()
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for item, passages in enumerate(held):
        for passage in passages & often:
            if len(under := holders[passage]) < _COMPARED:
                under.append(item)
    groups = dict.fromkeys(map(tuple, holders.values()))
    words = [frozenset(chunks(fold(title))[:_HEADLINE]) for title in titles]
    apart = {group for group in islice(groups, _GROUPS) if _has_unlike([words[item] for item in group])}
    return frozenset(passage for passage, items in holders.items() if tuple(items) in apart)


def _has_unlike(headlines: Sequence[frozenset[str]]) -> bool:
    """Whether three of the headlines share less than half of their words with each other; where none is, none is."""
    found: list[frozenset[str]] = []
    for headline in filter(None, headlines):
        if all(2 * len(headline & other) < min(len(headline), len(other)) for other in found):
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
    text, places = read.text, read.places()
    held = [at for at, passage in enumerate(read.passages) if passage in formulas]
    gaps = [(before, here) for before, here in pairwise(held) if not _are_one(text, places, before, here)]
    firsts, lasts = [held[0], *(here for _, here in gaps)], [*(before for before, _ in gaps), held[-1]]
    for first, last in zip(firsts, lasts, strict=True):
        low, high = _uncut(text, places, first, last + PASSAGE - 1)
        start, stop = places[low][0], places[high][1]
        before, behind = text[max(start - _EDGE, 0) : start], text[stop : stop + _EDGE]
        is_whole = _OPENS.search(before) is not None and _ENDS.match(behind) is not None
        if high - low + 1 >= (PASSAGE if is_whole else LONG):
            signs, more = _SIGNS_BEFORE.search(before), _SIGNS_BEHIND.match(behind)
            yield start - len(signs[0] if signs else ""), stop + len(more[0] if more else "")


def _are_one(text: str, places: Sequence[tuple[int, int]], before: int, here: int) -> bool:
    """Whether the passages that begin at two words are one formula, with no more than a remnant between them."""
    between = here - before - PASSAGE
    if not 0 < between <= REMNANT:
        return between <= 0
    gap = text[places[before + PASSAGE - 1][1] : places[here][0]]
    return len(chunks(gap)) <= REMNANT and not _APART.fullmatch(gap)


def _uncut(text: str, places: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """The first and the last word of a passage, without the parts of words at its ends whose other parts differ."""
    while first < last and first > 0 and text[places[first - 1][1] : places[first][0]] in _JOINTS:
        first += 1
    while last > first and last + 1 < len(places) and text[places[last][1] : places[last + 1][0]] in _JOINTS:
        last -= 1
    return first, last
