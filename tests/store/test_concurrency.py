from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import StateError
from monitor.model.alert import DeliveryState, Settlement
from monitor.store import gate
from monitor.store.gate import Gate
from monitor.store.store import Store
from tests.store.samples import FEED, HOUR, MINUTE, NOW, a_feed, an_alerting_plan


def drain(store, name="desk"):
    """Claims and settles until nothing is left; the ids this worker was handed."""
    handed = []
    while claimed := store.outbox.claim(name, NOW + HOUR, HOUR, 3):
        handed += [d.id for d in claimed]
        store.outbox.settle(
            [Settlement(delivery_id=d.id, state=DeliveryState.SENT, due_at=NOW) for d in claimed], NOW + HOUR
        )
    return handed


def test_threads_and_processes_are_never_handed_the_same_delivery(store, folder):
    for n in range(60):
        store.commit(an_alerting_plan(str(n)))
    children = [_drain_in_a_child(folder) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        handed = [id_ for ids in pool.map(lambda _: drain(store), range(4)) for id_ in ids]
    for child, pipe in children:
        with os.fdopen(pipe) as lines:
            handed += lines.read().split()
        assert os.waitpid(child, 0)[1] == 0
    assert len(handed) == len(set(handed)) == 60


def _drain_in_a_child(folder):
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    code = 1
    try:
        with Store.open(folder) as visitor:
            os.write(write, "\n".join(drain(visitor)).encode())
        code = 0
    finally:
        os._exit(code)


def _in_a_child(folder, work):
    """What another process does with the same file."""
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        return
    code = 1
    try:
        with Store.open(folder) as visitor:
            work(visitor)
        code = 0
    finally:
        os._exit(code)


@pytest.mark.parametrize("news", [DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.DEAD])
def test_what_came_of_a_try_is_not_written_once_another_process_is_at_it(store, folder, news):
    store.commit(an_alerting_plan())
    (mine,) = store.outbox.claim("desk", NOW, MINUTE, 1)

    def take_over(visitor):
        assert visitor.outbox.release_expired(NOW + MINUTE) == 1
        (theirs,) = visitor.outbox.claim("desk", NOW + MINUTE, MINUTE, 1)
        assert (theirs.id, theirs.claims) == (mine.id, 2)

    _in_a_child(folder, take_over)
    late = Settlement(delivery_id=mine.id, state=news, due_at=NOW, fault="late", claim=mine.claims)
    store.outbox.settle([late], NOW + 2 * MINUTE)
    (row,) = [listed.delivery for listed in store.listings.deliveries()]
    assert (row.state, row.claims, row.fault) == (DeliveryState.SENDING, 2, "")

    def finish(visitor):
        done = Settlement(delivery_id=mine.id, state=DeliveryState.SENT, due_at=NOW, claim=2)
        visitor.outbox.settle([done], NOW + 3 * MINUTE)

    _in_a_child(folder, finish)
    (row,) = [listed.delivery for listed in store.listings.deliveries()]
    assert (row.state, row.sent_at) == (DeliveryState.SENT, NOW + 3 * MINUTE)


def test_a_claim_of_rows_that_another_has_claimed_gives_only_the_others(store, folder):
    for n in range(4):
        store.commit(an_alerting_plan(str(n)))
    seen = store.outbox.due("desk", NOW, 10)
    _in_a_child(folder, lambda visitor: visitor.outbox.claim("desk", NOW, MINUTE, 2))
    ours = store.outbox.claim("desk", NOW, MINUTE, 10, only=[row.id for row in seen])
    assert [row.id for row in ours] == [row.id for row in seen[2:]]


def test_threads_are_never_handed_the_same_feed(store):
    feeds = [a_feed(f"https://h{n}.example/rss") for n in range(90)]
    store.feeds.sync(feeds, NOW)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: store.feeds.claim(NOW, 10), range(20)))
    handed = [state.feed_id for claim in claims for state in claim]
    assert len(handed) == len(set(handed)) == 90


def test_threads_that_write_and_read_at_once_do_not_disturb_each_other(store):
    def work(n):
        for i in range(8):
            store.commit(an_alerting_plan(f"{n}-{i}"))
            rows = store.listings.counts().rows
            assert rows["entries"] == rows["alerts"] == rows["deliveries"] == rows["matches"]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert store.listings.counts().rows["alerts"] == 32


def test_a_reader_sees_one_state_while_others_write(store):
    with store._database.read() as connection:
        count = "SELECT count(*) FROM alerts"
        before = connection.exec_driver_sql(count).scalar()
        store.commit(an_alerting_plan())
        assert connection.exec_driver_sql(count).scalar() == before
    assert store.listings.counts().rows["alerts"] == before + 1


def test_processes_that_open_a_fresh_folder_at_once_all_succeed(tmp_path):
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with Store.open(tmp_path / "state") as store:
                    store.feeds.sync([FEED], NOW)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    with Store.open(tmp_path / "state") as store:
        assert len(store.feeds.claim(NOW, 9, lease=MINUTE)) == 1


def test_whoever_waits_at_the_gate_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.05)
    first, second = Gate(tmp_path / "writing"), Gate(tmp_path / "writing")
    with first.held(), pytest.raises(StateError, match="another process writes to it for too long"), second.held():
        pass
    with second.held():
        pass
    first.close()
    second.close()


def test_whoever_comes_to_a_closed_gate_is_told_and_locks_no_other_file(tmp_path):
    closed = Gate(tmp_path / "writing")
    closed.close()
    with (tmp_path / "other").open("w"), pytest.raises(StateError, match="closed meanwhile"), closed.held():
        pass


def test_the_gate_lets_threads_through_one_by_one(tmp_path):
    shared = Gate(tmp_path / "writing")
    inside, most = 0, 0
    barrier = threading.Barrier(4)

    def pass_through(_):
        nonlocal inside, most
        barrier.wait()
        for _round in range(50):
            with shared.held():
                inside += 1
                most = max(most, inside)
                inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pass_through, range(4)))
    shared.close()
    assert most == 1
