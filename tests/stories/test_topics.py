"""On a topic that a watchlist asks for, the topic's own words tell no story from another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Neighbour, Relation
from monitor.stories.cluster import kinship
from monitor.stories.copies import fingerprint
from monitor.stories.rarity import ON_TOPIC, muffled
from monitor.stories.terms import title_terms
from monitor.stories.window import Window
from tests.fakes import NOON

TOPICS = frozenset(title_terms("NATO Ukraine Kyiv invite invitation membership join summit"))
ASKS = ("Kyiv asks NATO for membership invitation at summit", "The foreign minister writes to his colleagues.")
VETO = ("Hungary will veto NATO membership invitation for Ukraine", "The prime minister spoke on the radio.")
BLOCK = ("Hungary to block NATO membership invitation for Ukraine", "Its prime minister said so on state radio.")


def relation(first, second, topics):
    window = Window()
    older = Neighbour(
        entry_id=EntryId("a"),
        feed_id=FeedId("f"),
        story_id=StoryId("s"),
        fingerprint=fingerprint(*first, None),
        seen_at=NOON - timedelta(hours=1),
    )
    window.add(older)
    print_ = fingerprint(*second, None)
    near = window.near(print_)
    return kinship(EntryId("b"), print_, near, NOON, stream=window.stream(print_, near, topics)).relation


def test_two_events_of_one_topic_are_two_stories_where_the_topic_is_watched():
    assert relation(ASKS, VETO, frozenset()) is Relation.SAME_STORY
    assert relation(ASKS, VETO, TOPICS) is Relation.FIRST


def test_one_event_told_twice_is_one_story_whether_its_topic_is_watched_or_not():
    assert relation(VETO, BLOCK, frozenset()) is not Relation.FIRST
    assert relation(VETO, BLOCK, TOPICS) is not Relation.FIRST


@pytest.mark.parametrize("known", [{}, {min(TOPICS): 9.0}, {min(TOPICS): 0.5}])
def test_a_topics_words_are_never_made_rarer(known):
    after = muffled(known, TOPICS)
    assert all(after[term] <= min(known.get(term, ON_TOPIC), ON_TOPIC) for term in TOPICS)
