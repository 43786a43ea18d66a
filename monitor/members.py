"""Which recent entry is in which story by now, as the entries of one poll come in and stories merge and split.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.model.ids import EntryId, StoryId
from monitor.model.plan import Memory
from monitor.model.story import Neighbour, Regroup, Regrouping
from monitor.stories.index import terms_of
from monitor.stories.openings import Openings
from monitor.stories.rarity import Rarity
from monitor.stories.vectors import Vectors
from monitor.stories.window import Window, telling


class Members:
    """The recent entries near a poll's, and the poll's own, each in its story."""

    def __init__(self, memory: Memory) -> None:
        self.arrived: dict[EntryId, Neighbour] = {}
        """The poll's entries in the order in which they came, each in the story that it is in by now."""
        vicinities = memory.vicinities.values()
        self._of = {story: list(some) for v in vicinities for story, some in v.members.items()}
        """Oldest first."""
        self._moved: dict[EntryId, StoryId] = {}
        """The story of each of these that changed it."""
        self._went: dict[StoryId, StoryId] = {}
        """Where the other entries of a story are that went into another one."""
        self._openings = Openings(memory.stream)
        self._batch = Window()

    def rarity(self) -> Rarity:
        """What words say by the stories of the recent stream and of the poll, until the next entry comes."""
        return Rarity(self._openings.stream())

    def near(self, text: Vectors, before: Iterable[Neighbour]) -> tuple[Neighbour, ...]:
        """The poll's entries near a text, and those near it when the poll began, each in the story it is in by now."""
        return (
            *self._batch.near_weighed(text),
            *(self._as_it_stands(n) for n in before if n.entry_id not in self.arrived),
        )

    def of(self, story: StoryId) -> Sequence[Neighbour]:
        """The recent entries of a story, oldest first, of many the first few and the latest; empty for a stranger."""
        return telling(self._of.get(story, ()))

    def story_now(self, entry_id: EntryId, story: StoryId) -> StoryId:
        """The story an earlier entry is in by now, given the one it was in when the poll began."""
        return self._moved.get(entry_id) or self._went.get(story, story)

    def put(self, neighbour: Neighbour) -> None:
        """Take an entry in, in place of what it was before its publisher changed it."""
        self._batch.add(neighbour)
        self.arrived[neighbour.entry_id] = neighbour
        members = self._of.setdefault(neighbour.story_id, [])
        for before in [n for n in members if n.entry_id == neighbour.entry_id]:
            self._openings.count(before, terms_of(before.fingerprint), -1)
            members.remove(before)
        self._openings.count(neighbour, terms_of(neighbour.fingerprint), 1)
        members.append(neighbour)

    def regroup(self, regrouping: Regrouping) -> None:
        """Put entries into the story that they are in from now on."""
        match regrouping.kind:
            case Regroup.MERGED:
                self._merge(regrouping.other_id, regrouping.story_id)
            case Regroup.SPLIT:
                gone = set(regrouping.moved)
                leaving = [n for n in self._of[regrouping.story_id] if n.entry_id in gone]
                self._move(leaving, regrouping.story_id, regrouping.other_id)
        self._batch.regroup(regrouping)

    def _merge(self, left: StoryId, joined: StoryId) -> None:
        self._move(self._of.get(left, ()), left, joined)
        self._went |= {was: joined for was, now in self._went.items() if now == left}
        self._went.setdefault(left, joined)

    def _move(self, entries: Iterable[Neighbour], left: StoryId, joined: StoryId) -> None:
        came = {n.entry_id: replace(n, story_id=joined) for n in entries}
        for was in entries:
            terms = terms_of(was.fingerprint)
            self._openings.count(was, terms, -1)
            self._openings.count(came[was.entry_id], terms, 1)
        self.arrived |= {id_: n for id_, n in came.items() if id_ in self.arrived}
        self._moved |= dict.fromkeys(came, joined)
        self._of[left] = [n for n in self._of.get(left, ()) if n.entry_id not in came]
        self._of[joined] = list(self._in_order((*self._of.get(joined, ()), *came.values())))

    def _in_order(self, members: Iterable[Neighbour]) -> Iterator[Neighbour]:
        """Oldest first; those of the poll, which were seen at one instant, as they came."""
        order = {id_: place for place, id_ in enumerate(self.arrived)}
        yield from sorted(members, key=lambda n: (n.seen_at, order.get(n.entry_id, -1)))

    def _as_it_stands(self, neighbour: Neighbour) -> Neighbour:
        """An earlier entry in the story that it is in by now."""
        story = self.story_now(neighbour.entry_id, neighbour.story_id)
        return neighbour if story == neighbour.story_id else replace(neighbour, story_id=story)
