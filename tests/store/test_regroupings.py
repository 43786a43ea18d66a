"""Plans in which stories were regrouped more than once: what is stored stands where the plan says in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFound
from monitor.model.alert import ChatThread, DeliveryState, Settlement, Told
from monitor.model.ids import DeliveryId, StoryId
from monitor.model.story import Kinship, Regroup, Regrouping, Relation
from tests.store.samples import HOUR, MINUTE, NOW, a_plan, a_story, an_entry, planned

FIRST, SECOND, THIRD, LAST = (an_entry(str(n), first_seen_at=NOW + n * MINUTE) for n in range(4))
A, B, C = (a_story(entry) for entry in (FIRST, SECOND, THIRD))
TOLD = Told(watchlist="w", story_id=B.id, times=1, last_at=NOW, outlets=1)


def regrouped(kind, story, other, *moved, seen_with=LAST):
    ids = tuple(entry.id for entry in moved)
    return Regrouping(
        kind=kind, story_id=story.id, other_id=other.id, entry_id=seen_with.id, moved=ids, score=0.3, why=""
    )


def joined(entry, story):
    kinship = Kinship(relation=Relation.SAME_STORY, story_id=story.id, score=0.5)
    return a_plan(planned(entry, kinship=kinship), at=entry.first_seen_at, stories=(story,))


def where(store, *entries):
    return [store.recall.stories_of([entry.id])[entry.id] for entry in entries]


def test_entries_that_left_a_story_and_went_into_another_in_one_poll_stand_there(store):
    store.commit(a_plan(planned(FIRST), stories=(A,)))
    store.commit(joined(SECOND, replace(A, entries=2)))
    store.commit(a_plan(planned(THIRD), stories=(C,)))
    notes = (regrouped(Regroup.SPLIT, A, B, SECOND), regrouped(Regroup.MERGED, C, B, seen_with=FIRST))
    store.commit(a_plan(at=NOW + HOUR, stories=(A, replace(C, entries=2)), regroupings=notes))
    assert where(store, FIRST, SECOND, THIRD) == [A.id, C.id, C.id]
    assert list(store.recall.stories([A.id, B.id, C.id])) == [A.id, C.id]


def test_a_story_that_was_merged_and_split_off_again_in_one_poll_holds_what_came_after(store):
    for entry, story in ((FIRST, A), (SECOND, replace(B, entries=9))):
        store.commit(a_plan(planned(entry), stories=(story,), told=(replace(TOLD, story_id=story.id, times=4),)))
    notes = (regrouped(Regroup.MERGED, A, B, seen_with=THIRD), regrouped(Regroup.SPLIT, A, B, SECOND))
    late = planned(LAST, kinship=Kinship(relation=Relation.SAME_STORY, story_id=B.id, score=0.5))
    told = tuple(replace(TOLD, story_id=story.id, times=8) for story in (A, B))
    plan = a_plan(late, at=NOW + HOUR, stories=(A, replace(B, entries=2)), regroupings=notes, told=told)
    store.commit(plan)
    assert where(store, FIRST, SECOND, LAST) == [A.id, B.id, B.id]
    found = store.recall.stories([A.id, B.id])
    assert (found[A.id].entries, found[B.id].entries) == (1, 2)
    assert [each.times for each in store.recall.told([A.id, B.id]).values()] == [8, 8]
    store.commit(plan)
    assert where(store, FIRST, SECOND, LAST) == [A.id, B.id, B.id]


def test_an_id_leads_to_the_story_that_took_it_in_or_that_an_entry_stands_in(store):
    store.commit(a_plan(planned(FIRST), stories=(A,)))
    store.commit(a_plan(planned(SECOND), stories=(B,)))
    assert [store.listings.story(of.id[:12]) for of in (A, B, FIRST, SECOND)] == [A.id, B.id, A.id, B.id]
    notes = (regrouped(Regroup.MERGED, A, B, seen_with=FIRST),)
    store.commit(a_plan(at=NOW + HOUR, stories=(replace(A, entries=2),), regroupings=notes))
    assert [store.listings.story(of.id[:12]) for of in (A, B, FIRST, SECOND)] == [A.id] * 4


def test_a_story_that_is_there_wins_over_one_that_is_gone_and_whose_id_begins_so_too(store):
    live, gone = replace(A, id=StoryId("5a")), replace(B, id=StoryId("5b"))
    for entry, story in ((FIRST, live), (SECOND, gone)):
        kin = Kinship(relation=Relation.FIRST, story_id=story.id)
        store.commit(a_plan(planned(entry, kinship=kin), stories=(story,)))
    notes = (regrouped(Regroup.MERGED, live, gone, seen_with=FIRST),)
    store.commit(a_plan(at=NOW + HOUR, stories=(replace(live, entries=2),), regroupings=notes))
    assert store.listings.story("5") == "5a"
    with pytest.raises(NotFound, match="no id begins so"):
        store.listings.story("")


def test_the_entries_of_one_poll_stand_in_a_timeline_as_they_stood_in_their_feed(store):
    kin = Kinship(relation=Relation.SAME_STORY, story_id=A.id, score=0.5)
    several = [an_entry(f"n{n}") for n in range(6)]
    store.commit(a_plan(planned(FIRST), *(planned(e, kinship=kin) for e in several), stories=(A,)))
    assert [row.entry.id for row in store.listings.timeline(A.id)] == [e.id for e in (FIRST, *several)]


def test_a_chat_that_heard_only_of_the_story_that_was_merged_goes_on_in_its_thread(store):
    for entry, story in ((FIRST, A), (SECOND, B)):
        store.commit(a_plan(planned(entry), stories=(story,)))
    begun = [("chat", B.id, "$b"), ("desk", A.id, "$a"), ("desk", B.id, "$b")]
    threads = [ChatThread(destination=to, story_id=story, place="x", root=root, at=NOW) for to, story, root in begun]
    store.outbox.settle(
        [
            Settlement(delivery_id=DeliveryId("d"), state=DeliveryState.SENT, due_at=NOW, thread=each)
            for each in threads
        ],
        NOW,
    )
    plan = a_plan(at=NOW + HOUR, stories=(replace(A, entries=2),), regroupings=(regrouped(Regroup.MERGED, A, B),))
    for _ in range(2):
        store.commit(plan)
        assert [store.outbox.root(to, A.id, "x") for to in ("chat", "desk")] == ["$b", "$a"]


def test_a_new_story_whose_first_entry_is_no_longer_stored_keeps_the_headline_it_came_with(store):
    store.commit(a_plan(planned(FIRST), stories=(A,)))
    gone = replace(B, title="a headline")
    store.commit(a_plan(at=NOW + HOUR, stories=(A, gone), regroupings=(regrouped(Regroup.SPLIT, A, B, SECOND),)))
    assert store.recall.stories([B.id])[B.id].title == "a headline"
