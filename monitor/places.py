"""Where the entries of one poll stand among the stories, each as if it had come alone.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.model.alert import Told
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.plan import Memory, Vicinity
from monitor.model.story import Fingerprint, Kinship, Neighbour, Regroup, Regrouping, Relation, Story, Stream
from monitor.stories.cluster import kinship
from monitor.stories.owners import owner_of, voices
from monitor.stories.profile import profile_of
from monitor.stories.rarity import Rarity
from monitor.stories.regroup import merged, split
from monitor.stories.vectors import vectors_of
from monitor.stories.window import Window, telling


@dataclass(slots=True)
class Places:
    """Stories and what was told of them, as they stand after each entry of a poll."""

    memory: Memory
    now: datetime
    stories: dict[StoryId, Story] = field(init=False)
    told: dict[tuple[str, StoryId], Told] = field(init=False)
    changed: dict[StoryId, Story] = field(default_factory=dict)
    retold: dict[tuple[str, StoryId], Told] = field(default_factory=dict)
    arrived: dict[EntryId, Neighbour] = field(default_factory=dict)
    """The poll's entries in the order in which they came, each in the story that it is in by now."""
    regroupings: list[Regrouping] = field(default_factory=list)
    batch: Window = field(default_factory=Window)
    members: dict[StoryId, list[Neighbour]] = field(init=False)
    """The recent entries of the stories near the poll's, oldest first, and the poll's own, as they stand by now."""
    moved: dict[EntryId, StoryId] = field(default_factory=dict)
    """The story of each of these that changed it."""
    went: dict[StoryId, StoryId] = field(default_factory=dict)
    """Where the other entries of a story are that went into another one."""
    openings: Counter[int] = field(init=False)
    stream: Stream = field(init=False)
    """What the recent stream said when the poll began, with what the poll has added."""

    def __post_init__(self) -> None:
        self.stories = dict(self.memory.stories)
        self.told = dict(self.memory.told)
        vicinities = self.memory.vicinities.values()
        self.members = {story: list(some) for v in vicinities for story, some in v.members.items()}
        self.openings = Counter(self.memory.stream.openings)
        self.stream = replace(self.memory.stream, openings=self.openings)

    def place(self, entry: Entry, vicinity: Vicinity) -> Kinship:
        """The story that a new entry opens or joins."""
        print_ = vicinity.fingerprint
        near = (*self.batch.near(print_), *map(self._as_it_stands, vicinity.near))
        kin = kinship(entry.id, print_, near, self.now, stream=self.stream, stories=self.stories)
        if kin.story_id in self.stories or kin.relation is Relation.FIRST:
            return kin
        why = f"{kin.why}; that story is no longer kept"
        return Kinship(relation=Relation.FIRST, story_id=story_id(entry.id), why=why)

    def settle(self, entry: Entry, kin: Kinship | None, vicinity: Vicinity) -> Story:
        """The story of an entry once it is in it, and once the stories near it are put right.

        Args:
            entry: New, or revised by its publisher.
            kin: How it came into its story; None for a revision, which stays where it is.
            vicinity: What is near it.
        """
        host = vicinity.fingerprint.host
        story = self._revised(entry, host) if kin is None else self._joined(entry, kin, host)
        self.changed[story.id] = self.stories[story.id] = story
        neighbour = self._neighbour(entry, story, kin or self.memory.kin_of.get(entry.id), vicinity.fingerprint)
        self._remember(neighbour)
        if kin is not None:
            self._put_right(neighbour, kin)
        return self.stories[self.story_of(entry.id)]

    def tell(self, told: Iterable[Told]) -> None:
        """Note what watchlists have now been told."""
        for each in told:
            self.told[each.watchlist, each.story_id] = self.retold[each.watchlist, each.story_id] = each

    def story_of(self, entry_id: EntryId) -> StoryId:
        """The story that an entry of this poll is in by now."""
        return self.arrived[entry_id].story_id

    def _remember(self, neighbour: Neighbour) -> None:
        """Take an entry in, in place of what it was before its publisher changed it."""
        self.batch.add(neighbour)
        self.arrived[neighbour.entry_id] = neighbour
        members = self.members.setdefault(neighbour.story_id, [])
        for before in [n for n in members if n.entry_id == neighbour.entry_id]:
            self._count(before, -1)
            members.remove(before)
        self._count(neighbour, 1)
        members.append(neighbour)

    def _as_it_stands(self, neighbour: Neighbour) -> Neighbour:
        """An earlier entry in the story that it is in by now."""
        story = self._story_now(neighbour.entry_id, neighbour.story_id)
        return neighbour if story == neighbour.story_id else replace(neighbour, story_id=story)

    def _story_now(self, entry_id: EntryId, story: StoryId) -> StoryId:
        """The story an earlier entry is in by now, given the one it was in when the poll began."""
        return self.moved.get(entry_id) or self.went.get(story, story)

    def _count(self, neighbour: Neighbour, by: int) -> None:
        """Count, or count no longer, a story by the words of the entry that opened it."""
        if neighbour.story_id != story_id(neighbour.entry_id):
            return
        for term in set(profile_of(neighbour.fingerprint).lead):
            self.openings[term] += by
        self.stream = replace(self.stream, stories=self.stream.stories + by)

    def _put_right(self, arrived: Neighbour, kin: Kinship) -> None:
        """Do what an entry that joined a story shows about the stories near it: at most one thing."""
        if kin.relation is not Relation.SAME_STORY:
            return
        members = {id_: telling(self.members.get(id_, ())) for id_ in (arrived.story_id, *kin.also)}
        found = merged(arrived, kin, members, self.stories, self.stream)
        found = found or split(arrived, kin, members[arrived.story_id], self.stories[arrived.story_id], self.stream)
        if found is not None:
            self._regroup(found)

    def _regroup(self, regrouping: Regrouping) -> None:
        match regrouping.kind:
            case Regroup.MERGED:
                self._merge(self.stories[regrouping.story_id], self.stories.pop(regrouping.other_id))
                self._move(self.members.get(regrouping.other_id, ()), regrouping.other_id, regrouping.story_id)
                again = [was for was, now in self.went.items() if now == regrouping.other_id]
                self.went |= dict.fromkeys(again, regrouping.story_id)
                self.went.setdefault(regrouping.other_id, regrouping.story_id)
            case Regroup.SPLIT:
                self._split(regrouping, telling(self.members[regrouping.story_id]))
                gone = set(regrouping.moved)
                leaving = [n for n in self.members[regrouping.story_id] if n.entry_id in gone]
                self._move(leaving, regrouping.story_id, regrouping.other_id)
        self.regroupings.append(regrouping)
        self.batch.regroup(regrouping)

    def _move(self, entries: Iterable[Neighbour], left: StoryId, joined: StoryId) -> None:
        """Put entries of one story into another."""
        came = {n.entry_id: replace(n, story_id=joined) for n in entries}
        for was in entries:
            self._count(was, -1)
            self._count(came[was.entry_id], 1)
        self.arrived |= {id_: n for id_, n in came.items() if id_ in self.arrived}
        self.moved |= dict.fromkeys(came, joined)
        self.members[left] = [n for n in self.members[left] if n.entry_id not in came]
        order = {id_: place for place, id_ in enumerate(self.arrived)}
        together = [*self.members.get(joined, ()), *came.values()]
        self.members[joined] = sorted(together, key=lambda n: (n.seen_at, order.get(n.entry_id, -1)))

    def _merge(self, older: Story, younger: Story) -> None:
        self.changed.pop(younger.id, None)
        story = replace(
            older,
            last_at=max(older.last_at, younger.last_at),
            entries=older.entries + younger.entries,
            outlets=tuple(dict.fromkeys(older.outlets + younger.outlets)),
            owners=tuple(dict.fromkeys(older.owners + younger.owners)),
        )
        self.changed[story.id] = self.stories[story.id] = story
        for name in [name for name, id_ in self.told if id_ in {older.id, younger.id}]:
            parts = [self.told.pop((name, id_), None) for id_ in (older.id, younger.id)]
            self.retold.pop((name, younger.id), None)
            self.tell(_told_together([part for part in parts if part is not None], story))

    def _split(self, regrouping: Regrouping, members: Sequence[Neighbour]) -> None:
        story, moved = self.stories[regrouping.story_id], set(regrouping.moved)
        went = [n for n in members if n.entry_id in moved]
        stayed = [n for n in members if n.entry_id not in moved]
        first, last = went[0], went[-1]
        new = replace(
            _counted(replace(story, outlets=(), owners=()), went),
            id=regrouping.other_id,
            title=first.fingerprint.title,
            first_entry_id=first.entry_id,
            first_at=first.seen_at,
            last_at=last.seen_at,
            entries=len(went),
        )
        are_all = len(members) == story.entries
        old = _counted(replace(story, outlets=(), owners=()), stayed) if are_all else story
        old = replace(old, entries=story.entries - len(went))
        self.changed |= {old.id: old, new.id: new}
        self.stories |= {old.id: old, new.id: new}
        for told in [told for (_, id_), told in self.told.items() if id_ == old.id]:
            self.tell(replace(told, story_id=each.id, outlets=len(each.outlets)) for each in (old, new))

    def _joined(self, entry: Entry, kin: Kinship, host: str) -> Story:
        owner = owner_of(entry.source, host)
        story = self.stories.get(kin.story_id)
        if story is None:
            return Story(
                id=kin.story_id,
                title=entry.title,
                first_entry_id=entry.id,
                first_at=self.now,
                last_at=self.now,
                outlets=(entry.source,),
                owners=(owner,),
            )
        outlets = story.outlets if entry.source in story.outlets else (*story.outlets, entry.source)
        owners = voices(story, kin, owner)
        return replace(story, last_at=self.now, entries=story.entries + 1, outlets=outlets, owners=owners)

    def _revised(self, entry: Entry, host: str) -> Story:
        """The story it is in; a new one of its own where retention removed the old."""
        opened = Kinship(relation=Relation.FIRST, story_id=story_id(entry.id))
        before = self._story_now(entry.id, self.memory.kin_of.get(entry.id, opened).story_id)
        return self.stories.get(before) or self._joined(entry, opened, host)

    def _neighbour(self, entry: Entry, story: Story, kin: Kinship | None, print_: Fingerprint) -> Neighbour:
        return Neighbour(
            entry_id=entry.id,
            feed_id=entry.feed_id,
            story_id=story.id,
            fingerprint=print_,
            seen_at=self.now,
            outlet=entry.source,
            is_copy=kin is not None and kin.relation is Relation.COPY,
            lengths=vectors_of(print_, Rarity(self.stream)).lengths,
        )


def _told_together(parts: Sequence[Told], story: Story) -> tuple[Told, ...]:
    """What one watchlist was told of two stories that are one: as often as of both, and of all its outlets."""
    together = Told(
        watchlist=parts[0].watchlist,
        story_id=story.id,
        times=sum(part.times for part in parts),
        last_at=max(part.last_at for part in parts),
        outlets=len(story.outlets),
        strength=max(part.strength for part in parts),
    )
    return (together,)


def _counted(story: Story, entries: Sequence[Neighbour]) -> Story:
    """The story with the outlets and independent sources of these entries."""
    voiced = (owner_of(n.outlet, n.fingerprint.host) for n in entries if not n.is_copy)
    return replace(story, outlets=tuple(dict.fromkeys(n.outlet for n in entries)), owners=tuple(dict.fromkeys(voiced)))
