from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.schedule import (
    LONGEST,
    LONGEST_RETRY_AFTER,
    SHORTEST,
    freshness,
    learnt_gap,
    next_poll,
)
from monitor.model.feed import Failed, Fault, NotModified
from monitor.timing import jittered
from tests.fakes import NOON, feed, fetched, parsed, state

GAZETTE = feed()
OK = NotModified()
HOUR = timedelta(hours=1)


def wait_of(outcome=OK, asked=None, of=GAZETTE, **of_state):
    poll = next_poll(of, state(of, **of_state), outcome, asked, NOON)
    return poll.due_at - NOON, poll.reason


def about(span):
    return pytest.approx(span.total_seconds(), rel=0.25)


def test_an_unknown_rhythm_is_asked_every_quarter_of_an_hour():
    wait, reason = wait_of()
    assert wait.total_seconds() == about(timedelta(minutes=15))
    assert "not known yet" in reason


def test_a_learnt_rhythm_is_asked_twice_as_often_as_it_publishes():
    wait, reason = wait_of(gap=HOUR)
    assert wait.total_seconds() == about(timedelta(minutes=30))
    assert "about every 60 min" in reason


def test_the_users_every_is_kept_whatever_the_publisher_asks():
    wait, reason = wait_of(of=feed(every=timedelta(minutes=7)), asked=timedelta(days=1), gap=HOUR)
    assert wait.total_seconds() == about(timedelta(minutes=7))
    assert "as configured" in reason


def test_a_ttl_slows_but_not_for_a_day():
    wait, reason = wait_of(asked=timedelta(days=1))
    assert wait.total_seconds() == about(HOUR)
    assert "publisher asks" in reason


@pytest.mark.parametrize(
    ("gap", "asked", "pace"),
    [
        (timedelta(minutes=1), None, timedelta(minutes=5)),
        (timedelta(minutes=40), None, timedelta(minutes=20)),
        (timedelta(days=30), None, timedelta(hours=6)),
        (None, None, timedelta(minutes=15)),
        (None, timedelta(minutes=10), timedelta(minutes=15)),
        (None, timedelta(minutes=40), timedelta(minutes=40)),
        (None, timedelta(days=1), HOUR),
        (timedelta(hours=4), timedelta(days=1), timedelta(hours=2)),
    ],
)
def test_the_pace_is_half_the_rhythm_and_what_the_publisher_asks_can_only_slow_it_to_an_hour(gap, asked, pace):
    assert wait_of(asked=asked, gap=gap)[0] == jittered(pace, GAZETTE.id)


@pytest.mark.parametrize("name", ["Gazette", "Bugle", "Wire", "Post", "Times"])
def test_no_jitter_brings_a_feed_back_before_its_server_wants_it(name):
    busy = Failed(fault=Fault.RATE_LIMITED, retry_after=2 * HOUR)
    assert 2 * HOUR <= wait_of(busy, of=feed(name), failures=1)[0] <= 2.2 * HOUR


def test_failures_back_off_and_say_how_often():
    first, _ = wait_of(Failed(fault=Fault.TIMEOUT), failures=1)
    fourth, reason = wait_of(Failed(fault=Fault.TIMEOUT), failures=4)
    assert fourth > 3 * first
    assert "timed out, failure 4 in a row" in reason


@pytest.mark.parametrize("asked", [timedelta(seconds=-5), timedelta(days=3_000_000), timedelta(0), HOUR * 2])
def test_retry_after_is_honoured_within_a_day(asked):
    wait, reason = wait_of(Failed(fault=Fault.RATE_LIMITED, retry_after=asked), failures=1)
    assert timedelta(0) < wait <= LONGEST_RETRY_AFTER * 1.1
    assert "asks to wait" in reason


def test_a_gone_feed_is_not_asked_again():
    wait, reason = wait_of(Failed(fault=Fault.GONE, status=410), failures=1)
    assert wait > timedelta(days=10_000)
    assert "gone" in reason


@given(
    gap=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
    asked=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
    failures=st.integers(0, 10_000),
    failed=st.booleans(),
    retry=st.none() | st.timedeltas(),
)
def test_the_next_poll_stays_in_its_bounds(gap, asked, failures, failed, retry):
    outcome = Failed(fault=Fault.STATUS, retry_after=retry) if failed else OK
    wait, _ = wait_of(outcome, asked, gap=gap, failures=failures)
    assert SHORTEST * 0.7 <= wait <= max(LONGEST, LONGEST_RETRY_AFTER) * 1.1


def test_max_age_and_ttl_are_read_and_nonsense_is_not():
    assert freshness(parsed([], ttl=HOUR), {"cache-control": "public, max-age=60"}) == HOUR
    assert freshness(None, {"cache-control": 'max-age="120"'}) == timedelta(minutes=2)
    assert freshness(None, {"cache-control": "max-age=999999999999999, max-age=-1, max-age=x"}) is None
    assert freshness(parsed([]), fetched().document.headers) is None


def test_the_rhythm_is_learnt_slowly():
    assert learnt_gap(None, HOUR, 2) == timedelta(minutes=30)
    assert learnt_gap(HOUR, HOUR * 6, 1) == HOUR * 2
    assert learnt_gap(HOUR, HOUR * 6, 0) == HOUR
