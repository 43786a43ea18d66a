from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.model.feed import Fault
from monitor.model.ids import FeedId
from tests.store.samples import DAY, FEED, HOUR, MINUTE, NOW, a_feed, a_plan, a_state, an_alerting_plan

OTHERS = [a_feed(f"https://host{n}.example/rss") for n in range(3)]
CROWD = [a_feed(f"https://Busy.example/{n}") for n in range(5)]


def ids(states):
    return [state.feed_id for state in states]


def test_a_new_feed_is_due_at_once_and_knows_nothing(store):
    (state,) = store.feeds.claim(NOW, 10)
    assert (state.feed_id, state.due_at, state.baselined, state.etag) == (FEED.id, NOW, False, None)


def test_a_feed_comes_back_as_it_was_subscribed(store):
    feed = a_feed(
        "https://x.example/f",
        name="X",
        tags=frozenset({"a", "b"}),
        every=timedelta(minutes=5),
        allow_private=(ip_network("10.0.0.0/8"),),
    )
    store.feeds.sync([feed], NOW)
    assert {row.feed.id: row for row in store.listings.feeds()}[feed.id].feed == feed


def test_a_claimed_feed_is_not_handed_out_again_until_its_lease_ends(store):
    assert store.feeds.claim(NOW, 10, lease=MINUTE)
    assert store.feeds.claim(NOW + MINUTE / 2, 10) == []
    assert store.feeds.next_due() == NOW + MINUTE
    assert ids(store.feeds.claim(NOW + MINUTE, 10)) == [FEED.id]


def test_a_released_feed_is_due_still(store):
    store.feeds.claim(NOW, 10)
    store.feeds.release([FEED.id])
    assert store.feeds.next_due() == NOW
    assert ids(store.feeds.claim(NOW, 10)) == [FEED.id]


def test_committing_a_poll_ends_its_lease_and_sets_the_next_due_time(store):
    store.feeds.claim(NOW, 10)
    store.commit(a_plan(state=a_state(etag='"v1"', due_at=NOW + HOUR)))
    assert store.feeds.next_due() == NOW + HOUR
    assert store.feeds.claim(NOW + HOUR - MINUTE, 10) == []
    (state,) = store.feeds.claim(NOW + HOUR, 10)
    assert state == a_state(etag='"v1"', due_at=NOW + HOUR)


def test_the_feed_that_waits_longest_is_claimed_first(store):
    store.feeds.sync([FEED, *OTHERS], NOW)
    for n, feed in enumerate(OTHERS):
        store.feeds.make_due([feed.id], NOW - n * MINUTE - MINUTE)
    assert ids(store.feeds.claim(NOW, 2)) == [OTHERS[2].id, OTHERS[1].id]
    assert ids(store.feeds.claim(NOW, 9)) == [OTHERS[0].id, FEED.id]


def test_one_host_never_has_more_polls_under_way_than_allowed(store):
    store.feeds.sync(CROWD + OTHERS, NOW)
    first = store.feeds.claim(NOW, 100, per_host=2)
    assert len(first) == 2 + len(OTHERS)
    assert store.feeds.claim(NOW, 100, per_host=2) == []
    store.feeds.release([state.feed_id for state in first if state.feed_id == first[0].feed_id])
    busy = {feed.id for feed in CROWD}
    again = store.feeds.claim(NOW, 100, per_host=2)
    assert len(again) == 1
    assert sum(state.feed_id in busy for state in [*first[1:], *again]) == 2


def test_gone_and_unsubscribed_feeds_are_never_claimed(store):
    store.feeds.sync([FEED, OTHERS[0]], NOW)
    store.commit(a_plan(state=a_state(due_at=NOW, gone=True)))
    assert ids(store.feeds.claim(NOW, 10)) == [OTHERS[0].id]
    store.feeds.sync([FEED], NOW)
    assert store.feeds.claim(NOW + DAY, 10) == []
    assert store.feeds.next_due() is None
    assert set(store.feeds.states()) == {FEED.id}


def test_a_feed_that_leaves_for_a_moment_keeps_what_it_learnt(store):
    store.commit(a_plan(state=a_state(etag='"v1"')))
    store.feeds.sync([], NOW)
    store.feeds.sync([FEED], NOW + HOUR)
    state = store.feeds.states()[FEED.id]
    assert (state.etag, state.baselined, state.due_at) == ('"v1"', True, NOW + HOUR)


def test_a_feed_that_was_away_for_long_gets_a_new_baseline_and_another_chance(store):
    store.commit(a_plan(state=a_state(gone=True)))
    store.feeds.sync([], NOW)
    store.feeds.sync([FEED], NOW + DAY)
    state = store.feeds.states()[FEED.id]
    assert (state.baselined, state.gone) == (False, False)


def test_subscribing_the_same_feeds_again_changes_nothing_but_their_facts(store):
    store.commit(a_plan(state=a_state()))
    store.feeds.sync([a_feed(name="Renamed")], NOW + DAY)
    assert store.feeds.states()[FEED.id] == a_state()
    assert store.listings.feeds()[0].feed.name == "Renamed"


EDITS = {"every": 5 * MINUTE, "allow_private": (ip_network("10.0.0.0/8"),)}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("fault", [None, Fault.BLOCKED])
def test_a_feed_whose_pace_or_networks_were_edited_is_due_once(store, edit, fault):
    store.commit(a_plan(state=a_state(fault=fault)))
    edited = a_feed(**{edit: EDITS[edit]})
    store.feeds.sync([edited], NOW)
    assert store.feeds.next_due() == NOW
    store.commit(a_plan(state=a_state()))
    store.feeds.sync([edited], NOW)
    assert store.feeds.states()[FEED.id] == a_state()


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.STATUS, Fault.CONNECT])
def test_no_edit_shortens_the_wait_for_a_server_in_trouble(store, fault):
    store.commit(a_plan(state=a_state(fault=fault)))
    store.feeds.sync([a_feed(every=MINUTE)], NOW)
    assert store.feeds.states()[FEED.id] == a_state(fault=fault)


@pytest.mark.parametrize(("checked_at", "due_at"), [(NOW, NOW + 400 * DAY), (NOW + DAY, NOW + DAY + HOUR)])
def test_what_a_clock_that_was_ahead_put_off_is_due_now(store, checked_at, due_at):
    store.commit(a_plan(state=a_state(checked_at=checked_at, due_at=due_at)))
    assert store.feeds.catch_up(NOW, NOW + 2 * DAY) == 1
    assert store.feeds.next_due() == NOW
    assert store.feeds.catch_up(NOW, NOW + 2 * DAY) == 0


@pytest.mark.parametrize("state", [{"due_at": NOW + DAY}, {"due_at": NOW + 36_500 * DAY, "gone": True}])
def test_due_times_that_can_be_stay(store, state):
    store.commit(a_plan(state=a_state(checked_at=NOW, **state)))
    assert store.feeds.catch_up(NOW, NOW + 2 * DAY) == 0


def test_making_feeds_due_says_how_many_there_were(store):
    assert store.feeds.make_due([FEED.id, FeedId("unknown")], NOW) == 1


def test_a_poll_of_a_feed_that_was_never_subscribed_is_refused_whole(store):
    with pytest.raises(IntegrityError):
        store.commit(an_alerting_plan(feed=OTHERS[0]))
    assert store.listings.entries() == []
