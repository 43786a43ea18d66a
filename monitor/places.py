"""Where the entries of one poll stand among the stories, each as if it had come alone.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from monitor.members import Members
from monitor.model.alert import Told
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.plan import Memory, Vicinity
from monitor.model.story import Fingerprint, Kinship, Neighbour, Regroup, Regrouping, Relation, Story
from monitor.stories.cluster import kinship
from monitor.stories.owners import noted, owner_of, voices
from monitor.stories.regroup import merged, split
from monitor.stories.vectors import Vectors, vectors_of

K = TypeVar("K")
V = TypeVar("V")


class Revised(Generic[K, V]):
    """What was known, with what has changed since."""

    def __init__(self, known: Mapping[K, V]) -> None:
        self.all = dict(known)
        self.changed: dict[K, V] = {}

    def put(self, key: K, value: V) -> None:
        """Note a new value."""
        self.all[key] = self.changed[key] = value

    def drop(self, key: K) -> V | None:
        """Forget a value; returns what it was."""
        self.changed.pop(key, None)
        return self.all.pop(key, None)


class Places:
    """Stories and what was told of them, as they stand after each entry of a poll."""

    def __init__(self, memory: Memory, now: datetime) -> None:
        self.now = now
        self.stories = Revised(memory.stories)
        self.told = Revised(memory.told)
        """By (watchlist, story)."""
        self.members = Members(memory)
        self.regroupings: list[Regrouping] = []
        self._kin_of = memory.kin_of
        known = {id_: kin.strand for id_, kin in memory.kin_of.items() if kin.strand is not None}
        self._strands = {**memory.strands, **known}
        self._templates = memory.stream.templates
        self._weigh()

    def place(self, entry: Entry, vicinity: Vicinity) -> Kinship:
        """The story that a new entry opens or joins."""
        text, stories = self._weighed(vicinity.fingerprint), self.stories.all
        near = self.members.near(text, vicinity.near)
        kin = kinship(entry.id, text, near, self.now, templates=self._templates, stories=stories)
        if kin.story_id not in stories and kin.relation is not Relation.FIRST:
            why = f"{kin.why}; that story is no longer kept"
            kin = Kinship(relation=Relation.FIRST, story_id=story_id(entry.id), why=why)
        self._strands[entry.id] = self.strand_of(kin.of) if kin.of and kin.is_certain else entry.id
        return replace(kin, strand=self._strands[entry.id])

    def settle(self, entry: Entry, kin: Kinship | None, vicinity: Vicinity) -> Story:
        """The story of an entry once it is in it, and once the stories near it are put right.

        Args:
            entry: New, or revised by its publisher.
            kin: How it came into its story; None for a revision, which stays where it is.
            vicinity: What is near it.
        """
        host = vicinity.fingerprint.host
        story = self._revised(entry, host) if kin is None else self._joined(entry, kin, host)
        self.stories.put(story.id, story)
        neighbour = self._neighbour(entry, story, kin or self._kin_of.get(entry.id), vicinity.fingerprint)
        self.members.put(neighbour)
        self._weigh()
        if kin is not None and kin.relation is Relation.SAME_STORY:
            self._put_right(neighbour, kin)
        return self.stories.all[self.story_of(entry.id)]

    def tell(self, told: Iterable[Told]) -> None:
        """Note what watchlists have now been told."""
        for each in told:
            self.told.put((each.watchlist, each.story_id), each)

    def strand_of(self, entry_id: EntryId) -> EntryId:
        """The strand that an entry is in, see `Kinship`; of one that is not known, a strand of its own."""
        return self._strands.get(entry_id, entry_id)

    def story_of(self, entry_id: EntryId) -> StoryId:
        """The story that an entry of this poll is in by now."""
        return self.members.arrived[entry_id].story_id

    def _weigh(self) -> None:
        """Take what words say from the stories as they stand now."""
        self._rarity = self.members.rarity()
        self._text: Vectors | None = None

    def _weighed(self, print_: Fingerprint) -> Vectors:
        """A text by what its words say now; asked twice for the same one, it is weighed once."""
        if self._text is None or self._text.print is not print_:
            self._text = vectors_of(print_, self._rarity)
        return self._text

    def _put_right(self, arrived: Neighbour, kin: Kinship) -> None:
        """Do what an entry that joined a story shows about the stories near it: at most one thing."""
        stories, rarity = self.stories.all, self._rarity
        members = {id_: self.members.of(id_) for id_ in (arrived.story_id, *kin.also)}
        found = merged(arrived, kin, members, stories, rarity)
        found = found or split(arrived, kin, members[arrived.story_id], stories[arrived.story_id], rarity)
        if found is None:
            return
        match found.kind:
            case Regroup.MERGED:
                self._merge(stories[found.story_id], stories[found.other_id])
            case Regroup.SPLIT:
                self._split(found, members[found.story_id])
        self.members.regroup(found)
        self.regroupings.append(found)
        self._weigh()

    def _merge(self, older: Story, younger: Story) -> None:
        self.stories.drop(younger.id)
        story = replace(
            older,
            last_at=max(older.last_at, younger.last_at),
            entries=older.entries + younger.entries,
            outlets=noted(older.outlets, younger.outlets),
            owners=noted(older.owners, younger.owners),
        )
        self.stories.put(story.id, story)
        for name in {name for name, id_ in self.told.all if id_ in {older.id, younger.id}}:
            parts = [self.told.drop((name, id_)) for id_ in (older.id, younger.id)]
            self.tell([_told_together([part for part in parts if part is not None], story)])

    def _split(self, regrouping: Regrouping, members: Sequence[Neighbour]) -> None:
        story, moved = self.stories.all[regrouping.story_id], set(regrouping.moved)
        went = [n for n in members if n.entry_id in moved]
        stayed = [n for n in members if n.entry_id not in moved]
        first, last = went[0], went[-1]
        new = replace(
            _counted(story, went),
            id=regrouping.other_id,
            title=first.fingerprint.title,
            first_entry_id=first.entry_id,
            first_at=first.seen_at,
            last_at=last.seen_at,
            entries=len(went),
        )
        old = _counted(story, stayed) if len(members) == story.entries else story
        for each in (replace(old, entries=story.entries - len(went)), new):
            self.stories.put(each.id, each)
        for told in [told for (_, id_), told in self.told.all.items() if id_ == old.id]:
            self.tell(replace(told, story_id=each.id, outlets=len(each.outlets)) for each in (old, new))

    def _joined(self, entry: Entry, kin: Kinship, host: str) -> Story:
        owner = owner_of(entry.source, host)
        story = self.stories.all.get(kin.story_id)
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
        outlets = noted(story.outlets, (entry.source,))
        owners = voices(story, kin, owner)
        return replace(story, last_at=self.now, entries=story.entries + 1, outlets=outlets, owners=owners)

    def _revised(self, entry: Entry, host: str) -> Story:
        """The story it is in; a new one of its own where retention removed the old."""
        opened = Kinship(relation=Relation.FIRST, story_id=story_id(entry.id))
        before = self.members.story_now(entry.id, self._kin_of.get(entry.id, opened).story_id)
        return self.stories.all.get(before) or self._joined(entry, opened, host)

    def _neighbour(self, entry: Entry, story: Story, kin: Kinship | None, print_: Fingerprint) -> Neighbour:
        return Neighbour(
            entry_id=entry.id,
            feed_id=entry.feed_id,
            story_id=story.id,
            fingerprint=print_,
            seen_at=self.now,
            outlet=entry.source,
            is_copy=kin is not None and kin.relation is Relation.COPY,
            lengths=self._weighed(print_).lengths,
        )


def _told_together(parts: Sequence[Told], story: Story) -> Told:
    """What one watchlist was told of two stories that are one: as often as of the one it knew better, of all outlets.

    Not as often as of both: of a story that falls apart and grows together for ever that would double each time.
    """
    return Told(
        watchlist=parts[0].watchlist,
        story_id=story.id,
        times=max(part.times for part in parts),
        last_at=max(part.last_at for part in parts),
        outlets=len(story.outlets),
        strength=max(part.strength for part in parts),
        strands=tuple(dict.fromkeys(strand for part in parts for strand in part.strands)),
    )


def _counted(story: Story, entries: Sequence[Neighbour]) -> Story:
    """The story with the outlets and independent sources of these entries alone."""
    voiced = (owner_of(n.outlet, n.fingerprint.host) for n in entries if not n.is_copy)
    return replace(story, outlets=tuple(dict.fromkeys(n.outlet for n in entries)), owners=tuple(dict.fromkeys(voiced)))
