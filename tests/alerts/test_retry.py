from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.alerts.retry import after_try, is_deadly, not_delivered, refusals, settle, untouched
from monitor.model.alert import DeliveryState, DestinationState, Receipt, Verdict
from monitor.model.ids import AlertId

LATER = Receipt(verdict=Verdict.LATER, fault="HTTP 503 Service Unavailable")
REFUSED = Receipt(verdict=Verdict.DEAD_MESSAGE, fault="HTTP 400 Bad Request")
DEAD = Receipt(verdict=Verdict.DEAD_DESTINATION, fault="HTTP 404 Not Found")
UNKNOWN = Receipt(verdict=Verdict.UNKNOWN, fault="no answer within 30 s")
SENT = Receipt(verdict=Verdict.SENT)


def test_what_is_sent_is_settled(row, now):
    settlement = settle(row(fault="HTTP 503", maybe_twice=True), SENT, now)
    assert (settlement.state, settlement.fault, settlement.maybe_twice) == (DeliveryState.SENT, "", True)


def test_waits_double_from_ten_seconds_to_an_hour(row, now):
    waits = [settle(row(attempts=n), LATER, now).due_at - now for n in range(1, 15)]
    for n, wait in enumerate(waits):
        ideal = min(timedelta(seconds=10) * 2**n, timedelta(hours=1))
        assert ideal * 0.8 <= wait <= min(ideal * 1.2, timedelta(hours=1))


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (timedelta(seconds=1), timedelta(seconds=8), timedelta(seconds=12)),
        (timedelta(minutes=5), timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(days=4000), timedelta(hours=6), timedelta(hours=6)),
        (timedelta(seconds=-9), timedelta(seconds=8), timedelta(seconds=12)),
    ],
)
def test_retry_after_is_honoured_within_reason(row, now, asked, least, most):
    wait = settle(row(), replace(LATER, retry_after=asked), now).due_at - now
    assert least <= wait <= most


def test_a_refused_message_is_tried_three_times_and_no_more(row, now):
    delivery, states = row(), []
    for _ in range(3):
        settlement = settle(delivery, REFUSED, now)
        states.append((settlement.state, refusals(delivery)))
        delivery = replace(delivery, fault=settlement.fault)
    assert states == [(DeliveryState.WAITING, 0), (DeliveryState.WAITING, 1), (DeliveryState.DEAD, 2)]
    assert delivery.fault == "refused three times: HTTP 400 Bad Request"


def test_an_unknown_outcome_is_tried_again_and_marked(row, now):
    settlement = settle(row(), UNKNOWN, now)
    assert (settlement.state, settlement.maybe_twice) == (DeliveryState.WAITING, True)


def test_a_dead_destination_keeps_its_rows(row, now):
    assert settle(row(), DEAD, now).state is DeliveryState.WAITING


@pytest.mark.parametrize("receipt", [LATER, UNKNOWN, DEAD])
def test_after_seven_days_a_row_is_dead_and_says_so(row, now, receipt):
    old = row(created_at=now - timedelta(days=7), attempts=200)
    settlement = settle(old, receipt, now)
    assert settlement.state is DeliveryState.DEAD
    assert settlement.fault == f"not delivered within 7 days; the last time: {receipt.fault}"


def test_rows_that_went_out_together_come_due_together(row, alert, now):
    rows = [row(alert(id=AlertId(f"a{n}"))) for n in range(5)]
    assert len({settle(each, LATER, now, key="x").due_at for each in rows}) == 1
    assert len({settle(each, LATER, now).due_at for each in rows}) == 5


def test_a_row_that_is_put_off_stays_as_it_is_but_for_its_time(row, now):
    delivery = row(fault="HTTP 503", maybe_twice=True, attempts=3)
    settlement = untouched(delivery, delivery.due_at)
    assert (settlement.state, settlement.due_at) == (DeliveryState.WAITING, delivery.due_at)
    assert (settlement.fault, settlement.maybe_twice) == ("HTTP 503", True)
    assert (settlement.held, settlement.claim) == (None, delivery.claims)


def test_a_row_whose_tries_each_ended_with_the_process_is_deadly_after_ten_of_them_and_seven_days(row, now):
    week = row().created_at + timedelta(days=7)
    assert [is_deadly(row(cut_off=n), week + timedelta(seconds=1)) for n in (0, 9, 10)] == [False, False, True]
    assert not is_deadly(row(cut_off=10), week)


def tried(receipts, now):
    state, told = DestinationState(name="chat"), []
    for n, receipt in enumerate(receipts):
        state, notices = after_try(state, receipt, now + timedelta(minutes=n))
        told += notices
    return state, [notice.kind for notice in told]


def test_five_failures_open_the_breaker_and_are_told_once(now):
    state, told = tried([LATER] * 4, now)
    assert (state.paused_until, told) == (None, [])
    state, told = tried([LATER] * 12, now)
    assert told == ["destination failing"]
    assert state.paused_until > now + timedelta(minutes=11)


@pytest.mark.parametrize(("failures", "receipt"), [(4, UNKNOWN), (4, LATER), (0, DEAD)])
def test_probes_double_from_one_minute_to_thirty(now, failures, receipt):
    state = DestinationState(name="chat", failures=failures)
    for n in range(20):
        state, _ = after_try(state, receipt, now)
        ideal = min(timedelta(minutes=1) * 2**n, timedelta(minutes=30))
        assert ideal * 0.8 <= state.paused_until - now <= min(ideal * 1.2, timedelta(minutes=30))


def test_a_dead_destination_is_paused_at_once_and_told_once(now):
    state, told = tried([DEAD, DEAD, LATER, DEAD], now)
    assert told == ["destination dead"]
    assert state.dead
    assert state.paused_until > now
    assert state.fault == "HTTP 404 Not Found"


@pytest.mark.parametrize("before", [[LATER] * 5, [DEAD], [LATER] * 6 + [DEAD]])
def test_recovery_is_told_once_and_forgets_everything(now, before):
    state, told = tried([*before, SENT, SENT], now)
    assert told[-1] == "destination recovered"
    assert told.count("destination recovered") == 1
    assert state == DestinationState(name="chat")


def test_a_success_after_a_few_failures_is_nothing_to_tell(now):
    assert tried([LATER] * 4 + [SENT], now) == (DestinationState(name="chat"), [])


def test_a_refused_message_says_nothing_of_its_destination(now):
    state = DestinationState(name="chat", failures=3)
    assert after_try(state, REFUSED, now) == (state, ())


def test_too_many_requests_pause_the_whole_destination(now):
    state, _ = after_try(DestinationState(name="chat"), replace(LATER, retry_after=timedelta(seconds=30)), now)
    assert state.paused_until == now + timedelta(seconds=30)


def test_each_lost_alert_is_named_with_the_way_to_try_again(alert, parcel, now):
    lost = parcel(*(alert(id=AlertId(f"a{n}"), headline=f"Story {n}") for n in range(8)), destination="chat")
    notices = not_delivered(lost, "refused three times: HTTP 400", now)
    text = "\n".join(notice.detail for notice in notices)
    assert [notice.subject for notice in notices] == ["6 alerts did not reach chat", "2 alerts did not reach chat"]
    assert all(f"“Story {n}”" in text for n in range(8))
    assert all(f"monitor deliveries retry {row.id}" in text for row in lost.deliveries)
    assert len({notice.id for notice in notices}) == 2


def test_a_lost_notice_makes_no_further_notice(notice, parcel, now):
    assert not_delivered(parcel(notice()), "refused", now) == ()


def test_a_damaged_alert_is_named_by_its_id(parcel, row, now):
    damaged = replace(parcel(destination="chat"), damaged=(row(destination="chat"),))
    (notice,) = not_delivered(damaged, "it was damaged in storage", now)
    assert "alert a1, unreadable" in notice.detail


FAILURES = st.builds(
    Receipt,
    verdict=st.sampled_from([Verdict.LATER, Verdict.UNKNOWN, Verdict.DEAD_MESSAGE, Verdict.DEAD_DESTINATION]),
    fault=st.just("x"),
    retry_after=st.none() | st.timedeltas(),
)
ROWS = st.fixed_dictionaries(
    {
        "attempts": st.integers(0, 10_000),
        "fault": st.sampled_from(["", "HTTP 503", "refused: x", "refused again: x"]),
    }
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(receipt=FAILURES, changes=ROWS, age=st.timedeltas(timedelta(), timedelta(days=10)))
def test_no_failure_is_ever_settled_as_sent_or_due_in_the_past(row, now, receipt, changes, age):
    delivery = row(created_at=now - age, **changes)
    settlement = settle(delivery, receipt, now)
    assert settlement.state in {DeliveryState.WAITING, DeliveryState.DEAD}
    if settlement.state is DeliveryState.WAITING:
        assert now < settlement.due_at <= now + timedelta(hours=6)
        assert settlement.due_at <= delivery.created_at + timedelta(days=7)
