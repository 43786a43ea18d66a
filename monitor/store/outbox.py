"""The outbox: what waits to be told, to whom, since when, and what came of it.

Edge: SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from monitor.model.alert import Alert, Delivery, DeliveryState, DestinationState, Notice, Parcel, Settlement
from monitor.model.ids import AlertId, DeliveryId, NoticeId, StoryId
from monitor.store.alert_schema import alerts, chat_threads, deliveries, destinations, notices
from monitor.store.commit import write_outbox
from monitor.store.database import Database
from monitor.store.dialect import upsert
from monitor.store.rows import alert_of, batches, delivery_seal, notice_of, row_of, seal, value_of
from monitor.store.settling import write_settlements as _settle

CUT_OFF_WAITS = (0, 0, 1, 2, 4, 8, 16, 32, 60)
"""Minutes that a row waits whose try was cut off, by how often that had happened to it before, in a row."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """The deliveries of one database."""

    database: Database

    def due(self, destination: str, now: datetime, limit: int, *, paused_too: bool = False) -> list[Delivery]:
        """The deliveries that could be claimed now, oldest due first; none while the destination is paused."""
        with self.database.read() as connection:
            if not paused_too and connection.scalar(select(_paused(destination, now))):
                return []
            return [value_of(Delivery, row) for row in connection.execute(due_rows(destination, now, limit))]

    def claim(
        self,
        destination: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        *,
        only: Collection[DeliveryId] | None = None,
    ) -> list[Delivery]:
        """The deliveries to send now, oldest due first, each marked as being sent before this returns.

        None while the destination is paused. Attempts are already counted. A lease ends by `settle`, or by
        `release_expired` after it ran out.

        Args:
            destination: Its name.
            now: When the try begins.
            lease: After this nobody is believed to be sending any more.
            limit: Most rows.
            only: The rows that are meant; those of them that are due no more are left out. None: whatever is due.
        """
        with self.database.write() as connection:
            if connection.scalar(select(_paused(destination, now))):
                return []
            due = due_rows(destination, now, limit, only).with_only_columns(deliveries.c.id)
            begun = {
                "state": DeliveryState.SENDING,
                "leased_until": now + lease,
                "attempts": deliveries.c.attempts + 1,
                "claims": deliveries.c.claims + 1,
            }
            taking = update(deliveries).where(deliveries.c.id.in_(due)).values(begun).returning(deliveries)
            claimed = [value_of(Delivery, row) for row in connection.execute(taking)]
        return sorted(claimed, key=lambda row: (row.due_at, row.created_at, row.id))

    def destinations_due(self, now: datetime) -> list[str]:
        """Destinations that have something to be claimed now, by name."""
        open_now = or_(destinations.c.paused_until.is_(None), destinations.c.paused_until <= now)
        statement = select(destinations.c.name).where(open_now, exists(_due(destinations.c.name, now)))
        with self.database.read() as connection:
            return list(connection.scalars(statement.order_by(destinations.c.name)))

    def next_due(self) -> datetime | None:
        """When something can next be claimed; None when nothing waits. A pause counts when it ends."""
        first = (
            select(func.min(deliveries.c.due_at))
            .where(deliveries.c.destination == destinations.c.name, deliveries.c.state == DeliveryState.WAITING)
            .scalar_subquery()
        )
        paused_longer = case((destinations.c.paused_until > first, destinations.c.paused_until), else_=first)
        with self.database.read() as connection:
            when: datetime | None = connection.scalar(select(func.min(paused_longer, type_=deliveries.c.due_at.type)))
        return when

    def waiting(self, destination: str, now: datetime) -> int:
        """How many deliveries of a destination are due."""
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(_due(destination, now).subquery())) or 0

    def parcel(self, claimed: Sequence[Delivery]) -> Parcel:
        """The deliveries with all they tell of, in their order; those that fail a checksum stand in `damaged`.

        All must be for one destination; at least one is needed.
        """
        with self.database.read() as connection:
            seals = _column(connection, deliveries, "checksum", [d.id for d in claimed])
            told_alerts = _contents(connection, alerts, [d.alert_id for d in claimed if d.alert_id])
            told_notices = _contents(connection, notices, [d.notice_id for d in claimed if d.notice_id])
        contents = told_alerts | told_notices
        sound = [d for d in claimed if seals.get(d.id) == delivery_seal(d) and d.told_id in contents]
        kept = {d.id for d in sound}
        return Parcel(
            destination=claimed[0].destination,
            deliveries=tuple(sound),
            alerts=tuple(_alerts(sound, told_alerts)),
            notices=tuple(_notices(sound, told_notices)),
            damaged=tuple(d for d in claimed if d.id not in kept),
        )

    def settle(
        self,
        settlements: Sequence[Settlement],
        now: datetime,
        notices: Sequence[Notice] = (),
        deliveries: Sequence[Delivery] = (),
        learnt: DestinationState | None = None,
    ) -> None:
        """Writes what came of tries, the notices they give rise to, and what they taught of their destination, at once.

        A row that somebody has claimed since stays as it is; one that was dropped meanwhile is only changed by the news
        that it was sent. A row that waits is put off or given up without having been claimed.
        """
        with self.database.write() as connection:
            _settle(connection, settlements, now)
            write_outbox(connection, notices, deliveries)
            if learnt is not None:
                connection.execute(upsert(destinations), row_of(learnt))

    def sent(self, destination: str, since: datetime, most: int) -> list[datetime]:
        """When the latest messages to a destination were taken, since then, oldest first; so many at most."""
        row = deliveries.c
        here = (row.destination == destination, row.state == DeliveryState.SENT, row.sent_at >= since)
        with self.database.read() as connection:  # rows of one message were settled at one instant
            latest = connection.scalars(select(row.sent_at).where(*here).distinct().order_by(row.sent_at.desc()))
            return list(latest.fetchmany(most))[::-1]

    def root(self, destination: str, story_id: StoryId, place: str) -> str:
        """The id of the first message of a story in this channel of a destination; empty when there is none."""
        here = (chat_threads.c.destination == destination, chat_threads.c.story_id == story_id)
        with self.database.read() as connection:
            return connection.scalar(select(chat_threads.c.root).where(*here, chat_threads.c.place == place)) or ""

    def release_expired(self, now: datetime) -> int:
        """Puts back deliveries whose sender did not answer within its lease; see `release_deliveries`."""
        with self.database.write() as connection:
            return release_deliveries(connection, now, deliveries.c.leased_until <= now)

    def catch_up(self, now: datetime, latest: datetime) -> int:
        """Makes due now what a clock that was wrong put off, and ends every pause; how many deliveries there were.

        Args:
            now: By the clock as it is.
            latest: Nothing is tried again later, unless the clock was wrong when that was decided.
        """
        put_off = or_(deliveries.c.created_at > now, and_(deliveries.c.held == "", deliveries.c.due_at > latest))
        wrong = and_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.due_at > now, put_off)
        with self.database.write() as connection:
            connection.execute(update(destinations).values(paused_until=None))
            return connection.execute(update(deliveries).where(wrong).values(due_at=now, held="")).rowcount

    def retry(self, ids: Collection[DeliveryId], now: datetime) -> int:
        """Makes deliveries that wait, are dead or were dropped due now, attempts from zero; how many there were."""
        states = (DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.DROPPED)
        change = {
            "state": DeliveryState.WAITING,
            "due_at": now,
            "held": "",
            "attempts": 0,
            "cut_off": 0,
            "settled_at": None,
        }
        with self.database.write() as connection:
            return _change(connection, ids, change, deliveries.c.state.in_(states))

    def drop(self, ids: Collection[DeliveryId], now: datetime) -> int:
        """Gives up deliveries that wait or are dead; how many there were."""
        states = (DeliveryState.WAITING, DeliveryState.DEAD)
        change = {"state": DeliveryState.DROPPED, "settled_at": now}
        with self.database.write() as connection:
            return _change(connection, ids, change, deliveries.c.state.in_(states))

    def release(self, held: str, now: datetime) -> int:
        """Makes what waits for this reason due now, together; how many deliveries there were."""
        with self.database.write() as connection:
            return _change_held(connection, held, {"due_at": now, "held": "released"})

    def give_up(self, held: str, now: datetime) -> int:
        """Drops what waits for this reason; how many deliveries there were."""
        with self.database.write() as connection:
            return _change_held(connection, held, {"state": DeliveryState.DROPPED, "settled_at": now})

    def add_notice(self, notice: Notice, to: Sequence[Delivery]) -> None:
        """Writes a notice and its deliveries; a notice that is there already stays as it is."""
        with self.database.write() as connection:
            write_outbox(connection, [notice], to)

    def destination_states(self) -> dict[str, DestinationState]:
        """What sending learnt of each destination that ever had a delivery."""
        with self.database.read() as connection:
            rows = connection.execute(select(destinations).order_by(destinations.c.name))
            return {row.name: value_of(DestinationState, row) for row in rows}

    def save_destination_state(self, state: DestinationState) -> None:
        """Replaces what is known of a destination."""
        with self.database.write() as connection:
            connection.execute(upsert(destinations), row_of(state))


def due_rows(
    destination: str, now: datetime, limit: int, only: Collection[DeliveryId] | None = None
) -> Select[tuple[Any, ...]]:
    """The rows a claim takes; answered from one index, without sorting, however many wait."""
    order = (deliveries.c.due_at, deliveries.c.created_at, deliveries.c.id)
    wanted = true() if only is None else deliveries.c.id.in_(only)
    return select(deliveries).where(_is_due(destination, now), wanted).order_by(*order).limit(limit)


def release_deliveries(connection: Connection, now: datetime, which: ColumnElement[bool] | None = None) -> int:
    """Puts back rows that are being sent, as maybe sent, their try counted as cut off; how many there were.

    From the third time in a row on they wait: what ends the program each time must not keep everything else from going.
    """
    row = deliveries.c
    waits = ((row.cut_off == times, _in_minutes(now, wait)) for times, wait in enumerate(CUT_OFF_WAITS) if wait)
    longest = row.cut_off >= len(CUT_OFF_WAITS), _in_minutes(now, CUT_OFF_WAITS[-1])
    being_sent = and_(row.state == DeliveryState.SENDING, true() if which is None else which)
    back = {
        "state": DeliveryState.WAITING,
        "maybe_twice": True,
        "leased_until": None,
        "attempts": row.attempts - 1,
        "cut_off": row.cut_off + 1,
        "due_at": case(*waits, longest, else_=row.due_at),
    }
    return connection.execute(update(deliveries).where(being_sent).values(**back)).rowcount


def _in_minutes(now: datetime, minutes: int) -> BindParameter[datetime]:
    return literal(now + timedelta(minutes=minutes), deliveries.c.due_at.type)


def _is_due(destination: Any, now: datetime) -> ColumnElement[bool]:
    return and_(
        deliveries.c.destination == destination,
        deliveries.c.state == DeliveryState.WAITING,
        deliveries.c.due_at <= now,
    )


def _due(destination: Any, now: datetime) -> Select[tuple[str]]:
    return select(deliveries.c.id).where(_is_due(destination, now))


def _paused(destination: str, now: datetime) -> ColumnElement[bool]:
    return exists().where(destinations.c.name == destination, destinations.c.paused_until > now)


def _change(
    connection: Connection, ids: Collection[str], values: dict[str, Any], which: ColumnElement[bool] | None = None
) -> int:
    condition = true() if which is None else which
    statements = (update(deliveries).where(deliveries.c.id.in_(b), condition).values(values) for b in batches(ids))
    return sum(connection.execute(statement).rowcount for statement in statements)


def _change_held(connection: Connection, held: str, values: dict[str, Any]) -> int:
    waits = and_(deliveries.c.state == DeliveryState.WAITING, deliveries.c.held == held)
    return connection.execute(update(deliveries).where(waits).values(values)).rowcount


def _column(connection: Connection, table: Table, name: str, ids: Collection[str]) -> dict[str, Any]:
    statement = select(table.c.id, table.c[name])
    rows = (row for batch in batches(ids) for row in connection.execute(statement.where(table.c.id.in_(batch))))
    return {row[0]: row[1] for row in rows}


def _contents(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, str]:
    """The stored contents that agree with their checksums, by id."""
    statement = select(table.c.id, table.c.content, table.c.checksum)
    rows = (row for batch in batches(ids) for row in connection.execute(statement.where(table.c.id.in_(batch))))
    return {row.id: row.content for row in rows if seal(row.content) == row.checksum}


def _alerts(sound: Sequence[Delivery], contents: dict[str, str]) -> list[Alert]:
    ids: dict[AlertId, None] = dict.fromkeys(d.alert_id for d in sound if d.alert_id)
    return [alert_of(contents[id_]) for id_ in ids]


def _notices(sound: Sequence[Delivery], contents: dict[str, str]) -> list[Notice]:
    ids: dict[NoticeId, None] = dict.fromkeys(d.notice_id for d in sound if d.notice_id)
    return [notice_of(contents[id_]) for id_ in ids]
