from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from monitor.model.alert import ChatThread, DeliveryState, DestinationState, Settlement
from monitor.model.ids import AlertId, DeliveryId
from monitor.store.alert_schema import deliveries
from monitor.store.outbox import due_rows
from tests.store.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    a_delivery,
    a_notice,
    a_plan,
    an_alert,
    an_alerting_plan,
    an_entry,
    planned,
)

STATE = DeliveryState


def ring(store, *keys, to=("desk",), at=NOW):
    plans = [an_alerting_plan(key, to=to, at=at) for key in keys]
    for plan in plans:
        store.commit(plan)
    return [alert for plan in plans for alert in plan.alerts]


def settle(store, delivery, state, *, due_at=NOW, at=NOW, **more):
    store.outbox.settle([Settlement(delivery_id=delivery.id, state=state, due_at=due_at, **more)], at)


def stored(store, delivery_id):
    return next(row.delivery for row in store.listings.deliveries() if row.delivery.id == delivery_id)


def test_a_due_delivery_is_claimed_once_with_its_attempt_counted(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    assert (claimed.state, claimed.attempts) == (STATE.SENDING, 1)
    assert stored(store, claimed.id) == claimed
    assert store.outbox.claim("desk", NOW, MINUTE, 10) == []


def test_the_oldest_due_is_claimed_first_and_the_limit_holds(store):
    for n, key in enumerate("cab"):
        ring(store, key, at=NOW + n * MINUTE)
    first = store.outbox.claim("desk", NOW + HOUR, MINUTE, 2)
    assert [d.created_at for d in first] == [NOW, NOW + MINUTE]
    assert [d.created_at for d in store.outbox.claim("desk", NOW + HOUR, MINUTE, 2)] == [NOW + 2 * MINUTE]


def test_a_held_delivery_is_not_claimed_before_its_time(store):
    ring(store, "1", at=NOW + HOUR)
    assert store.outbox.claim("desk", NOW, MINUTE, 10) == []
    assert store.outbox.destinations_due(NOW) == []
    assert store.outbox.next_due() == NOW + HOUR
    assert store.outbox.destinations_due(NOW + HOUR) == ["desk"]
    assert len(store.outbox.claim("desk", NOW + HOUR, MINUTE, 10)) == 1


def test_one_destination_says_nothing_of_another(store):
    ring(store, "1", "2", to=("desk", "chat"))
    assert store.outbox.destinations_due(NOW) == ["chat", "desk"]
    assert len(store.outbox.claim("chat", NOW, MINUTE, 10)) == 2
    assert store.outbox.destinations_due(NOW) == ["desk"]
    assert store.outbox.waiting("desk", NOW) == 2
    assert store.outbox.waiting("chat", NOW) == 0


def test_a_paused_destination_keeps_its_queue(store):
    ring(store, "1")
    paused = DestinationState(name="desk", failures=5, paused_until=NOW + HOUR, fault="refused", dead=True)
    store.outbox.save_destination_state(paused)
    assert store.outbox.destination_states() == {"desk": paused}
    assert store.outbox.claim("desk", NOW, MINUTE, 10) == []
    assert store.outbox.destinations_due(NOW) == []
    assert store.outbox.next_due() == NOW + HOUR
    assert store.outbox.destinations_due(NOW + HOUR) == ["desk"]
    assert len(store.outbox.claim("desk", NOW + HOUR, MINUTE, 10)) == 1


def test_what_a_clock_that_was_ahead_put_off_is_due_now(store):
    ring(store, "ahead", "retried", "asked to wait", "digest")
    rows = {row.id: row for row in store.outbox.due("desk", NOW, 10)}
    ahead, retried, asked, digest = rows
    with store._database.write() as connection:
        change = deliveries.update().where(deliveries.c.id == ahead)
        connection.execute(change.values(created_at=NOW + DAY, due_at=NOW + 2 * DAY, held="digest"))
    for id_, due_at, held in ((retried, 300 * DAY, ""), (asked, HOUR, ""), (digest, 3 * DAY, "digest")):
        settle(store, rows[id_], STATE.WAITING, due_at=NOW + due_at, held=held, claim=rows[id_].claims)
    store.outbox.save_destination_state(DestinationState(name="desk", paused_until=NOW + 300 * DAY))
    assert store.outbox.catch_up(NOW, NOW + 6 * HOUR) == 2
    assert {row.id for row in store.outbox.due("desk", NOW, 10)} == {ahead, retried}
    assert store.outbox.catch_up(NOW, NOW + 6 * HOUR) == 0


def test_nothing_waits_in_an_empty_outbox(store):
    assert store.outbox.next_due() is None
    assert store.outbox.destinations_due(NOW) == []
    assert store.outbox.destination_states() == {}


@pytest.mark.parametrize("later", [STATE.SENT, STATE.WAITING, STATE.DEAD])
def test_what_is_sent_stays_as_it_was_first_written(store, later):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    settle(store, claimed, STATE.SENT, at=NOW + MINUTE, claim=claimed.claims)
    before = stored(store, claimed.id)
    settle(store, claimed, later, at=NOW + HOUR, fault="HTTP 503", claim=claimed.claims)
    assert stored(store, claimed.id) == before
    assert before.sent_at == NOW + MINUTE


def test_a_parcel_holds_all_that_its_deliveries_tell(store):
    alerts = ring(store, "1", "2")
    notice = a_notice()
    store.outbox.add_notice(notice, [a_delivery(notice.id, "desk", notice=True, created_at=NOW + MINUTE)])
    claimed = store.outbox.claim("desk", NOW, MINUTE, 10)
    parcel = store.outbox.parcel(claimed)
    assert parcel.destination == "desk"
    assert parcel.deliveries == tuple(claimed)
    assert {alert.id: alert for alert in parcel.alerts} == {alert.id: alert for alert in alerts}
    assert parcel.notices == (notice,)
    assert parcel.damaged == ()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE alerts SET content = replace(content, 'Ministers', 'Minister5')",
        "UPDATE alerts SET checksum = 'x'",
        "UPDATE deliveries SET checksum = 'x'",
    ],
)
def test_a_row_that_fails_its_checksum_is_set_apart_and_the_others_are_told(store, damage):
    (bad,) = ring(store, "1")
    (good,) = ring(store, "2", at=NOW + MINUTE)
    where = "alert_id" if "UPDATE deliveries" in damage else "id"
    with store._database.write() as connection:
        connection.execute(text(f"{damage} WHERE {where} = :id"), {"id": bad.id})
    parcel = store.outbox.parcel(store.outbox.claim("desk", NOW + HOUR, MINUTE, 10))
    assert [d.alert_id for d in parcel.damaged] == [bad.id]
    assert parcel.alerts == (good,)
    assert [d.alert_id for d in parcel.deliveries] == [good.id]


def test_a_delivery_whose_recipient_was_altered_is_not_sent(store):
    ring(store, "1", to=("desk", "chat"))
    with store._database.write() as connection:
        connection.execute(text("UPDATE deliveries SET destination = 'chat' WHERE destination = 'desk'"))
    parcel = store.outbox.parcel(store.outbox.claim("chat", NOW, MINUTE, 10))
    assert (len(parcel.deliveries), len(parcel.damaged)) == (1, 1)


def test_a_sent_delivery_is_settled_for_good(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    settle(store, claimed, STATE.SENT, at=NOW + MINUTE)
    settle(store, claimed, STATE.WAITING, fault="late news")
    assert stored(store, claimed.id) == replace(claimed, state=STATE.SENT, sent_at=NOW + MINUTE)
    assert store.outbox.release_expired(NOW + DAY) == 0


def test_a_failed_try_waits_for_its_next_time_with_its_fault(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    settle(store, claimed, STATE.WAITING, due_at=NOW + HOUR, fault="timed out", maybe_twice=True)
    assert store.outbox.claim("desk", NOW + MINUTE, MINUTE, 10) == []
    (again,) = store.outbox.claim("desk", NOW + HOUR, MINUTE, 10)
    assert (again.attempts, again.fault, again.maybe_twice) == (2, "timed out", True)
    settle(store, again, STATE.WAITING, due_at=NOW + HOUR, fault="refused")
    assert stored(store, again.id).maybe_twice


def test_a_sender_that_never_answers_loses_its_lease(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    assert store.outbox.release_expired(NOW + MINUTE / 2) == 0
    assert store.outbox.release_expired(NOW + MINUTE) == 1
    (again,) = store.outbox.claim("desk", NOW + MINUTE, MINUTE, 10)
    assert (again.id, again.attempts, again.cut_off, again.maybe_twice) == (claimed.id, 1, 1, True)


def test_late_news_that_it_was_sent_after_all_ends_the_waiting(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    store.outbox.release_expired(NOW + MINUTE)
    settle(store, claimed, STATE.SENT, at=NOW + HOUR)
    assert store.outbox.claim("desk", NOW + DAY, MINUTE, 10) == []


def test_a_try_that_ends_after_its_lease_is_not_counted_as_cut_off_but_one_put_off_stays_so(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    store.outbox.release_expired(NOW + HOUR)
    released = stored(store, claimed.id)
    settle(store, released, STATE.WAITING, claim=released.claims, cut_off=released.cut_off)
    assert stored(store, claimed.id).cut_off == 1
    settle(store, claimed, STATE.WAITING, claim=claimed.claims, cut_off=claimed.cut_off)
    assert stored(store, claimed.id).cut_off == 0


def test_late_news_that_it_failed_does_not_disturb_what_was_dropped(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    store.outbox.release_expired(NOW + MINUTE)
    assert store.outbox.drop([claimed.id], NOW) == 1
    settle(store, claimed, STATE.WAITING)
    assert stored(store, claimed.id).state is STATE.DROPPED


def test_dead_letters_can_be_tried_again_from_the_start(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    settle(store, claimed, STATE.DEAD, fault="too long")
    assert store.outbox.retry([claimed.id], NOW + HOUR) == 1
    (again,) = store.outbox.claim("desk", NOW + HOUR, MINUTE, 10)
    assert again.attempts == 1


def test_what_was_sent_is_neither_dropped_nor_tried_again(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    assert store.outbox.drop([claimed.id], NOW) == 0
    settle(store, claimed, STATE.SENT)
    assert store.outbox.drop([claimed.id], NOW) == 0
    assert store.outbox.retry([claimed.id, DeliveryId("unknown")], NOW) == 0


def test_the_notice_of_a_dead_destination_is_written_with_the_settlement(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    notice = a_notice("desk is dead", kind="destination dead")
    settlement = Settlement(delivery_id=claimed.id, state=STATE.WAITING, due_at=NOW + HOUR, fault="401")
    told = a_delivery(notice.id, "chat", notice=True)
    store.outbox.settle([settlement], NOW, [notice], [told])
    store.outbox.settle([settlement], NOW, [notice], [told])
    assert store.outbox.parcel(store.outbox.claim("chat", NOW, MINUTE, 10)).notices == (notice,)


def test_a_delivery_of_an_alert_that_does_not_exist_is_refused_with_all_the_rest(store):
    ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    settlement = Settlement(delivery_id=claimed.id, state=STATE.SENT, due_at=NOW)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.outbox.settle([settlement], NOW, [], [a_delivery(AlertId("missing"))])
    assert stored(store, claimed.id).state is STATE.SENDING


def test_two_watchlists_ring_for_one_entry(store):
    entry = an_entry()
    plan = an_alerting_plan()
    alerts = [an_alert(plan.stories[0].id, entry, name) for name in ("a", "b")]
    store.commit(a_plan(planned(entry), alerts=tuple(alerts), deliveries=tuple(a_delivery(a.id) for a in alerts)))
    assert set(store.outbox.parcel(store.outbox.claim("desk", NOW, MINUTE, 10)).alerts) == set(alerts)


def query_plan(store, statement):
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with store._database.read() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]


def test_a_claim_reads_only_the_rows_it_takes_however_many_wait(store):
    (step,) = query_plan(store, due_rows("desk", NOW, 10))
    assert "SEARCH deliveries USING INDEX deliveries_due (destination=? AND state=? AND due_at<?)" in step


def test_waiting_rows_beyond_the_limit_stay_as_they_are(store):
    alerts = ring(store, "1", "2", "3")
    store.outbox.claim("desk", NOW, MINUTE, 2)
    states = [row.delivery.state for row in store.listings.deliveries()]
    assert sorted(states) == [STATE.SENDING, STATE.SENDING, STATE.WAITING]
    assert len(states) == len(alerts)


def test_what_waits_for_one_reason_is_released_or_given_up_together(store):
    ring(store, "1", "2", "3")
    claimed = store.outbox.claim("desk", NOW, MINUTE, 2)
    for delivery in claimed:
        settle(store, delivery, STATE.WAITING, due_at=NOW + 9 * DAY, held="flood")
    assert store.recall.is_waiting("flood")
    assert not store.recall.is_waiting("burst")
    assert store.outbox.release("flood", NOW + HOUR) == 2
    again = store.outbox.claim("desk", NOW + HOUR, MINUTE, 9)
    assert [(d.due_at, d.held) for d in again[1:]] == [(NOW + HOUR, "released")] * 2
    for delivery in again[1:]:
        settle(store, delivery, STATE.WAITING, due_at=NOW + 9 * DAY, held="flood")
    assert store.outbox.give_up("flood", NOW) == 2
    assert not store.recall.is_waiting("flood")
    assert stored(store, again[1].id).state is STATE.DROPPED


def test_a_paused_destination_s_queue_can_be_looked_at_when_asked_for(store):
    ring(store, "1")
    store.outbox.save_destination_state(DestinationState(name="desk", paused_until=NOW + HOUR, dead=True))
    assert store.outbox.due("desk", NOW, 10) == []
    (row,) = store.outbox.due("desk", NOW, 10, paused_too=True)
    assert (row.state, row.claims) == (STATE.WAITING, 0)


def test_a_row_that_nobody_claimed_can_be_put_off_and_given_up_but_not_behind_a_claimer_s_back(store):
    ring(store, "1", "2")
    one, two = store.outbox.due("desk", NOW, 10)
    settle(store, one, STATE.WAITING, due_at=NOW + HOUR, held="quiet hours", claim=one.claims)
    settle(store, two, STATE.DEAD, fault="no such destination", claim=two.claims)
    assert [stored(store, row.id).state for row in (one, two)] == [STATE.WAITING, STATE.DEAD]
    (claimed,) = store.outbox.claim("desk", NOW + HOUR, MINUTE, 10)
    settle(store, one, STATE.DEAD, claim=one.claims)
    assert stored(store, one.id) == claimed


def test_a_thread_s_root_is_written_with_the_settlement_kept_by_channel_and_replaced(store):
    (alert,) = ring(store, "1")
    (claimed,) = store.outbox.claim("desk", NOW, MINUTE, 10)
    thread = ChatThread(destination="desk", story_id=alert.story_id, place="here", root="$1", at=NOW)
    settle(store, claimed, STATE.SENT, thread=thread)
    assert store.outbox.root("desk", alert.story_id, "here") == "$1"
    assert store.outbox.root("desk", alert.story_id, "elsewhere") == ""
    assert store.outbox.root("chat", alert.story_id, "here") == ""
    settle(store, claimed, STATE.SENT, thread=replace(thread, root="$2"))
    assert store.outbox.root("desk", alert.story_id, "here") == "$2"


def test_when_each_watchlist_rang_is_known(store):
    ring(store, "1", at=NOW - 2 * HOUR)
    ring(store, "2", "3", at=NOW)
    assert store.recall.rung(NOW - HOUR) == {"agreement": [NOW, NOW]}
    assert len(store.recall.rung(NOW - DAY)["agreement"]) == 3
