"""Forgetting, over any history: what is promised to stay stays, what is to go goes, and nothing dangles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from monitor.model.alert import DeliveryState, Settlement
from monitor.model.entry import Entry
from monitor.store import retention
from monitor.store.schema import outcomes
from monitor.store.store import Store
from monitor.store.views import Page, Removed
from tests.store.samples import (
    DAY,
    FEED,
    NOW,
    a_delivery,
    a_feed,
    a_notice,
    a_plan,
    a_story,
    an_alerting_plan,
    an_entry,
    planned,
)

LEFT = a_feed("https://left.example/rss")
"""A feed that is no longer subscribed."""
TEXTS, IDS = 10 * DAY, 50 * DAY
NOTHING = Removed(texts=0, entries=0, stories=0, alerts=0, polls=0)


@dataclass(frozen=True)
class Happened:
    """An entry that came some days ago, and what came of its alert."""

    days: int
    is_left: bool
    state: DeliveryState | None

    @property
    def at(self) -> datetime:
        return NOW - timedelta(days=self.days)


STATES = (None, DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.DROPPED)
EVERYTHING = [
    *(Happened(*each) for each in product((9, 10, 11, 50, 51), (False, True), STATES[:3])),
    *(Happened(51, False, state) for state in STATES[3:]),
]


def happen(store: Store, history: list[Happened]) -> list[Entry]:
    """Writes a history, oldest first as it would be, and gives its entries in the order of the list."""
    store.feeds.sync([FEED, LEFT], NOW)
    entries: dict[int, Entry] = {}
    for number, one in sorted(enumerate(history), key=lambda pair: -pair[1].days):
        feed = LEFT if one.is_left else FEED
        plan = an_alerting_plan(str(number), feed=feed, to=("desk",) if one.state else (), at=one.at)
        store.commit(plan)
        entries[number] = plan.entries[0].entry
        if one.state and one.state is not DeliveryState.WAITING:
            (delivery,) = plan.deliveries
            store.outbox.settle([Settlement(delivery_id=delivery.id, state=one.state, due_at=one.at)], one.at)
    store.feeds.sync([FEED], NOW)
    return [entries[number] for number in range(len(history))]


def known(store: Store) -> dict[str, Entry]:
    return {row.entry.id: row.entry for row in store.listings.entries(Page(limit=1_000))}


@pytest.fixture
def two_kept(monkeypatch) -> None:
    monkeypatch.setattr(retention, "STILL_PUBLISHED", 2)


def test_what_is_kept_and_what_goes_of_entries_of_every_age_and_fate(store, two_kept):
    entries = happen(store, EVERYTHING)
    store.admin.retention(NOW, TEXTS, IDS)
    kept, told = known(store), {alert.entry_id for alert in store.listings.alerts(Page(limit=1_000))}
    for entry, one in zip(entries, EVERYTHING, strict=True):
        is_young = one.at >= NOW - IDS
        assert (entry.id in kept) == is_young
        assert not is_young or bool(kept[entry.id].body) == (one.at >= NOW - TEXTS)
        assert not is_young or kept[entry.id].title == entry.title
        assert (entry.id in told) == (is_young or one.state is DeliveryState.WAITING)
    assert store.admin.integrity_check() == []
    assert store.admin.retention(NOW, TEXTS, IDS) == NOTHING


@pytest.mark.parametrize("is_left", [False, True])
def test_the_newest_entries_of_a_feed_are_remembered_however_old_as_long_as_it_is_subscribed(store, two_kept, is_left):
    entries = happen(store, [Happened(days, is_left, None) for days in (300, 100, 200, 400)])
    store.admin.retention(NOW, TEXTS, IDS)
    assert set(known(store)) == (set() if is_left else {entries[1].id, entries[2].id})


def test_what_was_decided_on_an_entry_goes_with_it_and_not_before(store, two_kept):
    entries = happen(store, [Happened(days, True, None) for days in (51, 300, 49, 1)])
    store.admin.retention(NOW, TEXTS, IDS)
    with store._database.read() as connection:
        assert set(connection.scalars(select(outcomes.c.entry_id))) == {entries[2].id, entries[3].id}


def test_a_text_that_is_gone_is_found_by_no_search(store):
    store.commit(
        a_plan(planned(an_entry("1", title="Harbour closed", body="timber and grain", first_seen_at=NOW - 11 * DAY)))
    )
    assert store.listings.search("timber")
    assert store.admin.retention(NOW, TEXTS, IDS).texts == 1
    assert store.listings.search("timber") == []


def test_what_is_exactly_as_old_as_allowed_is_kept(store):
    store.commit(a_plan(planned(an_entry("1", first_seen_at=NOW - TEXTS))))
    assert store.admin.retention(NOW, TEXTS, IDS) == NOTHING
    assert store.admin.retention(NOW + timedelta(microseconds=1), TEXTS, IDS).texts == 1


def test_a_feed_that_is_subscribed_again_finds_its_newest_entries_known(store, two_kept):
    entries = [an_entry(str(n), first_seen_at=NOW - (100 + n) * DAY) for n in range(4)]
    store.commit(a_plan(*map(planned, entries)))
    assert store.admin.retention(NOW, TEXTS, IDS).entries == 2
    assert set(store.recall.seen(FEED.id, [e.key for e in entries], [])) == {"0", "1"}
    store.feeds.sync([], NOW)
    assert store.admin.retention(NOW, TEXTS, IDS).entries == 2


def test_a_notice_goes_with_its_deliveries_and_not_before_they_are_done(store):
    notice = a_notice(at=NOW - 100 * DAY)
    store.outbox.add_notice(notice, [a_delivery(notice.id, notice=True, created_at=notice.at, due_at=notice.at)])
    assert store.admin.retention(NOW, TEXTS, IDS) == NOTHING
    (row,) = store.listings.deliveries()
    store.outbox.settle([Settlement(delivery_id=row.delivery.id, state=DeliveryState.SENT, due_at=NOW)], NOW)
    assert store.admin.retention(NOW, TEXTS, IDS).alerts == 1
    assert store.listings.deliveries() == []


def test_a_story_goes_once_nobody_stands_in_it_and_it_is_old(store, two_kept):
    store.feeds.sync([FEED, LEFT], NOW)
    old, new = (an_entry(key, LEFT, first_seen_at=NOW - age) for key, age in (("1", 60 * DAY), ("2", DAY)))
    for entry in (old, new):
        store.commit(a_plan(planned(entry), feed=LEFT, at=entry.first_seen_at, stories=(a_story(entry),)))
    store.feeds.sync([FEED], NOW)
    assert store.admin.retention(NOW, TEXTS, IDS).stories == 1
    assert list(store.recall.stories([a_story(old).id, a_story(new).id])) == [a_story(new).id]


def test_activity_lines_are_kept_a_month_whatever_else_is_kept(store):
    for days in (0, 29, 30, 31, 300):
        store.commit(a_plan(at=NOW - timedelta(days=days)))
    assert store.admin.retention(NOW, 1_000 * DAY, 1_000 * DAY).polls == 2
    assert len(store.listings.polls()) == 3


def test_forgetting_in_slices_of_one_is_forgetting_at_once(store, monkeypatch, two_kept):
    monkeypatch.setattr(retention, "SLICE", 1)
    monkeypatch.setattr(retention, "SWEEP", 2)
    store.commit(a_plan(*(planned(an_entry(str(n), first_seen_at=NOW - (60 + n) * DAY)) for n in range(9))))
    removed = store.admin.retention(NOW, TEXTS, IDS)
    assert (removed.texts, removed.entries) == (9, 7)
    assert store.admin.retention(NOW, TEXTS, IDS) == NOTHING
