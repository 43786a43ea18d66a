"""The script of a feed's life, and the law of commit."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.alert import DeliveryState, Settlement, Told
from monitor.model.entry import Outcome, OutcomeKind
from monitor.model.ids import entry_id, story_id
from monitor.model.plan import Poll
from monitor.model.story import Fingerprint, Kinship, Regroup, Regrouping, Relation
from monitor.store.schema import metadata
from monitor.store.store import Store
from monitor.store.views import Page, Revision
from tests.store.samples import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    a_delivery,
    a_feed,
    a_hit,
    a_match,
    a_notice,
    a_plan,
    a_state,
    a_story,
    an_alert,
    an_alerting_plan,
    an_entry,
    planned,
)


def everything(store):
    """All rows of all tables, for comparison."""
    with store._database.read() as connection:
        tables = {
            name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in metadata.tables
        }
        tables["search"] = sorted(map(repr, connection.exec_driver_sql("SELECT rowid, * FROM search")))
    return tables


def test_everything_of_a_plan_is_there_afterwards(store):
    plan = an_alerting_plan(to=("desk", "chat"))
    store.commit(plan)
    (entry,) = plan.entries
    dossier = store.listings.entry(entry.entry.id)
    assert dossier.entry == entry.entry
    assert dossier.feed == FEED
    assert dossier.story == plan.stories[0]
    assert dossier.kinship == entry.kinship
    assert tuple(known.hit for known in dossier.corpora) == entry.corpora
    assert dossier.matches == entry.matches
    assert dossier.alerts == plan.alerts
    assert set(dossier.deliveries) == set(plan.deliveries)
    assert [answer.outcome for answer in dossier.answers] == list(plan.outcomes)
    assert store.listings.polls() == [plan.poll]
    assert store.recall.told([plan.stories[0].id]) == {("agreement", plan.stories[0].id): plan.told[0]}
    (neighbour,) = store.recall.neighbours(store.recall.stands(NOW))
    assert neighbour.fingerprint == entry.fingerprint
    assert neighbour.story_id == plan.stories[0].id


def test_a_poll_that_brings_nothing_still_leaves_its_line_and_state(store):
    store.commit(a_plan(poll=Poll(feed_id=FEED.id, at=NOW, result="304"), state=a_state(failures=0)))
    assert [poll.result for poll in store.listings.polls()] == ["304"]
    assert store.feeds.states()[FEED.id].checked_at == NOW


def test_a_revision_replaces_the_entry_and_keeps_the_old_headline(store):
    first = an_entry(title="Ministers argue", content_hash="h0")
    store.commit(a_plan(planned(first, matches=(a_match("arguing"),), corpora=(a_hit(),))))
    second = replace(
        first,
        title="Ministers agree",
        body="They agreed.",
        content_hash="h1",
        revision=1,
        previous_title="Ministers argue",
    )
    later = NOW + HOUR
    changed = planned(second, kinship=None, matches=(a_match("agreeing"),), fingerprint=Fingerprint(title="new"))
    store.commit(a_plan(changed, at=later, stories=()))
    dossier = store.listings.entry(first.id)
    assert dossier.entry == second
    assert dossier.revisions == (Revision(revision=0, title="Ministers argue", until_at=later),)
    assert [match.watchlist for match in dossier.matches] == ["agreeing"]
    assert dossier.kinship is not None
    assert dossier.corpora == ()
    assert [answer.at for answer in dossier.answers] == [NOW, later]
    assert [found.entry.id for found in store.listings.search("agreed")] == [first.id]
    assert store.listings.search("argue") == []


def test_an_older_plan_that_arrives_again_does_not_undo_a_newer_one(store):
    first = an_entry(content_hash="h0")
    story = a_story(first)
    told = Told(watchlist="w", story_id=story.id, times=1, last_at=NOW, outlets=1)
    older = a_plan(planned(first), stories=(story,), told=(told,))
    grown = replace(story, entries=2, outlets=("The Example", "Other"))
    newer = a_plan(
        planned(replace(first, title="Changed", revision=1, content_hash="h1"), kinship=None),
        at=NOW + HOUR,
        stories=(grown,),
        told=(replace(told, times=2),),
        outcomes=(),
    )
    for plan in (older, newer, older):
        store.commit(plan)
    assert store.recall.seen(FEED.id, ["1"], [])["1"].title == "Changed"
    assert store.recall.stories([story.id]) == {story.id: grown}
    assert store.recall.told([story.id])["w", story.id].times == 2


def test_a_copy_elsewhere_joins_the_story_of_its_original(store):
    original = an_entry()
    other_feed = a_feed("https://other.example/rss")
    store.feeds.sync([FEED, other_feed], NOW)
    store.commit(a_plan(planned(original)))
    copy = an_entry("c", other_feed, first_seen_at=NOW + MINUTE, source="Other")
    story = replace(a_story(original), entries=2, last_at=NOW + MINUTE, outlets=("The Example", "Other"))
    kinship = Kinship(relation=Relation.COPY, story_id=story.id, of=original.id, score=0.97, method="title", why="same")
    store.commit(a_plan(planned(copy, kinship=kinship), feed=other_feed, stories=(story,)))
    assert store.recall.stories_of([original.id, copy.id]) == {original.id: story.id, copy.id: story.id}
    assert [row.entry.id for row in store.listings.timeline(story.id)] == [original.id, copy.id]
    assert store.listings.timeline(story.id)[1].kinship == kinship
    assert store.listings.stories(at_least=2) == [story]


def test_a_sent_delivery_is_never_set_back(store):
    plan = an_alerting_plan()
    store.commit(plan)
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    store.outbox.settle([Settlement(delivery_id=claimed.id, state=DeliveryState.SENT, due_at=NOW)], NOW + MINUTE)
    before = everything(store)
    store.commit(plan)
    assert everything(store) == before
    assert store.outbox.claim("desk", NOW + DAY, MINUTE, 10) == []


def test_a_plan_that_fails_in_its_last_row_leaves_nothing(store):
    before = everything(store)
    plan = an_alerting_plan()
    broken = replace(plan, state=replace(plan.state, due_at=NOW.replace(tzinfo=None)))
    with pytest.raises(Exception, match="without a time zone"):
        store.commit(broken)
    assert everything(store) == before
    store.commit(plan)
    assert len(store.listings.alerts()) == 1


LINES = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
KEYS = st.sampled_from(["1", "2", "3"])


@st.composite
def plans(draw):
    """Plans over three entries, whose parts fit together as those of the real plan do."""
    at = NOW + draw(st.integers(0, 100)) * MINUTE
    keys = draw(st.lists(KEYS, unique=True))
    rung = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    entries = [
        an_entry(k, title=draw(LINES), body=draw(LINES), revision=draw(st.integers(0, 2)), content_hash=draw(LINES))
        for k in keys
    ]
    stories = [a_story(e, entries=draw(st.integers(1, 5)), title=draw(LINES)) for e in entries]
    alerts = [
        an_alert(story_id(entry_id(FEED.id, k)), an_entry(k), number=draw(st.integers(1, 2)), headline=draw(LINES))
        for k in rung
    ]
    notices = [a_notice(name) for name in draw(st.sets(st.sampled_from(["n1", "n2"])))]
    names = st.sampled_from(["desk", "chat"])
    outcomes = st.builds(Outcome, entry_id=st.just(""), kind=st.sampled_from(OutcomeKind), why=LINES)
    return a_plan(
        *(
            planned(
                entry,
                matches=tuple(a_match(name) for name in draw(st.sets(LINES, max_size=2))),
                corpora=draw(st.just(()) | st.just((a_hit(),))),
            )
            for entry in entries
        ),
        at=at,
        poll=Poll(feed_id=FEED.id, at=at, result="200", fetched=draw(st.integers(0, 9)), note=draw(LINES)),
        state=a_state(failures=draw(st.integers(0, 3)), etag=draw(st.none() | LINES)),
        stories=tuple(stories),
        outcomes=tuple(replace(draw(outcomes), entry_id=entry.id) for entry in entries),
        alerts=tuple(alerts),
        notices=tuple(notices),
        deliveries=tuple(a_delivery(a.id, draw(names)) for a in alerts)
        + tuple(a_delivery(n.id, draw(names), notice=True) for n in notices),
        told=tuple(
            Told(watchlist="w", story_id=s.id, times=draw(st.integers(1, 3)), last_at=at, outlets=1) for s in stories
        ),
    )


@given(plan=plans(), settled=st.sampled_from([DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.DEAD]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_committing_any_plan_twice_is_committing_it_once(store, plan, settled):
    store.commit(plan)
    for claimed in store.outbox.claim("desk", NOW + DAY, MINUTE, 1):
        store.outbox.settle([Settlement(delivery_id=claimed.id, state=settled, due_at=NOW)], NOW)
    once = everything(store)
    store.commit(plan)
    assert everything(store) == once


@given(first=plans(), second=plans())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plans_each_committed_twice_end_where_each_once_ends(template, tmp_path_factory, first, second):
    seen = []
    for repeats in ((first, second), (first, first, second, second)):
        with Store.open(shutil.copytree(template, tmp_path_factory.mktemp("state") / "copy")) as store:
            for plan in repeats:
                store.commit(plan)
            seen.append(everything(store))
    assert seen[0] == seen[1]


def test_the_search_index_agrees_with_the_texts_after_revisions(store):
    for revision in range(3):
        store.commit(a_plan(planned(an_entry(revision=revision, title=f"title{revision}", content_hash=str(revision)))))
    with store._database.write() as connection:
        connection.exec_driver_sql("INSERT INTO search(search, rank) VALUES ('integrity-check', 1)")
    assert [len(store.listings.search(f"title{n}")) for n in range(3)] == [0, 0, 1]
    assert len(store.listings.entries(Page())) == 1


def test_a_story_that_went_into_another_is_found_there_with_all_its_entries(store):
    first, second = an_entry("1"), an_entry("2", first_seen_at=NOW + MINUTE)
    told = Told(watchlist="w", story_id=story_id(second.id), times=1, last_at=NOW, outlets=1)
    store.commit(a_plan(planned(first)))
    store.commit(a_plan(planned(second), told=(told,)))
    third, older = an_entry("3", first_seen_at=NOW + HOUR), a_story(first)
    kinship = Kinship(relation=Relation.SAME_STORY, story_id=older.id, score=0.5, also=(story_id(second.id),))
    merged = Regrouping(
        kind=Regroup.MERGED,
        story_id=older.id,
        other_id=story_id(second.id),
        entry_id=third.id,
        score=0.4,
        why="one story",
    )
    story = replace(older, entries=3)
    plan = a_plan(
        planned(third, kinship=kinship),
        at=NOW + HOUR,
        stories=(story,),
        regroupings=(merged,),
        told=(replace(told, story_id=older.id),),
    )
    store.commit(plan)
    assert {row.entry.id for row in store.listings.timeline(older.id)} == {first.id, second.id, third.id}
    assert store.recall.stories([older.id, story_id(second.id)]) == {older.id: story}
    assert list(store.recall.told([older.id, story_id(second.id)])) == [("w", older.id)]
    assert store.listings.story(story_id(second.id)[:12]) == older.id
    assert [row.regrouping for row in store.listings.regroupings(older.id)] == [merged]
    before = everything(store)
    store.commit(plan)
    assert everything(store) == before


def test_a_story_is_followed_through_all_it_went_into_until_it_stands_on_its_own_again(store):
    entries = [an_entry(str(n), first_seen_at=NOW + n * MINUTE) for n in range(4)]
    x, y, z, _ = stories = [a_story(entry) for entry in entries]
    for entry, story in zip(entries, stories, strict=True):
        store.commit(a_plan(planned(entry), stories=(story,)))

    def happens(kind, stays, other, minute, **more):
        note = Regrouping(
            kind=kind, story_id=stays.id, other_id=other.id, entry_id=entries[minute % 4].id, score=0.3, why="", **more
        )
        store.commit(a_plan(at=NOW + HOUR + minute * MINUTE, stories=(stays,), regroupings=(note,)))
        return note

    notes = [happens(Regroup.MERGED, y, z, 1), happens(Regroup.MERGED, x, y, 2)]
    assert [store.listings.story(story.id) for story in (x, y, z)] == [x.id] * 3
    assert [row.regrouping for row in store.listings.regroupings(x.id)] == notes
    assert {row.entry.id for row in store.listings.timeline(x.id)} == {entry.id for entry in entries[:3]}
    plan = a_plan(at=NOW + HOUR + 3 * MINUTE, stories=(x, y))
    parted = replace(notes[1], kind=Regroup.SPLIT, entry_id=entries[3].id, moved=(entries[1].id,))
    store.commit(replace(plan, regroupings=(parted,)))
    assert store.listings.story(y.id) == y.id
    assert [row.entry.id for row in store.listings.timeline(y.id)] == [entries[1].id]


def test_entries_that_left_a_story_stand_in_the_new_one(store):
    first, second = an_entry("1"), an_entry("2", first_seen_at=NOW + MINUTE, title="Second headline")
    old = replace(a_story(first), entries=2)
    joined = Kinship(relation=Relation.SAME_STORY, story_id=old.id, score=0.3)
    store.commit(a_plan(planned(first), stories=(old,)))
    store.commit(a_plan(planned(second, kinship=joined), stories=(old,)))
    third = an_entry("3", first_seen_at=NOW + HOUR)
    new = replace(a_story(second), title="second headline", entries=2)
    parted = Regrouping(
        kind=Regroup.SPLIT,
        story_id=old.id,
        other_id=new.id,
        entry_id=third.id,
        moved=(second.id,),
        score=0.05,
        why="drifted",
    )
    store.commit(
        a_plan(
            planned(third, kinship=replace(joined, story_id=new.id)),
            at=NOW + HOUR,
            stories=(replace(old, entries=1), new),
            regroupings=(parted,),
        )
    )
    assert [row.entry.id for row in store.listings.timeline(old.id)] == [first.id]
    assert [row.entry.id for row in store.listings.timeline(new.id)] == [second.id, third.id]
    found = store.recall.stories([old.id, new.id])
    assert (found[old.id].entries, found[new.id].title) == (1, "Second headline")
