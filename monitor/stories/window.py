"""The recent entries in memory, by what copies of them and their stories would share.

Three indexes: pages and headlines, terms, and a sample of the shingles. A shingle is sampled by its own value, so that
two texts choose the same ones.

Pure.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest

from monitor.model.ids import EntryId
from monitor.model.story import Fingerprint, Neighbour, Stream
from monitor.stories.copies import share_half
from monitor.stories.postings import Postings
from monitor.stories.rarity import background, muffled, recent
from monitor.stories.templates import Templates
from monitor.stories.terms import spread, title_set, title_terms

HEAVY = 12
"""Terms of an entry that are looked up."""

MOST_POSTINGS = 400
"""A term that more live entries hold is not looked up."""

FLOOR, TITLE_FLOOR = 0.1, 0.15
"""Share of the weight of a text, or of a bare headline, that an entry must have in common to come into question."""

_UNPACKED = 2_048
_SAMPLED_SHORT, _SAMPLED_LONG, _LONG = 2, 4, 128
_SAME_PAGE, _SAME_TITLE, _PASSAGES, _LIKE_TITLE = 8.0, 4.0, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class _Record:
    """A neighbour without its hashes, and these packed."""

    neighbour: Neighbour
    shingles: array[int]
    terms: array[int]


class Window:
    """An index over recent entries; used by one thread."""

    def __init__(self) -> None:
        self._records: dict[int, _Record] = {}
        self._serials: dict[EntryId, int] = {}
        self._next = 1
        self._pages = Postings[int]()
        self._titles = Postings[str]()
        self._title_terms = Postings[int]()
        self._terms = Postings[int]()
        self._shingles = Postings[int]()
        self._templates = Templates()
        self._whole: dict[int, Neighbour] = {}

    def __len__(self) -> int:
        return len(self._records)

    def add(self, neighbour: Neighbour) -> None:
        """Take an entry in; one that is there already is replaced."""
        if (old := self._serials.get(neighbour.entry_id)) is not None:
            self._drop(old)
        serial, self._next = self._next, self._next + 1
        print_ = neighbour.fingerprint
        bare = replace(neighbour, fingerprint=replace(print_, shingles=(), terms=()))
        self._records[serial] = _Record(bare, array("Q", print_.shingles), array("I", print_.terms))
        self._serials[neighbour.entry_id] = serial
        self._index(serial, print_)
        self._templates.note(print_, neighbour.entry_id, neighbour.seen_at)

    def expire(self, before: datetime) -> int:
        """Forget the entries seen earlier than `before`; returns how many.

        They are held in the order in which they were added: one that was added late goes with its place.
        """
        gone = []
        for serial, record in self._records.items():
            if record.neighbour.seen_at >= before:
                break
            gone.append(serial)
        for serial in gone:
            self._drop(serial)
        self._templates.expire(before)
        return len(gone)

    def near(self, print_: Fingerprint, limit: int = 40) -> tuple[Neighbour, ...]:
        """The entries that a text may be a copy of or tell the story of, best candidates first; at most `limit`."""
        scores: dict[int, float] = {}
        self._add_terms(scores, print_)
        self._add_passages(scores, print_)
        _raise(scores, self._titles.under(print_.title), _SAME_TITLE)
        _raise(scores, self._pages.under(print_.page), _SAME_PAGE)
        floor = FLOOR if len(print_.terms) > len(title_terms(print_.title)) else TITLE_FLOOR
        likely = ((score, serial) for serial, score in scores.items() if score >= floor)
        return tuple(self._neighbour(serial) for _, serial in nlargest(limit, likely))

    def stream(self, print_: Fingerprint, near: Sequence[Neighbour], topics: AbstractSet[int] = frozenset()) -> Stream:
        """What the window as a whole says of a text and its neighbours: templates among them, rarity of their terms.

        Args:
            print_: The text.
            near: Its neighbours.
            topics: Terms that watchlists ask for; whatever matches holds them, so they tell no story from another.
        """
        prints = [print_, *(n.fingerprint for n in near)]
        terms = {term for p in prints for term in p.terms or title_terms(p.title)}
        rarity = recent({term: self._terms.count(term) for term in terms}, len(self._records))
        return Stream(templates=self._templates.among(prints), rarity=muffled(rarity, terms & topics))

    def _index(self, serial: int, print_: Fingerprint) -> None:
        titles = title_set(print_.title)
        self._pages.add((print_.page,) if print_.page else (), serial)
        self._titles.add((print_.title,) if print_.title else (), serial)
        self._title_terms.add(titles, serial)
        self._terms.add(set(print_.terms) or titles, serial)
        self._shingles.add(_sample(print_.shingles), serial)

    def _drop(self, serial: int) -> None:
        record = self._records.pop(serial)
        self._whole.pop(serial, None)
        print_ = record.neighbour.fingerprint
        if self._serials.get(record.neighbour.entry_id) == serial:
            del self._serials[record.neighbour.entry_id]
        titles = title_set(print_.title)
        self._pages.remove((print_.page,) if print_.page else (), serial)
        self._titles.remove((print_.title,) if print_.title else (), serial)
        self._title_terms.remove(titles, serial)
        self._terms.remove(set(record.terms) or titles, serial)
        self._shingles.remove(_sample(record.shingles), serial)

    def _neighbour(self, serial: int) -> Neighbour:
        """The neighbour as it was given; those asked for lately are kept unpacked."""
        if (known := self._whole.get(serial)) is not None:
            return known
        record = self._records[serial]
        bare = record.neighbour
        if len(self._whole) >= _UNPACKED:
            self._whole.clear()
        print_ = bare.fingerprint
        whole = Neighbour(
            entry_id=bare.entry_id,
            feed_id=bare.feed_id,
            story_id=bare.story_id,
            fingerprint=Fingerprint(
                title=print_.title,
                host=print_.host,
                shingles=tuple(record.shingles),
                terms=tuple(record.terms),
                page=print_.page,
            ),
            seen_at=bare.seen_at,
        )
        self._whole[serial] = whole
        return whole

    def _add_terms(self, scores: dict[int, float], print_: Fingerprint) -> None:
        """Raise the entries that share telling terms, in all by at most 1, and those with a like headline."""
        counts = spread(print_.terms or title_terms(print_.title))
        frequency = {term: self._terms.count(term) for term in counts}
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
        mine = title_set(title)
        counts: Counter[int] = Counter()
        enough = len(mine) / 2
        for term in sorted(mine, key=self._title_terms.count, reverse=True):
            if enough >= 3 and self._title_terms.count(term) > MOST_POSTINGS:
                enough -= 1
            else:
                counts.update(self._title_terms.under(term))
        likely = (serial for serial, count in counts.items() if count >= enough)
        return [serial for serial in likely if share_half(mine, self._records[serial].neighbour.fingerprint.title)]

    def _add_passages(self, scores: dict[int, float], print_: Fingerprint) -> None:
        found: dict[int, int] = {}
        for key in map(_key, print_.shingles):
            for serial in self._shingles.under(key):
                found[serial] = found.get(serial, 0) + 1
        for serial, count in found.items():
            shorter = min(len(print_.shingles), len(self._records[serial].shingles))
            rate = _rate(len(self._records[serial].shingles))
            scores[serial] = scores.get(serial, 0.0) + _PASSAGES * min(count * rate / shorter, 1.0)


def _raise(scores: dict[int, float], serials: Iterable[int], by: float) -> None:
    for serial in serials:
        scores[serial] = scores.get(serial, 0.0) + by


def _sample(shingles: Sequence[int]) -> set[int]:
    """The shingles of a text that are indexed: every second, of long texts every fourth, by their lowest bits."""
    rate = _rate(len(shingles))
    return {key for key in map(_key, shingles) if key % rate == 0}


def _rate(size: int) -> int:
    return _SAMPLED_SHORT if size <= _LONG else _SAMPLED_LONG


def _key(shingle: int) -> int:
    """A shingle as a small number; two that collide only cost a look."""
    return shingle >> 34
