"""The recent entries in memory, each in ten or so numbers and a few words, and what they say of a new one.

Pure.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.model.ids import EntryId, StoryId
from monitor.model.story import Fingerprint, Neighbour, Regroup, Regrouping, Stream
from monitor.stories.copies import ENOUGH_SHINGLES
from monitor.stories.index import Index, terms_of
from monitor.stories.openings import Openings
from monitor.stories.profile import profiled
from monitor.stories.rarity import Rarity
from monitor.stories.record import measure_of, pack, place_of, seen_at, unpack
from monitor.stories.templates import Templates
from monitor.stories.terms import title_terms
from monitor.stories.vectors import Vectors, vectors_of
from monitor.timing import EPOCH

NEAR = 20
"""Entries that are compared."""

STORIES = 4
"""Of so many of the nearest stories the other members are looked at too."""

FIRST, LATEST = 4, 36
"""So many of a story's members are looked at."""

MOST_ENTRIES = 200_000
"""Of more, the oldest are forgotten before their time: a feed can publish as much as it likes."""

T = TypeVar("T")

_UNPACKED = 3_072
_MICROSECOND = timedelta(microseconds=1)
_FAR_AHEAD = timedelta(days=6)


class Window:
    """An index over recent entries; used by one thread."""

    def __init__(self) -> None:
        self._records: dict[int, bytes] = {}
        self._oldest = self._next = 1
        self._index, self._openings, self._templates = Index(), Openings(), Templates()
        self._whole = OrderedDict[int, Neighbour]()

    def __len__(self) -> int:
        return len(self._records)

    def add(self, neighbour: Neighbour) -> None:
        """Take an entry in; one that is there already is replaced, in its place where it was seen at the same time."""
        serial = self._next
        for old in self._index.of_entry(neighbour.entry_id):
            before = self._neighbour(old)
            if before.entry_id == neighbour.entry_id:
                serial = old if before.seen_at == neighbour.seen_at else serial
                self._drop(old)
        self._next = max(self._next, serial + 1)
        print_ = neighbour.fingerprint
        if not neighbour.lengths[0]:
            neighbour = replace(neighbour, lengths=vectors_of(print_, self.rarity()).lengths)
        kept = print_.shingles if len(print_.shingles) >= ENOUGH_SHINGLES else ()
        self._records[serial] = pack(neighbour, title_terms(print_.title), kept)
        self._index.put(serial, neighbour, kept)
        self._openings.count(neighbour, terms_of(print_), 1)
        self._templates.note(print_, neighbour.entry_id, neighbour.seen_at)

    def take(self, arrived: Iterable[Neighbour], regroupings: Iterable[Regrouping] = ()) -> None:
        """Take entries in, each in the story that it is in once these regroupings are done."""
        for regrouping in regroupings:
            self.regroup(regrouping)
        for neighbour in arrived:
            self.add(neighbour)

    def expire(self, before: datetime) -> int:
        """Forget the entries seen earlier than `before`, and those of a clock that was far ahead; returns how many.

        They are held in the order in which they were added: one that was added late goes with its place.
        """
        gone, limit, latest = 0, (before - EPOCH) // _MICROSECOND, (before + _FAR_AHEAD - EPOCH) // _MICROSECOND
        while self._oldest < self._next:
            record = self._records.get(self._oldest)
            if record is not None:
                if limit <= seen_at(record) <= latest and len(self._records) <= MOST_ENTRIES:
                    break
                self._drop(self._oldest)
                gone += 1
            self._oldest += 1
        self._templates.expire(before)
        return gone

    def near(self, print_: Fingerprint, limit: int = NEAR) -> tuple[Neighbour, ...]:
        """The entries that a text may be a copy of or tell the story of, best candidates first.

        They come without shingles where they have too few of them to say anything.

        Args:
            print_: The text.
            limit: So many entries at most.
        """
        return self.near_weighed(vectors_of(print_, self.rarity()), limit)

    def near_weighed(self, text: Vectors, limit: int = NEAR) -> tuple[Neighbour, ...]:
        """The same, of a text whose words are weighed already."""
        if not self._records:
            return ()
        found = self._index.nearest(text, limit, lambda serial: measure_of(self._records[serial]))
        return tuple([self._neighbour(serial) for serial in found])

    def members(self, stories: Iterable[StoryId]) -> dict[StoryId, tuple[Neighbour, ...]]:
        """The entries of some stories, oldest first: all, or the first 4 and the latest 36 of each."""
        return {story: tuple(self._telling(story)) for story in stories}

    def stream(self, texts: Iterable[Fingerprint], near: Iterable[Neighbour] = ()) -> Stream:
        """What the window says of texts: the use of their terms, and which headlines are templates, theirs or near."""
        prints = list(texts)
        templates = self.templates((*prints, *(n.fingerprint for n in near)))
        return self._openings.stream(set().union(*map(terms_of, prints)), templates)

    def templates(self, prints: Iterable[Fingerprint]) -> frozenset[str]:
        """Keys of the headlines among these that their hosts use again and again."""
        return self._templates.among(prints)

    def rarity(self) -> Rarity:
        """What words say as the window stands; good until the next entry comes or goes."""
        return Rarity(self._openings.stream())

    def regroup(self, regrouping: Regrouping) -> None:
        """Put entries into the story that they are in from now on."""
        match regrouping.kind:
            case Regroup.MERGED:
                left, joined, gone = regrouping.other_id, regrouping.story_id, None
            case Regroup.SPLIT:
                left, joined, gone = regrouping.story_id, regrouping.other_id, set(regrouping.moved)
        for serial in self._index.of_story(left):
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
        return {
            "serials": array("I", self._records),
            "sizes": array("I", map(len, self._records.values())),
            "records": array("B", b"".join(self._records.values())),
            **self._index.parts(),
            **self._openings.parts(),
            **self._templates.parts(),
        }

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
        window._index.fill(parts)
        window._openings.fill(parts)
        window._templates.fill(parts)
        return window

    def _drop(self, serial: int) -> None:
        record = self._records.pop(serial)
        neighbour = self._whole.pop(serial, None) or unpack(record)[0]
        self._index.remove(serial, neighbour, neighbour.fingerprint.shingles)
        self._openings.count(neighbour, terms_of(neighbour.fingerprint), -1)

    def _move(self, serial: int, neighbour: Neighbour, joined: StoryId) -> None:
        moved, print_ = replace(neighbour, story_id=joined), neighbour.fingerprint
        terms = terms_of(print_)
        self._openings.count(neighbour, terms, -1)
        self._openings.count(moved, terms, 1)
        self._index.move(serial, neighbour.story_id, joined)
        self._records[serial] = pack(moved, title_terms(print_.title), print_.shingles)
        self._whole[serial] = moved

    def _telling(self, story: StoryId) -> Iterator[Neighbour]:
        """The story's first few entries and the latest, oldest first."""
        serials = self._index.ends_of_story(story, FIRST, LATEST)
        return (n for n in map(self._neighbour, serials) if n.story_id == story)

    def _neighbour(self, serial: int) -> Neighbour:
        """The neighbour as it was given; those asked for lately are kept unpacked."""
        if (known := self._whole.get(serial)) is not None:
            return known
        while len(self._whole) >= _UNPACKED:
            self._whole.popitem(last=False)
        whole, headline = unpack(self._records[serial])
        self._whole[serial] = whole
        profiled(whole.fingerprint, headline)
        return whole


def telling(members: Sequence[T]) -> Sequence[T]:
    """Those of a story's members, oldest first, that are looked at: all, or the first 4 and the latest 36."""
    return members if len(members) <= FIRST + LATEST else (*members[:FIRST], *members[-LATEST:])


def nearest_stories(near: Iterable[Neighbour]) -> list[StoryId]:
    """The stories that the nearest neighbours tell, at most four."""
    return list(dict.fromkeys(n.story_id for n in near))[:STORIES]
