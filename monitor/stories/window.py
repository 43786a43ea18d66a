"""The recent entries in memory, by what copies of them and their stories would share.

Three indexes: pages and headlines, terms, and a sample of the shingles. A shingle is sampled by its own value, so that
two texts choose the same ones.

Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import nlargest
from typing import TypeVar
from zlib import crc32

from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.story import Fingerprint, Neighbour, Regroup, Regrouping, Stream
from monitor.stories.copies import ENOUGH_SHINGLES
from monitor.stories.postings import Postings
from monitor.stories.profile import profiled
from monitor.stories.rarity import Rarity, background
from monitor.stories.record import pack, page_of, place_of, seen_at, size_of, title_terms_of, unpack
from monitor.stories.shelves import Shelves
from monitor.stories.templates import Templates
from monitor.stories.terms import spread, title_terms
from monitor.stories.vectors import vectors_of
from monitor.timing import EPOCH

HEAVY = 12
"""Terms of an entry that are looked up, beside the rarer half of its headline's."""

MOST_POSTINGS = 400
"""A term that more live entries hold is not looked up."""

NEAR = 24
"""Entries that are compared."""

FLOOR, TITLE_FLOOR = 0.1, 0.15
"""Share of the weight of a text, or of a bare headline, that an entry must have in common to come into question."""

STORIES = 4
"""Of so many of the nearest stories the other members are looked at too."""

FIRST, LATEST = 4, 36
"""So many of a story's members are looked at."""

T = TypeVar("T")

_UNPACKED = 3_072
_SAMPLED_SHORT, _SAMPLED_LONG, _LONG = 2, 4, 128
_SAME_PAGE, _SAME_TITLE, _PASSAGES = 8.0, 4.0, 2.0
_MICROSECOND = timedelta(microseconds=1)


class Window:
    """An index over recent entries; used by one thread."""

    def __init__(self) -> None:
        self._records: dict[int, bytes] = {}
        self._oldest = self._next = 1
        self._ids, self._pages, self._titles, self._shingles = Shelves(), Shelves(), Shelves(), Shelves()
        self._members = Shelves()
        self._terms = Postings[int]()
        self._openings = Counter[int]()
        self._stories = 0
        self._templates = Templates()
        self._whole: dict[int, Neighbour] = {}

    def __len__(self) -> int:
        return len(self._records)

    def add(self, neighbour: Neighbour) -> None:
        """Take an entry in; one that is there already is replaced."""
        for old in list(self._ids.under(_number(neighbour.entry_id))):
            if self._neighbour(old).entry_id == neighbour.entry_id:
                self._drop(old)
        serial, self._next = self._next, self._next + 1
        print_ = neighbour.fingerprint
        if not neighbour.lengths[0]:
            neighbour = replace(neighbour, lengths=vectors_of(print_, self._rarity()).lengths)
        headline = title_terms(print_.title)
        kept = print_.shingles if len(print_.shingles) >= ENOUGH_SHINGLES else ()
        self._records[serial] = pack(neighbour, headline, kept)
        terms = _terms_of(print_)
        self._terms.add(terms, serial)
        self._count(neighbour, terms, 1)
        for shelves, keys in self._shelved(neighbour, kept):
            shelves.add(keys, serial)
        self._templates.note(print_, neighbour.entry_id, neighbour.seen_at)

    def take(self, arrived: Iterable[Neighbour], regroupings: Iterable[Regrouping] = ()) -> None:
        """Take entries in, each in the story that it is in once these regroupings are done."""
        for regrouping in regroupings:
            self.regroup(regrouping)
        for neighbour in arrived:
            self.add(neighbour)

    def expire(self, before: datetime) -> int:
        """Forget the entries seen earlier than `before`; returns how many.

        They are held in the order in which they were added: one that was added late goes with its place.
        """
        gone, limit = 0, (before - EPOCH) // _MICROSECOND
        while self._oldest < self._next:
            record = self._records.get(self._oldest)
            if record is not None:
                if seen_at(record) >= limit:
                    break
                self._drop(self._oldest)
                gone += 1
            self._oldest += 1
        self._templates.expire(before)
        return gone

    def near(self, print_: Fingerprint, limit: int = NEAR) -> tuple[Neighbour, ...]:
        """The entries that a text may be a copy of or tell the story of, best candidates first; at most `limit`.

        They come without shingles where they have too few of them to say anything.
        """
        scores = self._by_terms(print_)
        if len(print_.shingles) >= ENOUGH_SHINGLES:
            self._add_passages(scores, print_)
        _raise(scores, self._same_title(print_.title), _SAME_TITLE)
        _raise(scores, self._same_page(print_.page), _SAME_PAGE)
        floor = FLOOR if len(print_.terms) > len(title_terms(print_.title)) else TITLE_FLOOR
        likely = [(score, serial) for serial, score in scores.items() if score >= floor]
        return tuple([self._neighbour(serial) for _, serial in nlargest(limit, likely)])

    def members(self, stories: Iterable[StoryId]) -> dict[StoryId, tuple[Neighbour, ...]]:
        """The entries of some stories, oldest first: all, or the first 4 and the latest 36 of each."""
        return {story: tuple(self._telling(story)) for story in stories}

    def stream(self, texts: Iterable[Fingerprint], near: Iterable[Neighbour] = ()) -> Stream:
        """What the window says of texts: the use of their terms, and which headlines are templates, theirs or near."""
        prints = list(texts)
        terms = set().union(*map(_terms_of, prints))
        found = self._openings
        return Stream(
            templates=self._templates.among((*prints, *(n.fingerprint for n in near))),
            openings={term: found[term] for term in terms & found.keys()},
            stories=self._stories,
        )

    def regroup(self, regrouping: Regrouping) -> None:
        """Put entries into the story that they are in from now on."""
        match regrouping.kind:
            case Regroup.MERGED:
                left, joined, gone = regrouping.other_id, regrouping.story_id, None
            case Regroup.SPLIT:
                left, joined, gone = regrouping.story_id, regrouping.other_id, set(regrouping.moved)
        for serial in list(self._members.under(_number(left))):
            neighbour = self._neighbour(serial)
            if neighbour.story_id == left and (gone is None or neighbour.entry_id in gone):
                self._move(serial, neighbour, joined)

    def put_right(self, stands: Mapping[EntryId, StoryId]) -> set[EntryId]:
        """Put each entry into the story it stands in, and forget those that stand in none; returns what is missing."""
        missing = set(stands)
        for serial, record in list(self._records.items()):
            entry_id, story = place_of(record)
            missing.discard(entry_id)
            if entry_id not in stands:
                self._drop(serial)
            elif stands[entry_id] != story:
                self._move(serial, self._neighbour(serial), stands[entry_id])
        return missing

    def parts(self) -> dict[str, array[int]]:
        """All of it, as numbers."""
        terms, numbers, entries = self._terms.parts()
        found = {
            "serials": array("I", self._records),
            "sizes": array("I", map(len, self._records.values())),
            "records": array("B", b"".join(self._records.values())),
            "terms": terms,
            "term counts": numbers,
            "term entries": entries,
            "openings": array("I", self._openings),
            "opening counts": array("I", self._openings.values()),
            "stories": array("I", (self._stories,)),
            **self._templates.parts(),
        }
        for name, shelves in self._all_shelves():
            found[f"{name} sizes"], found[name] = shelves.parts()
        return found

    @classmethod
    def of_parts(cls, parts: Mapping[str, array[int]]) -> Window:
        """The window that gave these parts.

        Raises:
            KeyError, ValueError, IndexError: They do not belong together.
        """
        window, records, start = cls(), parts["records"].tobytes(), 0
        for serial, size in zip(parts["serials"], parts["sizes"], strict=True):
            window._records[serial] = records[start : start + size]
            start += size
        window._oldest, window._next = min(window._records), max(window._records) + 1
        window._terms.fill(parts["terms"], parts["term counts"], parts["term entries"])
        window._openings.update(dict(zip(parts["openings"], parts["opening counts"], strict=True)))
        window._stories = parts["stories"][0]
        window._templates.fill(parts)
        for name, shelves in window._all_shelves():
            shelves.fill(parts[f"{name} sizes"], parts[name])
        return window

    def _all_shelves(self) -> Iterable[tuple[str, Shelves]]:
        yield "ids", self._ids
        yield "pages", self._pages
        yield "titles", self._titles
        yield "shingles", self._shingles
        yield "members", self._members

    def _shelved(self, neighbour: Neighbour, shingles: Sequence[int]) -> Iterable[tuple[Shelves, Iterable[int]]]:
        """What an entry is found by beside its terms."""
        print_ = neighbour.fingerprint
        yield self._ids, (_number(neighbour.entry_id),)
        yield self._members, (_number(neighbour.story_id),)
        yield self._titles, (_number(print_.title),) if print_.title else ()
        yield self._pages, (print_.page,) if print_.page else ()
        yield self._shingles, _sample(shingles)

    def _drop(self, serial: int) -> None:
        record = self._records.pop(serial)
        self._whole.pop(serial, None)
        neighbour = unpack(record)
        print_ = neighbour.fingerprint
        terms = _terms_of(print_)
        self._terms.remove(terms, serial)
        self._count(neighbour, terms, -1)
        for shelves, keys in self._shelved(neighbour, print_.shingles):
            shelves.remove(keys, serial)

    def _rarity(self) -> Rarity:
        return Rarity(Stream(openings=self._openings, stories=self._stories))

    def _count(self, neighbour: Neighbour, terms: Iterable[int], by: int) -> None:
        """Count, or count no longer, a story by the terms of the entry that opened it."""
        if neighbour.story_id != story_id(neighbour.entry_id):
            return
        self._stories += by
        openings = self._openings
        for term in terms:
            openings[term] += by
            if not openings[term]:
                del openings[term]

    def _move(self, serial: int, neighbour: Neighbour, joined: StoryId) -> None:
        moved, record = replace(neighbour, story_id=joined), self._records[serial]
        print_, terms = neighbour.fingerprint, _terms_of(neighbour.fingerprint)
        self._count(neighbour, terms, -1)
        self._count(moved, terms, 1)
        self._members.remove((_number(neighbour.story_id),), serial)
        self._members.add((_number(joined),), serial)
        self._records[serial] = pack(moved, title_terms_of(record), print_.shingles)
        self._whole[serial] = moved

    def _telling(self, story: StoryId) -> Iterator[Neighbour]:
        """The story's first few entries and the latest, oldest first."""
        serials = telling(list(self._members.under(_number(story))))
        return (n for n in map(self._neighbour, serials) if n.story_id == story)

    def _neighbour(self, serial: int) -> Neighbour:
        """The neighbour as it was given; those asked for lately are kept unpacked."""
        if (known := self._whole.get(serial)) is not None:
            return known
        while len(self._whole) >= _UNPACKED:
            del self._whole[next(iter(self._whole))]
        record = self._records[serial]
        whole = self._whole[serial] = unpack(record)
        profiled(whole.fingerprint, title_terms_of(record))
        return whole

    def _same_title(self, title: str) -> list[int]:
        if not title:
            return []
        return [s for s in self._titles.under(_number(title)) if self._neighbour(s).fingerprint.title == title]

    def _same_page(self, page: int) -> list[int]:
        return [s for s in self._pages.under(page) if page_of(self._records[s]) == page] if page else []

    def _by_terms(self, print_: Fingerprint) -> dict[int, float]:
        """The entries that share telling terms, each with the share of the text's weight that it has, 0..1."""
        counts, headline = spread(print_.terms or title_terms(print_.title)), set(title_terms(print_.title))
        rarity = self._rarity()
        weights = {term: count * rarity[term] ** 2 for term, count in counts.items()}
        total = sum(weights.values()) or 1.0
        heavy = dict.fromkeys(nlargest(HEAVY, weights, key=weights.__getitem__))
        heavy |= dict.fromkeys(sorted(headline, key=background, reverse=True)[: len(headline) // 2 + 1])
        scores: dict[int, float] = {}
        for term in heavy:
            entries = self._terms.under(term)
            if len(entries) <= MOST_POSTINGS:
                _raise(scores, entries, weights[term] / total)
        return scores

    def _add_passages(self, scores: dict[int, float], print_: Fingerprint) -> None:
        found: Counter[int] = Counter()
        for key in map(_key, print_.shingles):
            found.update(self._shingles.under(key))
        for serial, count in found.items():
            size = size_of(self._records[serial])
            shorter = min(len(print_.shingles), size)
            scores[serial] = scores.get(serial, 0.0) + _PASSAGES * min(count * _rate(size) / shorter, 1.0)


def _raise(scores: dict[int, float], serials: Iterable[int], by: float) -> None:
    get = scores.get
    for serial in serials:
        scores[serial] = get(serial, 0.0) + by


def telling(members: Sequence[T]) -> Sequence[T]:
    """Those of a story's members, oldest first, that are looked at: all, or the first 4 and the latest 36."""
    return members if len(members) <= FIRST + LATEST else (*members[:FIRST], *members[-LATEST:])


def nearest_stories(near: Iterable[Neighbour]) -> list[StoryId]:
    """The stories that the nearest neighbours tell, at most four."""
    return list(dict.fromkeys(n.story_id for n in near))[:STORIES]


def _terms_of(print_: Fingerprint) -> set[int]:
    return set(print_.terms or title_terms(print_.title))


def _number(name: str) -> int:
    """A name as a small number; two that collide only cost a look."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def _sample(shingles: Sequence[int]) -> set[int]:
    """The shingles of a text that are indexed: every second, of long texts every fourth, by their lowest bits."""
    rate = _rate(len(shingles))
    return {key for key in map(_key, shingles) if key % rate == 0}


def _rate(size: int) -> int:
    return _SAMPLED_SHORT if size <= _LONG else _SAMPLED_LONG


def _key(shingle: int) -> int:
    """A shingle as a small number; two that collide only cost a look."""
    return shingle >> 34
