from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.calendar import is_quiet, next_slot, outbox_rows, quiet_end, release_at, wall_instants
from monitor.model.alert import Destination, Quiet, Slots
from monitor.model.watch import Priority

BERLIN = "Europe/Berlin"
NIGHT = Quiet(start=time(22), end=time(7), timezone=BERLIN)
ZONES = ["UTC", BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def chat(**changes):
    return Destination(name="chat", url="console://", **changes)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-12 20:59", "2026-11-12 20:59"),  # 21:59 in Berlin
        ("2026-11-12 21:00", "2026-11-13 06:00"),  # 22:00
        ("2026-11-13 03:00", "2026-11-13 06:00"),
        ("2026-11-13 05:59", "2026-11-13 06:00"),
        ("2026-11-13 06:00", "2026-11-13 06:00"),  # 07:00, over
    ],
)
def test_quiet_hours_cross_midnight_and_end_on_the_minute(at, due):
    due_at, held = release_at(chat(quiet=NIGHT), Priority.HIGH, utc(at))
    assert due_at == utc(due)
    assert held == ("" if at == due else "quiet hours")


def test_urgent_breaks_quiet_hours_and_digests():
    destination = chat(quiet=NIGHT, digest=Slots(at=(time(8),), timezone=BERLIN))
    assert release_at(destination, Priority.URGENT, utc("2026-11-12 23:00")) == (utc("2026-11-12 23:00"), "")


@pytest.mark.parametrize(
    ("at", "due", "held"),
    [
        ("2026-11-12 06:59", "2026-11-12 07:00", "digest 08:00"),
        ("2026-11-12 07:00", "2026-11-12 07:00", "digest 08:00"),
        ("2026-11-12 07:01", "2026-11-12 16:00", "digest 17:00"),
        ("2026-11-12 16:01", "2026-11-13 07:00", "digest 08:00"),
    ],
)
def test_a_digest_waits_for_its_next_slot(at, due, held):
    destination = chat(digest=Slots(at=(time(17), time(8)), timezone=BERLIN))
    assert release_at(destination, Priority.NORMAL, utc(at)) == (utc(due), held)


def test_a_slot_within_quiet_hours_is_put_off_to_their_end():
    destination = chat(quiet=NIGHT, digest=Slots(at=(time(6),), timezone=BERLIN))
    due = release_at(destination, Priority.NORMAL, utc("2026-11-12 12:00"))
    assert due == (utc("2026-11-13 06:00"), "digest 06:00, quiet hours")


def test_in_spring_a_skipped_quiet_end_is_the_skip_itself():
    quiet = Quiet(start=time(22), end=time(2, 30), timezone=BERLIN)
    assert quiet_end(quiet, utc("2026-03-29 00:30")) == utc("2026-03-29 01:00")


def test_where_the_clock_jumps_from_the_end_of_quiet_hours_to_their_next_beginning_they_go_on():
    quiet = Quiet(start=time(3), end=time(2, 30), timezone=BERLIN)
    assert quiet_end(quiet, utc("2026-03-29 00:30")) == utc("2026-03-30 00:30")


def test_in_autumn_the_hour_that_comes_twice_is_quiet_twice_and_its_slot_comes_once():
    quiet = Quiet(start=time(22), end=time(2, 30), timezone=BERLIN)
    assert quiet_end(quiet, utc("2026-10-25 00:10")) == utc("2026-10-25 00:30")
    assert is_quiet(quiet, utc("2026-10-25 01:10"))
    assert quiet_end(quiet, utc("2026-10-25 01:10")) == utc("2026-10-25 01:30")
    slots = Slots(at=(time(2, 30),), timezone=BERLIN)
    assert next_slot(slots, utc("2026-10-25 00:00"))[0] == utc("2026-10-25 00:30")
    assert next_slot(slots, utc("2026-10-25 00:31"))[0] == utc("2026-10-26 01:30")


def test_a_day_that_a_zone_left_out_does_not_stop_a_digest():
    slots = Slots(at=(time(9),), timezone="Pacific/Apia")
    assert next_slot(slots, utc("2011-12-30 09:00"))[0] == utc("2011-12-30 10:00")


def test_quiet_hours_of_no_length_are_none():
    assert not is_quiet(Quiet(start=time(5), end=time(5)), utc("2026-11-12 05:00"))


def test_a_wall_time_that_is_skipped_is_the_jump_and_one_that_repeats_is_two_instants():
    zone = ZoneInfo("Australia/Lord_Howe")  # jumps by half an hour
    assert wall_instants(date(2026, 10, 4), time(2, 15), zone) == (utc("2026-10-03 15:30"),)
    assert len(wall_instants(date(2026, 4, 5), time(1, 45), zone)) == 2


instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
clock_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=150, deadline=None)
@given(instants, clock_times, clock_times, st.sampled_from(ZONES))
def test_what_is_released_is_never_early_never_in_quiet_hours_and_never_a_day_late(at, start, end, zone):
    quiet = Quiet(start=start, end=end, timezone=zone)
    due_at, held = release_at(chat(quiet=quiet), Priority.NORMAL, at)
    assert at <= due_at < at + timedelta(hours=26)
    assert not is_quiet(quiet, due_at)
    assert bool(held) == is_quiet(quiet, at)


@settings(max_examples=150, deadline=None)
@given(instants, st.lists(clock_times, min_size=1, max_size=4), st.sampled_from(ZONES))
def test_a_digest_comes_within_a_day_and_at_its_time_or_at_the_jump_over_it(at, times, zone):
    due_at, slot = next_slot(Slots(at=tuple(times), timezone=zone), at)
    assert at <= due_at <= at + timedelta(hours=26)
    wall = due_at.astimezone(ZoneInfo(zone)).time()
    before = (due_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    jumped = before.utcoffset() != due_at.astimezone(ZoneInfo(zone)).utcoffset()
    assert wall == slot or jumped


def test_each_named_destination_gets_one_row_and_a_missing_one_is_due_at_once(alert, notice, now):
    rows = outbox_rows(alert(), ("desk", "gone", "desk"), {"desk": Destination(name="desk", url="console://")}, now)
    assert [(row.destination, row.due_at, row.alert_id) for row in rows] == [("desk", now, "a1"), ("gone", now, "a1")]
    (row,) = outbox_rows(notice(), ("desk",), {}, now)
    assert (row.notice_id, row.alert_id, row.created_at) == ("n1", None, now)
