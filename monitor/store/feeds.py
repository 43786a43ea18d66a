"""Which feeds there are, which are due, and who polls them now.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Select, case, false, func, null, or_, select, true, update

from monitor.model.feed import Fault, Feed, FeedState, Network
from monitor.model.ids import FeedId
from monitor.store.database import Database
from monitor.store.dialect import insert_new, upsert
from monitor.store.rows import batches, row_of, value_of
from monitor.store.schema import feed_states, feeds

LEASE = timedelta(minutes=2)
ABSENCE = timedelta(days=1)
"""A feed that was away for longer is new again: what it published meanwhile is old news."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of one database."""

    database: Database

    def sync(self, subscribed: Sequence[Feed], now: datetime) -> None:
        """Makes the subscribed feeds, and only those, active; the history of the others stays.

        A feed that is new here is due now. So is one that comes back; when it was away for more than a day its next
        poll is a baseline again, and an earlier 410 is forgotten. So is one whose pace or networks were edited, unless
        its server has trouble: that is waited for.
        """
        with self.database.write() as connection:
            active = _active(connection)
            wanted = {feed.id for feed in subscribed}
            _leave(connection, active.keys() - wanted, now)
            _return(connection, wanted - active.keys(), now)
            _ask_again(connection, [f.id for f in subscribed if active.get(f.id, _how_asked(f)) != _how_asked(f)], now)
            _write(connection, subscribed, now)

    def claim(self, now: datetime, limit: int, *, per_host: int = 2, lease: timedelta = LEASE) -> list[FeedState]:
        """The feeds to poll now, oldest due first, leased to the caller before this returns.

        Feeds that are gone, inactive or leased are left out, and so are those whose host has `per_host` polls under
        way. A lease ends by `commit`, by `release`, or by itself after `lease`.
        """
        with self.database.write() as connection:
            ids = list(connection.scalars(_due(now, limit, per_host)))
            taken = update(feed_states).where(feed_states.c.feed_id.in_(ids)).values(leased_until=now + lease)
            connection.execute(taken)
            rows = connection.execute(select(feed_states).where(feed_states.c.feed_id.in_(ids)))
            states = {row.feed_id: value_of(FeedState, row) for row in rows}
        return [states[id_] for id_ in ids]

    def release(self, ids: Collection[FeedId]) -> None:
        """Gives back feeds that were claimed and will not be polled; they stay due."""
        with self.database.write() as connection:
            _update(connection, ids, leased_until=None)

    def states(self) -> dict[FeedId, FeedState]:
        """What is known of each active feed."""
        statement = select(feed_states).join(feeds).where(feeds.c.active == true())
        with self.database.read() as connection:
            return {row.feed_id: value_of(FeedState, row) for row in connection.execute(statement)}

    def next_due(self) -> datetime | None:
        """When the next feed can be claimed; None when there is none. A leased feed counts when its lease ends."""
        leased = feed_states.c.leased_until > feed_states.c.due_at
        when = case((leased, feed_states.c.leased_until), else_=feed_states.c.due_at)
        statement = select(func.min(when, type_=feed_states.c.due_at.type)).select_from(_pollable())
        with self.database.read() as connection:
            due_at: datetime | None = connection.scalar(statement)
        return due_at

    def make_due(self, ids: Collection[FeedId], now: datetime) -> int:
        """Makes feeds due now, and says how many there were."""
        with self.database.write() as connection:
            return _update(connection, ids, due_at=now, due_reason="asked for")

    def catch_up(self, now: datetime, latest: datetime) -> int:
        """Makes due now what a clock that was wrong put off; how many feeds there were.

        Args:
            now: By the clock as it is.
            latest: No feed is due later, unless it is gone, or the clock was wrong when that was decided.
        """
        wrong = (feed_states.c.due_at > latest) | ((feed_states.c.checked_at > now) & (feed_states.c.due_at > now))
        change = {"due_at": now, "due_reason": "the clock was moved"}
        caught_up = update(feed_states).where(wrong, ~feed_states.c.gone).values(change)
        with self.database.write() as connection:
            return connection.execute(caught_up).rowcount


def release_feeds(connection: Connection) -> None:
    """Ends every lease on a feed."""
    connection.execute(update(feed_states).where(feed_states.c.leased_until.is_not(None)).values(leased_until=None))


def host_of(url: str) -> str:
    """The host of a feed's URL: the unit of politeness."""
    return (urlsplit(url).hostname or "").lower()


_HowAsked = tuple[timedelta | None, tuple[Network, ...]]
"""What of a feed's lines bears on when it can be polled: `every` and `allow_private`."""


def _how_asked(feed: Feed) -> _HowAsked:
    return feed.every, feed.allow_private


def _active(connection: Connection) -> dict[FeedId, _HowAsked]:
    statement = select(feeds.c.id, feeds.c.every, feeds.c.allow_private).where(feeds.c.active == true())
    return {FeedId(row.id): (row.every, row.allow_private) for row in connection.execute(statement)}


def _ask_again(connection: Connection, ids: Iterable[FeedId], now: datetime) -> None:
    """Makes feeds due now, but for those that fail by something that no edit mends."""
    mended = or_(feed_states.c.fault == null(), feed_states.c.fault == Fault.BLOCKED)
    for batch in batches(ids):
        again = update(feed_states).where(feed_states.c.feed_id.in_(batch), mended)
        connection.execute(again.values(due_at=now, due_reason="its settings were edited"))


def _leave(connection: Connection, ids: Iterable[FeedId], now: datetime) -> None:
    for batch in batches(ids):
        left = update(feeds).where(feeds.c.id.in_(batch)).values(active=False, inactive_since=now)
        connection.execute(left)


def _return(connection: Connection, ids: Iterable[FeedId], now: datetime) -> None:
    long_away = select(feeds.c.id).where(feeds.c.inactive_since <= now - ABSENCE)
    baselined = case((feed_states.c.feed_id.in_(long_away), false()), else_=feed_states.c.baselined)
    for batch in batches(ids):
        known = feed_states.c.feed_id.in_(batch)
        back = update(feed_states).where(known).values(due_at=now, due_reason="subscribed again", gone=False)
        connection.execute(back.values(baselined=baselined))


def _write(connection: Connection, subscribed: Sequence[Feed], now: datetime) -> None:
    if not subscribed:
        return
    rows = [{**row_of(f), "host": host_of(f.url), "active": True, "inactive_since": None} for f in subscribed]
    connection.execute(upsert(feeds), rows)
    fresh = [FeedState(feed_id=feed.id, due_at=now, due_reason="new") for feed in subscribed]
    connection.execute(insert_new(feed_states), [{**row_of(s), "leased_until": None} for s in fresh])


def _update(connection: Connection, ids: Collection[FeedId], **values: Any) -> int:
    statements = (update(feed_states).where(feed_states.c.feed_id.in_(b)).values(**values) for b in batches(ids))
    return sum(connection.execute(statement).rowcount for statement in statements)


def _pollable() -> Any:
    return feed_states.join(feeds, (feeds.c.id == feed_states.c.feed_id) & feeds.c.active & ~feed_states.c.gone)


def _due(now: datetime, limit: int, per_host: int) -> Select[tuple[str]]:
    """Ids of claimable feeds: the n-th due feed of a host counts as n, on top of those under way there."""
    busy = (
        select(feeds.c.host, func.count().label("polls"))
        .join(feed_states)
        .where(feed_states.c.leased_until > now)
        .group_by(feeds.c.host)
        .subquery("busy")
    )
    place = func.row_number().over(partition_by=feeds.c.host, order_by=(feed_states.c.due_at, feed_states.c.feed_id))
    free = or_(feed_states.c.leased_until == null(), feed_states.c.leased_until <= now)
    waiting = (
        select(feed_states.c.feed_id, feed_states.c.due_at, feeds.c.host, place.label("place"))
        .select_from(_pollable())
        .where(feed_states.c.due_at <= now, free)
        .subquery("waiting")
    )
    return (
        select(waiting.c.feed_id)
        .outerjoin(busy, busy.c.host == waiting.c.host)
        .where(waiting.c.place + func.coalesce(busy.c.polls, 0) <= per_host)
        .order_by(waiting.c.due_at, waiting.c.feed_id)
        .limit(limit)
    )
