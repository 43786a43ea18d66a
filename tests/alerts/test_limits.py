from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.limits import FLOOD, UNTIL_RELEASED, fold_until, hold, is_flood
from monitor.model.entry import Outcome, OutcomeKind
from monitor.model.ids import EntryId
from monitor.model.watch import Rate

HOURLY = Rate(count=2, per=timedelta(hours=1))
TEN_PAST = datetime(2026, 11, 12, 10, 10, tzinfo=UTC)
ELEVEN = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)


def before(*minutes):
    return [TEN_PAST - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("limit", "rung", "until"),
    [
        (None, before(1, 2, 3), None),
        (HOURLY, [], None),
        (HOURLY, before(5), None),
        (HOURLY, before(8, 3), ELEVEN),
        (HOURLY, before(9, 8, 3, 2), ELEVEN),
        (HOURLY, before(50, 40, 30), None),
        (HOURLY, before(40, 3), None),
    ],
)
def test_the_first_of_a_span_go_out_and_the_rest_wait_for_its_end(limit, rung, until):
    assert fold_until(limit, rung, TEN_PAST) == until


def test_spans_begin_with_the_day():
    daily = Rate(count=1, per=timedelta(days=1))
    assert fold_until(daily, [TEN_PAST], TEN_PAST) == datetime(2026, 11, 13, tzinfo=UTC)


@given(
    st.lists(st.integers(0, 10_000), max_size=60).map(sorted), st.integers(1, 5), st.sampled_from([60, 600, 3600, 7200])
)
def test_never_more_at_once_than_the_limit_and_what_waits_is_never_due_before_now(offsets, count, seconds):
    limit, rung, at_once = Rate(count=count, per=timedelta(seconds=seconds)), [], []
    for offset in offsets:
        now = TEN_PAST + timedelta(seconds=offset)
        until = fold_until(limit, rung, now)
        rung.append(now)
        if until is None:
            at_once.append(now)
        else:
            assert now < until <= now + limit.per
    spans = [int(at.timestamp()) // seconds for at in at_once]
    assert all(spans.count(span) <= count for span in spans)


@pytest.mark.parametrize(
    ("rung", "ringing", "flood"),
    [
        ({}, 0, False),
        ({}, 2, False),
        ({}, 3, True),
        ({"a": before(5), "b": before(9)}, 1, True),
        ({"a": before(5), "b": before(70)}, 1, False),
        ({"a": before(5, 6, 7)}, 0, False),
    ],
)
def test_a_flood_is_more_than_the_limit_over_all_watchlists(rung, ringing, flood):
    assert is_flood(HOURLY, rung, ringing, TEN_PAST) is flood
    assert not is_flood(None, rung, ringing, TEN_PAST)


def test_what_is_held_says_why_and_waits_for_a_person(alert, notice, row, now):
    outcomes = [
        Outcome(entry_id=EntryId("e1"), kind=OutcomeKind.ALERTED, why="harbour tells desk: new story"),
        Outcome(entry_id=EntryId("e2"), kind=OutcomeKind.NO_MATCH, why="no watchlist matches"),
    ]
    held = hold([alert()], [row(), row(notice())], outcomes, HOURLY, now)
    assert [(r.held, r.due_at) for r in held.deliveries] == [(FLOOD, UNTIL_RELEASED), ("", now)]
    assert [o.kind for o in held.outcomes] == [OutcomeKind.HELD, OutcomeKind.NO_MATCH]
    assert held.outcomes[0].why.endswith("held: more than 2/h would ring; monitor alerts release, or drop")
    (said,) = held.notices
    assert said.subject == "1 alert would go out: held"
    assert "monitor alerts release" in said.detail
    assert "Of harbour." in said.detail


@pytest.mark.parametrize(
    ("count", "per", "text"),
    [(20, timedelta(hours=1), "20/h"), (5, timedelta(minutes=10), "5/10m"), (1, timedelta(days=1), "1/d")],
)
def test_a_rate_reads_as_it_is_written(count, per, text):
    assert str(Rate(count=count, per=per)) == text
