from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts.bundles import BACKLOG, bundles, crowded
from monitor.model.alert import DeliveryState
from monitor.model.ids import AlertId


def rows(row, alert, count, **changes):
    return [row(alert(id=AlertId(f"a{n}")), **({"attempts": 0} | changes)) for n in range(count)]


def test_what_is_not_held_goes_alone(row, alert):
    claimed = rows(row, alert, 3)
    assert bundles(claimed) == tuple((each,) for each in claimed)


def test_what_was_held_for_the_same_moment_goes_together(row, alert, now):
    slot = rows(row, alert, 3, held="digest 17:00")
    alone = row(alert(id=AlertId("x")))
    later = row(alert(id=AlertId("y")), held="digest 17:00", due_at=now + timedelta(hours=1))
    assert bundles([*slot, alone, later]) == (tuple(slot), (alone,), (later,))


def test_what_was_tried_before_is_not_mixed_with_what_came_after(row, alert):
    fresh = row(alert(id=AlertId("x")), held="digest 17:00", attempts=0)
    for how in ({"attempts": 1}, {"cut_off": 1}):
        tried = rows(row, alert, 2, held="digest 17:00", **how)
        assert bundles([*tried, fresh]) == (tuple(tried), (fresh,))


def test_a_crowd_is_brought_together_and_the_others_wait_their_turn(row, alert, now):
    crowd = rows(row, alert, 11, due_at=now - timedelta(hours=3))
    held = row(alert(id=AlertId("x")), held="digest 17:00")
    refused = row(alert(id=AlertId("y")), fault="refused: HTTP 400")
    unsure = row(alert(id=AlertId("z")), maybe_twice=True)
    settlements = crowded([*crowd, held, refused, unsure], now)
    assert {s.delivery_id for s in settlements if s.held == BACKLOG} == {each.id for each in crowd}
    assert {s.due_at for s in settlements if s.held == BACKLOG} == {now}
    assert {s.delivery_id for s in settlements if s.held is None} == {held.id, refused.id, unsure.id}
    assert all(s.state is DeliveryState.WAITING for s in settlements)


def test_once_together_they_are_no_crowd_but_one_bundle(row, alert, now):
    crowd = [replace(each, held=BACKLOG, attempts=2) for each in rows(row, alert, 11)]
    assert crowded(crowd, now) == ()
    assert bundles(crowd) == (tuple(crowd),)


def test_ten_are_no_crowd(row, alert, now):
    assert crowded(rows(row, alert, 10), now) == ()
