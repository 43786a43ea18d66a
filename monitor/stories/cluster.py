"""Stories: which story an entry opens or joins, how sure, and by which evidence.

A copy joins its original's story. What is no copy joins the story whose entries use the same telling words: words are
weighed by how rare they are among all headlines and among those of the last days, so that on a day on which every
paper writes of one summit the summit's name says nothing.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from math import log2
from types import MappingProxyType

from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.story import Fingerprint, Kinship, Neighbour, Relation, Story
from monitor.stories.copies import SHARED, WINDOW, copy_of, is_recurring, notices, passages, share_half
from monitor.stories.headline import Difference, difference
from monitor.stories.profile import profile_of
from monitor.stories.rarity import Rarity
from monitor.stories.templates import template_key
from monitor.stories.terms import title_terms
from monitor.stories.vectors import Vectors, vectors_of
from monitor.timing import ago

BALANCED, BARE = 0.26, 0.32
"""Similarity from which an entry joins a story; from which one without a lead does, whose headline alone says less."""

LONGEST = timedelta(days=14)
"""A story takes no more entries after this time; copies of its entries still belong to it."""

MEMBERS = 3
"""Entries of a story that must resemble on average, when it has so many."""

GROWTH, GROWN = 0.01, 8
"""A story of more than 8 entries asks for 0.01 more with each doubling: among many, some are alike by chance."""

LATER, SOON, LATE = 0.25, timedelta(hours=4), timedelta(hours=36)
"""An entry that comes LATE (or more) after the one it is most like must be a quarter more alike (LATER); one that comes
SOON after it need not, and between these the demand grows evenly.

What is written of the same things on another day mostly tells what came of them.

Source: Allan, Papka and Lavrenko, On-line new event detection and tracking, 1998.
"""

LINKED = 0.33
"""Similarity to the best member from which another story may be the same one told twice."""

_NO_STORIES: Mapping[StoryId, Story] = MappingProxyType({})


def kinship(  # noqa: PLR0913  what arrived, what is near, what is known
    entry_id: EntryId,
    text: Vectors,
    near: Sequence[Neighbour],
    now: datetime,
    *,
    templates: AbstractSet[str] = frozenset(),
    stories: Mapping[StoryId, Story] = _NO_STORIES,
) -> Kinship:
    """Whether the entry is a copy, tells a known story, or opens one; with the reason.

    Args:
        entry_id: The entry; it is never its own neighbour.
        text: Its text, weighed by what its words say now.
        near: Earlier entries that come into question, best first.
        now: When the entry was seen; neighbours seen more than 72 hours from then are passed over.
        templates: Keys of headlines that their hosts use again and again.
        stories: Stories of the neighbours, as far as known; one that began 14 days ago takes no more entries.
    """
    near = [n for n in near if n.entry_id != entry_id and abs(now - n.seen_at) <= WINDOW]
    copy = copy_of(text.print, near, now, templates=templates)
    if copy is not None:
        return Kinship(
            relation=Relation.COPY,
            story_id=copy.of.story_id,
            of=copy.of.entry_id,
            score=copy.score,
            method=copy.method,
            why=copy.why,
        )
    young = [n for n in near if n.story_id not in stories or now - stories[n.story_id].first_at <= LONGEST]
    alike = tuple(_alike(text, young, now, templates))
    return _same_story(entry_id, text.print, alike, stories, now)


def likeness(a: Fingerprint, b: Fingerprint) -> float:
    """How alike two texts are by themselves, 0..1: in telling words or in passages; 1 where these show one article."""
    shared, rarity = passages(a, b) or 0.0, Rarity()
    if shared >= SHARED:
        return 1.0
    return max(shared, vectors_of(a, rarity).likeness(b, vectors_of(b, rarity).lengths))


def _same_story(
    entry_id: EntryId,
    print_: Fingerprint,
    alike: Sequence[tuple[float, Neighbour]],
    stories: Mapping[StoryId, Story],
    now: datetime,
) -> Kinship:
    """The story with the best score, if that is enough; else a new one."""
    if not alike:
        return Kinship(relation=Relation.FIRST, story_id=story_id(entry_id), why="nothing like it in 72 hours")
    told = _by_story(alike)
    least = BALANCED if len(print_.terms) > len(title_terms(print_.title)) else BARE
    score, needed, best = _best_story(told, stories, least, now)
    other = f"“{best.fingerprint.title}”, seen {ago(now - best.seen_at)} before"
    if score < needed:
        takes = "so long after, it takes" if _lateness(abs(now - best.seen_at)) else "it takes"
        why = f"the nearest story, of {other}, is {score:.3f} alike; {takes} what is {needed:.3f} alike"
        return Kinship(relation=Relation.FIRST, story_id=story_id(entry_id), why=why)
    why = f"“{print_.title}” shares {score:.2f} of its telling words with the story of {other}"
    return Kinship(
        relation=Relation.SAME_STORY,
        story_id=best.story_id,
        of=best.entry_id,
        score=min(score, 1.0),
        method="telling words",
        why=why,
        also=tuple(story for story, found in told.items() if story != best.story_id and found[0][0] >= LINKED),
    )


def _by_story(alike: Sequence[tuple[float, Neighbour]]) -> dict[StoryId, list[tuple[float, Neighbour]]]:
    """The neighbours by the story they tell, the most alike first."""
    members: dict[StoryId, list[tuple[float, Neighbour]]] = {}
    for scored in sorted(alike, key=lambda scored: scored[0], reverse=True):
        members.setdefault(scored[1].story_id, []).append(scored)
    return members


def _best_story(
    told: Mapping[StoryId, Sequence[tuple[float, Neighbour]]],
    stories: Mapping[StoryId, Story],
    least: float,
    now: datetime,
) -> tuple[float, float, Neighbour]:
    """The story that is most alike: the mean of its best members, what it asks for, and the best member.

    Members that are not even near count as unlike.
    """
    scores = [_story_score(found, stories.get(story), least, now) for story, found in told.items()]
    return max(scores, key=lambda scored: scored[0] - scored[1])


def _story_score(
    members: Sequence[tuple[float, Neighbour]], story: Story | None, least: float, now: datetime
) -> tuple[float, float, Neighbour]:
    size, best = max(len(members), story.entries if story else 0), members[0][1]
    score = sum(score for score, _ in members[:MEMBERS]) / min(MEMBERS, size)
    grown = GROWTH * log2(size / GROWN) if size > GROWN else 0.0
    return score, least * (1 + LATER * _lateness(abs(now - best.seen_at))) + grown, best


def _lateness(gap: timedelta) -> float:
    """How late an entry comes after another: 0 until SOON, 1 from LATE on."""
    return min(max((gap - SOON) / (LATE - SOON), 0.0), 1.0)


def _alike(
    text: Vectors, near: Sequence[Neighbour], now: datetime, templates: AbstractSet[str]
) -> Iterator[tuple[float, Neighbour]]:
    """The neighbours with their similarity, those left out whose headline belongs to a series."""
    print_ = text.print
    if templates and template_key(print_) in templates:
        return
    noticed = notices(print_, near)
    for other in near:
        if not _is_another(print_, other.fingerprint) and not is_recurring(print_, other, now, templates):
            yield text.likeness(other.fingerprint, other.lengths, title_only=other.entry_id in noticed), other


def _is_another(print_: Fingerprint, other: Fingerprint) -> bool:
    """Whether two headlines that use the same words still cannot tell one event: a series, or opposites."""
    if not share_half(profile_of(print_).title, profile_of(other).title):
        return False
    return difference(print_.title, other.title) in {Difference.SERIES, Difference.OPPOSITE}
