from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.pace import allowed_at
from monitor.model.watch import Rate
from tests.fakes import NOON


def test_without_a_rate_or_below_it_one_may_speak_at_once(now):
    assert allowed_at(None, [now] * 9, now) == now
    assert allowed_at(Rate(count=3, per=timedelta(minutes=1)), [now, now], now) == now


def test_at_the_rate_one_waits_until_the_oldest_of_its_messages_is_past(now):
    sent = [now - timedelta(seconds=s) for s in (50, 20, 10)]
    assert allowed_at(Rate(count=3, per=timedelta(minutes=1)), sent, now) == now + timedelta(seconds=10)
    assert allowed_at(Rate(count=1, per=timedelta(minutes=1)), sent, now) == now + timedelta(seconds=50)
    assert allowed_at(Rate(count=3, per=timedelta(seconds=30)), sent, now) == now


@given(st.lists(st.integers(0, 200), max_size=60).map(sorted), st.integers(1, 5), st.integers(1, 100))
def test_no_window_of_the_rate_s_length_ever_holds_more(offsets, count, seconds):
    rate, sent = Rate(count=count, per=timedelta(seconds=seconds)), []
    for offset in offsets:
        now = max([NOON + timedelta(seconds=offset), *sent])
        sent.append(allowed_at(rate, sent, now))
    assert all(sum(at <= other < at + rate.per for other in sent) <= count for at in sent)


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(now):
    sent = [now + timedelta(hours=5)] * 3
    assert allowed_at(Rate(count=3, per=timedelta(minutes=1)), sent, now) == now
