"""Limits on how much rings: a watchlist's burst, and the flood breaker over all; what is over a limit waits.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.model.alert import Alert, Delivery, Notice
from monitor.model.entry import Outcome, OutcomeKind
from monitor.model.ids import EntryId, NoticeId, digest
from monitor.model.watch import Rate
from monitor.timing import EPOCH

FLOOD = "flood"
"""Why rows wait that the flood breaker holds."""
UNTIL_RELEASED = datetime(9000, 1, 1, tzinfo=UTC)
"""When rows are due that a person has to release."""


def fold_until(limit: Rate | None, rung: Sequence[datetime], now: datetime) -> datetime | None:
    """When an alert may go out that comes on top of those that rang; None for at once.

    Time is cut into spans as long as the limit's, which begin with the day in UTC; the first alerts of a span go out
    at once, the rest wait for its end and are told in one message.

    Args:
        limit: Of the watchlist; None: without limit.
        rung: When it rang before; more than one span back may be left out.
        now: When the next one would ring.
    """
    if limit is None:
        return None
    begun = EPOCH + (now - EPOCH) // limit.per * limit.per
    return begun + limit.per if sum(at >= begun for at in rung) >= limit.count else None


def is_flood(limit: Rate | None, rung: Mapping[str, Sequence[datetime]], ringing: int, now: datetime) -> bool:
    """Whether `ringing` further alerts are more than the service should send by itself.

    Counts all that rang in the time before `now` that the limit speaks of, of whatever watchlist.
    """
    if limit is None or not ringing:
        return False
    since = now - limit.per
    return ringing + sum(at > since for instants in rung.values() for at in instants) > limit.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is written in place of alerts that would have been a flood."""

    deliveries: tuple[Delivery, ...]
    outcomes: tuple[Outcome, ...]
    notices: tuple[Notice, ...] = field(default=())


def hold(
    alerts: Sequence[Alert], deliveries: Sequence[Delivery], outcomes: Sequence[Outcome], limit: Rate, now: datetime
) -> Held:
    """The same rows and outcomes with every alert held until a person releases or drops it, and the notice of it."""
    rang: set[EntryId] = {alert.entry_id for alert in alerts}
    why = f"held: more than {limit} would ring; monitor alerts release, or drop"
    return Held(
        deliveries=tuple(
            replace(row, due_at=UNTIL_RELEASED, held=FLOOD) if row.alert_id else row for row in deliveries
        ),
        outcomes=tuple(
            replace(outcome, kind=OutcomeKind.HELD, why=f"{outcome.why}; {why}")
            if outcome.entry_id in rang
            else outcome
            for outcome in outcomes
        ),
        notices=(_notice(alerts, limit, now),),
    )


def _notice(alerts: Sequence[Alert], limit: Rate, now: datetime) -> Notice:
    names = sorted({alert.watchlist for alert in alerts})
    many = f"{len(alerts)} alert{'' if len(alerts) == 1 else 's'}"
    detail = (
        f"Of {', '.join(names)}. The limit is {limit}, see flood: in monitor.yaml; what rings beyond it is held.\n"
        "See them: monitor deliveries --state waiting\n"
        "Send them after all, together: monitor alerts release\n"
        "Give them up: monitor alerts drop"
    )
    identity = NoticeId(digest("notice", FLOOD, now.isoformat()))
    return Notice(id=identity, kind=FLOOD, subject=f"{many} would go out: held", detail=detail, at=now)
