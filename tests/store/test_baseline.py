from __future__ import annotations

from dataclasses import replace

from monitor.model.entry import Outcome, OutcomeKind
from tests.store.samples import (
    FEED,
    HOUR,
    MINUTE,
    NOW,
    a_delivery,
    a_feed,
    a_notice,
    a_plan,
    a_state,
    an_entry,
    planned,
)


def first_poll(store, *keys, at=NOW, watchlists=("agreement",)):
    entries = [planned(an_entry(key)) for key in keys]
    outcomes = [
        Outcome(entry_id=p.entry.id, kind=OutcomeKind.BASELINE, why="stood there", watchlists=watchlists)
        for p in entries
    ]
    store.commit(a_plan(*entries, at=at, outcomes=tuple(outcomes)))


def test_a_feed_is_unpolled_until_it_was_asked_whatever_it_answered(store):
    assert store.baseline.unpolled() == 0 or store.feeds.states()
    store.feeds.sync([FEED, a_feed("https://other.example/rss")], NOW)
    before = store.baseline.unpolled()
    store.commit(a_plan(state=replace(a_state(), failures=1, baselined=False)))
    assert store.baseline.unpolled() == before - 1


def test_what_matched_in_first_polls_is_untold_until_it_is_told(store):
    first_poll(store, "1", "2")
    first_poll(store, "3", watchlists=())
    untold = store.baseline.untold()
    assert sorted(entry.key for entry, _, _ in untold) == ["1", "2"]
    assert {(names, at) for _, names, at in untold} == {(("agreement",), NOW)}
    notice = a_notice()
    store.baseline.tell([notice], [a_delivery(notice.id, "desk", notice=True)], NOW)
    assert store.baseline.untold() == []
    assert [d.notice_id for d in store.outbox.claim("desk", NOW, MINUTE, 9)] == [notice.id]
    first_poll(store, "4", at=NOW + HOUR)
    assert [entry.key for entry, _, _ in store.baseline.untold()] == ["4"]


def test_telling_twice_writes_once(store):
    notice = a_notice()
    for _ in range(2):
        store.baseline.tell([notice], [a_delivery(notice.id, "desk", notice=True)], NOW)
    assert len(store.listings.deliveries()) == 1
