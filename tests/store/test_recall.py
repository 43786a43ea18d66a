from __future__ import annotations

from dataclasses import replace

from monitor.model.alert import Silence
from monitor.model.ids import StoryId
from monitor.model.story import Kinship, Relation
from monitor.store.views import PageState
from tests.store.samples import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NO_ENTRY,
    NOW,
    a_feed,
    a_hit,
    a_plan,
    a_story,
    an_entry,
    planned,
)

OTHER = a_feed("https://other.example/rss")


def a_silence(name="s1", **more):
    fields = {"watchlist": "*", "reason": "holiday", "author": "ann", "starts_at": NOW, "ends_at": NOW + HOUR}
    return Silence(id=name, **{**fields, **more})


def test_entries_are_found_by_key_link_key_and_text_key_within_their_feed(store):
    store.feeds.sync([FEED, OTHER], NOW)
    mine = an_entry("a", link_key="link+title", text_key="texts+date")
    store.commit(a_plan(planned(mine)))
    store.commit(a_plan(planned(an_entry("a", OTHER, link_key="link+title")), feed=OTHER))
    assert store.recall.seen(FEED.id, ["a", "b"], []) == {"a": mine}
    assert store.recall.seen(FEED.id, ["churned"], ["link+title"]) == {"link+title": mine}
    assert store.recall.seen(FEED.id, ["churned"], [], ["texts+date"]) == {"texts+date": mine}
    assert store.recall.seen(FEED.id, [], []) == {}


def test_empty_keys_find_nothing(store):
    store.commit(a_plan(planned(an_entry("a", link_key="", text_key=""))))
    assert store.recall.seen(FEED.id, [], [""], [""]) == {}


def test_of_several_entries_with_one_link_key_the_latest_is_given(store):
    old, new = (an_entry(key, link_key="s", first_seen_at=at) for key, at in (("a", NOW), ("b", NOW + MINUTE)))
    store.commit(a_plan(planned(new), planned(old)))
    assert store.recall.seen(FEED.id, [], ["s"]) == {"s": new}


def test_the_corpora_that_know_an_entry_are_recalled_and_not_those_that_are_only_related(store):
    hits = {"a": (True, False), "b": (True, True), "c": (False, False)}
    entries = {key: an_entry(key) for key in hits}
    found = {
        key: tuple(
            replace(a_hit(), corpus=name, known=known) for name, known in zip(("seeds", "mine"), each, strict=True)
        )
        for key, each in hits.items()
    }
    store.commit(a_plan(*(planned(entry, corpora=found[key]) for key, entry in entries.items())))
    known = store.recall.known_to([entry.id for entry in entries.values()])
    assert known == {entries["a"].id: {"seeds"}, entries["b"].id: {"seeds", "mine"}}


def test_more_keys_than_fit_one_statement_are_all_looked_up(store):
    entries = [an_entry(str(n)) for n in range(1_200)]
    store.commit(a_plan(*map(planned, entries)))
    assert len(store.recall.seen(FEED.id, [e.key for e in entries], [])) == 1_200


def test_an_entry_whose_text_was_deleted_is_remembered_without_it(store):
    entry = an_entry("a")
    store.commit(a_plan(planned(entry)))
    store.admin.retention(NOW + 2 * DAY, DAY, 100 * DAY)
    seen = store.recall.seen(FEED.id, ["a"], [])["a"]
    assert (seen.body, seen.summary) == ("", "")
    assert (seen.content_hash, seen.title) == (entry.content_hash, entry.title)


def test_what_stands_comes_in_the_order_in_which_it_was_seen_last(store):
    first = [an_entry(str(n), first_seen_at=NOW + (n // 5) * MINUTE) for n in range(20)]
    store.commit(a_plan(*(planned(e) for e in first[:10])))
    store.commit(a_plan(*(planned(e) for e in first[10:])))
    revised = replace(first[7], revision=2, title="Another headline")
    store.commit(a_plan(planned(revised), at=NOW + HOUR))
    stands = store.recall.stands(NOW + MINUTE)
    assert list(stands) == [e.id for e in (*first[5:7], *first[8:], first[7])]
    neighbours = list(store.recall.neighbours(reversed(stands)))
    assert [n.entry_id for n in neighbours] == list(reversed(stands))
    assert neighbours[0].seen_at == NOW + HOUR


def test_a_neighbour_knows_its_outlet_when_it_was_last_seen_and_whether_it_is_a_copy(store):
    first, copy = an_entry("1", source="Strait Times"), an_entry("2", source="Bugle")
    kin = Kinship(relation=Relation.COPY, story_id=a_story(first).id, of=first.id, method="title")
    store.commit(a_plan(planned(first), planned(copy, kinship=kin), stories=(a_story(first),)))
    store.commit(a_plan(planned(replace(copy, revision=1), kinship=None), at=NOW + HOUR, stories=()))
    found = [(n.outlet, n.seen_at, n.is_copy, n.story_id) for n in store.recall.neighbours([first.id, copy.id])]
    story = a_story(first).id
    assert found == [("Strait Times", NOW, False, story), ("Bugle", NOW + HOUR, True, story)]


def test_what_is_another_text_since_a_time_was_revised_or_read_in_full_since_then(store):
    revised, read, unread, old = (an_entry(key) for key in ("1", "2", "3", "4"))
    store.commit(a_plan(*map(planned, (revised, read, unread, old))))
    store.commit(a_plan(planned(replace(revised, revision=1), kinship=None), at=NOW + HOUR, stories=()))
    print_ = planned(read).fingerprint
    for entry, at in ((read, NOW + HOUR), (old, NOW + MINUTE)):
        store.pages.save(entry.id, at, PageState.READ, "", "The whole text.")
        store.pages.settle(entry.id, at, (print_, ()), None)
    store.pages.save(unread.id, NOW + HOUR, PageState.READ, "", "Read, and not settled.")
    assert store.recall.changed(NOW + HOUR) == {revised.id, read.id}
    assert store.recall.changed(NOW + MINUTE) == {revised.id, read.id, old.id}
    assert store.recall.changed(NOW + 2 * HOUR) == set()


def test_neighbours_survive_writes_between_their_batches(store):
    entries = [an_entry(str(n), first_seen_at=NOW + n * MINUTE) for n in range(1_200)]
    store.commit(a_plan(*map(planned, entries)))
    found = store.recall.neighbours(store.recall.stands(NOW))
    next(found)
    store.commit(a_plan(planned(an_entry("late", first_seen_at=NOW + DAY))))
    assert len(list(found)) == 1_199


def test_unknown_ids_are_left_out(store):
    assert store.recall.stories([StoryId("none")]) == {}
    assert store.recall.stories_of([NO_ENTRY]) == {}
    assert store.recall.told([StoryId("none")]) == {}


def test_a_silence_is_in_force_from_its_start_until_just_before_its_end(store):
    store.silences.add(a_silence())
    assert store.recall.silences(NOW - MINUTE) == []
    assert store.recall.silences(NOW) == [a_silence()]
    assert store.recall.silences(NOW + HOUR) == []


def test_a_silence_can_end_early_and_stays_listed(store):
    store.silences.add(a_silence())
    ended = store.silences.expire("s1", NOW + MINUTE)
    assert ended == a_silence(ends_at=NOW + MINUTE)
    assert store.recall.silences(NOW + MINUTE) == []
    assert store.silences.list() == [ended]
    assert store.silences.list(NOW + MINUTE) == []
    assert store.silences.expire("s1", NOW + DAY) == ended
