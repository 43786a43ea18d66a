"""What a receipt means for the row it is about, and for the destination it came from.

Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.phrases import when
from monitor.model.alert import (
    Alert,
    Delivery,
    DeliveryState,
    DestinationState,
    Notice,
    Parcel,
    Receipt,
    Settlement,
    Verdict,
)
from monitor.model.ids import NoticeId, digest
from monitor.timing import backoff, clamp

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ASKED = timedelta(hours=6)
"""The longest that a Retry-After can make a row wait."""
TIME_TO_LIVE = timedelta(days=7)
TOO_LATE = f"not delivered within {TIME_TO_LIVE.days} days"
"""How the fault of a row begins that was tried for as long as rows are."""
OPENS_AFTER = 5
"""Failures in a row that open the breaker."""
CUT_OFF_MOST = 10
"""Tries in a row that ended without a word; a row with more of them is given up when its seven days are over."""
NAMED_TOGETHER = 6
"""Alerts that one notice names."""
FIRST_PROBE = timedelta(minutes=1)
LONGEST_PROBE = timedelta(minutes=30)

_REFUSED = ("refused: ", "refused again: ", "refused three times: ")


def settle(delivery: Delivery, receipt: Receipt, now: datetime, *, key: str = "") -> Settlement:
    """What becomes of a row after a try.

    Args:
        delivery: As it was claimed.
        receipt: What came of the try.
        now: When it came.
        key: What the wait depends on; rows that went out together share it, so that they come due together again.

    Returns:
        SENT; WAITING with a later due time; DEAD when the message was refused three times, the last two of them in a
        simpler form, or when its seven days are over.
    """
    wait = backoff(delivery.attempts, FIRST_WAIT, LONGEST_WAIT, key or delivery.id)
    match receipt.verdict:
        case Verdict.SENT:
            return _settlement(delivery, DeliveryState.SENT, delivery.due_at, "")
        case Verdict.DEAD_MESSAGE:
            return _refused(delivery, receipt, now)
        case Verdict.DEAD_DESTINATION:
            return _later(delivery, receipt.fault, now + max(wait, FIRST_PROBE), now)
        case Verdict.UNKNOWN:
            unsure = replace(delivery, maybe_twice=True)
            return _later(unsure, receipt.fault, now + wait, now)
        case Verdict.LATER:
            asked = clamp(receipt.retry_after or timedelta(), timedelta(), LONGEST_ASKED)
            return _later(delivery, receipt.fault, now + max(wait, asked), now)


def _refused(delivery: Delivery, receipt: Receipt, now: datetime) -> Settlement:
    times = refusals(delivery)
    fault = _REFUSED[times] + receipt.fault
    if times + 1 == len(_REFUSED):
        return _settlement(delivery, DeliveryState.DEAD, now, fault)
    return _later(delivery, fault, now + FIRST_WAIT, now)


def refusals(delivery: Delivery) -> int:
    """How often in a row the service refused this message as such: 0, 1 or 2."""
    return next((n for n in (2, 1) if delivery.fault.startswith(_REFUSED[n - 1])), 0)


def _later(delivery: Delivery, fault: str, due_at: datetime, now: datetime) -> Settlement:
    if due_at > delivery.created_at + TIME_TO_LIVE:
        return _settlement(delivery, DeliveryState.DEAD, now, f"{TOO_LATE}; the last time: {fault}")
    return _settlement(delivery, DeliveryState.WAITING, due_at, fault)


def _settlement(delivery: Delivery, state: DeliveryState, due_at: datetime, fault: str) -> Settlement:
    return Settlement(
        delivery_id=delivery.id,
        state=state,
        due_at=due_at,
        fault=fault,
        maybe_twice=delivery.maybe_twice,
        claim=delivery.claims,
        cut_off=delivery.cut_off,
    )


def untouched(delivery: Delivery, due_at: datetime, held: str | None = None) -> Settlement:
    """The settlement that puts off a row without a try, to be claimed from `due_at`."""
    settlement = _settlement(delivery, DeliveryState.WAITING, due_at, delivery.fault)
    return replace(settlement, held=held)


def is_deadly(delivery: Delivery, now: datetime) -> bool:
    """Whether its tries ended with the process that made them, again and again, for as long as rows are tried."""
    return delivery.cut_off >= CUT_OFF_MOST and now - delivery.created_at > TIME_TO_LIVE


def buried(delivery: Delivery, fault: str, now: datetime) -> Settlement:
    """The settlement of a row that cannot be sent at all."""
    return _settlement(delivery, DeliveryState.DEAD, now, fault)


def after_try(
    state: DestinationState, receipt: Receipt, now: datetime, *, fallback: str = ""
) -> tuple[DestinationState, tuple[Notice, ...]]:
    """The destination's breaker after a try, and what to tell of it: that it fails, is dead, or is well again.

    Five failures in a row pause it; then one row probes it, after 1 minute at first and at most 30. A destination that
    refuses us as such is paused at once. Its queue is kept, or goes to its `fallback`. Each change is told once.
    """
    match receipt.verdict:
        case Verdict.SENT:
            was_told = state.dead or state.failures >= OPENS_AFTER
            return DestinationState(name=state.name), (_recovered(state, now),) if was_told else ()
        case Verdict.DEAD_MESSAGE:
            return state, ()
        case Verdict.DEAD_DESTINATION | Verdict.LATER | Verdict.UNKNOWN:
            return _failed(state, receipt, now, fallback)


def _failed(
    state: DestinationState, receipt: Receipt, now: datetime, fallback: str
) -> tuple[DestinationState, tuple[Notice, ...]]:
    dead = state.dead or receipt.verdict is Verdict.DEAD_DESTINATION
    failures = state.failures + 1
    pause = clamp(receipt.retry_after or timedelta(), timedelta(), LONGEST_ASKED)
    if dead or failures >= OPENS_AFTER:
        opened = failures if dead else failures - OPENS_AFTER + 1
        pause = max(pause, backoff(opened, FIRST_PROBE, LONGEST_PROBE, state.name))
    new = replace(state, failures=failures, dead=dead, fault=receipt.fault, paused_until=now + pause if pause else None)
    if dead and not state.dead:
        return new, (_dead(new, now, fallback),)
    return new, (_failing(new, now),) if failures == OPENS_AFTER and not dead else ()


def _dead(state: DestinationState, now: datetime, fallback: str) -> Notice:
    queue = f"Its alerts go to {fallback} meanwhile" if fallback else "What waits for it is kept"
    detail = (
        f"It answered: {state.fault}.\n{queue}, and it is tried again from time to time. "
        f"Mend its URL in monitor.yaml, then: monitor test-notify {state.name}"
    )
    return _notice("destination dead", state.name, f"{state.name} refuses our messages", detail, now)


def _failing(state: DestinationState, now: datetime) -> Notice:
    detail = f"{state.failures} tries failed in a row, the last: {state.fault}.\nWhat waits for it is kept."
    return _notice("destination failing", state.name, f"{state.name} cannot be reached", detail, now)


def _recovered(state: DestinationState, now: datetime) -> Notice:
    detail = f"It takes messages again, after {state.failures} failed tries. What waited is on its way."
    return _notice("destination recovered", state.name, f"{state.name} is well again", detail, now)


def diverted(delivery: Delivery, fallback: str, fault: str, now: datetime) -> Settlement:
    """The settlement of a row that goes to the fallback of its destination."""
    return _settlement(delivery, DeliveryState.DEAD, now, f"sent to {fallback} instead: {fault}")


def not_delivered(parcel: Parcel, fault: str, now: datetime, *, fallback: str = "") -> tuple[Notice, ...]:
    """Notices that name the alerts of a parcel, which did not reach their destination and are tried no more.

    Where they go to a `fallback` now, it is named too. Empty where it held notices only: of those nothing more is told.
    A few alerts in each, so that none is cut off.
    """
    alerts = {alert.id: alert for alert in parcel.alerts}
    lost = [(row, alerts.get(row.alert_id)) for row in (*parcel.deliveries, *parcel.damaged) if row.alert_id]
    batches = [lost[start : start + NAMED_TOGETHER] for start in range(0, len(lost), NAMED_TOGETHER)]
    why = f"{fault}. They go to {fallback} instead" if fallback else fault
    return tuple(_lost(parcel.destination, batch, why, now) for batch in batches)


def _lost(name: str, lost: list[tuple[Delivery, Alert | None]], why: str, now: datetime) -> Notice:
    lines = [f"Why: {why}."]
    for row, alert in lost:
        what = f"“{alert.headline}”, for {alert.watchlist_title}" if alert else f"alert {row.alert_id}, unreadable"
        lines.append(f"{what}, of {when(row.created_at)}; once more: monitor deliveries retry {row.id}")
    subject = f"{'an alert' if len(lost) == 1 else f'{len(lost)} alerts'} did not reach {name}"
    return _notice("alert not delivered", lost[0][0].id, subject, "\n".join(lines), now)


def _notice(kind: str, what: str, subject: str, detail: str, now: datetime) -> Notice:
    identity = NoticeId(digest("notice", kind, what, now.isoformat()))
    return Notice(id=identity, kind=kind, subject=subject, detail=detail, at=now)
