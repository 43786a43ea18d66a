"""Regrouping: two stories that turn out to be one, and one that drifted apart into two.

Which story an entry joins is decided when it arrives, by what is known then. When more is known, stories are put
right, so that counts and timelines are true. It is never news: whoever was told of either part was told.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest

from monitor.model.ids import StoryId, story_id
from monitor.model.story import Kinship, Neighbour, Regroup, Regrouping, Relation, Story
from monitor.stories.cluster import BALANCED, LONGEST
from monitor.stories.profile import profile_of
from monitor.stories.rarity import Rarity
from monitor.stories.vectors import vectors_of

TOGETHER, SAMPLED = 0.18, 10
"""Two stories whose entries, ten of each, are so much alike on average are one."""

TELLING = 3
"""Words an entry must have to speak for its story here: two are alike by chance."""

APART, ENDS = 0.10, 4
"""A story whose first four entries and last four are less alike on average has drifted to another event."""

Members = Mapping[StoryId, Sequence[Neighbour]]


def merged(
    arrived: Neighbour, kin: Kinship, members: Members, stories: Mapping[StoryId, Story], rarity: Rarity
) -> Regrouping | None:
    """The story that turns out to be the one an entry joined; None when all stay what they are.

    The older story stays. A story that began 14 days before the other takes none.

    Args:
        arrived: The entry, in its story.
        kin: How it came there.
        members: The entries of the stories near it, oldest first.
        stories: These stories.
        rarity: What all their terms say now.
    """
    mine = stories[arrived.story_id]
    for other in (stories[id_] for id_ in kin.also if id_ in stories and id_ != mine.id):
        alike = average_likeness(_sample(members[mine.id]), _sample(members.get(other.id, ())), rarity)
        if alike >= TOGETHER and abs(other.first_at - mine.first_at) <= LONGEST:
            older, younger = sorted((mine, other), key=_age)
            why = f"“{younger.title}” and “{older.title}” turned out to be one story: {alike:.2f} alike on average"
            return Regrouping(
                kind=Regroup.MERGED,
                story_id=older.id,
                other_id=younger.id,
                entry_id=arrived.entry_id,
                score=alike,
                why=why,
            )
    return None


def split(
    arrived: Neighbour, kin: Kinship, members: Sequence[Neighbour], story: Story, rarity: Rarity
) -> Regrouping | None:
    """The entries that leave a story which drifted to another event; None where it did not.

    It is looked at with every fourth of its recent entries. Each entry goes with the end that it is more like; the one
    that opened the story stays, even where a revision made it one of the latest.

    Args:
        arrived: The entry, in its story.
        kin: How it came there; copies change nothing.
        members: The recent entries of its story with it, oldest first.
        story: This story.
        rarity: What their terms say now.
    """
    if kin.relation is not Relation.SAME_STORY or len(members) < 2 * ENDS or len(members) % ENDS:
        return None
    members = sorted(members, key=lambda n: n.entry_id != story.first_entry_id)
    first, last = members[:ENDS], members[-ENDS:]
    alike = average_likeness(first, last, rarity)
    if alike >= APART or average_likeness(last, last, rarity) < BALANCED:
        return None
    between = (n for n in members[ENDS:-ENDS] if _is_nearer(n, last, first, rarity))
    moved = (*between, *last)
    return Regrouping(
        kind=Regroup.SPLIT,
        story_id=arrived.story_id,
        other_id=story_id(moved[0].entry_id),
        entry_id=arrived.entry_id,
        moved=tuple(n.entry_id for n in moved),
        score=alike,
        why=f"“{story.title}” had drifted to another event: its first entries and its last are {alike:.2f} alike",
    )


def average_likeness(some: Sequence[Neighbour], others: Sequence[Neighbour], rarity: Rarity) -> float:
    """How alike the entries of two groups are on average, 0..1; an entry is not compared with itself."""
    found = [
        likeness
        for vectors, own in ((vectors_of(n.fingerprint, rarity), n.entry_id) for n in some)
        for likeness in (vectors.likeness(o.fingerprint, o.lengths) for o in others if o.entry_id != own)
    ]
    return sum(found) / len(found) if found else 0.0


def _sample(members: Iterable[Neighbour]) -> list[Neighbour]:
    """Some entries of a story that say enough, the same in whatever order they came."""
    telling = (n for n in members if len(set(profile_of(n.fingerprint).lead)) >= TELLING)
    return nsmallest(SAMPLED, telling, key=lambda n: n.entry_id)


def _is_nearer(entry: Neighbour, one: Sequence[Neighbour], other: Sequence[Neighbour], rarity: Rarity) -> bool:
    return average_likeness((entry,), one, rarity) > average_likeness((entry,), other, rarity)


def _age(story: Story) -> tuple[datetime, StoryId]:
    return story.first_at, story.id
