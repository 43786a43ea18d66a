"""Which stories turn out to be one, and which entries leave a story that drifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model.ids import EntryId, StoryId, story_id
from monitor.model.story import Kinship, Neighbour, Regroup, Regrouping, Relation, Story
from monitor.stories.rarity import Rarity
from monitor.stories.regroup import merged, split

STORM = [
    "Storm Maren tears roofs off houses in Lindholm",
    "Storm Maren: roofs torn off houses in Lindholm",
    "Lindholm counts roofs torn off houses by storm Maren",
    "Houses in Lindholm lose roofs to storm Maren",
    "Storm Maren took roofs off forty houses in Lindholm",
    "Lindholm mends roofs that storm Maren tore off houses",
]
STRIKE = [
    "Ferry pilots refuse to sail, union calls strike on Selby line",
    "Union of ferry pilots calls strike on Selby line",
    "Ferry pilots strike: union calls off Selby line",
    "Strike of ferry pilots empties Selby line, union says",
    "Ferry pilots' union extends strike on Selby line",
    "Selby line idle as ferry pilots strike on, union says",
]
OTTERS = "Otters return to the northern bay after forty years"
OLD, YOUNG, GONE = StoryId("old"), StoryId("young"), StoryId("gone")
Make = Callable[..., Neighbour]


def a_story(story: StoryId, first: str, now: datetime, *, days: float = 0) -> Story:
    at = now - timedelta(days=days)
    return Story(id=story, title=first, first_entry_id=EntryId(first), first_at=at, last_at=now, outlets=("Wire",))


def joined(story: StoryId, *also: StoryId, relation: Relation = Relation.SAME_STORY) -> Kinship:
    return Kinship(relation=relation, story_id=story, also=also)


def members(entry: Make, titles: Sequence[str], story: StoryId) -> list[Neighbour]:
    return [entry(title, story=story, ago=len(titles) - n, name=title) for n, title in enumerate(titles)]


def drifted(entry: Make, now: datetime, titles: Sequence[str], kin: Kinship) -> Regrouping | None:
    some = members(entry, titles, OLD)
    return split(some[-1], kin, some, a_story(OLD, titles[0], now), Rarity())


def test_the_entries_between_the_ends_go_with_the_end_that_they_are_more_like(entry: Make, now: datetime) -> None:
    titles = [*STORM[:4], STRIKE[4], STORM[4], OTTERS, STRIKE[5], *STRIKE[:4]]
    found = drifted(entry, now, titles, joined(OLD))
    assert found is not None
    assert found.moved == (STRIKE[4], STRIKE[5], *STRIKE[:4]), "what is like neither stays"
    assert (found.kind, found.story_id, found.entry_id) == (Regroup.SPLIT, OLD, STRIKE[3])
    assert found.other_id == story_id(EntryId(STRIKE[4]))


@pytest.mark.parametrize(
    ("titles", "relation"),
    [
        ([*STORM[:4], *STRIKE[:4]], Relation.COPY),
        ([*STORM[:4], *STRIKE[:3]], Relation.SAME_STORY),
        ([*STORM[:4], *STRIKE[:5]], Relation.SAME_STORY),
        ([*STORM, *STORM[:2]], Relation.SAME_STORY),
        ([*STORM[:4], OTTERS, *STRIKE[:2], "Mayor opens a bakery at the town hall"], Relation.SAME_STORY),
    ],
    ids=["a copy came", "not every fourth", "one too many", "one event", "its end is nothing of its own"],
)
def test_a_story_is_left_alone(entry: Make, now: datetime, titles: list[str], relation: Relation) -> None:
    assert drifted(entry, now, titles, joined(OLD, relation=relation)) is None


def test_the_entry_that_opened_a_story_stays_even_where_it_is_its_latest(entry: Make, now: datetime) -> None:
    some = members(entry, [*STORM[1:4], *STRIKE[:4], STORM[0]], OLD)
    found = split(some[-1], joined(OLD), some, a_story(OLD, STORM[0], now), Rarity())
    assert found is not None
    assert found.moved == tuple(STRIKE[:4])


def together(
    entry: Make, now: datetime, old: Sequence[str], young: Sequence[str], *, days: float = 1, also: StoryId = OLD
) -> Regrouping | None:
    parts = {OLD: members(entry, old, OLD), YOUNG: members(entry, young, YOUNG)}
    stories = {OLD: a_story(OLD, old[0], now, days=days), YOUNG: a_story(YOUNG, young[0], now)}
    return merged(parts[YOUNG][-1], joined(YOUNG, also), parts, stories, Rarity())


def test_of_two_stories_that_are_one_the_older_stays_whichever_grew(entry: Make, now: datetime) -> None:
    found = together(entry, now, STORM[:2], STORM[2:4])
    assert found is not None
    assert (found.kind, found.story_id, found.other_id, found.moved) == (Regroup.MERGED, OLD, YOUNG, ())
    assert found.entry_id == STORM[3]
    assert found == together(entry, now, STORM[:2], STORM[2:4], days=14), "a fortnight apart"
    turned = together(entry, now, STORM[:2], STORM[2:4], days=-1)
    assert turned is not None
    assert (turned.story_id, turned.other_id) == (YOUNG, OLD)


@pytest.mark.parametrize(
    ("old", "young", "more"),
    [
        (STORM[:2], STRIKE[:2], {}),
        (STORM[:2], STORM[2:4], {"days": 14.1}),
        (["Ferry resumes"], ["Resumes: ferry"], {}),
        (STORM[:2], STORM[2:4], {"also": GONE}),
        (STORM[:2], STORM[2:4], {"also": YOUNG}),
    ],
    ids=["two events", "long apart", "too few words to speak for a story", "no longer kept", "itself"],
)
def test_stories_stay_two(entry: Make, now: datetime, old: list[str], young: list[str], more: dict[str, Any]) -> None:
    assert together(entry, now, old, young, **more) is None


def test_three_words_speak_for_a_story(entry: Make, now: datetime) -> None:
    assert together(entry, now, ["Ferry service resumes"], ["Resumes: ferry service"]) is not None
