from __future__ import annotations

import pytest

from monitor.model.ids import EntryId, StoryId
from monitor.model.story import Kinship, Relation, Story
from monitor.stories.owners import MOST_NAMED, noted, owner_of, voices
from tests.fakes import NOON

COPY = Kinship(relation=Relation.COPY, story_id=StoryId("s"))
OWN = Kinship(relation=Relation.SAME_STORY, story_id=StoryId("s"))


@pytest.mark.parametrize(
    ("outlet", "host", "owner"),
    [
        ("BBC World", "bbc.co.uk", "BBC"),
        ("some feed", "feeds.bbci.news.bbc.co.uk", "BBC"),
        ("THE SUN", "", "News Corp"),
        ("The Guardian Ukraine", "nowhere.example", "Guardian Media Group"),
        ("Northern Wire", "wire.example", "northern wire"),
        ("", "wire.example", "wire.example"),
        ("Notbbc", "notbbc.co.uk", "notbbc"),
        ("", "", ""),
    ],
)
def test_an_outlet_has_the_owner_that_the_table_gives_it_or_itself(outlet, host, owner):
    assert owner_of(outlet, host) == owner


def grown(*steps):
    story = Story(id=StoryId("s"), title="t", first_entry_id=EntryId("e"), first_at=NOON, last_at=NOON, owners=("a",))
    for kin, owner in steps:
        story = Story(
            id=story.id,
            title="t",
            first_entry_id=story.first_entry_id,
            first_at=NOON,
            last_at=NOON,
            owners=voices(story, kin, owner),
        )
    return story.owners


@pytest.mark.parametrize(
    ("steps", "owners"),
    [
        ([(COPY, "b"), (COPY, "c")], ("a",)),
        ([(OWN, "b"), (COPY, "c")], ("a", "b")),
        ([(OWN, "a")], ("a",)),
        ([(COPY, "b"), (OWN, "b")], ("a", "b")),
        ([(OWN, "b"), (OWN, "b"), (OWN, "c")], ("a", "b", "c")),
    ],
)
def test_a_text_of_one_s_own_is_a_voice_and_a_copy_is_none(steps, owners):
    assert grown(*steps) == owners


def test_an_aggregator_names_as_many_outlets_as_it_likes_and_a_story_tells_a_thousand_apart():
    names = tuple(f"Outlet {n}" for n in range(MOST_NAMED))
    assert noted(names[:3], ("Wire", "Outlet 1", "Wire")) == (*names[:3], "Wire")
    assert noted(names, ("Wire", "Outlet 1")) == names
