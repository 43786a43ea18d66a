"""Kills a real process at every statement, and at any moment: what is found afterwards is all of a plan or nothing."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from time import perf_counter

import pytest
from sqlalchemy import Engine, event

from monitor.model.alert import DeliveryState, Settlement
from monitor.store.store import Store
from tests.store.samples import DAY, FEED, MINUTE, NOW, an_alerting_plan

pytestmark = pytest.mark.crash


def in_a_child(act):
    """Runs `act` in a forked process; whether it survived."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def dying_at(statement):
    """A trace that kills this process as the n-th SQL statement starts, transaction control and triggers included."""
    started = 0

    def count(_sql):
        nonlocal started
        started += 1
        if started == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def kills_of(folder, act):
    """Does `act` with a store that dies in ever later statements, until it survives; gives the number after each kill."""

    def doomed(statement):
        with Store.open(folder) as store:
            with store._database.write() as connection:
                raw = connection.connection.dbapi_connection
            raw.set_trace_callback(dying_at(statement))
            act(store)

    for statement in range(1, 1_000):
        if in_a_child(lambda at=statement: doomed(at)):
            return
        yield statement


def test_a_commit_killed_at_any_statement_is_there_whole_or_not_at_all(folder):
    plan = an_alerting_plan()
    found = []
    for _kill in kills_of(folder, lambda store: store.commit(plan)):
        with Store.open(folder, daemon=True) as store:
            rows = store.listings.counts().rows
            found.append(tuple(rows[name] for name in ("polls", "entries", "alerts", "deliveries", "told", "outcomes")))
            assert store.feeds.states()[FEED.id].checked_at == (NOW if rows["polls"] else None)
    assert len(found) > 20
    assert set(found) == {(0,) * 6}
    with Store.open(folder) as store:
        assert store.listings.alerts() == list(plan.alerts)
        assert store.admin.integrity_check() == []


def test_a_settlement_killed_at_any_statement_is_not_half_done(folder):
    with Store.open(folder) as store:
        store.commit(an_alerting_plan(to=("chat", "desk")))

    def deliver(store):
        store.release_all(NOW)
        claimed = [d for name in ("chat", "desk") for d in store.outbox.claim(name, NOW + DAY, MINUTE, 9)]
        sent = [Settlement(delivery_id=d.id, state=DeliveryState.SENT, due_at=NOW) for d in claimed]
        store.outbox.settle(sent, NOW)

    seen = {_states(folder) for _kill in kills_of(folder, deliver)}
    assert len(seen) > 1
    assert all(DeliveryState.SENT not in states for states in seen)
    assert _states(folder) == (DeliveryState.SENT, DeliveryState.SENT)


def _states(folder):
    with Store.open(folder) as store:
        return tuple(row.delivery.state for row in store.listings.deliveries())


def test_a_first_start_killed_at_any_statement_can_be_started_again(tmp_path):
    survived_at = next(n for n in range(1, 1_000, 9) if _first_start(tmp_path / str(n), n))
    assert survived_at > 50


def _first_start(folder, statement):
    """Kills a first start in a statement, then starts again; whether the first start survived."""

    def start():
        trace = dying_at(statement)
        event.listen(Engine, "connect", lambda connection, _entry: connection.set_trace_callback(trace))
        Store.open(folder, daemon=True).close()

    survived = in_a_child(start)
    with Store.open(folder, daemon=True) as store:
        assert store.admin.integrity_check() == []
        assert store.feeds.claim(NOW, 1) == []
    return survived


def test_kills_at_any_moment_lose_nothing_that_was_reported_committed(folder):
    reported = -1
    for kill in range(24):
        reported = _commit_until_killed(folder, reported + 1, after=0.0006 * kill)
    with Store.open(folder, daemon=True) as store:
        rows = store.listings.counts().rows
        assert rows["entries"] == rows["alerts"] == rows["deliveries"] == rows["told"] == rows["kinships"]
        assert rows["entries"] >= reported + 1
        assert set(store.recall.seen(FEED.id, [str(n) for n in range(reported + 1)], [])) == {
            str(n) for n in range(reported + 1)
        }
        assert store.admin.integrity_check() == []


def _commit_until_killed(folder, first, after):
    """Lets a child commit one plan after the other, kills it a while after its first; gives the last it reported."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        store = Store.open(folder, daemon=True)
        for n in range(first, first + 10_000):
            store.commit(an_alerting_plan(str(n), at=NOW + n * MINUTE))
            os.write(write, f"{n}\n".encode())
    os.close(write)
    with closing(os.fdopen(read)) as lines:
        last = int(lines.readline())
        _spin(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return max([last, *map(int, lines.read().split())])


def _spin(seconds):
    """Passes the time to the microsecond, which sleeping would not."""
    ends = perf_counter() + seconds
    while perf_counter() < ends:
        pass
