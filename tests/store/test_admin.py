from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from monitor.errors import StateError, StateFull
from monitor.model.alert import ChatThread, DeliveryState, Settlement
from monitor.store import retention
from monitor.store.store import Store
from monitor.store.views import Removed
from monitor.stories.segments import segment_of
from tests.store.samples import (
    DAY,
    FEED,
    HOUR,
    MINUTE,
    NOW,
    a_delivery,
    a_notice,
    a_plan,
    a_story,
    an_alerting_plan,
    an_article,
    an_entry,
    planned,
)

YEAR = 365 * DAY


def test_a_backup_is_whole_while_the_log_is_not_yet_folded_in(store, tmp_path):
    store.commit(an_alerting_plan())
    target = tmp_path / "copy.db"
    store.admin.backup(target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("copy")] == ["copy.db"]
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT count(*) FROM alerts").fetchone() == (1,)


def test_a_backup_put_in_its_place_is_a_working_state(store, tmp_path):
    plan = an_alerting_plan()
    store.commit(plan)
    restored = tmp_path / "restored"
    restored.mkdir()
    store.admin.backup(restored / "monitor.db")
    with Store.open(restored, daemon=True) as other:
        assert other.listings.alerts() == list(plan.alerts)
        other.commit(an_alerting_plan("2"))
        assert other.admin.integrity_check() == []


def test_a_second_backup_replaces_the_first(store, tmp_path):
    target = tmp_path / "copy.db"
    store.admin.backup(target)
    store.commit(an_alerting_plan())
    store.admin.backup(target)
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("SELECT count(*) FROM alerts").fetchone() == (1,)


def test_a_backup_that_cannot_be_written_is_a_clean_error_and_leaves_nothing(store, folder, tmp_path):
    with pytest.raises(StateError, match="its folder does not exist"):
        store.admin.backup(tmp_path / "absent" / "copy.db")
    with pytest.raises(StateError, match="is the database itself"):
        store.admin.backup(folder / "monitor.db")
    (tmp_path / "taken").mkdir()
    with pytest.raises(StateError, match="check the disk"):
        store.admin.backup(tmp_path / "taken")
    assert list(tmp_path.glob("*.unfinished")) == []


def test_a_light_copy_has_everything_but_the_corpora(store, tmp_path):
    store.commit(an_alerting_plan())
    for corpus in ("seeds", "archive"):
        store.corpora.add([an_article(f"a{n:03}", corpus) for n in range(300)], segment_of)
    copies = tmp_path / "copies"
    copies.mkdir()
    copy = copies / "monitor.db"
    store.admin.backup(copy)
    whole = copy.stat().st_size
    assert store.admin.lighten(copy, ("seeds",))
    assert not store.admin.lighten(copy, ("seeds",))
    assert copy.stat().st_size < whole
    assert [each.name for each in copies.iterdir()] == ["monitor.db"]
    with Store.open(copies, daemon=True) as other:
        assert [(each.name, each.articles) for each in other.corpora.list()] == [("seeds", 300)]
        assert len(list(other.corpora.articles())) == 300
        assert other.listings.alerts() == store.listings.alerts()
        assert other.admin.integrity_check() == []
    assert len(store.corpora.list()) == 2


def test_a_damaged_copy_is_a_clean_error_and_stays_as_it_is(store, tmp_path):
    damaged = tmp_path / "copy.db"
    damaged.write_bytes(b"not a database" * 100)
    with pytest.raises(StateError, match=r"copy\.db"):
        store.admin.lighten(damaged, ())
    assert damaged.read_bytes() == b"not a database" * 100


def test_the_heartbeat_is_the_last_one(store):
    assert store.admin.last_heartbeat() is None
    store.admin.heartbeat(NOW)
    store.admin.heartbeat(NOW + MINUTE)
    assert store.admin.last_heartbeat() == NOW + MINUTE


def test_a_sound_database_has_no_complaints(store):
    store.commit(an_alerting_plan())
    assert store.admin.integrity_check() == []


def test_a_dangling_reference_is_a_complaint(store):
    store.commit(an_alerting_plan())
    with store._database.write() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM alerts")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("BEGIN IMMEDIATE")
    assert store.admin.integrity_check() == ["row 1 of deliveries refers to a missing row of alerts"]


def test_texts_go_first_and_everything_else_stays(store):
    plan = an_alerting_plan()
    store.commit(plan)
    removed = store.admin.retention(NOW + 2 * DAY, DAY, YEAR)
    assert removed == Removed(texts=1, entries=0, stories=0, alerts=0, polls=0)
    entry = plan.entries[0].entry
    dossier = store.listings.entry(entry.id)
    assert dossier.entry == replace(entry, summary="", body="", tail="")
    assert dossier.matches == plan.entries[0].matches
    assert store.listings.search("ministers") == []
    assert [n.fingerprint for n in store.recall.neighbours(store.recall.stands(NOW))] == [plan.entries[0].fingerprint]
    assert store.admin.integrity_check() == []


def test_an_old_entry_that_an_active_feed_may_still_show_is_never_forgotten(store, monkeypatch):
    monkeypatch.setattr(retention, "STILL_PUBLISHED", 2)
    for n, key in enumerate("abcd"):
        store.commit(a_plan(planned(an_entry(key, first_seen_at=NOW + n * MINUTE)), at=NOW + n * MINUTE))
    removed = store.admin.retention(NOW + 3 * YEAR, DAY, YEAR)
    assert removed.entries == 2
    assert set(store.recall.seen(FEED.id, "abcd", [])) == {"c", "d"}
    store.feeds.sync([], NOW)
    assert store.admin.retention(NOW + 3 * YEAR, DAY, YEAR).entries == 2


def test_what_is_forgotten_leaves_no_trace_but_its_feed(store):
    store.commit(an_alerting_plan())
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 1)
    store.outbox.settle([Settlement(delivery_id=claimed.id, state=DeliveryState.SENT, due_at=NOW)], NOW)
    store.feeds.sync([], NOW)
    removed = store.admin.retention(NOW + 3 * YEAR, DAY, YEAR)
    assert removed == Removed(texts=1, entries=1, stories=1, alerts=1, polls=1)
    rows = store.listings.counts().rows
    assert {name for name, number in rows.items() if number} == {"feeds", "feed_states", "destinations"}
    assert store.admin.integrity_check() == []


def test_an_alert_or_notice_that_still_waits_is_never_forgotten(store):
    plan = an_alerting_plan(to=("desk", "chat"))
    store.commit(plan)
    notice = a_notice()
    store.outbox.add_notice(notice, [a_delivery(notice.id, "desk", notice=True)])
    for claimed in store.outbox.claim("chat", NOW, MINUTE, 9):
        store.outbox.settle([Settlement(delivery_id=claimed.id, state=DeliveryState.SENT, due_at=NOW)], NOW)
    assert store.admin.retention(NOW + 3 * YEAR, DAY, YEAR).alerts == 0
    parcel = store.outbox.parcel(store.outbox.claim("desk", NOW, MINUTE, 9))
    assert (parcel.alerts, parcel.notices) == (plan.alerts, (notice,))


def test_a_chat_s_thread_is_forgotten_with_the_alerts_of_its_story(store):
    plan = an_alerting_plan()
    store.commit(plan)
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 1)
    story = plan.alerts[0].story_id
    thread = ChatThread(destination="desk", story_id=story, place="here", root="$1", at=NOW)
    sent = Settlement(delivery_id=claimed.id, state=DeliveryState.SENT, due_at=NOW, thread=thread)
    store.outbox.settle([sent], NOW)
    store.admin.retention(NOW + YEAR, DAY, 2 * YEAR)
    assert store.outbox.root("desk", story, "here") == "$1"
    store.admin.retention(NOW + 3 * YEAR, DAY, 2 * YEAR)
    assert store.outbox.root("desk", story, "here") == ""


def test_a_story_with_a_remembered_entry_is_remembered(store):
    old = an_entry("old")
    young = an_entry("young", first_seen_at=NOW + YEAR)
    story = a_story(old, entries=2)
    store.commit(a_plan(planned(old)))
    store.commit(a_plan(planned(young, kinship=planned(old).kinship), stories=(story,), at=NOW + YEAR))
    store.feeds.sync([], NOW)
    assert store.admin.retention(NOW + YEAR + HOUR, DAY, 2 * HOUR).stories == 0
    assert [row.entry.key for row in store.listings.timeline(story.id)] == ["young"]


def test_activity_lines_have_their_own_time(store):
    for n in range(3):
        store.commit(a_plan(at=NOW + n * DAY))
    assert store.admin.retention(NOW + 2 * DAY, YEAR, YEAR, 1.5 * DAY).polls == 1
    assert len(store.listings.polls()) == 2


def test_forgetting_works_through_more_than_one_sweep(store, monkeypatch):
    monkeypatch.setattr(retention, "SLICE", 2)
    monkeypatch.setattr(retention, "SWEEP", 4)
    for n in range(11):
        store.commit(an_alerting_plan(str(n), at=NOW + n * MINUTE))
    store.outbox.drop([row.delivery.id for row in store.listings.deliveries()], NOW)
    store.feeds.sync([], NOW)
    removed = store.admin.retention(NOW + 3 * YEAR, DAY, YEAR)
    assert removed == Removed(texts=11, entries=11, stories=11, alerts=11, polls=11)


def test_a_full_disk_is_a_clean_error_that_loses_nothing(store):
    store.commit(an_alerting_plan())
    with store._database.write() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={size + 2}")
    large = a_plan(planned(an_entry("large", body="word " * 50_000)), at=NOW + HOUR)
    with pytest.raises(StateFull, match="nothing was written"):
        store.commit(large)
    assert store.recall.seen(FEED.id, ["1", "large"], []).keys() == {"1"}
    assert len(store.outbox.claim("desk", NOW, MINUTE, 9)) == 1
    with store._database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    store.commit(large)
    assert store.recall.seen(FEED.id, ["large"], []).keys() == {"large"}
    assert store.admin.integrity_check() == []
