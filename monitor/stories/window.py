"""The recent entries in memory, by what copies of them and their stories would share.

Three indexes: pages and headlines, terms, and a sample of the shingles. A shingle is sampled by its own value, so that
two texts choose the same ones.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from heapq import nlargest
from zlib import crc32

from monitor.model.story import Fingerprint, Neighbour, Stream
from monitor.stories.copies import ENOUGH_SHINGLES
from monitor.stories.postings import Postings
from monitor.stories.profile import profiled
from monitor.stories.rarity import background, muffled, recent
from monitor.stories.record import distinct_terms, has_half, pack, page_of, seen_at, size_of, title_terms_of, unpack
from monitor.stories.shelves import Shelves
from monitor.stories.templates import Templates
from monitor.stories.terms import spread, title_terms
from monitor.timing import EPOCH

HEAVY = 12
"""Terms of an entry that are looked up."""

MOST_POSTINGS = 400
"""A term that more live entries hold is not looked up."""

FLOOR, TITLE_FLOOR = 0.1, 0.15
"""Share of the weight of a text, or of a bare headline, that an entry must have in common to come into question."""

_UNPACKED = 4_096
_SAMPLED_SHORT, _SAMPLED_LONG, _LONG = 2, 4, 128
_SAME_PAGE, _SAME_TITLE, _PASSAGES, _LIKE_TITLE = 8.0, 4.0, 2.0, 1.0
_MICROSECOND = timedelta(microseconds=1)


class Window:
    """An index over recent entries; used by one thread."""

    def __init__(self) -> None:
        self._records: dict[int, bytes] = {}
        self._oldest = self._next = 1
        self._ids, self._pages, self._titles, self._shingles = Shelves(), Shelves(), Shelves(), Shelves()
        self._title_terms = Postings[int]()
        self._terms = Postings[int]()
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
        headline = title_terms(print_.title)
        kept = print_.shingles if len(print_.shingles) >= ENOUGH_SHINGLES else ()
        self._records[serial] = pack(neighbour, headline, kept)
        titles = set(headline)
        self._title_terms.add(titles, serial)
        self._terms.add(set(print_.terms) or titles, serial)
        for shelves, keys in self._shelved(neighbour, kept):
            shelves.add(keys, serial)
        self._templates.note(print_, neighbour.entry_id, neighbour.seen_at)

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

    def near(self, print_: Fingerprint, limit: int = 40) -> tuple[Neighbour, ...]:
        """The entries that a text may be a copy of or tell the story of, best candidates first; at most `limit`.

        They come without shingles where they have too few of them to say anything.
        """
        scores: dict[int, float] = {}
        self._add_terms(scores, print_)
        if len(print_.shingles) >= ENOUGH_SHINGLES:
            self._add_passages(scores, print_)
        _raise(scores, self._same_title(print_.title), _SAME_TITLE)
        _raise(scores, self._same_page(print_.page), _SAME_PAGE)
        floor = FLOOR if len(print_.terms) > len(title_terms(print_.title)) else TITLE_FLOOR
        likely = [(score, serial) for serial, score in scores.items() if score >= floor]
        return tuple([self._neighbour(serial) for _, serial in nlargest(limit, likely)])

    def stream(self, print_: Fingerprint, near: Sequence[Neighbour], topics: AbstractSet[int] = frozenset()) -> Stream:
        """What the window as a whole says of a text and its neighbours: templates among them, rarity of their terms.

        Args:
            print_: The text.
            near: Its neighbours.
            topics: Terms that watchlists ask for; whatever matches holds them, so they tell no story from another.
        """
        prints = [print_, *(n.fingerprint for n in near)]
        terms = set().union(*(p.terms or title_terms(p.title) for p in prints))
        rarity = recent(self._terms.counts(terms), len(self._records))
        if on_topic := terms & topics:
            rarity = muffled(rarity, on_topic)
        return Stream(templates=self._templates.among(prints), rarity=rarity)

    def _shelved(self, neighbour: Neighbour, shingles: Sequence[int]) -> Iterable[tuple[Shelves, Iterable[int]]]:
        """What an entry is found by beside its terms."""
        print_ = neighbour.fingerprint
        yield self._ids, (_number(neighbour.entry_id),)
        yield self._titles, (_number(print_.title),) if print_.title else ()
        yield self._pages, (print_.page,) if print_.page else ()
        yield self._shingles, _sample(shingles)

    def _drop(self, serial: int) -> None:
        record = self._records.pop(serial)
        self._whole.pop(serial, None)
        neighbour, titles = unpack(record), set(title_terms_of(record))
        print_ = neighbour.fingerprint
        self._title_terms.remove(titles, serial)
        self._terms.remove(set(print_.terms) or titles, serial)
        for shelves, keys in self._shelved(neighbour, print_.shingles):
            shelves.remove(keys, serial)

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

    def _add_terms(self, scores: dict[int, float], print_: Fingerprint) -> None:
        """Raise the entries that share telling terms, in all by at most 1, and those with a like headline."""
        counts = spread(print_.terms or title_terms(print_.title))
        frequency = self._terms.counts(counts)
        rarity = recent(frequency, len(self._records))
        weights = {term: count * (rarity[term] if rarity else background(term)) for term, count in counts.items()}
        total = sum(weights.values()) or 1.0
        for term in nlargest(HEAVY, weights, key=weights.__getitem__):
            if 0 < frequency[term] <= MOST_POSTINGS:
                _raise(scores, self._terms.under(term), weights[term] / total)
        _raise(scores, self._like_titles(print_.title), _LIKE_TITLE)

    def _like_titles(self, title: str) -> list[int]:
        """The entries whose headline shares half of the longer one's terms.

        The commonest terms are passed over where two of the others must be shared all the same.
        """
        mine = frozenset(title_terms(title))
        counts: Counter[int] = Counter()
        enough = half = (len(mine) + 1) // 2
        for term in sorted(mine, key=self._title_terms.count, reverse=True):
            if enough >= 3 and self._title_terms.count(term) > MOST_POSTINGS:
                enough -= 1
            else:
                counts.update(self._title_terms.under(term))
        records, passed = self._records, half - enough
        likely = [(serial, count) for serial, count in counts.items() if count >= enough]
        likely = [
            (serial, count) for serial, count in likely if 2 * (count + passed) >= distinct_terms(records[serial])
        ]
        return [serial for serial, _ in likely if not passed or has_half(records[serial], mine)]

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
