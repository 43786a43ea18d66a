"""When a destination may be disturbed: quiet hours and digest slots turned into due times.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.model.alert import Alert, Delivery, Destination, Notice, Quiet, Slots
from monitor.model.ids import delivery_id
from monitor.model.watch import Priority

A_SECOND = timedelta(seconds=1)


def outbox_rows(
    told: Alert | Notice,
    to: Sequence[str],
    destinations: Mapping[str, Destination],
    now: datetime,
    *,
    burst_ends: datetime | None = None,
) -> tuple[Delivery, ...]:
    """The outbox rows of one alert or notice, one for each name in `to`, in that order.

    A name that no destination bears still gets a row, due at once: whoever delivers it finds the destination
    missing and says so, instead of the alert vanishing.

    Args:
        told: What the rows tell.
        to: Names of destinations.
        destinations: Those that are configured.
        now: When it was decided.
        burst_ends: Until when it waits because its watchlist rang too often; None: it did not.
    """
    return tuple(_row(told, name, destinations.get(name), now, burst_ends) for name in dict.fromkeys(to))


def _row(
    told: Alert | Notice, name: str, destination: Destination | None, now: datetime, burst_ends: datetime | None
) -> Delivery:
    priority = told.priority if isinstance(told, Alert) else Priority.NORMAL
    due_at, held = (now, "") if destination is None else release_at(destination, priority, now)
    if burst_ends is not None and burst_ends > due_at:
        due_at, held = burst_ends, "burst"
    return Delivery(
        id=delivery_id(told.id, name),
        destination=name,
        alert_id=told.id if isinstance(told, Alert) else None,
        notice_id=told.id if isinstance(told, Notice) else None,
        due_at=due_at,
        held=held,
        created_at=now,
    )


def release_at(destination: Destination, priority: Priority, now: datetime) -> tuple[datetime, str]:
    """When an alert may go to this destination, and why it waits until then.

    Urgent goes at once. Otherwise a digest waits for its next slot, and nothing is sent in quiet hours: a slot
    inside them is put off to their end.

    Returns:
        An instant in UTC, not before `now`, and `quiet hours`, `digest 17:00` or both; (now, "") for at once.
    """
    if priority is Priority.URGENT:
        return now, ""
    due_at, held = now, ""
    if destination.digest is not None:
        due_at, slot = next_slot(destination.digest, now)
        held = f"digest {slot:%H:%M}"
    if destination.quiet is not None and is_quiet(destination.quiet, due_at):
        due_at = quiet_end(destination.quiet, due_at)
        held = f"{held}, quiet hours" if held else "quiet hours"
    return due_at, held


def is_quiet(quiet: Quiet, at: datetime) -> bool:
    """Whether a clock on the wall of the destination's zone stands within the quiet hours; their end is outside.

    Hours that begin and end at the same time are none at all.
    """
    wall = at.astimezone(ZoneInfo(quiet.timezone)).time()
    if quiet.start <= quiet.end:
        return quiet.start <= wall < quiet.end
    return wall >= quiet.start or wall < quiet.end


def quiet_end(quiet: Quiet, at: datetime) -> datetime:
    """When the quiet hours that hold at `at` are over.

    Where the clock jumps over their end, that is the jump itself; where the end comes twice, the next of the two.
    """
    return next(moment for moment in _moments(quiet.timezone, (quiet.end,), at) if not is_quiet(quiet, moment))


def next_slot(slots: Slots, now: datetime) -> tuple[datetime, time]:
    """The next slot's instant, `now` included, and its time of day as written.

    A slot that daylight saving skips is at the skip; one that comes twice is taken the first time only.
    """
    zone = ZoneInfo(slots.timezone)
    days = _days(now.astimezone(zone).date())
    upcoming = ((wall_instants(day, at, zone)[0], at) for day in days for at in sorted(slots.at))
    return next((instant, at) for instant, at in upcoming if instant >= now)


def _moments(timezone: str, times: Sequence[time], start: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(timezone)
    for day in _days(start.astimezone(zone).date()):
        for at in times:
            yield from (instant for instant in wall_instants(day, at, zone) if instant >= start)


def _days(first: date) -> Iterator[date]:
    yield from (first + timedelta(days=n) for n in range(10))


def wall_instants(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants, in UTC and in order, at which clocks in `zone` show this date and time.

    Returns:
        One; two where clocks go back over it; where they jump over it, the instant of the jump.

    Source: PEP 495 (fold).
    """
    wall = datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone)
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return (first,)
    if first < second:
        return (first, second)
    return (_jump(second, first, zone),)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The second, after `low` and up to `high`, at which the zone's offset from UTC changes."""
    before = low.astimezone(zone).utcoffset()
    while high - low > A_SECOND:
        middle = low + timedelta(seconds=(high - low) // A_SECOND // 2)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
